"""One list of tokens for a text that the encoder reads in several rows.

A long text is split into windows that overlap, TARS reads the text once for each label, and the
texts of a pair can be read one by one. Each time that a text is read is a *reading*; a reading has
one or more rows, its windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flair_lig_widget.model.alignment import align
from flair_lig_widget.model.readers.rows import Row
from flair_lig_widget.result.tokens import Token


@dataclass(frozen=True)
class MergedRows:
    """The tokens of a text, and the positions of the encoder's input that hold them.

    Attributes
    ----------
    tokens : tuple of Token, length T
        Each subword of the text once. If there is only one reading, what does not move as well.
    token_of_position : list of int, length P
        The index of the token at each position, row after row; -1 for a position without one.
    is_truncated : bool
        Whether a part of the text is in no row.
    """

    tokens: tuple[Token, ...]
    token_of_position: list[int]
    is_truncated: bool


class _Cell(NamedTuple):
    """A position in the encoder's input."""

    row: int
    column: int


class _Key(NamedTuple):
    """A subword of the text: its word, and its number within the word."""

    word: int
    number: int


@dataclass(frozen=True)
class _Subword:
    """One subword of a reading.

    Attributes
    ----------
    cells : list of _Cell
        Where it is: one cell per window that contains it.
    key : _Key or None
        Which subword of the text it is; None if it belongs to the words around the text.
    """

    cells: list[_Cell]
    key: _Key | None


@dataclass(frozen=True)
class _Reading:
    """The rows of one reading, in the order of the text, and its subwords.

    Attributes
    ----------
    row_indexes : list of int
    subwords : list of _Subword
    words : sequence of int or None
        For each word that was tokenised, the word of the text.
    """

    row_indexes: list[int]
    subwords: list[_Subword]
    words: Sequence[int | None]

    @property
    def subwords_of_text(self) -> list[_Subword]:
        """The subwords without those of the words around the text."""
        return [subword for subword in self.subwords if subword.key is not None]


def merge_rows(
    rows: Sequence[Row],
    *,
    words: Sequence[Sequence[int | None]],
    stride: int,
    truncation_side: str,
    word_ranges: Sequence[tuple[int, int]],
    original: Sequence[int],
) -> MergedRows:
    """Merge the rows of a text into one list of tokens.

    Parameters
    ----------
    rows : sequence of Row
        All rows of all readings.
    words : sequence of sequences of int or None
        For each reading, and each word that was tokenised, the index of the word of the text; None
        for a word that is not in the text.
    stride : int
        Number of subwords that a window shares with the window before it.
    truncation_side : str
        ``"left"`` if the tokenizer keeps the end of a text, so that windows start there.
    word_ranges, original
        As for `align`.
    """
    readings = [
        _read(
            rows,
            [i for i, row in enumerate(rows) if row.reading == number],
            stride=stride,
            truncation_side=truncation_side,
            words=words[number],
        )
        for number in dict.fromkeys(row.reading for row in rows)
    ]
    fullest = _fullest_of_same_words(readings)
    tokens: list[Token] = []
    cells: list[_Cell] = []
    is_truncated = False
    for reading in fullest:
        if len(readings) == 1:
            found = _with_special_tokens(rows, reading)
        else:
            found = [subword.cells[0] for subword in reading.subwords_of_text]
        was_cut = any(rows[i].is_truncated for i in reading.row_indexes)
        word_ids = [rows[cell.row].word_ids[cell.column] for cell in found]
        tokens += align(
            subwords=[rows[cell.row].subwords[cell.column] for cell in found],
            words=[None if word is None else reading.words[word] for word in word_ids],
            offsets=[rows[cell.row].offsets[cell.column] for cell in found],
            word_ranges=word_ranges,
            original=original,
            truncated_side=truncation_side if was_cut else None,
        )
        cells += found
        is_truncated |= was_cut
    return MergedRows(
        tuple(tokens), _token_of_position(rows, readings, fullest, cells), is_truncated
    )


def _fullest_of_same_words(readings: Sequence[_Reading]) -> list[_Reading]:
    """Of the readings of the same words, the one that has most of them."""
    fullest: dict[frozenset[int | None], _Reading] = {}
    for reading in readings:
        words = frozenset(reading.words) - {None}
        best = fullest.setdefault(words, reading)
        if len(reading.subwords_of_text) > len(best.subwords_of_text):
            fullest[words] = reading
    return list(fullest.values())


def _read(
    rows: Sequence[Row],
    row_indexes: list[int],
    *,
    stride: int,
    truncation_side: str,
    words: Sequence[int | None],
) -> _Reading:
    """Find the subwords of one reading; parameters are those of `merge_rows`."""
    kept_end = truncation_side == "left"
    if kept_end:
        row_indexes = row_indexes[::-1]
    cells = _cells_of_subwords(rows, row_indexes, stride)
    word_ids = [rows[row].word_ids[column] or 0 for (row, column), *_ in cells]
    # Truncated readings agree at the end of the text that is kept, so numbers count from there.
    if kept_end:
        numbers = _numbers_within_word(word_ids[::-1])[::-1]
    else:
        numbers = _numbers_within_word(word_ids)
    subwords: list[_Subword] = []
    for cells_of_subword, word_id, number in zip(cells, word_ids, numbers, strict=True):
        word = words[word_id]
        subwords.append(_Subword(cells_of_subword, None if word is None else _Key(word, number)))
    return _Reading(row_indexes, subwords, words)


def _cells_of_subwords(
    rows: Sequence[Row], row_indexes: Sequence[int], stride: int
) -> list[list[_Cell]]:
    """For each subword of overlapping windows the cells that hold it, in the order of the text."""
    cells: list[list[_Cell]] = []
    for row in row_indexes:
        number = max(len(cells) - stride, 0)  # the window repeats the last subwords so far
        for column in rows[row].columns_of_words:
            if number == len(cells):
                cells.append([])
            cells[number].append(_Cell(row, column))
            number += 1
    return cells


def _numbers_within_word(words: Sequence[int]) -> list[int]:
    """For each subword how many subwords of its word come before it."""
    counts: dict[int, int] = {}
    numbers: list[int] = []
    for word in words:
        numbers.append(counts.get(word, 0))
        counts[word] = numbers[-1] + 1
    return numbers


def _with_special_tokens(rows: Sequence[Row], reading: _Reading) -> list[_Cell]:
    """The first cell of each subword, with the special tokens before and after them."""
    first, last = reading.row_indexes[0], reading.row_indexes[-1]
    n_first, n_last = len(rows[first].subwords), len(rows[last].subwords)
    start = min(rows[first].columns_of_words, default=n_first)
    end = max(rows[last].columns_of_words, default=n_last) + 1
    before = [_Cell(first, column) for column in range(start)]
    after = [_Cell(last, column) for column in range(end, n_last)]
    return [*before, *(subword.cells[0] for subword in reading.subwords), *after]


def _token_of_position(
    rows: Sequence[Row],
    readings: Sequence[_Reading],
    fullest: Sequence[_Reading],
    cells: Sequence[_Cell],
) -> list[int]:
    """The token at each position, where ``cells`` are those of the tokens; see `MergedRows`."""
    token_of_cell = {cell: token for token, cell in enumerate(cells)}
    token_of_key = {
        subword.key: token_of_cell[subword.cells[0]]
        for reading in fullest
        for subword in reading.subwords_of_text
    }
    for reading in readings:
        for subword in reading.subwords_of_text:
            for cell in subword.cells:
                token_of_cell[cell] = token_of_key[subword.key]
    positions = [
        _Cell(row, column) for row in range(len(rows)) for column in range(len(rows[row].subwords))
    ]
    return [token_of_cell.get(cell, -1) for cell in positions]
