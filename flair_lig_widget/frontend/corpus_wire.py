"""The answers about a corpus as the front end draws them; every number is formatted here.

`js/corpus/model.d.ts` describes the same shapes for JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.corpus.store import Corpus
from flair_lig_widget.frontend.corpus_query import WINDOW, Query
from flair_lig_widget.result.summary import amount, number, percent
from flair_lig_widget.result.units import VALUE, isolated

MIN_DOCUMENTS = 5
"""Words in fewer texts are left out: too little is known of them."""

_MOST_WORDS, _MOST_OCCURRENCES = 200, 200
"""How many are sent at once."""

_LONGEST = 1000
"""Characters of a text in the list of texts; the rest is left out."""

_WORD_DIGITS, _SCORE_DIGITS = 3, 4
_EXPLAINED = {"predicted": "the predicted label", "gold": "the gold label"}


def overview(corpus: Corpus) -> dict[str, Any]:
    """What is known of the corpus as a whole."""
    matrix = corpus.confusion()
    return {
        "sentence": _sentence(corpus),
        "labels": list(corpus.labels),
        "multi_label": corpus.multi_label,
        "has_gold": corpus.has_gold,
        "explained": _explained(corpus),
        "unit": corpus.unit,
        "matrix": None
        if matrix.empty
        else {
            "gold": list(matrix.index),
            "predicted": list(matrix.columns),
            "counts": matrix.to_numpy().tolist(),
        },
        "n_texts": len(corpus),
        "n_failed": corpus.n_failed,
        "shortcuts": [
            {
                "word": row["word"],
                "label": row["label"],
                "mean": number(row["mean"], _WORD_DIGITS, "+"),
                "documents": int(row["documents"]),
                "reason": row["reason"],
            }
            for row in corpus.shortcuts(min_documents=MIN_DOCUMENTS).to_dict("records")
        ],
    }


def words(corpus: Corpus, query: Query, *, most: int = _MOST_WORDS) -> dict[str, Any]:
    """The words of a label, the largest first.

    Bars and the ends of their intervals are fractions of the largest that is shown, so that words
    for the label and against it are on one scale.
    """
    frame = corpus.words(
        query.label,
        min_documents=MIN_DOCUMENTS,
        fold_case=query.fold_case,
        filter=query.filter(),
        order=query.order,
        limit=most,
    )
    rows = frame.to_dict("records")
    totals = _scaled(rows, "total", "low", "high")
    means = _scaled(rows, "mean", "mean_low", "mean_high")
    found = [
        {
            "word": row["word"],
            **dict(zip(("bar", "low", "high"), total, strict=True)),
            **dict(zip(("mean_bar", "mean_low", "mean_high"), mean, strict=True)),
            "total": number(row["total"], _WORD_DIGITS, "+"),
            "interval": _interval(row["low"], row["high"]),
            "mean": number(row["mean"], _WORD_DIGITS, "+"),
            "mean_interval": _interval(row["mean_low"], row["mean_high"]),
            "documents": f"{row['documents']:,}",
            "occurrences": f"{row['occurrences']:,}",
            "positive": percent(row["positive"]),
        }
        for row, total, mean in zip(rows, totals, means, strict=True)
    ]
    return {
        "query": query.of_words(),
        "sentence": _about_words(frame.attrs, query, corpus.unit),
        "rows": found,
        "more": frame.attrs["n_words"] - len(found),
    }


def concordance(corpus: Corpus, query: Query, *, most: int = _MOST_OCCURRENCES) -> dict[str, Any]:
    """The occurrences of a word in the texts that are explained for a label, the largest first."""
    frame = corpus.concordance(
        query.word or "",
        query.label,
        limit=most,
        fold_case=query.fold_case,
        filter=query.filter(),
    )
    rows = frame.to_dict("records")
    if not corpus.multi_label:
        rows = [{**row, "predicted": [row["predicted"]]} for row in rows]
    return occurrences(query, rows, frame.attrs["occurrences"], corpus.scale)


def occurrences(
    query: Query, rows: Sequence[Mapping[str, Any]], total: int, scale: float
) -> dict[str, Any]:
    """The answer about the occurrences of a word.

    Parameters
    ----------
    query : Query
    rows : sequence of dict
        With the columns of `Corpus.concordance`; ``predicted`` is a list.
    total : int
        How many occurrences there are.
    scale : float
        That of the corpus.
    """
    part = f", {len(rows):,} shown" if len(rows) < total else ""
    return {
        "query": query.of_concordance(),
        "sentence": (
            f"{total:,} occurrence{'' if total == 1 else 's'} of “{isolated(query.word or '')}” in "
            f"texts explained for {isolated(query.label)}{part}"
        ),
        "rows": [
            {
                **{name: row[name] for name in ("id", "gold", "before", "word", "after")},
                "predicted": list(row["predicted"]),
                "score": number(row["score"], _SCORE_DIGITS, "+"),
                "strength": strength(row["score"], scale),
            }
            for row in rows
        ],
    }


def found(corpus: Corpus, query: Query) -> dict[str, Any]:
    """The texts that pass the filter: a window of them, and how many there are."""
    texts = query.filter(word=query.word)
    total = corpus.count(texts)
    rows = corpus.texts(sort=query.sort, filter=texts, limit=WINDOW, offset=query.first)
    return {
        "query": query.of_texts(),
        "sentence": texts.describe(total),
        "total": total,
        "first": min(query.first, total),
        "rows": [text_row(row, corpus) for row in rows],
    }


def text_row(row: Mapping[str, Any], corpus: Corpus) -> dict[str, Any]:
    """A text in a list, from its row of `Corpus.texts`."""
    form = amount if corpus.manifest.request["output"] == VALUE else percent
    predicted, gold, probability = row["predicted"] or [], row["gold"], row["probability"]
    is_known = gold is not None and row["error"] is None
    return {
        "id": row["id"],
        "gold": gold,
        "predicted": list(predicted),
        "right": gold in predicted if is_known else None,
        "probability": "" if probability is None else form(probability),
        "target": row["target"] or "",
        "error": row["error"],
        "text": _coloured(row["text"] or "", row["words"] or [], corpus.scale),
    }


def strength(score: float, scale: float) -> float:
    """A score as a fraction of the largest of the corpus."""
    return round(score / scale, 3) if scale else 0.0


def _sentence(corpus: Corpus) -> str:
    """What was explained, and how good the model is on it."""
    n_done, n_texts = len(corpus), corpus.manifest.n_texts
    parts = [f"{corpus.n_explained:,} text{'' if corpus.n_explained == 1 else 's'} explained"]
    n_right = corpus.count(Filter(only="right"))
    n_known = n_right + corpus.count(Filter(only="wrong"))
    if n_known:
        parts.append(f"{n_right:,} of {n_known:,} predicted rightly ({percent(n_right / n_known)})")
    if corpus.n_failed:
        parts.append(f"{corpus.n_failed:,} could not be explained")
    if n_done < n_texts:
        parts.append(f"{n_texts - n_done:,} still to be explained")
    return f"{', '.join(parts)}."


def _explained(corpus: Corpus) -> str:
    """F in words."""
    target, contrast = corpus.manifest.target, corpus.manifest.request["contrast"]
    if corpus.manifest.request["output"] == VALUE:
        return f"the value of {isolated(corpus.labels[0])}"
    minus = "" if contrast is None else f" minus that of {isolated(contrast)}"
    return f"the {corpus.unit} of {_EXPLAINED.get(target) or isolated(target)}{minus}"


def _about_words(account: Mapping[str, Any], query: Query, unit: str) -> str:
    """Which texts the words are of, and what the totals of all words sum to."""
    n_texts = account["n_texts"]
    texts = query.filter(target=query.label).describe(n_texts)
    if n_texts == 0:
        return texts
    value, baseline_value, delta = (
        number(account[name], _WORD_DIGITS) for name in ("value", "baseline_value", "residual")
    )
    return (
        f"{texts}. Mean f(x) {value}, mean f(x′) {baseline_value}, mean delta {delta} {unit}. "
        f"Words that occur in fewer than {MIN_DOCUMENTS} of these texts are left out."
    )


def _scaled(rows: Sequence[Mapping[str, Any]], *names: str) -> list[list[float]]:
    """The columns of each row as fractions of the largest absolute number of all."""
    largest = max((abs(row[name]) for row in rows for name in names), default=0.0)
    return [[strength(row[name], largest) for name in names] for row in rows]


def _interval(low: float, high: float) -> str:
    return f"{number(low, _WORD_DIGITS, '+')} to {number(high, _WORD_DIGITS, '+')}"


def _coloured(
    text: str, words: Sequence[Mapping[str, Any]], scale: float
) -> list[tuple[str, float]]:
    """The text in parts with their strengths; its end is left out if it is long."""
    parts: list[tuple[str, float]] = []
    position = 0
    for word in words:
        if word["end"] > _LONGEST:
            break
        parts.append((text[position : word["start"]], 0.0))
        parts.append(
            (text[max(position, word["start"]) : word["end"]], strength(word["score"], scale))
        )
        position = max(position, word["end"])
    rest = text[position:]
    parts.append((rest if len(text) <= _LONGEST else f"{text[position:_LONGEST]}…", 0.0))
    return [(part, size) for part, size in parts if part]
