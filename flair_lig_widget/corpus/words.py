"""The words of a corpus: what each contributes to a label, and every place where it occurs."""

from __future__ import annotations

import math
import operator

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.compute as pc

from flair_lig_widget.corpus.filters import Filter, has_word, storable
from flair_lig_widget.corpus.intervals import intervals
from flair_lig_widget.corpus.queries import Queries
from flair_lig_widget.corpus.texts import check_limit, frame, predicted_in_sql
from flair_lig_widget.corpus.word_sums import N_GROUPS, Groups, Ints, WordSums, word_sums
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import positive_int

ORDERS = ("total", "mean")
_READ_AT_ONCE = 10_000_000
"""About how many characters of texts are in memory at once."""


def largest_score(queries: Queries) -> float:
    """The largest absolute score of a word; 0 if there is no word."""
    (largest,) = queries.row(
        "SELECT max(abs(w.score)) FROM (SELECT unnest(words) AS w FROM {texts})"
    )
    return largest or 0.0


def words(
    queries: Queries,
    label: str,
    *,
    min_documents: int,
    fold_case: bool,
    filter: Filter,
    order: str,
    limit: int | None,
) -> pandas.DataFrame:
    """The frame of `Corpus.words`."""
    if order not in ORDERS:
        raise ValueError(f"unknown order {shown(order)}; use {', '.join(ORDERS)}")
    fewest, most = positive_int("min_documents", min_documents), check_limit(limit)
    condition, values = filter.to_sql()
    source = f"FROM {{texts}} WHERE target = $label AND {condition}"
    values["label"] = storable(label)
    n_texts, *means, length = queries.row(
        f"SELECT count(*), avg(value), avg(baseline_value), avg(residual), avg(len(text)) {source}",
        **values,
    )
    batches = queries.batches(
        f"SELECT row, [{'lower(w.text)' if fold_case else 'w.text'} for w in words] AS words, "
        f"[w.score for w in words] AS scores {source}",
        size=math.ceil(_READ_AT_ONCE / (length or 1)),
        **values,
    )
    few = None
    if n_texts <= N_GROUPS:
        few = [row for (row,) in queries.rows(f"SELECT row {source} ORDER BY row", **values)]
    sums = word_sums(batches, Groups(few))
    enough = sums.of(np.flatnonzero(sums.documents >= fewest))
    found = _frame(enough.of(_order(enough, order)[:most]), n_texts)
    found.attrs = {"n_texts": n_texts, "n_words": len(enough.words)}
    for name, mean in zip(("value", "baseline_value", "residual"), means, strict=True):
        found.attrs[name] = math.nan if mean is None else mean
    return found


def _order(sums: WordSums, order: str) -> Ints:
    """The places of the words, the largest absolute total or mean first, then by the alphabet."""
    size = np.abs(sums.total if order == "total" else sums.total / sums.occurrences)
    table = pa.table({"size": size, "word": sums.words})
    by = [("size", "descending"), ("word", "ascending")]
    return np.asarray(pc.sort_indices(table, sort_keys=by)).astype(np.int64)


def _frame(sums: WordSums, n_texts: int) -> pandas.DataFrame:
    """A row for each word, in their order."""
    ends = intervals(sums)
    words = sums.words.to_numpy(zero_copy_only=False)
    return pandas.DataFrame(
        {
            "word": pandas.Series(words, dtype="object"),
            "total": sums.total / max(n_texts, 1),
            "low": ends.total[0],
            "high": ends.total[1],
            "mean": sums.total / sums.occurrences,
            "mean_low": ends.mean[0],
            "mean_high": ends.mean[1],
            "occurrences": sums.occurrences,
            "documents": sums.documents,
            "positive": sums.positive / sums.occurrences,
        }
    )


def concordance(
    queries: Queries,
    word: str,
    label: str,
    *,
    multi_label: bool,
    limit: int | None,
    fold_case: bool,
    filter: Filter,
    width: int,
) -> pandas.DataFrame:
    """The frame of `Corpus.concordance`."""
    most = check_limit(limit)
    if operator.index(width) < 0:
        raise ValueError(f"width={width} is negative; give 0 or more")
    condition, values = filter.to_sql()
    is_sought = has_word("$sought", fold_case=fold_case)
    same = "lower(w.text) = lower($sought)" if fold_case else "w.text = $sought"
    values |= {"label": storable(label), "sought": storable(word)}
    occurrences = (
        f"FROM (SELECT *, unnest(words) AS w FROM {{texts}} "
        f"WHERE target = $label AND {condition} AND {is_sought}) WHERE {same}"
    )
    (n_occurrences,) = queries.row(f"SELECT count(*) {occurrences}", **values)
    found = frame(
        queries.table(
            "SELECT id, text, w.text AS word, w.score AS score, w.start AS start, w.end AS end, "
            f"gold, {predicted_in_sql(multi_label)} AS predicted {occurrences} "
            "ORDER BY abs(score) DESC, row, start LIMIT $most",
            **values,
            most=most,
        )
    )
    places = list(zip(found.pop("text"), found["start"], found["end"], strict=True))
    for name, position, characters in (
        ("before", 1, [text[max(0, start - width) : start] for text, start, _ in places]),
        ("after", 3, [text[end : end + width] for text, _, end in places]),
    ):
        found.insert(position, name, pandas.Series(characters, dtype="object"))
    found.attrs = {"occurrences": n_occurrences}
    return found
