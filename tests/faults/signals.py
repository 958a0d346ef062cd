"""Ctrl-C at any moment of an explanation, in a child process.

A timer interrupts calls of the main thread after random times spread over the length of the call,
as an interrupt of a cell does. After each the classifier must be as the user left it, and another
thread and the widget must be able to explain.
"""

from __future__ import annotations

import random
import signal
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotDone
from typing import Any

import numpy as np
from flair.models import TextClassifier
from support.model_state import state_of

from faults.children import in_child
from faults.outcome import LIMIT, Budget, Fault, Outcome, Tally
from faults.subjects import (
    SETTING,
    TEXTS,
    Reference,
    check_answer,
    front_ends,
    own_classifier,
    predicted,
)
from flair_lig_widget import LIGWidget, attribute
from flair_lig_widget.integration.sampling import Cancelled

MANY = {"method": "riemann_middle", "n_steps": 12}
"""Many short batches: a hold of the model, and its end, for each."""


def run(budget: Budget) -> Outcome:
    """Half of the signals with the user's classifier in training mode, half in evaluation mode."""
    tally, part = Tally("signals", budget), budget.share(2)
    limit = 3600.0 if part.seconds is None else part.seconds + 600
    with ThreadPoolExecutor(2) as both:  # at once; each thread only waits for its process
        parts = [
            both.submit(
                in_child,
                "signals:interrupt",
                limit,
                training=training,
                count=part.count,
                seconds=budget.seconds,
                seed=budget.seed,
            )
            for training in (True, False)
        ]
        for each in parts:
            tally.merge(each.result())
    return tally.outcome()


def interrupt(training: bool, count: int | None, seconds: float | None, seed: int) -> Outcome:
    """Interrupt calls until the budget is spent; runs in its own process."""
    tally, rng = Tally("signals", Budget(count, seconds, seed)), random.Random(seed)
    classifier = own_classifier()
    before = predicted(classifier)
    reference = Reference(classifier)
    # The user's own mix of modes: one layer is frozen while the rest is trained.
    classifier.train(training)
    classifier.embeddings.model.embeddings.eval()
    signal.signal(signal.SIGALRM, signal.default_int_handler)  # raises KeyboardInterrupt
    state = state_of(classifier)
    with front_ends() as views, ThreadPoolExecutor(1) as other:
        widget = LIGWidget(classifier, TEXTS[0], internal_batch_size=1, **SETTING)
        calls = calls_of(classifier, widget)
        durations = {name: duration(call) for name, call in calls.items()}
        while tally.goes_on():
            name = rng.choice(["attribute", *calls])
            delay = rng.random() * 1.1 * durations[name]
            if not interrupted(calls[name], delay):
                continue
            tally.add()
            what = f"{name} interrupted after {delay * 1000:.2f} ms"
            with tally.watch(what):
                answers_again(widget, reference, views[widget.model_id])
            with tally.watch(what):
                check_unchanged(classifier, state, tally, what)
            with tally.watch(what):
                if not np.allclose(in_evaluation(classifier), before, rtol=0, atol=1e-6):
                    raise Fault("wrong", "predict gives other probabilities than before")
            with tally.watch(what):
                check_free(other, classifier, reference)
        return tally.outcome()


def calls_of(classifier: TextClassifier, widget: LIGWidget) -> dict[str, Callable[[], Any]]:
    """What is interrupted."""

    def requested() -> None:
        widget.n_steps = 6 if widget.n_steps == 5 else 5
        widget.target = "tech" if widget.target == "sport" else "sport"
        widget.wait(LIMIT)

    return {
        "attribute": lambda: attribute(classifier, TEXTS[0], internal_batch_size=1, **MANY),
        "widget": requested,
        "precompute": lambda: widget.precompute(
            methods=["riemann_left"], n_steps=[2, 3], targets=["tech"]
        ),
        "predict": lambda: predicted(classifier),
        "constructor": lambda: LIGWidget(classifier, TEXTS[1], **SETTING).close(),
    }


def duration(call: Callable[[], Any]) -> float:
    """Seconds that a call takes, the first one apart."""
    seconds = []
    for _ in range(6):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def interrupted(call: Callable[[], Any], delay: float) -> bool:
    """Whether the call, or the end of this function, was interrupted."""
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, max(delay, 1e-6))
            call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        return True
    return False


def check_unchanged(classifier: TextClassifier, state: dict, tally: Tally, what: str) -> None:
    """Count what changed, and put it right so that it is counted once."""
    now = state_of(classifier)
    for name in ("training", "requires_grad", "grad", "weights"):
        if now[name] != state[name]:
            changed = sum(a != b for a, b in zip(now[name], state[name], strict=True))
            tally.fault("wrong", f"{what}: {name} of {changed} changed")
    if more := sum(map(sum, now["hooks"])) - sum(map(sum, state["hooks"])):
        if not np.array_equal(in_evaluation(classifier), in_evaluation(classifier)):
            tally.fault("wrong", f"{what}: a hook changes what predict gives")
        tally.fault("leaked", f"{what}: {more} hooks stay")
    for module, training in zip(classifier.modules(), state["training"], strict=True):
        module.training = training


def in_evaluation(classifier: TextClassifier) -> np.ndarray:
    """What `predict` gives in evaluation mode; the user's mode is as before."""
    flags = [(module, module.training) for module in classifier.modules()]
    classifier.eval()
    try:
        return predicted(classifier)
    finally:
        for module, training in flags:
            module.training = training


def answers_again(widget: LIGWidget, reference: Reference, view: dict) -> None:
    """Request something new of the widget, and check its result and what the front end shows."""
    widget.n_steps = 8 if widget.n_steps == 7 else 7
    widget.target = "business" if widget.target == "politics" else "politics"
    try:
        found = widget.wait(LIMIT)
    except TimeoutError:
        raise Fault("wedged", "the widget does not answer") from None
    except Cancelled:
        raise Fault("wrong", "a new request counts as cancelled") from None
    setting = {name: widget.result["request"][name] for name in ("text", "target", "method")}
    reference.check(found, **setting, n_steps=widget.n_steps)
    check_answer(widget, found, view)


def check_free(other: ThreadPoolExecutor, classifier: TextClassifier, reference: Reference) -> None:
    """Another thread can explain."""
    work = other.submit(attribute, classifier, TEXTS[0], internal_batch_size=1, **SETTING)
    try:
        found = work.result(LIMIT)
    except NotDone:
        raise Fault("wedged", "another thread waits for ever") from None
    reference.check(found, text=TEXTS[0], **SETTING)
