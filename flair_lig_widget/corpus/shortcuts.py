"""Words that a model may have learnt in place of the content of its texts: a list to look at.

A word is in the list of a label if

- it is in at least five texts that were explained for the label (``min_documents``);
- its mean score there is at least twice the mean absolute score of a word (`LARGE`);
- at least 80 % of the texts with it have the label (`FEW_LABELS`), and more than of all texts: the
  gold label, or the predicted one where no gold label is known;
- a person would not call it content. It is punctuation or a number; or a name, which is nearly
  always (90 %, `NEARLY_ALL`) capitalised inside sentences; or boilerplate, which is nearly always
  among the first or last three words of texts of at least twelve, or between the same two words.

Being in the list is no proof. A name may be what a text is about, and in a language or a headline
style that capitalises more than names, the third reason says little. A shortcut that is an ordinary
word at changing places is not found. Open a few of the texts, and take the word away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas

from flair_lig_widget.corpus.queries import Queries
from flair_lig_widget.corpus.texts import check_limit
from flair_lig_widget.result.request import positive_int
from flair_lig_widget.result.summary import percent
from flair_lig_widget.result.units import isolated

LARGE = 2.0
"""A mean is large if it is so many times the mean absolute score of the label's occurrences."""

FEW_LABELS = 0.8
"""The share of a word's texts that have the label."""

NEARLY_ALL = 0.9
"""The share of occurrences that are capitalised, at one place or between the same words."""

EDGE = 3
"""Words from the start or the end of a text that count as one place."""

LONG = 4 * EDGE
"""Words of a text in which start and end are places."""

_COLUMNS = ("word", "label", "total", "mean", "documents", "share", "reason")

_SQL = """
WITH all_sums AS MATERIALIZED (
    SELECT target, w.text AS word, count(*) AS n, sum(w.score) AS total, sum(abs(w.score)) AS size
    FROM (SELECT target, unnest(words) AS w FROM {texts} WHERE target IS NOT NULL)
    GROUP BY ALL
),
labels AS (
    SELECT target, sum(size) / sum(n) AS typical FROM all_sums GROUP BY target
),
large AS MATERIALIZED (
    SELECT target AS label, word, n, total, total / n AS mean
    FROM all_sums JOIN labels USING (target)
    WHERE n >= $fewest AND total / n >= $large * typical
),
small_letters AS (
    SELECT word, CAST(sum(n) AS BIGINT) AS n FROM all_sums
    WHERE left(word, 1) <> upper(left(word, 1))
    AND word IN (SELECT lower(left(word, 1)) || substring(word, 2) FROM large)
    GROUP BY word
),
places AS (
    SELECT row, target, text, len(words) AS n_words, sentence_starts,
        CASE WHEN gold IS NULL THEN predicted ELSE [gold] END AS own,
        unnest(range(len(words))) AS place, unnest(words) AS w
    FROM {texts} WHERE target IS NOT NULL
),
found AS MATERIALIZED (
    SELECT large.label, large.word, row, target, n_words, place,
        list_contains(own, large.label) AS is_own,
        list_contains(sentence_starts, w.start) AS begins,
        split_part(trim(substring(text, greatest(1, w.start - 39), least(w.start, 40))), ' ', -1)
            AS before,
        split_part(trim(substring(text, w.end + 1, 40)), ' ', 1) AS after
    FROM places JOIN large ON large.word = places.w.text
),
counted AS (
    SELECT label, word, count(*) AS n_places,
        count(DISTINCT row) AS all_documents,
        count(DISTINCT row) FILTER (is_own) AS own_documents,
        count(DISTINCT row) FILTER (target = label) AS documents,
        count(*) FILTER (NOT begins) AS inside,
        count(*) FILTER (n_words >= $long) AS in_long,
        count(*) FILTER (n_words >= $long AND place < $edge) AS at_start,
        count(*) FILTER (n_words >= $long AND place >= n_words - $edge) AS at_end
    FROM found GROUP BY ALL
),
between AS (
    SELECT label, word, max(n) AS n, arg_max(before, n) AS before, arg_max(after, n) AS after
    FROM (SELECT label, word, before, after, count(*) AS n FROM found GROUP BY ALL)
    GROUP BY label, word
),
texts_of AS (
    SELECT target AS label, count(*) AS n_texts FROM {texts} WHERE target IS NOT NULL GROUP BY ALL
),
usual AS (
    SELECT label, count(*) / (SELECT sum(n_texts) FROM texts_of) AS share
    FROM (
        SELECT unnest(CASE WHEN gold IS NULL THEN predicted ELSE [gold] END) AS label
        FROM {texts} WHERE target IS NOT NULL
    ) GROUP BY label
)
SELECT word, label, large.total / n_texts AS total, mean, documents,
    own_documents / all_documents AS share, inside, coalesce(small_letters.n, 0) AS small,
    in_long, at_start, at_end, n_places, between.n AS between, before, after
FROM counted JOIN large USING (label, word) JOIN between USING (label, word)
    JOIN texts_of USING (label) JOIN usual USING (label)
    LEFT JOIN small_letters
    ON small_letters.word = lower(left(counted.word, 1)) || substring(counted.word, 2)
WHERE documents >= $fewest AND own_documents >= $few_labels * all_documents
    AND own_documents > usual.share * all_documents
ORDER BY total DESC, word, label
"""


def find_shortcuts(queries: Queries, *, min_documents: int, limit: int | None) -> pandas.DataFrame:
    """The frame of `Corpus.shortcuts`."""
    fewest, most = positive_int("min_documents", min_documents), check_limit(limit)
    found = queries.table(
        _SQL, fewest=fewest, large=LARGE, few_labels=FEW_LABELS, long=LONG, edge=EDGE
    )
    rows = []
    for row in found.to_pylist():
        row["reason"] = ", ".join(_reasons(row, fewest))
        if row["reason"]:
            rows.append({name: row[name] for name in _COLUMNS})
    text = ("word", "label", "reason")
    kinds = {name: "object" if name in text else "float64" for name in _COLUMNS}
    kinds["documents"] = "int64"
    return pandas.DataFrame(rows[:most], columns=list(_COLUMNS)).astype(kinds)


def _reasons(row: Mapping[str, Any], fewest: int) -> Iterator[str]:
    """Why a person would not call the word content; `Corpus.shortcuts` has the criteria."""
    word = row["word"]
    if not any(character.isalnum() for character in word):
        yield "punctuation or a symbol"
    elif not any(character.isalpha() for character in word):
        yield "a number"
    elif word[0].isupper() and _nearly_all(row["inside"], row["inside"] + row["small"], fewest):
        yield "a name: capitalised inside sentences"
    for place in ("start", "end"):
        count = row[f"at_{place}"]
        if _nearly_all(count, row["in_long"], fewest):
            yield f"at the {place} of the text in {percent(count / row['in_long'])} of places"
    if _nearly_all(row["between"], row["n_places"], fewest):
        before, after = (f"“{isolated(row[side])}”" for side in ("before", "after"))
        if not row["before"]:
            yield f"at the very start of the text, before {after}"
        elif not row["after"]:
            yield f"at the very end of the text, after {before}"
        else:
            yield f"between {before} and {after}"


def _nearly_all(part: int, whole: int, fewest: int) -> bool:
    return whole >= fewest and part >= NEARLY_ALL * whole
