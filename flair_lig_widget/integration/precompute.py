"""A grid of finished answers to one question, for where there is no kernel to ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.engine import LIGEngine
from flair_lig_widget.request import METHODS, Request

BAKED_STEPS = (2, 5, 10, 20, 50, 100)
BAKED_TOLERANCES = (0.1, 0.05, 0.02, 0.01, 0.005, 0.001)
_MOST_TARGETS = 10
_AUTO_STEPS = 33
"""What ``auto`` may take, as a guess for the progress."""


def bake(
    engine: LIGEngine,
    request: Request,
    *,
    methods: Sequence[str] = METHODS,
    n_steps: Sequence[int] = BAKED_STEPS,
    tolerances: Sequence[float] = BAKED_TOLERANCES,
    targets: Sequence[str] | None = None,
    baselines: Sequence[str] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda done: None,
) -> tuple[Attribution, ...]:
    """Answer a request for every target, baseline, method, and number of steps or tolerance.

    All targets take one pass through the model, and settings share the points that they have in
    common. Parameters are those of `LIGWidget.bake` and `LIGEngine.stream`.

    Returns
    -------
    tuple of Attribution
        By baseline, method and stop, the targets one after another. Their scores are rounded to
        32 bits, which is how they are stored.
    """
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
    # The longest first: its batches are the largest, and the others find their points there.
    answers, spent = {}, 0
    for setting, cost in sorted(settings, key=lambda each: -each[1]):

        def report(done: float, spent: int = spent, cost: int = cost) -> None:
            progress((spent + done * cost) / total)

        answers[setting] = engine.attribute_each(
            setting, labels, cancelled=cancelled, progress=report
        )
        spent += cost
    return tuple(_stored(answer) for setting, _ in settings for answer in answers[setting].values())


def _stops(
    request: Request, method: str, n_steps: Sequence[int], tolerances: Sequence[float]
) -> list[tuple[Request, int]]:
    """The request at each stop of a method, with a guess of what it costs."""
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
    """The label that is explained and the most probable ones: all of them, if they are few."""
    shown = engine.attribute(request)
    by_probability = sorted(shown.prediction, key=lambda label: -shown.prediction[label])
    likely = dict.fromkeys([*by_probability[:_MOST_TARGETS], shown.target])
    return [label for label in likely if label != request.contrast]


def _stored(answer: Attribution) -> Attribution:
    return dataclasses.replace(answer, scores=answer.scores.astype(np.float32))
