"""Character offsets of subwords in the text as it was typed."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flair_lig_widget.result.tokens import Token


def original_offsets(text: str, clean: Callable[[str], str]) -> list[int]:
    """For each character of ``clean(text)``, its index in ``text``.

    Flair drops zero-width characters and repairs Windows-1252 characters before it splits a text
    into words, so its offsets are not offsets into the text as typed. ``clean`` must work
    character by character, as Flair's does.

    Raises
    ------
    ValueError
        If ``clean`` does not work character by character.
    """
    clean_once = {character: clean(character) for character in set(text)}
    cleaned = [clean_once[character] for character in text]
    if "".join(cleaned) != clean(text):
        raise ValueError("the text cannot be mapped back from Flair's clean-up of it")
    offsets: list[int] = []
    for index, characters in enumerate(cleaned):
        offsets += [index] * len(characters)
    return offsets


def align(
    *,
    subwords: Sequence[str],
    words: Sequence[int | None],
    offsets: Sequence[tuple[int, int]],
    word_ranges: Sequence[tuple[int, int]],
    original: Sequence[int],
    truncated_side: str | None = None,
) -> tuple[Token, ...]:
    """Tokens with offsets into the original text, from subwords that know their word.

    Parameters
    ----------
    subwords : sequence of str
        What the model reads, special tokens included.
    words : sequence of int or None
        For each subword the word of the text that it is part of; None for special tokens and words
        that are not in the text.
    offsets : sequence of (int, int)
        Character range of each subword within its word.
    word_ranges : sequence of (int, int)
        Character range of each word of the text, after Flair's clean-up.
    original : sequence of int
        Index in the original text of each character after the clean-up; see `original_offsets`.
    truncated_side : str or None
        ``"left"`` or ``"right"`` if the tokenizer truncated the text on that side, so that the
        word there may lack some of its subwords.

    Returns
    -------
    tuple of Token
        The first subword of a word starts where the word starts, and the last subword ends where
        the word ends, even if the tokenizer's normaliser dropped characters between them.
    """
    first_subword: dict[int, int] = {}
    last_subword: dict[int, int] = {}
    for i, word in enumerate(words):
        if word is not None:
            first_subword.setdefault(word, i)
            last_subword[word] = i
    word_without_start = min(first_subword, default=None) if truncated_side == "left" else None
    word_without_end = max(last_subword, default=None) if truncated_side == "right" else None

    tokens: list[Token] = []
    previous_end = 0  # where special tokens are placed
    for i, (subword, word) in enumerate(zip(subwords, words, strict=True)):
        if word is None:
            tokens.append(Token(subword, previous_end, previous_end, word=None, special=True))
            continue
        word_start, word_end = word_ranges[word]
        if i == first_subword[word] and word != word_without_start:
            start = word_start
        else:
            start = min(word_start + offsets[i][0], word_end - 1)
        if i == last_subword[word] and word != word_without_end:
            end = word_end
        else:
            end = min(word_start + offsets[i][1], word_end)
        previous_end = original[end - 1] + 1 if end > start else original[start]
        tokens.append(Token(subword, original[start], previous_end, word=word, special=False))
    return tuple(tokens)


def align_plain(
    *,
    subwords: Sequence[str],
    offsets: Sequence[tuple[int, int] | None],
    word_ranges: Sequence[tuple[int, int]],
    original: Sequence[int],
    truncated_side: str | None = None,
) -> tuple[Token, ...]:
    """Tokens with offsets into the original text, from a tokenizer that was not given words.

    A subword may then reach over several of Flair's words. Such words become one word.

    Parameters
    ----------
    subwords, word_ranges, original, truncated_side
        As for `align`.
    offsets : sequence of (int, int) or None
        Character range of each subword within the text after the clean-up; None for what is not
        part of the text.

    Returns
    -------
    tuple of Token
    """
    touched = [None if offset is None else touched_words(offset, word_ranges) for offset in offsets]
    merged = merge_words(word_ranges, [words for words in touched if words is not None])

    word_ids: list[int | None] = []
    within_word: list[tuple[int, int]] = []
    for offset, words in zip(offsets, touched, strict=True):
        if offset is None or words is None:
            word_ids.append(None)
            within_word.append((0, 0))
            continue
        word = merged.index[words[0]]
        word_start, _ = merged.ranges[word]
        word_ids.append(word)
        within_word.append((max(offset[0] - word_start, 0), max(offset[1] - word_start, 0)))
    return align(
        subwords=subwords,
        words=word_ids,
        offsets=within_word,
        word_ranges=merged.ranges,
        original=original,
        truncated_side=truncated_side,
    )


def touched_words(offset: tuple[int, int], word_ranges: Sequence[tuple[int, int]]) -> range:
    """The words that a subword shares characters with; whitespace belongs to the word behind it.

    Parameters
    ----------
    offset : (int, int)
        Character range of the subword.
    word_ranges : sequence of (int, int)
        Character range of each word, in the same text.
    """
    start, end = offset
    first = _last_word_started(word_ranges, start)
    is_behind_word = start >= word_ranges[first][1]
    if is_behind_word and first + 1 < len(word_ranges):
        first += 1
    last = max(_last_word_started(word_ranges, max(end - 1, start)), first)
    return range(first, last + 1)


def _last_word_started(word_ranges: Sequence[tuple[int, int]], position: int) -> int:
    """The last word that starts at or before a position; the first word if none does."""
    return max(bisect_right(word_ranges, position, key=lambda word: word[0]) - 1, 0)


@dataclass(frozen=True)
class MergedWords:
    """Words of which some neighbours were merged.

    Attributes
    ----------
    ranges : list of (int, int)
        Character range of each merged word.
    index : list of int
        For each original word, the merged word that it became part of.
    """

    ranges: list[tuple[int, int]]
    index: list[int]


def merge_words(
    word_ranges: Sequence[tuple[int, int]], touched: Sequence[Sequence[int]]
) -> MergedWords:
    """Merge the words that share a subword; ``touched`` lists the words of each subword."""
    joins_previous: set[int] = set()
    for words in touched:
        joins_previous.update(words[1:])
    merged = MergedWords([], [])
    for word, (start, end) in enumerate(word_ranges):
        if word in joins_previous:
            merged_start, _ = merged.ranges[-1]
            merged.ranges[-1] = (merged_start, end)
        else:
            merged.ranges.append((start, end))
        merged.index.append(len(merged.ranges) - 1)
    return merged


def locate(subwords: Sequence[str], word: str) -> list[tuple[int, int]]:
    """Character range of each subword within its word, found by comparing characters.

    The comparison ignores whitespace, case, accents and the markers of a vocabulary (``##``, ``▁``,
    ``Ġ``, ``@@``, ``</w>``). From the first subword that does not match, every subword gets the
    rest of the word.
    """
    folded: list[str] = []
    index_in_word: list[int] = []  # of each folded character
    for index, character in enumerate(word):
        characters = "" if character.isspace() else _fold(character)
        folded += characters
        index_in_word += [index] * len(characters)
    folded_word = "".join(folded)

    ranges: list[tuple[int, int]] = []
    position = 0  # in the folded word
    for n_done, subword in enumerate(subwords):
        characters = _fold(_MARKERS.sub("", subword))
        if not folded_word.startswith(characters, position):
            rest = (ranges[-1][1] if ranges else 0, len(word))
            return ranges + [rest] * (len(subwords) - n_done)
        start = index_in_word[position] if position < len(folded_word) else len(word)
        position += len(characters)
        end = index_in_word[position - 1] + 1 if characters else start
        ranges.append((start, end))
    return ranges


_MARKERS = re.compile(r"^(##|▁|Ġ)|(@@|</w>)$")


def _fold(text: str) -> str:
    """A text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
