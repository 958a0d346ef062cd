"""The work of `LIGWidget.precompute`: a grid of results, and a check of each path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flair_lig_widget.frontend.wire import most_accurate, snapshots_to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.precompute import GridOptions, precompute
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request
from flair_lig_widget.widget.checking import check_all

_SHARE_OF_GRID = 0.5
"""The share of the time that the results take if they are checked too. A guess."""


@dataclass(frozen=True, eq=False)
class Snapshots:
    """What was computed, and the same for the front end."""

    results: tuple[Attribution, ...]
    wire: dict[str, Any]


def compute_snapshots(
    engine: LIGEngine,
    request: Request,
    grid: GridOptions,
    *,
    erase: str | None,
    cancelled: Callable[[], bool],
    progress: Callable[[float], None],
) -> Snapshots:
    """Compute a grid around a request, and check it unless ``erase`` is None."""
    share = 1.0 if erase is None else _SHARE_OF_GRID
    results = precompute(
        engine, request, cancelled=cancelled, progress=lambda done: progress(share * done), **grid
    )
    if erase is None:
        return Snapshots(results, snapshots_to_wire(results, task=engine.wrapper.task))
    checks = check_all(
        engine,
        most_accurate(results),
        erase=erase,
        cancelled=cancelled,
        progress=lambda done: progress(share + (1 - share) * done),
    )
    return Snapshots(results, snapshots_to_wire(results, checks, task=engine.wrapper.task))
