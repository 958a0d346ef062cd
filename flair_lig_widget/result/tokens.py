"""Subwords and words, and where they stand in the text as it was typed."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Token:
    """One subword that the model reads.

    Attributes
    ----------
    text : str
        The subword as the tokenizer's vocabulary writes it, such as ``"##ing"`` or ``"[CLS]"``.
    start, end : int
        Its characters are ``original_text[start:end]``; equal for a special token.
    word : int or None
        Number of the word it belongs to, None for a special token.
    special : bool
        True for what the tokenizer or Flair put round the text (``[CLS]``, ``[SEP]``,
        ``[FLERT]``, padding). A special token is the same at both ends of the path.
    """

    text: str
    start: int
    end: int
    word: int | None
    special: bool


@dataclass(frozen=True)
class Word:
    """One word of the text with what it contributed; or one subword, or one sentence.

    Attributes
    ----------
    text : str
        The exact substring ``original_text[start:end]``.
    start, end : int
        Character offsets into the original text.
    score : float
        The sum of the scores of its subwords, in the unit of the thing explained.
    share : float or None
        ``score / (f(x) - f(x'))``; None where that difference is zero.
    rank : int
        1 for the word with the largest absolute score.
    subwords : tuple of str
        What the model reads for it, as its vocabulary writes it: ``"[UNK]"`` for characters
        that the vocabulary does not have.
    """

    text: str
    start: int
    end: int
    score: float
    share: float | None
    rank: int
    subwords: tuple[str, ...] = ()


def original_offsets(text: str, clean: Callable[[str], str]) -> list[int]:
    """Where each character of ``clean(text)`` stands in ``text``.

    Flair drops zero-width characters and mends Windows-1252 ones before it splits a text into
    words, so its offsets are not those of the text as typed. ``clean`` must work character by
    character, as Flair's does.

    Raises
    ------
    ValueError
        If ``clean`` does not work character by character.
    """
    pieces = [clean(character) for character in text]
    if "".join(pieces) != clean(text):
        raise ValueError("the text cannot be mapped back from Flair's clean-up of it")
    return [i for i, piece in enumerate(pieces) for _ in piece]


def align(
    *,
    subwords: Sequence[str],
    word_ids: Sequence[int | None],
    offsets: Sequence[tuple[int, int]],
    spans: Sequence[tuple[int, int]],
    original: Sequence[int],
    first_word: int = 0,
    cut: str | None = None,
) -> tuple[Token, ...]:
    """Tokens with offsets into the original text.

    Parameters
    ----------
    subwords : sequence of str
        What the model reads, special tokens included.
    word_ids : sequence of int or None
        For each subword the word it is a part of, counted from the start of what was tokenised;
        None for what the tokenizer added.
    offsets : sequence of (int, int)
        Character range of each subword within its word.
    spans : sequence of (int, int)
        Character range of each word within the clean text.
    original : sequence of int
        Where each character of the clean text stands in the original; see `original_offsets`.
    first_word : int
        Number of words, such as Flair's context, in front of the first word of the text.
    cut : str or None
        On which side the tokenizer cut the text, ``"left"`` or ``"right"``; the word there may
        lack some of its subwords.

    Returns
    -------
    tuple of Token
        The first subword of a word begins where the word begins and the last one ends where it
        ends, whatever the tokenizer's normaliser dropped between them.
    """
    words = [None if w is None else w - first_word for w in word_ids]
    words = [w if w is not None and 0 <= w < len(spans) else None for w in words]
    last = {w: i for i, w in enumerate(words) if w is not None}
    first_cut = min(last, default=None) if cut == "left" else None
    last_cut = max(last, default=None) if cut == "right" else None

    tokens: list[Token] = []
    seen: set[int] = set()
    here = 0
    for i, (subword, word) in enumerate(zip(subwords, words, strict=True)):
        if word is None:
            tokens.append(Token(subword, here, here, None, True))
            continue
        begin, finish = spans[word]
        whole = word not in seen and word != first_cut
        start = begin if whole else min(begin + offsets[i][0], finish - 1)
        whole = i == last[word] and word != last_cut
        end = finish if whole else min(begin + offsets[i][1], finish)
        seen.add(word)
        here = original[end - 1] + 1 if end > start else original[start]
        tokens.append(Token(subword, original[start], here, word, False))
    return tuple(tokens)


def align_plain(
    *,
    subwords: Sequence[str],
    offsets: Sequence[tuple[int, int] | None],
    spans: Sequence[tuple[int, int]],
    original: Sequence[int],
    cut: str | None = None,
) -> tuple[Token, ...]:
    """Tokens of a text that the tokenizer read in one piece; words that share a subword are one.

    Parameters
    ----------
    subwords, spans, original, cut
        As for `align`.
    offsets : sequence of (int, int) or None
        Character range of each subword within the clean text; None for what is not of the text.
    """
    starts = [start for start, _ in spans]
    touched: list[tuple[int, int] | None] = []  # first and last word of each subword
    joined: set[int] = set()  # words that are one with the word before them
    for offset in offsets:
        if offset is None:
            touched.append(None)
            continue
        start, end = offset
        first = max(bisect_right(starts, start) - 1, 0)
        if start >= spans[first][1] and first + 1 < len(spans):
            first += 1  # it begins with the blank in front of a word
        last = max(bisect_right(starts, max(end - 1, start)) - 1, first)
        joined.update(range(first + 1, last + 1))
        touched.append((first, last))
    number: list[int] = []
    merged: list[tuple[int, int]] = []
    for word, (start, end) in enumerate(spans):
        if word in joined:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
        number.append(len(merged) - 1)
    word_ids = [None if words is None else number[words[0]] for words in touched]
    within = [
        (0, 0)
        if word is None or offset is None
        else (max(offset[0] - merged[word][0], 0), max(offset[1] - merged[word][0], 0))
        for word, offset in zip(word_ids, offsets, strict=True)
    ]
    return align(
        subwords=subwords,
        word_ids=word_ids,
        offsets=within,
        spans=merged,
        original=original,
        cut=cut,
    )


def locate(pieces: Sequence[str], word: str) -> list[tuple[int, int]]:
    """Character range of each subword within its word, by comparing letters.

    Case, accents and the marks of a vocabulary (``##``, ``▁``, ``Ġ``, ``@@``, ``</w>``) do not
    count. Where letters differ, each subword from there on has all that is left of the word.
    """
    folded = [(c, place) for place, letter in enumerate(word) for c in _fold(letter)]
    letters = "".join(c for c, _ in folded)
    places: list[tuple[int, int]] = []
    here = 0
    for piece in pieces:
        bare = "".join(map(_fold, _MARKS.sub("", piece)))
        found = letters.startswith(bare, here) if here >= 0 else False
        if not found:
            begin = places[-1][1] if places and here >= 0 else (places[-1][0] if places else 0)
            places.append((min(begin, len(word)), len(word)))
            here = -1
            continue
        end = here + len(bare)
        begin = folded[here][1] if here < len(folded) else len(word)
        places.append((begin, folded[end - 1][1] + 1 if end > here else begin))
        here = end
    return places


_MARKS = re.compile(r"^(##|▁|Ġ)|(@@|</w>)$")


def _fold(letter: str) -> str:
    """A letter without case and accents."""
    bare = unicodedata.normalize("NFKD", letter)
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()
