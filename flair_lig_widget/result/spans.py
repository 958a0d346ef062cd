"""The text as subwords, words or sentences, each with its score."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.numbers import fraction
from flair_lig_widget.result.tokens import Span, Token

GRANULARITIES = ("subword", "word", "sentence")


@dataclass(frozen=True)
class Segment:
    """A stretch of the text: one span, or characters between two spans.

    Attributes
    ----------
    text : str
        Its characters. All segments joined are the whole text.
    span : int or None
        The index of the span that it shows; None for characters outside all spans.
    truncated : bool
        Whether the model did not read it.
    is_separator : bool
        Whether it is the character between two texts of a pair or triple.
    """

    text: str
    span: int | None = None
    truncated: bool = False
    is_separator: bool = False


def span_of_tokens(
    tokens: Sequence[Token], granularity: str, sentence_starts: Sequence[int]
) -> list[int | None]:
    """For each token the index of the span it belongs to; None for a special token.

    Spans are counted in the order of their first tokens; one without a token, such as a truncated
    word, is not counted.

    Raises
    ------
    ValueError
        If the granularity is not one of `GRANULARITIES`.
    """
    if granularity == "subword":
        return _span_of_subwords(tokens)
    if granularity == "word":
        owners = [token.word for token in tokens]
    elif granularity == "sentence":
        owners = [
            None if token.special else bisect_right(sentence_starts, token.start) - 1
            for token in tokens
        ]
    else:
        raise ValueError(f"unknown granularity {granularity!r}; use {', '.join(GRANULARITIES)}")
    found = dict.fromkeys(owner for owner in owners if owner is not None)
    index = {owner: place for place, owner in enumerate(found)}
    return [None if owner is None else index[owner] for owner in owners]


def _span_of_subwords(tokens: Sequence[Token]) -> list[int | None]:
    """One span per token; tokens of the same characters, such as an emoji's bytes, share one."""
    span_of_token: list[int | None] = []
    index, word, start, end = -1, None, 0, 0  # of the span that is open
    for token in tokens:
        if token.word is None:
            span_of_token.append(None)
        else:
            no_characters_of_its_own = token.start < end or token.start == token.end or start == end
            if not (token.word == word and no_characters_of_its_own):
                index, start, end = index + 1, token.start, token.start
            span_of_token.append(index)
        word, end = token.word, max(end, token.end)
    return span_of_token


def group_tokens(
    text: str,
    tokens: Sequence[Token],
    scores: NDArray[np.float64],
    span_of_token: Sequence[int | None],
    difference: float,
) -> tuple[Span, ...]:
    """Join the tokens of each span and sum their scores.

    Parameters
    ----------
    text : str
    tokens : sequence of Token, length T
    scores : ndarray of shape (T,)
    span_of_token : sequence of int or None, length T
        As `span_of_tokens` returns it.
    difference : float
        f(x) - f(x'), of which each span's ``share`` is a fraction.
    """
    members: dict[int, list[int]] = {}
    for token, span in enumerate(span_of_token):
        if span is not None:
            members.setdefault(span, []).append(token)
    sums = {span: float(sum(scores[own])) for span, own in members.items()}
    by_size = sorted(sums, key=lambda span: -abs(sums[span]))
    rank = {span: place for place, span in enumerate(by_size, start=1)}
    spans = []
    for span, own in members.items():
        start = min(tokens[token].start for token in own)
        end = max(tokens[token].end for token in own)
        spans.append(
            Span(
                text=text[start:end],
                start=start,
                end=end,
                score=sums[span],
                share=fraction(sums[span], difference),
                rank=rank[span],
                subwords=tuple(tokens[token].text for token in own),
            )
        )
    return tuple(spans)


def segment_text(
    text: str,
    spans: Sequence[Span],
    truncated: Sequence[tuple[int, int]],
    text_starts: Sequence[int] = (0,),
) -> tuple[Segment, ...]:
    """Cut the whole text at the boundaries of its spans, of its texts and of what was not read.

    Parameters
    ----------
    text : str
    spans : sequence of Span
    truncated : sequence of (int, int)
        The ranges that were not read.
    text_starts : sequence of int
        Where each text of a pair or triple begins.
    """
    separators = [start - 1 for start in text_starts[1:]]
    segments: list[Segment] = []
    position = 0
    for index, span in enumerate(spans):
        segments += _between(text, position, span.start, truncated, separators)
        segments.append(Segment(text[max(position, span.start) : span.end], index))
        position = max(position, span.end)
    return tuple(segments + _between(text, position, len(text), truncated, separators))


def paragraphs(segments: Sequence[Segment]) -> list[list[Segment]]:
    """The segments of each text, without the separators between them."""
    found: list[list[Segment]] = [[]]
    for segment in segments:
        if segment.is_separator:
            found.append([])
        else:
            found[-1].append(segment)
    return found


def _between(
    text: str,
    start: int,
    end: int,
    truncated: Sequence[tuple[int, int]],
    separators: Sequence[int],
) -> list[Segment]:
    """The segments of ``text[start:end]``, which is outside all spans."""
    if start >= end:
        return []
    offsets = [offset for each in truncated for offset in each]
    offsets += [offset for place in separators for offset in (place, place + 1)]
    cuts = sorted({start, *(offset for offset in offsets if start < offset < end), end})
    return [
        Segment(
            text[low:high],
            truncated=low not in separators and any(a <= low < b for a, b in truncated),
            is_separator=low in separators,
        )
        for low, high in pairwise(cuts)
    ]
