"""Runs of letters laid out in lines of a given width."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from flair_lig_widget.export.runs import Run

_MOST_IN_A_LINE = 500
"""Characters of a long word that are tried; zero-width ones could go on for ever."""


@dataclass(frozen=True)
class Placed:
    """A run, or a part of one, from ``x`` on its line; widths in the unit of the measure."""

    run: Run
    x: float
    width: float
    line: int


def lay_out(found: Iterable[Run], measure: Callable[[str], float], room: float) -> list[Placed]:
    """Lines are broken at blanks, and within what is longer than a whole line.

    Parameters
    ----------
    found : iterable of Run
        Runs with no blank between them stay together, as a word and its full stop.
    measure : callable
        The width of some letters.
    room : float
        The width of a line.
    """
    placed: list[Placed] = []
    x, line = 0.0, 0
    blanks: list[Run] = []  # in front of the next word; at the end of a line they are dropped

    def put(run: Run) -> None:
        nonlocal x
        width = measure(run.text)
        placed.append(Placed(run, x, width, line))
        x += width

    for group in _groups(found):
        if group[0].text == "\n":
            x, line, blanks = 0.0, line + 1, []
            continue
        if group[0].blank:
            blanks += group
            continue
        width, gap = (sum(measure(run.text) for run in runs) for runs in (group, blanks))
        if x + gap + width > room and x > 0:
            x, line, blanks = 0.0, line + 1, []
        for run in blanks:
            put(run)
        blanks = []
        if x + width <= room:
            for run in group:
                put(run)
            continue
        for run in group:
            rest = run.text
            while rest:
                if x > 0 and x + measure(rest[0]) > room:
                    x, line = 0.0, line + 1
                end = _fitting(rest, measure, room - x)
                put(replace(run, text=rest[:end]))
                rest = rest[end:]
    return placed


def _groups(found: Iterable[Run]) -> Iterator[list[Run]]:
    group: list[Run] = []
    for run in found:
        if run.blank:
            if group:
                yield group
            yield [run]
            group = []
        else:
            group.append(run)
    if group:
        yield group


def _fitting(text: str, measure: Callable[[str], float], room: float) -> int:
    """How many characters fit, at least one; marks stay with their letter."""
    low, high = 1, min(len(text), _MOST_IN_A_LINE)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    if low < len(text):
        kept = low
        while kept > 1 and unicodedata.combining(text[kept]):
            kept -= 1
        low = kept if not unicodedata.combining(text[kept]) else low
    return low
