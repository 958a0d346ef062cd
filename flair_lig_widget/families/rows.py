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
    readings: dict[int, list[tuple[int, int]]] = {}  # (row, position) of each subword, once
    repeats: list[list[tuple[int, int]]] = []  # for each row (position, number of the subword)
    for i, (row, owner) in enumerate(zip(rows, owners, strict=True)):
        inside = [p for p, word in enumerate(row.word_ids) if word is not None]
        known = readings.setdefault(owner, [])
        new = len(known)
        start = new - stride if known else 0
        repeats.append([(p, start + j) for j, p in enumerate(inside)])
        known += [(i, p) for p, g in repeats[-1] if g >= new]
    keys = {
        owner: _keys(rows, known, first_words[owner], len(spans))
        for owner, known in readings.items()
    }
    chief = max(keys, key=lambda owner: sum(key is not None for key in keys[owner]))
    several = len(keys) > 1
    listed = [
        place
        for place, key in zip(readings[chief], keys[chief], strict=True)
        if key is not None or not several
    ]
    if not several:
        own = [i for i, owner in enumerate(owners) if owner == chief]
        begin, end = own[0], own[-1]
        within = [p for p, _ in repeats[begin]]
        head = within[0] if within else len(rows[begin].subwords)
        tail = max((p for p, _ in repeats[end]), default=len(rows[end].subwords) - 1)
        listed = [
            *((begin, p) for p in range(head)),
            *listed,
            *((end, p) for p in range(tail + 1, len(rows[end].subwords))),
        ]
    cut = any(rows[i].cut for i, owner in enumerate(owners) if owner == chief)
    tokens = align(
        subwords=[rows[i].subwords[p] for i, p in listed],
        word_ids=[rows[i].word_ids[p] for i, p in listed],
        offsets=[rows[i].offsets[p] for i, p in listed],
        spans=spans,
        original=original,
        first_word=first_words[chief],
        truncated=cut,
    )
    number = {place: token for token, place in enumerate(listed)}
    by_key = {
        key: number[place]
        for place, key in zip(readings[chief], keys[chief], strict=True)
        if key is not None
    }
    places: list[int] = []
    for i, (row, owner) in enumerate(zip(rows, owners, strict=True)):
        here = [number.get((i, p), -1) for p in range(len(row.subwords))]
        for p, g in repeats[i]:
            key = keys[owner][g]
            if key is not None:
                here[p] = by_key[key]
        places.extend(here)
    return tokens, places, cut


def _keys(
    rows: Sequence[Row], known: Sequence[tuple[int, int]], first_word: int, n_words: int
) -> list[tuple[int, int] | None]:
    """For each subword its word in the text and its number within that; None outside the text."""
    keys: list[tuple[int, int] | None] = []
    count: dict[int, int] = {}
    for i, p in known:
        word = rows[i].word_ids[p] - first_word  # type: ignore[operator]  # inside, so not None
        count[word] = count.get(word, -1) + 1
        keys.append((word, count[word]) if 0 <= word < n_words else None)
    return keys
