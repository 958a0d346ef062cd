"""The answers that a page without a kernel has: the best words, where they occur, and the texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from flair_lig_widget.corpus.sample import attributions, strongest_occurrences
from flair_lig_widget.corpus.store import Corpus
from flair_lig_widget.frontend.corpus_query import Query
from flair_lig_widget.frontend.corpus_wire import occurrences, text_row, words
from flair_lig_widget.frontend.wire import state_of
from flair_lig_widget.result.attribution import Attribution

MOST_WORDS, MOST_OCCURRENCES, FIRST_TEXTS, MOST_TEXTS = 50, 20, 100, 1000
"""Words a label, occurrences a word, texts from the start of the list, and texts in all."""


def words_of_labels(corpus: Corpus) -> list[dict[str, Any]]:
    """The answer about the words of each label, over all texts."""
    return [words(corpus, Query(label=label)) for label in corpus.labels]


def snapshot(
    corpus: Corpus,
    answers: Sequence[Mapping[str, Any]],
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """What can be looked at without a kernel.

    The texts are the first of the list, which are errors, and those in which the words occur, the
    strongest occurrences of each word first.

    Parameters
    ----------
    corpus : Corpus
    answers : sequence of dict
        As `words_of_labels` returns them.
    cancelled : callable
        Asked often; once it says yes, the snapshot is empty.
    """
    best = [_best(answer) for answer in answers]
    concordances: list[dict[str, Any]] = []
    for answer in best:
        if cancelled():
            return {}
        concordances += _concordances(corpus, answer)
    rows = corpus.texts(sort="errors", limit=FIRST_TEXTS)
    gold_of = {row["id"]: row["gold"] for row in rows if row["error"] is None}
    for line in _by_rank(concordances):
        gold_of.setdefault(line["id"], line["gold"])
    listed = {row["id"] for row in rows}
    states: dict[str, dict[str, Any]] = {}
    others = []
    for id, attribution in attributions(corpus, list(gold_of)[:MOST_TEXTS]):
        if cancelled():
            return {}
        states[id] = state_of(attribution)
        if id not in listed:
            others.append(_row(id, gold_of[id], attribution))
    rows += sorted(others, key=_errors_first)
    common = _common(list(states.values()))
    return {
        "words": best,
        "concordances": concordances,
        "found": {
            "query": Query().of_texts(),
            "sentence": _sentence(len(rows), len(corpus)),
            "total": len(rows),
            "first": 0,
            "rows": [text_row(row, corpus) for row in rows],
        },
        "states": {
            id: {name: value for name, value in state.items() if name not in common}
            for id, state in states.items()
        },
        "common": common,
    }


def _best(answer: Mapping[str, Any]) -> dict[str, Any]:
    rows = answer["rows"][:MOST_WORDS]
    return {**answer, "rows": rows, "more": answer["more"] + len(answer["rows"]) - len(rows)}


def _concordances(corpus: Corpus, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The strongest occurrences of each of the words."""
    label = answer["query"]["label"]
    total_of = {row["word"]: int(row["occurrences"].replace(",", "")) for row in answer["rows"]}
    found = strongest_occurrences(corpus, list(total_of), label, limit=MOST_OCCURRENCES)
    return [
        occurrences(Query(label=label, word=word), found[word], total, corpus.scale)
        for word, total in total_of.items()
    ]


def _by_rank(concordances: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The strongest occurrence of each word, then the second of each, and so on."""
    for same_rank in zip_longest(*(each["rows"] for each in concordances)):
        yield from filter(None, same_rank)


def _row(id: str, gold: str | None, a: Attribution) -> dict[str, Any]:
    """A text as `Corpus.texts` returns it."""
    return {
        "id": id,
        "gold": gold,
        "text": a.text,
        "predicted": list(a.predicted),
        "probability": a.prediction[a.target],
        "target": a.target,
        "error": None,
        "words": [{"start": w.start, "end": w.end, "score": w.score} for w in a.words()],
    }


def _errors_first(row: Mapping[str, Any]) -> tuple[bool, float]:
    is_wrong = row["gold"] is not None and row["gold"] not in row["predicted"]
    return not is_wrong, -row["probability"]


def _common(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is equal in all states."""
    if not states:
        return {}
    first, *others = states
    return {
        name: value
        for name, value in first.items()
        if all(other[name] == value for other in others)
    }


def _sentence(n_rows: int, n_texts: int) -> str:
    if n_rows == n_texts:
        return f"{n_texts:,} text{'' if n_texts == 1 else 's'}"
    return f"{n_rows:,} of {n_texts:,} texts: the first, and those with the strongest words"
