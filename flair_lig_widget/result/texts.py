"""Several texts that a model reads at once, such as a premise and a hypothesis, as one string."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from flair_lig_widget.result.messages import shown

if TYPE_CHECKING:
    from flair_lig_widget.result.attribution import Attribution

SEPARATOR = "\u2029"
"""Stands between two texts: the paragraph separator of Unicode, which Flair never reads."""

Text: TypeAlias = "str | tuple[str, ...]"
"""A text, or as many as a model reads at once."""


def one_text(given: Text, n_texts: int) -> str:
    """What a model of ``n_texts`` texts is given, as one string.

    Parameters
    ----------
    given : str or tuple of str
        For a model of several texts a tuple of them, or what `join_texts` made of it. For a model
        of one text it is not changed.
    n_texts : int

    Raises
    ------
    TypeError
        If one of several texts is no string.
    ValueError
        If it is another number of texts, or one of several is blank or has a separator.
    """
    if n_texts > 1 and isinstance(given, (tuple, list)):
        if len(given) != n_texts:
            raise ValueError(
                f"the model reads {n_texts} texts at once, and there are {len(given)}; give a "
                f"tuple of {n_texts} texts"
            )
        return join_texts(given)
    if n_texts > 1 and isinstance(given, str):
        split_parts(given, n_texts)  # which raises if they are not so many
    return cast(str, given)  # a request refuses anything else


def join_texts(texts: Sequence[str]) -> str:
    """Join the texts of a pair or triple to one string.

    Raises
    ------
    TypeError
        If one of them is no string.
    ValueError
        If one of them is blank or has a separator.
    """
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{shown(text)} is no text; give a tuple of strings")
        if not text.strip():
            raise ValueError(f"one of the {len(texts)} texts is empty; give at least one word")
        if SEPARATOR in text:
            raise ValueError(
                f"{shown(text)} has a paragraph separator (U+2029), which stands between the texts "
                "of a pair; replace it by a line break"
            )
    return SEPARATOR.join(texts)


def split_parts(text: str, n_texts: int) -> list[str]:
    """The texts that `join_texts` joined; a single text may have separators itself.

    Raises
    ------
    ValueError
        If it is another number of texts.
    """
    texts = [text] if n_texts == 1 else text.split(SEPARATOR)
    if len(texts) != n_texts:
        found = "one text" if len(texts) == 1 else f"{len(texts)} texts"
        raise ValueError(
            f"the model reads {n_texts} texts at once, and {shown(text)} is {found}; give a tuple "
            f"of {n_texts} texts"
        )
    return texts


def split_at(text: str, starts: Sequence[int]) -> tuple[str, ...]:
    """The texts of a pair or triple, given where each begins."""
    ends = [*(start - len(SEPARATOR) for start in starts[1:]), len(text)]
    return tuple(text[start:end] for start, end in zip(starts, ends, strict=True))


def text_at(starts: Sequence[int], offset: int) -> int:
    """The index of the text that a character belongs to, given where each text begins."""
    return max(bisect_right(starts, offset) - 1, 0)


@dataclass(frozen=True)
class PartOfText:
    """A range of characters of one of the texts of a pair or triple.

    Attributes
    ----------
    index : int
        Of the text, from 0.
    start, end : int
        Its characters, counted from the beginning of that text.
    length : int
        The characters of that text.
    """

    index: int
    start: int
    end: int
    length: int


def parts_of_texts(
    text: str, starts: Sequence[int], ranges: Sequence[tuple[int, int]]
) -> Iterator[PartOfText]:
    """The part of each text that is in each of the ranges, in the order of the texts."""
    for index, (begin, own) in enumerate(zip(starts, split_at(text, starts), strict=True)):
        for start, end in ranges:
            low, high = max(start - begin, 0), min(end - begin, len(own))
            if low < high:
                yield PartOfText(index, low, high, len(own))


def check_texts(attribution: Attribution) -> None:
    """Raise a ValueError unless texts begin where they can, and each has its own words.

    A sentence ends with its text, and so does a word.
    """
    a = attribution
    if list(a.text_starts) != sorted(set(a.text_starts)) or a.text_starts[:1] != (0,):
        raise ValueError(f"text_starts={a.text_starts} must be ascending, and begin with 0")
    for start in a.text_starts[1:]:
        if a.text[start - 1 : start] != SEPARATOR:
            raise ValueError(
                f"text_starts has {start}, and there is no paragraph separator (U+2029) before it"
            )
    if len(a.text_starts) == 1:
        return
    if a.text.count(SEPARATOR) >= len(a.text_starts):
        raise ValueError("a text of a pair or triple has a paragraph separator (U+2029)")
    if not set(a.text_starts) <= set(a.sentence_starts):
        raise ValueError("sentence_starts must contain text_starts: a sentence ends with its text")
    ends = [*(start - len(SEPARATOR) for start in a.text_starts[1:]), len(a.text)]
    text_of_word: dict[int, int] = {}
    for token in a.tokens:
        if token.word is None:
            continue
        index = text_at(a.text_starts, token.start)
        if token.end > ends[index] or index != text_of_word.setdefault(token.word, index):
            raise ValueError(f"the word of token {shown(token.text)} is in two texts")
