"""Subwords and words, and where they stand in the text as it was typed."""

from __future__ import annotations

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
    """One word of the text with what it contributed.

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
    """

    text: str
    start: int
    end: int
    score: float
    share: float | None
    rank: int


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
    truncated: bool = False,
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
    truncated : bool
        Whether the tokenizer cut the text; then its last word may lack its last subwords.

    Returns
    -------
    tuple of Token
        The first subword of a word begins where the word begins and the last one ends where it
        ends, whatever the tokenizer's normaliser dropped between them.
    """
    words = [None if w is None else w - first_word for w in word_ids]
    words = [w if w is not None and 0 <= w < len(spans) else None for w in words]
    last = {w: i for i, w in enumerate(words) if w is not None}
    cut = max(last) if truncated and last else None

    tokens: list[Token] = []
    seen: set[int] = set()
    here = 0
    for i, (subword, word) in enumerate(zip(subwords, words, strict=True)):
        if word is None:
            tokens.append(Token(subword, here, here, None, True))
            continue
        begin, finish = spans[word]
        start = begin if word not in seen else min(begin + offsets[i][0], finish - 1)
        end = finish if i == last[word] and word != cut else min(begin + offsets[i][1], finish)
        seen.add(word)
        here = original[end - 1] + 1 if end > start else original[start]
        tokens.append(Token(subword, original[start], here, word, False))
    return tuple(tokens)
