"""The rows of a `Comparison`: a part of the text, or a label, with the numbers of both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flair_lig_widget.result.correlation import strongest
from flair_lig_widget.result.joining import Joined


@dataclass(frozen=True, kw_only=True)
class SpanPair:
    """A part of the text with its score in two attributions.

    Attributes
    ----------
    text : str
        The exact substring ``original_text[start:end]``.
    start, end : int
    first, second : float
        The sums of the scores of the spans in it.
    difference : float or None
        ``first - second``; None if they have different units.
    first_rank, second_rank : int
        1 for the part with the largest absolute score.
    """

    text: str
    start: int
    end: int
    first: float
    second: float
    difference: float | None
    first_rank: int
    second_rank: int


@dataclass(frozen=True, kw_only=True)
class LabelPair:
    """A label with its probability, or its value, at the text according to both models.

    Attributes
    ----------
    label : str
    first, second : float or None
        None if that model does not have the label.
    """

    label: str
    first: float | None
    second: float | None


def pair_spans(text: str, parts: Sequence[Joined], *, has_difference: bool) -> tuple[SpanPair, ...]:
    """The sums of the scores of each part, next to each other.

    Parameters
    ----------
    text : str
    parts : sequence of Joined
        Each with spans of both attributions.
    has_difference : bool
        Whether both have the same unit.
    """
    first = [sum(span.score for span in part.first) for part in parts]
    second = [sum(span.score for span in part.second) for part in parts]
    first_ranks, second_ranks = _ranks(first), _ranks(second)
    return tuple(
        SpanPair(
            text=text[part.start : part.end],
            start=part.start,
            end=part.end,
            first=first[i],
            second=second[i],
            difference=first[i] - second[i] if has_difference else None,
            first_rank=first_ranks[i],
            second_rank=second_ranks[i],
        )
        for i, part in enumerate(parts)
    )


def _ranks(scores: list[float]) -> dict[int, int]:
    """The rank of each index, 1 for the largest absolute score."""
    return {index: place for place, index in enumerate(strongest(scores), start=1)}
