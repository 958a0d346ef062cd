"""Line breaking: runs of characters laid out in lines of a given width."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from flair_lig_widget.export.runs import Run

_MOST_IN_A_LINE = 500
"""Characters of a long word that are measured; zero-width ones could go on forever."""


@dataclass(frozen=True)
class Placed:
    """A run, or a part of one, at ``x`` on its line; widths are in the unit of the measure."""

    run: Run
    x: float
    width: float
    line: int


def lay_out(found: Iterable[Run], measure: Callable[[str], float], room: float) -> list[Placed]:
    """Break lines at whitespace, and within words longer than a whole line.

    Parameters
    ----------
    found : iterable of Run
        Runs without whitespace between them stay together, such as a word and its full stop.
    measure : callable
        The width of some characters.
    room : float
        The width of a line.
    """
    placed: list[Placed] = []
    x, line = 0.0, 0
    spaces: list[Run] = []  # in front of the next word; dropped at the end of a line

    def put(run: Run) -> None:
        nonlocal x
        width = measure(run.text)
        placed.append(Placed(run, x, width, line))
        x += width

    for group in _groups(found):
        if group[0].text == "\n":
            x, line, spaces = 0.0, line + 1, []
            continue
        if group[0].is_space:
            spaces += group
            continue
        width, gap = (sum(measure(run.text) for run in runs) for runs in (group, spaces))
        if x + gap + width > room and x > 0:
            x, line, spaces = 0.0, line + 1, []
        for run in spaces:
            put(run)
        spaces = []
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
        if run.is_space:
            if group:
                yield group
            yield [run]
            group = []
        else:
            group.append(run)
    if group:
        yield group


def _fitting(text: str, measure: Callable[[str], float], room: float) -> int:
    """How many characters fit, at least one; combining marks stay with their base character."""
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
