"""The work of `LIGWidget.precompute`: a grid of results, and a check of each path."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flair_lig_widget.frontend.wire import most_accurate, snapshots_to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.precompute import GridOptions, precompute
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request
from flair_lig_widget.widget.checking import check_all

_MOST_DATA_POINTS = 10
"""Other data points of the text, such as tagged spans, that a page can show."""

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
    """Compute a grid around a request, and check it unless ``erase`` is None.

    Of a text with several data points, the others that have a label get their result by ``auto``.
    """
    share, task = 1.0 if erase is None else _SHARE_OF_GRID, engine.wrapper.task
    results = precompute(
        engine, request, cancelled=cancelled, progress=lambda done: progress(share * done), **grid
    )
    checks = (
        []
        if erase is None
        else check_all(
            engine,
            most_accurate(results),
            erase=erase,
            cancelled=cancelled,
            progress=lambda done: progress(share + (1 - share) * done),
        )
    )
    others = [
        precompute(engine, each, methods=["auto"], targets=[target], cancelled=cancelled)
        for each, target in _other_data_points(request, results[0])
    ]
    wire = snapshots_to_wire(results, checks, task=task)
    if others:
        wire["others"] = [snapshots_to_wire(each, task=task) for each in others]
    return Snapshots((*results, *(result for each in others for result in each)), wire)


def _other_data_points(request: Request, shown: Attribution) -> list[tuple[Request, str]]:
    """A request for each of the other data points that have a label, and that label."""
    labelled = [
        point
        for point in shown.data_points
        if point.label in shown.prediction and point.label != "O"
        if point.ranges != shown.data_point
    ]
    return [
        (dataclasses.replace(request, data_point=point.ranges, contrast=None), point.label)
        for point in labelled[:_MOST_DATA_POINTS]
    ]
