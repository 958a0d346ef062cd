"""Sums over the occurrences of each word, from texts that are read a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

N_GROUPS = 256
"""The most groups of texts."""

Ints: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float64]


class Groups:
    """Texts in at most `N_GROUPS` random groups: each its own if they are so few.

    Parameters
    ----------
    few : sequence of int, optional
        The rows of all texts in order, if they are at most `N_GROUPS`.
    """

    def __init__(self, few: Sequence[int] | None = None) -> None:
        self._few = None if few is None else np.array(few, dtype=np.int64)
        self.count = N_GROUPS if few is None else len(few)

    def of(self, rows: Ints) -> Ints:
        """The group of each of the texts in these rows."""
        if self._few is not None:
            return np.searchsorted(self._few, rows)
        # The finalizer of SplitMix64 (Steele et al. 2014): neighbouring rows get unlike groups.
        x = rows.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((x ^ (x >> np.uint64(31))) % np.uint64(N_GROUPS)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class WordSums:
    """What is known of W words in texts that are in G groups.

    Attributes
    ----------
    words : pyarrow.StringArray, length W
    documents, positive : ndarray of shape (W,)
        Texts with the word, and occurrences with a score above 0.
    group_totals, group_occurrences : sparse matrix of shape (G, W)
        The sum of the scores of a word, and how often it occurs, in each group.
    sizes : ndarray of shape (G,)
        The number of texts in each group.
    """

    words: pa.StringArray
    documents: Ints
    positive: Ints
    group_totals: csr_matrix
    group_occurrences: csr_matrix
    sizes: Ints

    @property
    def total(self) -> Floats:
        """The sum of the scores of each word, shape (W,)."""
        return np.asarray(self.group_totals.sum(axis=0)).ravel()

    @property
    def occurrences(self) -> Ints:
        """How often each word occurs, shape (W,)."""
        return np.asarray(self.group_occurrences.sum(axis=0)).ravel()

    def of(self, chosen: Ints) -> WordSums:
        """The same of some of the words."""
        return WordSums(
            words=self.words.take(pa.array(chosen)),
            documents=self.documents[chosen],
            positive=self.positive[chosen],
            group_totals=self.group_totals[:, chosen],
            group_occurrences=self.group_occurrences[:, chosen],
            sizes=self.sizes,
        )


def word_sums(batches: Iterable[pa.RecordBatch], groups: Groups) -> WordSums:
    """The sums over all words of some texts.

    Memory holds the batch and a number for every word in every group that has it, but no text.

    Parameters
    ----------
    batches : iterable of RecordBatch
        Texts with the columns ``row``, ``words`` (a list of strings) and ``scores`` (a list).
    groups : Groups
    """
    known = pa.array([], pa.string())
    documents, positive = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    totals = csr_matrix((groups.count, 0), dtype=np.float64)
    occurrences = csr_matrix((groups.count, 0), dtype=np.int64)
    sizes = np.zeros(groups.count, dtype=np.int64)
    for batch in batches:
        group = groups.of(batch.column("row").to_numpy())
        scores = batch.column("scores").flatten().to_numpy()
        known, words = _numbered(batch.column("words").flatten(), known)
        ends = np.zeros(len(group) + 1, dtype=np.int32)
        np.cumsum(batch.column("words").value_lengths().to_numpy(), out=ends[1:])
        shape = (len(group), len(known))
        in_group = csr_matrix(
            (np.ones(len(group), dtype=np.int64), (group, np.arange(len(group)))),
            shape=(groups.count, len(group)),
        )
        counts = csr_matrix((np.ones(len(words), dtype=np.int64), words, ends), shape=shape)
        sums = csr_matrix((scores, words, ends), shape=shape)
        totals.resize(groups.count, len(known))
        occurrences.resize(groups.count, len(known))
        totals += in_group @ sums
        occurrences += in_group @ counts
        positive = _added(positive, words[scores > 0], len(known))
        # A word that is several times in a text is in one text. This changes `words`, too.
        counts.sum_duplicates()
        documents = _added(documents, counts.indices, len(known))
        sizes += np.bincount(group, minlength=groups.count)
    return WordSums(known, documents, positive, totals, occurrences, sizes)


def _numbered(words: pa.StringArray, known: pa.StringArray) -> tuple[pa.StringArray, Places]:
    """The known words with those that are new at the end, and the place of each word in them."""
    encoded = words.dictionary_encode()
    is_new = pc.is_null(pc.index_in(encoded.dictionary, value_set=known))
    known = pa.concat_arrays([known, encoded.dictionary.filter(is_new)])
    places = pc.index_in(encoded.dictionary, value_set=known).to_numpy()
    return known, places[encoded.indices.to_numpy()]


def _added(counts: Ints, words: Places, n_words: int) -> Ints:
    """Counts with one more for each of the words."""
    found = np.bincount(words, minlength=n_words)
    found[: len(counts)] += counts
    return found
