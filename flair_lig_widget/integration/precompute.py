"""A grid of results for one text, for pages without a kernel."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypedDict

import numpy as np

from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.result.algorithms import INTEGRATED_GRADIENTS
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import METHODS, Request

PRECOMPUTED_STEPS = (2, 5, 10, 20, 50, 100)
PRECOMPUTED_TOLERANCES = (0.1, 0.05, 0.02, 0.01, 0.005, 0.001)
_MOST_TARGETS = 10
_AUTO_STEPS = 33
"""Points that ``auto`` is expected to take, to estimate the progress."""


class GridOptions(TypedDict, total=False):
    """The options of `precompute` that choose the grid, which documents them."""

    methods: Sequence[str]
    n_steps: Sequence[int]
    tolerances: Sequence[float]
    targets: Sequence[str] | None
    baselines: Sequence[str] | None


def precompute(
    engine: LIGEngine,
    request: Request,
    *,
    methods: Sequence[str] = METHODS,
    n_steps: Sequence[int] = PRECOMPUTED_STEPS,
    tolerances: Sequence[float] = PRECOMPUTED_TOLERANCES,
    targets: Sequence[str] | None = None,
    baselines: Sequence[str] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda done: None,
) -> tuple[Attribution, ...]:
    """Compute a request for every target, baseline, method, and number of steps or tolerance.

    All targets share each pass through the model, and settings share the points that they have in
    common.

    Parameters
    ----------
    engine : LIGEngine
    request : Request
        The text, and the options that all results have in common. They are integrated gradients,
        whatever its algorithm.
    methods : sequence of str
        Integration rules.
    n_steps : sequence of int
        Numbers of steps of the fixed rules.
    tolerances : sequence of float
        Tolerances of ``auto``.
    targets : sequence of str, optional
        Labels; if not given, the ten most probable ones and the one that is explained.
    baselines : sequence of str, optional
        Kinds of baseline; that of the request if not given.
    cancelled, progress : callable
        As for `LIGEngine.stream`.

    Returns
    -------
    tuple of Attribution
        Ordered by baseline, method, steps or tolerance, and target. The scores are rounded to 32
        bits, as they are stored.

    Raises
    ------
    ValueError
        If a list is empty, is a single string, or contains what `attribute` does not accept.
    Cancelled
        Within one batch of ``cancelled()`` becoming true.
    """
    request = dataclasses.replace(request, algorithm=INTEGRATED_GRADIENTS)
    labels = _likely(engine, request) if targets is None else list(dict.fromkeys(targets))
    kinds = [request.baseline] if baselines is None else list(dict.fromkeys(baselines))
    for name, values in (("methods", methods), ("targets", targets), ("baselines", baselines)):
        if isinstance(values, str):
            raise ValueError(f"{name}={values!r} is one name; give a list")
        if values is not None and not values:
            raise ValueError(f"{name} is empty; give at least one, or leave it out")
    settings = [
        (dataclasses.replace(setting, baseline=kind), cost)
        for kind in kinds
        for method in dict.fromkeys(methods)
        for setting, cost in _stops(request, method, n_steps, tolerances)
    ]
    total = sum(cost for _, cost in settings)
    # The most expensive first: its batches are the largest, and the others reuse its points.
    results, spent = {}, 0
    for setting, cost in sorted(settings, key=lambda each: -each[1]):

        def report(done: float, spent: int = spent, cost: int = cost) -> None:
            progress((spent + done * cost) / total)

        results[setting] = engine.attribute_each(
            setting, labels, cancelled=cancelled, progress=report
        )
        spent += cost
    return tuple(_stored(result) for setting, _ in settings for result in results[setting].values())


def _stops(
    request: Request, method: str, n_steps: Sequence[int], tolerances: Sequence[float]
) -> list[tuple[Request, int]]:
    """The requests of a method, one per slider stop, each with a guess of its cost in points."""
    if method == "auto":
        auto = dataclasses.replace(request, method=method, n_steps=None)
        stops = sorted(set(tolerances), reverse=True)
        found = [(dataclasses.replace(auto, tolerance=t), _AUTO_STEPS) for t in stops]
    else:
        rule = dataclasses.replace(request, method=method)
        found = [(dataclasses.replace(rule, n_steps=n), n) for n in sorted(set(n_steps))]
    if not found:
        name = "tolerances" if method == "auto" else "n_steps"
        raise ValueError(f"{name} is empty; {method} needs at least one")
    return found


def _likely(engine: LIGEngine, request: Request) -> list[str]:
    """The label that is explained and the ten most probable ones."""
    shown = engine.attribute(request)
    by_probability = sorted(shown.prediction, key=lambda label: -shown.prediction[label])
    likely = dict.fromkeys([*by_probability[:_MOST_TARGETS], shown.target])
    return [label for label in likely if label != request.contrast]


def _stored(result: Attribution) -> Attribution:
    return dataclasses.replace(result, scores=result.scores.astype(np.float32))
