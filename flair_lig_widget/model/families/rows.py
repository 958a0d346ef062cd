"""Where the subwords of an encoder's input stand in the text: windows, labels, slow tokenizers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flair_lig_widget.tokens import Token, align, locate


@dataclass(frozen=True)
class Row:
    """One row of an encoder's input.

    Attributes
    ----------
    subwords : sequence of str
        One a position, special tokens and padding included.
    word_ids : sequence of int or None
        Which of the words given to the tokenizer each belongs to; None for what it added.
    offsets : sequence of (int, int)
        Character range of each within its word.
    cut : bool
        Whether the tokenizer left a part of the words out.
    """

    subwords: Sequence[str]
    word_ids: Sequence[int | None]
    offsets: Sequence[tuple[int, int]]
    cut: bool


def fast_rows(
    embeddings: Any, words: list[list[str]], ids: list[list[int]]
) -> tuple[list[Row], list[int]]:
    """The rows of some texts, and which text each belongs to.

    The tokenizer is asked as Flair asks it, and must give the ids that Flair read.
    """
    long = embeddings.allow_long_sentences
    batch = embeddings.tokenizer(
        words,
        is_split_into_words=True,
        truncation=embeddings.truncate,
        stride=embeddings.stride,
        return_overflowing_tokens=long,
        padding="max_length" if embeddings.force_max_length else "longest",
    )
    if [row.ids for row in batch.encodings] != ids:
        raise RuntimeError("the tokenizer gave other ids than Flair read; please report this")
    rows = [
        Row(row.tokens, row.word_ids, row.offsets, not long and bool(row.overflowing))
        for row in batch.encodings
    ]
    return rows, batch.get("overflow_to_sample_mapping", list(range(len(rows))))


def slow_row(tokenizer: Any, words: list[str], ids: list[int], mask: list[int]) -> Row:
    """The row of one text where the tokenizer itself does not tell where its subwords stand."""
    pieces = [tokenizer.tokenize(word, is_split_into_words=True) for word in words]
    content = [(word, piece) for word, found in enumerate(pieces) for piece in found]
    expected = tokenizer.convert_tokens_to_ids([piece for _, piece in content])
    kept = min(len(content), sum(mask) - tokenizer.num_special_tokens_to_add())
    if tokenizer.truncation_side == "left":
        content, expected = content[len(content) - kept :], expected[len(expected) - kept :]
    begin = next((i for i in range(len(ids)) if ids[i : i + kept] == expected[:kept]), None)
    if begin is None:
        raise RuntimeError("the tokenizer gave other ids than Flair read; please report this")
    places = [locate(found, word) for word, found in zip(words, pieces, strict=True)]
    offsets = [place for found in places for place in found]
    if tokenizer.truncation_side == "left":
        offsets = offsets[len(offsets) - kept :]
    end = len(ids) - begin - kept
    nowhere: tuple[int, int] = (0, 0)
    return Row(
        subwords=tokenizer.convert_ids_to_tokens(ids),
        word_ids=[None] * begin + [word for word, _ in content[:kept]] + [None] * end,
        offsets=[nowhere] * begin + offsets[:kept] + [nowhere] * end,
        cut=sum(map(len, pieces)) > kept,
    )


def arrange(
    rows: Sequence[Row],
    *,
    owners: Sequence[int],
    first_words: Sequence[int],
    stride: int,
    side: str,
    spans: Sequence[tuple[int, int]],
    original: Sequence[int],
) -> tuple[tuple[Token, ...], list[int], bool]:
    """The subwords of a text, each once, and which of them stands at each position.

    Parameters
    ----------
    rows : sequence of Row
        What the encoder reads: windows of the text, perhaps several times with other words
        round it.
    owners : sequence of int
        For each row which reading of the text it is a window of.
    first_words : sequence of int
        For each reading the number of words in front of the text.
    stride : int
        Subwords that a window shares with the one before it.
    side : str
        ``"left"`` if the tokenizer keeps the end of a text and its windows run from there.
    spans, original
        As for `align`.

    Returns
    -------
    tokens : tuple of Token, length T
        If there is one reading, with the special tokens of its ends.
    places : list of int, length P
        For each position, row after row, its token; -1 for a position that has none.
    cut : bool
        Whether a part of the text is in no row.
    """
    readings = {}
    for owner in dict.fromkeys(owners):
        own = [i for i, other in enumerate(owners) if other == owner]
        in_order = own[::-1] if side == "left" else own
        readings[owner] = _Reading.of(rows, in_order, stride, side, first_words[owner], len(spans))
    chief = max(readings.values(), key=lambda reading: sum(key is not None for key in reading.keys))
    listed = list(chief.subwords) if len(readings) == 1 else chief.of_the_text()
    if len(readings) == 1:
        listed = chief.head(rows) + listed + chief.tail(rows)
    cut = any(rows[i].cut for i in chief.rows)
    tokens = align(
        subwords=[rows[i].subwords[p] for i, p in listed],
        word_ids=[rows[i].word_ids[p] for i, p in listed],
        offsets=[rows[i].offsets[p] for i, p in listed],
        spans=spans,
        original=original,
        first_word=chief.first_word,
        cut=side if cut else None,
    )
    number = {place: token for token, place in enumerate(listed)}
    by_key = {
        key: number[place]
        for place, key in zip(chief.subwords, chief.keys, strict=True)
        if key is not None
    }
    places: list[int] = []
    for i, (row, owner) in enumerate(zip(rows, owners, strict=True)):
        reading = readings[owner]
        for p in range(len(row.subwords)):
            subword = reading.numbers.get((i, p))
            key = None if subword is None else reading.keys[subword]
            places.append(number.get((i, p), -1) if key is None else by_key[key])
    return tokens, places, cut


@dataclass(frozen=True)
class _Reading:
    """One reading of the text, whose windows repeat some of its subwords.

    Attributes
    ----------
    rows : list of int
        Its windows, in the order of the text.
    subwords : list of (int, int)
        Row and position of each subword, once and in order.
    numbers : dict from (int, int) to int
        For each row and position which of them stands there.
    keys : list of (int, int) or None
        For each its word in the text and its number within that; None outside the text.
    first_word : int
        Number of words in front of the text.
    """

    rows: list[int]
    subwords: list[tuple[int, int]]
    numbers: dict[tuple[int, int], int]
    keys: list[tuple[int, int] | None]
    first_word: int

    @classmethod
    def of(
        cls,
        rows: Sequence[Row],
        own: list[int],
        stride: int,
        side: str,
        first_word: int,
        n_words: int,
    ) -> _Reading:
        subwords: list[tuple[int, int]] = []
        numbers: dict[tuple[int, int], int] = {}
        for i in own:
            inside = [p for p, word in enumerate(rows[i].word_ids) if word is not None]
            new = len(subwords)
            for number, p in enumerate(inside, max(new - stride, 0)):
                numbers[i, p] = number
                if number >= new:
                    subwords.append((i, p))
        # Readings that are cut agree at the end that is kept, so numbers count from there.
        step = -1 if side == "left" else 1
        count: dict[int, int] = {}
        keys: list[tuple[int, int] | None] = []
        for i, p in subwords[::step]:
            word = (rows[i].word_ids[p] or 0) - first_word
            count[word] = count.get(word, -1) + 1
            keys.append((word, count[word]) if 0 <= word < n_words else None)
        return cls(own, subwords, numbers, keys[::step], first_word)

    def of_the_text(self) -> list[tuple[int, int]]:
        """The subwords that are not of what stands round the text."""
        return [p for p, key in zip(self.subwords, self.keys, strict=True) if key is not None]

    def head(self, rows: Sequence[Row]) -> list[tuple[int, int]]:
        """What the tokenizer put in front."""
        i = self.rows[0]
        inside = [p for row, p in self.numbers if row == i]
        return [(i, p) for p in range(min(inside, default=len(rows[i].subwords)))]

    def tail(self, rows: Sequence[Row]) -> list[tuple[int, int]]:
        """What the tokenizer put behind."""
        i, length = self.rows[-1], len(rows[self.rows[-1]].subwords)
        inside = [p for row, p in self.numbers if row == i]
        return [(i, p) for p in range(max(inside, default=length) + 1, length)]
