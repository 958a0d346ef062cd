"""Folders of explained texts that no model computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from flair_lig_widget import Attribution
from flair_lig_widget.corpus.columns import INPUT, SCHEMA, explained_row, failed_row
from flair_lig_widget.corpus.manifest import Manifest

LABELS = ("business", "politics", "science", "sport", "world")

_SENTENCE = 10
"""Words of a generated sentence, the full stop included."""


def write_manifest(folder: Path, **changes: Any) -> Manifest:
    """The manifest of a corpus that no run made."""
    fields: dict[str, Any] = {
        "model": "made up",
        "weights_digest": "0" * 16,
        "labels": LABELS,
        "multi_label": False,
        "target": "predicted",
        "request": {
            "contrast": None,
            "output": "logit",
            "layer": "word_embeddings",
            "algorithm": "integrated_gradients",
        },
        "n_texts": 0,
        "texts_digest": "0" * 16,
        "versions": {"torch": "2.13.0"},
        "created_at": "2026-01-01T00:00:00+00:00",
    }
    manifest = Manifest(**{**fields, **changes})
    folder.mkdir(parents=True, exist_ok=True)
    manifest.write(folder)
    return manifest


def write_rows(
    folder: Path, rows: Sequence[Mapping[str, Any]], *, rows_a_file: int = 1000, **changes: Any
) -> Path:
    """A corpus of rows as `explained_row` and `failed_row` make them; changes of the manifest."""
    write_manifest(folder, **{"n_texts": len(rows), **changes})
    for number, start in enumerate(range(0, len(rows), rows_a_file)):
        table = pa.Table.from_pylist(list(rows[start : start + rows_a_file]), SCHEMA)
        pq.write_table(table, folder / f"part-{number:04d}.parquet")
    return folder


def write_attributions(
    folder: Path,
    attributions: Iterable[Attribution | str],
    *,
    ids: Sequence[str] | None = None,
    golds: Sequence[str | None] | None = None,
    **changes: Any,
) -> Path:
    """A corpus of attributions of one classifier; a string is the error of a text."""
    rows = []
    labels: tuple[str, ...] = LABELS
    for row, each in enumerate(attributions):
        given = {
            "row": row,
            "id": str(row) if ids is None else ids[row],
            "text": "a text that failed" if isinstance(each, str) else each.text,
            "gold": None if golds is None else golds[row],
        }
        if isinstance(each, str):
            rows.append(failed_row(given, each))
        else:
            rows.append(explained_row(given, each))
            labels = tuple(each.prediction)
    return write_rows(folder, rows, **{"labels": labels, **changes})


def text_row(
    row: int, words: Sequence[tuple[str, float]], *, target: str = "business", **changes: Any
) -> dict[str, Any]:
    """The row of a text of words with their scores, joined by spaces; one token a word."""
    spans, start = [], 0
    for text, score in words:
        spans.append({"text": text, "start": start, "end": start + len(text), "score": score})
        start += len(text) + 1
    total = sum(score for _, score in words)
    fields = {
        **dict.fromkeys(SCHEMA.names),
        "row": row,
        "id": f"text {row}",
        "text": " ".join(text for text, _ in words),
        "predicted": [target],
        "target": target,
        "probability": 0.9,
        "value": 1.5 + total,
        "baseline_value": 1.25,
        "residual": -0.25,
        "words": spans,
        "tokens": [{**span, "word": index, "special": False} for index, span in enumerate(spans)],
        "probabilities": [0.9 if label == target else 0.025 for label in LABELS],
        "baseline_probabilities": [1 / len(LABELS)] * len(LABELS),
        "method": "auto",
        "baseline": "pad",
        "precision": "float32",
        "n_steps": 9,
        "n_evaluations": 9,
        "sentence_starts": [0],
        "text_starts": [0],
        "truncated": [],
        "created_at": "2026-01-01T00:00:00+00:00",
    }
    return {**fields, **changes}


def write_generated(
    folder: Path,
    *,
    n_texts: int,
    n_words: int = 30,
    seed: int = 0,
    target: str | None = None,
    failed: float = 0.01,
    rows_a_file: int = 20_000,
    vocabulary: int = 50_000,
) -> Path:
    """A corpus of random texts, whose words are as frequent as Zipf's law says.

    The words of a text are separated by spaces. Sentences begin with a capital letter and end with
    a full stop; among the words are numbers and names. A word has a mean score for every label, and
    each occurrence its own.

    Parameters
    ----------
    folder : Path
    n_texts, n_words : int
    seed : int
    target : str, optional
        The label that is explained of all texts; if None, the predicted one.
    failed : float
        Share of the texts that could not be explained.
    rows_a_file, vocabulary : int
    """
    manifest = write_manifest(folder, n_texts=n_texts, target=target or "predicted")
    random = np.random.default_rng(seed)
    words = _vocabulary(vocabulary)
    effects = random.normal(0, 0.05, (len(LABELS), vocabulary))
    for start in range(0, n_texts, rows_a_file):
        rows = np.arange(start, min(start + rows_a_file, n_texts))
        table = _table(random, rows, n_words, words, effects, manifest.target)
        is_failed = random.random(len(rows)) < failed
        errors = [
            failed_row(row, "ValueError: the text is too long")
            for row in table.select(INPUT.names).filter(pa.array(is_failed)).to_pylist()
        ]
        done = [table.filter(pa.array(~is_failed)), pa.Table.from_pylist(errors, SCHEMA)]
        name = f"merged-{start:08d}.parquet"
        pq.write_table(pa.concat_tables(done).sort_by("row"), folder / name, compression="zstd")
    return folder


def _vocabulary(size: int) -> pa.Array:
    """The words, of which some are numbers and names; then all of them with a capital letter."""
    syllables = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
    small = []
    for index in range(size):
        word, rest = "", index
        while rest or not word:
            word, rest = word + syllables[rest % len(syllables)], rest // len(syllables)
        if index % 20 == 19:
            word = str(index)
        elif index % 10 == 9:
            word = word.capitalize()
        small.append("." if index == 0 else word)
    return pa.array([*small, *(word.capitalize() for word in small)])


def _table(
    random: np.random.Generator,
    rows: NDArray[np.int64],
    n_words: int,
    words: pa.Array,
    effects: NDArray[np.float64],
    target: str,
) -> pa.Table:
    """Rows of texts that are all explained."""
    shape, size = (len(rows), n_words), len(words) // 2
    frequencies = np.cumsum(1 / np.arange(1, size))
    index = 1 + np.searchsorted(frequencies, random.uniform(0, frequencies[-1], shape))
    place = np.arange(n_words)
    index[:, place % _SENTENCE == _SENTENCE - 1] = 0
    gold, predicted = random.integers(len(LABELS), size=(2, len(rows)))
    predicted = np.where(random.random(len(rows)) < 0.8, gold, predicted)
    explained = predicted
    if target != "predicted":
        explained = np.full(len(rows), LABELS.index(target))
    scores = effects[explained[:, None], index] + random.normal(0, 0.1, shape)
    texts = words.take(pa.array(np.where(place % _SENTENCE == 0, index + size, index).ravel()))
    ends = np.cumsum(pc.utf8_length(texts).to_numpy().reshape(shape) + 1, axis=1) - 1
    starts = np.concatenate([np.zeros((len(rows), 1), int), ends[:, :-1] + 1], axis=1)
    spans = {"text": texts, "start": starts, "end": ends, "score": scores}
    tokens = {**spans, "word": np.tile(place, len(rows)), "special": np.zeros(shape, bool)}
    probability = random.uniform(0.3, 1, len(rows))
    others = (1 - probability[:, None]) / (len(LABELS) - 1)
    probabilities = np.repeat(others, len(LABELS), axis=1)
    probabilities[np.arange(len(rows)), explained] = probability
    baseline_value = random.normal(0, 0.1, len(rows))
    residual = random.normal(0, 0.001, len(rows))
    template = text_row(0, [])
    columns = {
        **{name: _repeated(template[name], name, len(rows)) for name in SCHEMA.names},
        "row": rows,
        "id": pc.cast(pa.array(rows), pa.string()),
        "text": pc.binary_join(_lists(texts, n_words), " "),
        "gold": pa.array(LABELS).take(pa.array(gold)),
        "predicted": _lists(pa.array(LABELS).take(pa.array(predicted)), 1),
        "target": pa.array(LABELS).take(pa.array(explained)),
        "probability": probability,
        "value": scores.sum(axis=1) + baseline_value - residual,
        "baseline_value": baseline_value,
        "residual": residual,
        "words": _lists(_structs("words", spans), n_words),
        "tokens": _lists(_structs("tokens", tokens), n_words),
        "probabilities": _lists(pa.array(probabilities.ravel()), len(LABELS)),
    }
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _repeated(value: Any, name: str, times: int) -> pa.Array:
    return pa.array([value], SCHEMA.field(name).type).take(pa.array(np.zeros(times, int)))


def _lists(values: pa.Array, length: int) -> pa.Array:
    """Lists of so many of the values each."""
    offsets = np.arange(0, len(values) + 1, length)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def _structs(column: str, fields: Mapping[str, Any]) -> pa.Array:
    """The elements of a column of lists, from an array for each of their fields."""
    kind = SCHEMA.field(column).type.value_type
    arrays = [
        values if isinstance(values, pa.Array) else pa.array(values.ravel(), kind.field(name).type)
        for name, values in fields.items()
    ]
    return pa.StructArray.from_arrays(arrays, fields=[kind.field(name) for name in fields])
