"""Texts that a tokenizer reads as they are, not word by word.

Flair 0.15 gives the tokenizer the words of a text. Its main branch gives it the text itself where
only the document is embedded (``prepare_tensors`` in ``flair/embeddings/transformer.py``). A
subword can then reach over several of Flair's words; such words become one word.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flair_lig_widget.model.alignment import MergedWords, merge_words, touched_words
from flair_lig_widget.model.readers.rows import Row
from flair_lig_widget.model.readers.sentences import Reading, word_ranges_of

Places = list[tuple[int, int] | None]
"""The characters of each subword in the text that was read; None for what is not of the text."""


@dataclass(frozen=True)
class RowsOfWords:
    """The rows of some readings, and the words that their subwords belong to.

    Attributes
    ----------
    rows : list of Row
    words : list of list of (int or None)
        For each reading, and each word of its sentence, the index of the word of the text; None
        for a word that is not in the text.
    word_ranges : list of (int, int)
        Character range of each word of the text, after Flair's clean-up.
    """

    rows: list[Row]
    words: list[list[int | None]]
    word_ranges: list[tuple[int, int]]


@dataclass(frozen=True)
class Part:
    """A part of a text, which the tokenizer is given as one word.

    Attributes
    ----------
    start : int
        Where it begins.
    text : str
    """

    start: int
    text: str


def whole(text: str) -> list[Part]:
    """The text as one part."""
    return [Part(0, text)]


def between_whitespace(text: str) -> list[Part]:
    """A part for each run of characters without whitespace."""
    return [Part(found.start(), found.group()) for found in re.finditer(r"\S+", text)]


def rows_of_words(
    rows: Sequence[Row],
    *,
    parts: Sequence[Sequence[Part]],
    readings: Sequence[Reading],
    word_ranges: Sequence[tuple[int, int]],
) -> RowsOfWords:
    """Find the words of subwords by their place in the text.

    Parameters
    ----------
    rows : sequence of Row
        Whose words are the parts of the text.
    parts : sequence of sequences of Part
        For each reading those of its sentence.
    readings : sequence of Reading
    word_ranges : sequence of (int, int)
        Character range of each word of the text, after Flair's clean-up.
    """
    places = [_places(row, parts[row.reading]) for row in rows]
    touched: list[list[int]] = []
    for row, places_of_row in zip(rows, places, strict=True):
        touched += _words_touched(places_of_row, readings[row.reading])
    merged = merge_words(word_ranges, touched)
    found = [
        _in_words(row, places_of_row, readings[row.reading], merged)
        for row, places_of_row in zip(rows, places, strict=True)
    ]
    words = [[_merged_word(word, merged) for word in reading.words] for reading in readings]
    return RowsOfWords(found, words, merged.ranges)


def _places(row: Row, parts: Sequence[Part]) -> Places:
    """Where in the text each subword of a row is."""
    return [
        None if part is None else (parts[part].start + start, parts[part].start + end)
        for part, (start, end) in zip(row.word_ids, row.offsets, strict=True)
    ]


def _words_touched(places: Places, reading: Reading) -> list[list[int]]:
    """The words of the text that each subword shares characters with."""
    ranges = word_ranges_of(reading.sentence)
    touched = [touched_words(place, ranges) for place in places if place is not None]
    return [
        [word for word in reading.words[each.start : each.stop] if word is not None]
        for each in touched
    ]


def _in_words(row: Row, places: Places, reading: Reading, merged: MergedWords) -> Row:
    """The row with the word of the sentence that each subword is part of.

    Of words that were merged it is the first.
    """
    ranges = word_ranges_of(reading.sentence)
    first: dict[int | None, int] = {}
    for index, word in reversed(list(enumerate(reading.words))):
        first[_merged_word(word, merged)] = index
    word_ids: list[int | None] = []
    offsets: list[tuple[int, int]] = []
    for place in places:
        if place is None:
            word_ids.append(None)
            offsets.append((0, 0))
            continue
        index = touched_words(place, ranges)[0]
        word = _merged_word(reading.words[index], merged)
        index = index if word is None else first[word]
        start, _ = ranges[index]
        word_ids.append(index)
        offsets.append((max(place[0] - start, 0), max(place[1] - start, 0)))
    return dataclasses.replace(row, word_ids=word_ids, offsets=offsets)


def _merged_word(word: int | None, merged: MergedWords) -> int | None:
    return None if word is None else merged.index[word]
