"""Spans of two attributions of one text, joined by their characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flair_lig_widget.result.tokens import Span


@dataclass(frozen=True)
class Joined:
    """The spans of both attributions that share characters; one side may have none.

    Attributes
    ----------
    first, second : tuple of Span
    """

    first: tuple[Span, ...]
    second: tuple[Span, ...]

    @property
    def start(self) -> int:
        """Where the first of its spans begins."""
        return min(span.start for span in self.first + self.second)

    @property
    def end(self) -> int:
        """Where the last of its spans ends."""
        return max(span.end for span in self.first + self.second)

    @property
    def is_split_differently(self) -> bool:
        """Whether the two have other spans here."""
        first, second = ([(s.start, s.end) for s in side] for side in (self.first, self.second))
        return first != second

    @property
    def is_of_both(self) -> bool:
        """Whether both attributions have a span here."""
        return bool(self.first and self.second)


def join_spans(first: Sequence[Span], second: Sequence[Span]) -> tuple[Joined, ...]:
    """The finest parts of the text that hold only whole spans of both, in its order.

    Spans that share a character are in one part, and so are those that share one with the same
    third span. Every span is in one part, so sums of scores stay what they are.
    """
    owned = [(span, True) for span in first] + [(span, False) for span in second]
    groups: list[list[tuple[Span, bool]]] = []
    group_start, group_end = -1, -1
    for span, is_first in sorted(owned, key=lambda each: (each[0].start, each[0].end)):
        # A span without characters belongs to those that begin where it is.
        if not (span.start < group_end or span.start == group_start):
            groups.append([])
            group_start, group_end = span.start, span.end
        groups[-1].append((span, is_first))
        group_end = max(group_end, span.end)
    return tuple(
        Joined(
            first=tuple(span for span, is_first in group if is_first),
            second=tuple(span for span, is_first in group if not is_first),
        )
        for group in groups
    )
