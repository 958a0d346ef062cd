"""Widgets that are closed, and a widget that is used for long: nothing of them stays.

Each in its own process, where nothing else makes objects, threads or garbage.
"""

from __future__ import annotations

import gc
import random
import threading
import time
import weakref
from collections import Counter
from typing import Any

import comm
import ipywidgets
import psutil

from faults.children import in_own_process
from faults.outcome import LIMIT, Budget, Fault, Outcome, Tally
from faults.subjects import SETTING, TEXTS, own_classifier
from flair_lig_widget import LIGWidget

WARM = 200
"""Requests after which memory is measured for the first time."""
GROWTH = 60 * 2**20
"""Bytes that the process may grow by afterwards: libraries and allocators keep some."""


def run(budget: Budget) -> Outcome:
    """Create a widget, request, close, delete; some are closed while they compute."""
    return in_own_process("closed widgets", "lifetime:close_many", budget)


def run_soak(budget: Budget) -> Outcome:
    """Many requests to one widget, in flat memory."""
    return in_own_process("soak", "lifetime:request_many", budget)


def close_many(count: int | None, seconds: float | None, seed: int) -> Outcome:
    """Close widgets until the budget is spent."""
    tally, rng = Tally("closed widgets", Budget(count, seconds, seed)), random.Random(seed)
    classifier = own_classifier()
    use(classifier, rng)  # libraries load what they keep
    before, comms = instances(), set(comm.get_comm_manager().comms)
    parts: list[weakref.ref] = []
    while tally.goes_on():
        tally.add()
        with tally.watch("a widget that is closed"):
            parts += use(classifier, rng)
    for kind, count in (instances() - before).items():
        tally.counts["leaked"] += count - 1  # `fault` counts one of them
        tally.fault("leaked", f"{count} of {kind} stay")
    with tally.watch("after all"):
        if alive := [ref() for ref in parts if ref() is not None]:
            kinds = Counter(type(each).__name__ for each in alive)
            raise Fault("leaked", f"alive: {dict(kinds)}")
        if more := set(comm.get_comm_manager().comms) - comms:
            raise Fault("leaked", f"{len(more)} comms stay open")
        if names := working():
            raise Fault("leaked", f"threads stay: {names}")
    return tally.outcome()


def use(classifier: Any, rng: random.Random) -> list[weakref.ref]:
    """One life of a widget; references to it and to its parts."""
    widget = LIGWidget(classifier, rng.choice(TEXTS), **SETTING)
    widget.n_steps = rng.randint(5, 200)
    if rng.random() < 0.5:
        widget.wait(LIMIT)
        widget.precompute(methods=["riemann_left"], n_steps=[2], targets=["tech"])
    repr(widget), widget._repr_mimebundle_()
    parts = (widget, widget.layout, widget.attribution, widget._engine)
    found = [weakref.ref(part) for part in parts]
    widget.close()
    return found


def instances() -> Counter[str]:
    """How many objects of the package, and layouts, there are by class, once threads have ended."""
    working()
    for _ in range(3):
        gc.collect()
    kinds = (type(each) for each in gc.get_objects())
    return Counter(
        kind.__qualname__
        for kind in kinds
        if str(kind.__module__).startswith("flair_lig_widget")
        or issubclass(kind, ipywidgets.Layout)
    )


def working() -> list[str]:
    """The threads of the package that are there after some time, which should be none."""
    ends = time.monotonic() + LIMIT
    while time.monotonic() < ends:
        # Not alive is a thread whose start a fault interrupted; Python lists it for ever.
        threads = [thread for thread in threading.enumerate() if thread.is_alive()]
        names = [thread.name for thread in threads if thread.name.startswith("flair-lig")]
        if not names:
            break
        time.sleep(0.01)
    return names


def request_many(count: int | None, seconds: float | None, seed: int) -> Outcome:
    """Make requests until the budget is spent."""
    tally, rng = Tally("soak", Budget(count, seconds, seed)), random.Random(seed)
    widget = LIGWidget(own_classifier(), TEXTS, **SETTING)
    process, warm = psutil.Process(), None
    while tally.goes_on():
        tally.add()
        with tally.watch("a request"):
            widget.set_state(
                {
                    "text": f"{rng.choice(TEXTS)} {rng.randint(0, 20)}",
                    "n_steps": rng.randint(2, 30),
                    "target": rng.choice(widget.labels),
                }
            )
            try:
                widget.wait(LIMIT)
            except TimeoutError:
                raise Fault("wedged", "no result") from None
        if tally.tried == WARM:
            gc.collect()
            warm = process.memory_info().rss
    widget.close()
    gc.collect()
    if warm is not None and (grown := process.memory_info().rss - warm) > GROWTH:
        tally.fault("leaked", f"the process grew by {grown / 2**20:.0f} MB")
    return tally.outcome()
