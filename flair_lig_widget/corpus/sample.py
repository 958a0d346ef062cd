"""What a page keeps of a corpus: the occurrences of many words, and many texts, in a query each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flair_lig_widget.corpus.columns import attribution_of
from flair_lig_widget.corpus.filters import storable
from flair_lig_widget.corpus.store import Corpus
from flair_lig_widget.result.attribution import Attribution

_TEXTS_READ = 100
"""Texts that are in memory at once."""


def strongest_occurrences(
    corpus: Corpus, words: Sequence[str], label: str, *, limit: int, width: int = 40
) -> dict[str, list[dict[str, Any]]]:
    """The occurrences of each word that have the largest absolute scores, largest first.

    They are those of `Corpus.concordance` for one word after another.

    Parameters
    ----------
    corpus : Corpus
    words : sequence of str
    label : str
        The label that is explained.
    limit : int
        The most for a word.
    width : int
        Characters before and after the word.

    Returns
    -------
    dict of str to list of dict
        For each word its occurrences, with the columns of `Corpus.concordance`; ``predicted`` is
        always a list.
    """
    found: dict[str, list[dict[str, Any]]] = {word: [] for word in words}
    chosen = corpus.queries.table(
        "WITH occurring AS ("
        "SELECT row, unnest(words) AS w FROM {texts} WHERE target = $label"
        "), strongest AS ("
        "SELECT row, w FROM occurring WHERE list_contains($words, w.text) "
        "QUALIFY row_number() OVER "
        "(PARTITION BY w.text ORDER BY abs(w.score) DESC, row, w.start) <= $limit"
        ") SELECT id, text, gold, predicted, w.text AS word, w.score AS score, w.start AS start, "
        'w."end" AS end FROM strongest JOIN {texts} USING (row) '
        "ORDER BY abs(w.score) DESC, row, w.start",
        label=storable(label),
        words=[storable(word) for word in words],
        limit=limit,
    )
    for row in chosen.to_pylist():
        text, start, end = row.pop("text"), row["start"], row["end"]
        around = {"before": text[max(0, start - width) : start], "after": text[end : end + width]}
        found[row["word"]].append({**row, **around})
    return found


def attributions(corpus: Corpus, ids: Sequence[str]) -> Iterator[tuple[str, Attribution]]:
    """The ids and attributions of some texts that were explained, in the order of the input."""
    found = corpus.queries.batches(
        "SELECT * FROM {texts} WHERE list_contains($ids, id) ORDER BY row",
        size=_TEXTS_READ,
        ids=list(ids),
    )
    for batch in found:
        for row in batch.to_pylist():
            yield row["id"], attribution_of(row, corpus.manifest)
