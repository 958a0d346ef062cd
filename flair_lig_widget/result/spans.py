"""A text cut up into subwords, words or sentences, each with its score."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.tokens import Token, Word

GRANULARITIES = ("subword", "word", "sentence")

Segment = tuple[str, int | str | None]
"""Some characters, and the number of their piece, None between pieces, or ``"unseen"``."""


def owners_of(
    tokens: Sequence[Token], granularity: str, sentence_starts: Sequence[int]
) -> list[int | None]:
    """For each token the number of the piece it belongs to; None for a special token."""
    if granularity == "word":
        return [token.word for token in tokens]
    if granularity == "sentence":
        return [
            None if token.special else bisect_right(sentence_starts, token.start) - 1
            for token in tokens
        ]
    if granularity != "subword":
        raise ValueError(f"unknown granularity {granularity!r}; use {', '.join(GRANULARITIES)}")
    owners: list[int | None] = []
    owner, word, start, end = -1, None, 0, 0
    for token in tokens:
        none_of_its_own = token.start < end or token.start == token.end or start == end
        if token.word is not None and not (token.word == word and none_of_its_own):
            owner, start, end = owner + 1, token.start, token.start
        owners.append(None if token.word is None else owner)
        word, end = token.word, max(end, token.end)
    return owners


def grouped(
    text: str,
    tokens: Sequence[Token],
    scores: NDArray[np.float64],
    owners: Sequence[int | None],
    difference: float,
) -> tuple[Word, ...]:
    """The tokens that have the same owner as one piece, with shares of ``difference``."""
    members: dict[int, list[int]] = {}
    for place, owner in enumerate(owners):
        if owner is not None:
            members.setdefault(owner, []).append(place)
    sums = {owner: float(sum(scores[places])) for owner, places in members.items()}
    by_size = sorted(sums, key=lambda owner: -abs(sums[owner]))
    rank = {owner: place for place, owner in enumerate(by_size, start=1)}
    pieces = []
    for owner, places in members.items():
        own = [tokens[place] for place in places]
        start, end = min(token.start for token in own), max(token.end for token in own)
        pieces.append(
            Word(
                text=text[start:end],
                start=start,
                end=end,
                score=sums[owner],
                share=sums[owner] / difference if difference != 0 else None,
                rank=rank[owner],
                subwords=tuple(token.text for token in own),
            )
        )
    return tuple(pieces)


def segmented(
    text: str, pieces: Sequence[Word], unseen: tuple[int, int] | None
) -> tuple[Segment, ...]:
    """The whole text, cut where pieces begin and end, and what was not read apart."""

    def between(start: int, end: int) -> list[Segment]:
        low, high = unseen or (end, end)
        low, high = min(max(low, start), end), min(max(high, start), end)
        parts = ((start, low, None), (low, high, "unseen"), (high, end, None))
        return [(text[a:b], kind) for a, b, kind in parts if a < b]

    segments: list[Segment] = []
    here = 0
    for place, piece in enumerate(pieces):
        segments += between(here, piece.start)
        segments.append((text[max(here, piece.start) : piece.end], place))
        here = max(here, piece.end)
    return tuple(segments + between(here, len(text)))
