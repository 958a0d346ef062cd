"""Parts of a text: the tokens that a model reads, and the spans that are coloured."""

from __future__ import annotations

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
        Index of the word it belongs to, None for a special token.
    special : bool
        True for tokens that the tokenizer or Flair adds to the text (``[CLS]``, ``[SEP]``,
        ``[FLERT]``, padding). A special token is the same at both ends of the path.
    """

    text: str
    start: int
    end: int
    word: int | None
    special: bool


@dataclass(frozen=True)
class Span:
    """A subword, word or sentence of the text, with its score.

    Attributes
    ----------
    text : str
        The exact substring ``original_text[start:end]``.
    start, end : int
        Character offsets into the original text.
    score : float
        The sum of the scores of its tokens, in the unit of f.
    share : float or None
        ``score / (f(x) - f(x'))``; None where that difference is zero, or less than 1e-150 of the
        score.
    rank : int
        1 for the span with the largest absolute score.
    subwords : tuple of str
        Its tokens as the vocabulary writes them: ``"[UNK]"`` for characters that the vocabulary
        does not contain.
    """

    text: str
    start: int
    end: int
    score: float
    share: float | None
    rank: int
    subwords: tuple[str, ...] = ()
