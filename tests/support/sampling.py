"""What an engine knows at some points of a path."""

from __future__ import annotations

from collections.abc import Sequence

from flair_lig_widget import LIGEngine, Request
from flair_lig_widget.integration.explained import objective_of
from flair_lig_widget.integration.path import Need, Samples


def sample(engine: LIGEngine, request: Request, label: str, nodes: Sequence[float]) -> Samples:
    """f and its derivatives for a label, at some nodes."""
    path, session = engine._path(request)
    need = Need(path, [objective_of(engine.wrapper, request, label)], nodes, reduced=False)
    session.batches.fill(need, cancelled=bool, after_batch=lambda: None)
    (found,) = need.result()
    return found
