"""The rows that an encoder reads, with the word and the characters of each subword."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flair_lig_widget.model.alignment import locate


@dataclass(frozen=True)
class Row:
    """One row of an encoder's input.

    Attributes
    ----------
    reading : int
        Which of the texts given to the tokenizer the row belongs to. A text has several rows if
        it is split into windows.
    subwords : sequence of str
        One per position, special tokens and padding included.
    word_ids : sequence of int or None
        For each subword the word that it is part of; None for what the tokenizer added.
    offsets : sequence of (int, int)
        Character range of each subword within its word.
    is_truncated : bool
        Whether the tokenizer left out a part of the words.
    """

    reading: int
    subwords: Sequence[str]
    word_ids: Sequence[int | None]
    offsets: Sequence[tuple[int, int]]
    is_truncated: bool

    @property
    def columns_of_words(self) -> list[int]:
        """The positions that hold a subword of some word."""
        return [column for column, word in enumerate(self.word_ids) if word is not None]


def fast_rows(
    embeddings: Any, texts: Sequence[list[str] | str], ids: list[list[int]]
) -> list[Row] | None:
    """The rows of some texts, from a fast tokenizer.

    Flair does not keep the offsets that the tokenizer returns, so the tokenizer runs again with
    the options that Flair gives it.

    Parameters
    ----------
    embeddings : flair.embeddings.transformer.TransformerEmbeddings
    texts : sequence of list of str, or of str
        The words of each text, or each text as it is, which then counts as one word.
    ids : list of list of int
        The token ids of each row that Flair read.

    Returns
    -------
    list of Row, or None
        None if the tokenizer does not return ``ids``.
    """
    windows, are_split = embeddings.allow_long_sentences, not isinstance(texts[0], str)
    batch = embeddings.tokenizer(
        list(texts),
        is_split_into_words=are_split,
        truncation=embeddings.truncate,
        stride=embeddings.stride,
        return_overflowing_tokens=windows,
        padding="max_length" if embeddings.force_max_length else "longest",
    )
    if [encoding.ids for encoding in batch.encodings] != ids:
        return None
    readings = batch.get("overflow_to_sample_mapping", range(len(batch.encodings)))
    return [
        Row(
            reading=reading,
            subwords=encoding.tokens,
            word_ids=encoding.word_ids if are_split else _in_one_word(encoding),
            offsets=encoding.offsets,
            is_truncated=not windows and bool(encoding.overflowing),
        )
        for reading, encoding in zip(readings, batch.encodings, strict=True)
    ]


def _in_one_word(encoding: Any) -> list[int | None]:
    """The word of each subword of a text that is one word."""
    return [None if is_special else 0 for is_special in encoding.special_tokens_mask]


@dataclass(frozen=True)
class _Subword:
    text: str
    word: int
    offset: tuple[int, int]


def slow_row(
    tokenizer: Any, words: list[str], *, ids: list[int], n_tokens: int, reading: int
) -> Row | None:
    """The row of one text, from a slow tokenizer, which returns neither words nor offsets.

    Parameters
    ----------
    tokenizer : transformers.PreTrainedTokenizer
    words : list of str
        The words of the text.
    ids : list of int
        The token ids that Flair read, padding included.
    n_tokens : int
        The number of ids without padding.
    reading : int
        See `Row`.

    Returns
    -------
    Row or None
        None if the subwords of the words are not in ``ids``.
    """
    subwords = _split_words(tokenizer, words)
    n_kept = min(len(subwords), n_tokens - tokenizer.num_special_tokens_to_add())
    if tokenizer.truncation_side == "left":
        kept = subwords[len(subwords) - n_kept :]
    else:
        kept = subwords[:n_kept]
    kept_ids = tokenizer.convert_tokens_to_ids([subword.text for subword in kept])
    n_before = _find(kept_ids, ids)
    if n_before is None:
        return None
    n_after = len(ids) - n_before - n_kept
    nowhere = [(0, 0)]
    return Row(
        reading=reading,
        subwords=tokenizer.convert_ids_to_tokens(ids),
        word_ids=[None] * n_before + [subword.word for subword in kept] + [None] * n_after,
        offsets=nowhere * n_before + [subword.offset for subword in kept] + nowhere * n_after,
        is_truncated=len(subwords) > n_kept,
    )


def _split_words(tokenizer: Any, words: Sequence[str]) -> list[_Subword]:
    """The subwords of each word, with their character range in it."""
    subwords: list[_Subword] = []
    for index, word in enumerate(words):
        texts = tokenizer.tokenize(word, is_split_into_words=True)
        for text, offset in zip(texts, locate(texts, word), strict=True):
            subwords.append(_Subword(text, index, offset))
    return subwords


def _find(part: list[int], ids: list[int]) -> int | None:
    """The index at which a part of ids begins; None if it is not there."""
    for start in range(len(ids)):
        if ids[start : start + len(part)] == part:
            return start
    return None
