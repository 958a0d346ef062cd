"""Messages of every kind to one widget, from a front end and from Python, from four threads.

After each burst a valid request is sent. The widget must give exactly its result, and the front
end must show what the widget has.
"""

from __future__ import annotations

import logging
import math
import random
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import traitlets
from flair.models import TextClassifier

from faults.outcome import LIMIT, Budget, Fault, Outcome, Tally, described, in_words
from faults.subjects import (
    COMPUTED,
    REQUEST,
    REQUESTED,
    SETTING,
    TEXTS,
    Reference,
    check_answer,
    front_ends,
    logged_faults,
    own_classifier,
)
from flair_lig_widget import LIGWidget
from flair_lig_widget.integration.sampling import Cancelled

THREADS = 4
BURST = 50
"""Messages of each thread between two valid requests."""
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 7, 10_000, 3 * 10**8, 10**30, 10**400, -(10**400)),
    *(0.5, -0.0, 1e-320, 1e308, math.nan, math.inf, -math.inf),
    *("", " ", "x", "\x00", "half \ud800", "<script>alert(1)</script>", "é" * 500, "null"),
    *("sport", "auto", "riemann_left", "pad", "mask", "probability", "embeddings", "subword"),
    *([], [1], ["a", None], ["a"], {}, {"a": 1}, {"request": {}}, [[[]]]),
    *({"cancel": True}, {"request": True}),
)
NAMES = (
    *(*REQUESTED, *COMPUTED),
    *("texts", "labels", "snapshots", "parity", "computes", "other", "unknown"),
)
AT_REST = {
    **{"granularity": "word", "position": 0, "checking": False, "erase": "delete", "edit": None},
    "kept": {},
}
"""What a front end writes next to a request."""
RULES = ("gausslegendre", "riemann_left", "riemann_middle", "riemann_trapezoid")


def requests(seed: int) -> list[dict[str, Any]]:
    """Forty valid requests as a front end sends them."""
    rng = random.Random(seed)
    found = []
    for _ in range(40):
        auto = rng.random() < 0.25
        found.append(
            {
                "text": rng.choice(TEXTS),
                "target": rng.choice([None, "sport", "tech", "business"]),
                "contrast": rng.choice([None, None, "politics"]),
                "output": rng.choice(["logit", "probability", "log_odds"]),
                "method": "auto" if auto else rng.choice(RULES),
                "n_steps": None if auto else rng.randint(2, 9),
                "tolerance": rng.choice([0.1, 0.2]),
                "baseline": rng.choice([None, "pad", "mask", "zero"]),
                "layer": rng.choice(["word_embeddings", "embeddings"]),
                "precision": "float32",
                "algorithm": rng.choice(["integrated_gradients"] * 4 + ["gradient_x_input"]),
                "entities": [],
                "data_point": None,
            }
        )
    return found


def new_widget(classifier: TextClassifier) -> LIGWidget:
    """A widget that computes one point at a time, so that rounding is always the same."""
    return LIGWidget(classifier, TEXTS[0], internal_batch_size=1, **SETTING)


@contextmanager
def only_in_words(what: str) -> Iterator[None]:
    """Raise a `Fault` for an exception that is not one of ours or a TraitError."""
    try:
        yield
    except (traitlets.TraitError, Cancelled):
        pass
    except Exception as error:
        if not in_words(error):
            raise Fault("crashed", f"{what[:200]}: {described(error)}") from error


def check(widget: LIGWidget, view: dict[str, Any], state: dict, reference: Reference) -> None:
    """Send a valid request, and raise a `Fault` unless the widget gives exactly its result."""
    with only_in_words(f"set_state({state})"):
        widget.set_state(state)
    setting = {name: state[name] for name in REQUEST}
    if wrong := [name for name in setting if getattr(widget, name) != setting[name]]:
        raise Fault("wrong", f"{wrong} of a valid request were not taken")
    try:
        found = widget.wait(LIMIT)
    except TimeoutError:
        raise Fault("wedged", f"no result for {setting}") from None
    except Exception as error:
        raise Fault("crashed", f"wait() for {setting}: {described(error)}") from error
    reference.check(found, **setting)
    check_answer(widget, found, view)
    repr(widget)


def send(widget: LIGWidget, rng: random.Random, valid: list[dict[str, Any]]) -> None:
    """One message: a state, a trait set from Python, a custom message, or a cancel."""
    kind = rng.random()
    if kind < 0.5:
        state = dict(rng.choice(valid)) if rng.random() < 0.5 else {}
        state |= {rng.choice(NAMES): rng.choice(VALUES) for _ in range(rng.randint(0, 2))}
        with only_in_words(f"set_state({state})"):
            widget.set_state(state)
    elif kind < 0.8:
        name, value = rng.choice(REQUESTED), rng.choice(VALUES)
        if rng.random() < 0.5:
            name, value = "n_steps", rng.randint(2, 9)
        with only_in_words(f"{name} = {value!r}"):
            setattr(widget, name, value)
    elif kind < 0.9:
        content = rng.choice([*VALUES, {"cancel": True}, {"cancel": False}])
        widget._handle_custom_msg(content, rng.choice([None, [], [b"x"]]))
    else:
        widget.cancel()


def run(budget: Budget) -> Outcome:
    """Bursts of seeded messages from four threads."""
    tally, rng = Tally("messages", budget), random.Random(budget.seed)
    classifier = own_classifier()
    reference, valid = Reference(classifier), requests(budget.seed)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)  # threads take turns a hundred times as often
    try:
        with front_ends() as views, logged_faults(tally), quiet():
            widget = new_widget(classifier)
            while tally.goes_on():
                burst(widget, tally, rng, valid)
                # Traits that already have these values request nothing, such as after a cancel.
                first, second = rng.sample(valid, 2)
                with tally.watch("after a burst"):
                    widget.set_state(first)
                    state = {**second, **AT_REST}
                    check(widget, views[widget.model_id], state, reference)
            widget.close()
    finally:
        sys.setswitchinterval(usual)
    return tally.outcome()


def burst(widget: LIGWidget, tally: Tally, rng: random.Random, valid: list) -> None:
    """Messages from all threads at once."""
    start = threading.Barrier(THREADS)

    def work(seed: int) -> None:
        own = random.Random(seed)
        start.wait(LIMIT)
        for _ in range(BURST):
            tally.add()
            with tally.watch("a message"):
                send(widget, own, valid)

    threads = [
        threading.Thread(target=work, args=(rng.random(),), daemon=True) for _ in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
        if thread.is_alive():
            tally.fault("wedged", "a thread that sends messages does not return")


@contextmanager
def quiet() -> Iterator[None]:
    """No warning of ipywidgets and jupyter_client for messages that they refuse or mend."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
