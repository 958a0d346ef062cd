"""Odd classifiers, odd values and odd observers: an answer, or an error in the package's words."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import torch

from faults.outcome import LIMIT, Budget, Fault, Outcome, Tally, described, in_words
from faults.subjects import SETTING, TEXTS, own_classifier
from flair_lig_widget import LIGWidget, attribute
from flair_lig_widget.integration.sampling import Cancelled

CASES: list[Callable[[], None]] = []
REFUSED = "refused"
"""What `answer` gives for an error in words."""


def case(function: Callable[[], None]) -> Callable[[], None]:
    """Add a case; its name says what is odd."""
    CASES.append(function)
    return function


def run(budget: Budget) -> Outcome:
    """Every case in turn, at least once."""
    tally = Tally("odd", budget)
    logging.disable(logging.CRITICAL)  # errors are shown by the widget
    try:
        while tally.goes_on():
            for each in CASES:
                tally.add()
                with tally.watch(each.__name__):
                    each()
    finally:
        logging.disable(logging.NOTSET)
    return tally.outcome()


def answer(call: Callable[[], Any]) -> Any:
    """What the call gives, or `REFUSED`; a `Fault` for an error that is not in words."""
    try:
        return call()
    except TimeoutError:
        raise Fault("wedged", "no result") from None
    except Exception as error:
        if not in_words(error):
            raise Fault("crashed", described(error)) from error
        return REFUSED


def new_widget(**options: Any) -> LIGWidget:
    return LIGWidget(own_classifier(), list(TEXTS), **{**SETTING, **options})


def refused(widget: LIGWidget) -> None:
    """Raise a `Fault` unless the widget says why the newest request has no result."""
    if answer(lambda: widget.wait(LIMIT)) is not REFUSED:
        raise Fault("wrong", "wait() returns the result of another request")
    if widget.status != "error" or not widget.error:
        raise Fault("wrong", f"status {widget.status!r}, error {widget.error!r}")
    answers(widget)


def answers(widget: LIGWidget) -> None:
    """Raise a `Fault` unless the widget answers a new request."""
    widget.set_state({"text": TEXTS[1], "tolerance": 0.2, **SETTING, "n_steps": 9})
    if (found := answer(lambda: widget.wait(LIMIT))) is REFUSED:
        raise Fault("wrong", f"does not answer afterwards: {widget.error}")
    expect(found.text == TEXTS[1] and found.n_steps == 9, "answers another request")
    expect(widget.status == "idle" and not widget.error, f"{widget.status}: {widget.error}")


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Fault("wrong", otherwise)


@case
def no_labels() -> None:
    classifier = own_classifier(labels=())
    expect(answer(lambda: attribute(classifier, TEXTS[0])) is REFUSED, "explains nothing")
    expect(answer(lambda: LIGWidget(classifier, TEXTS[0])) is REFUSED, "shows nothing")


@case
def a_label_added_later() -> None:
    classifier = own_classifier()
    widget = LIGWidget(classifier, TEXTS[0], **SETTING)
    classifier.label_dictionary.add_item("weather")
    answer(lambda: attribute(classifier, TEXTS[0], **SETTING))
    answer(lambda: attribute(classifier, TEXTS[0], target="weather", **SETTING))
    widget.n_steps = 7
    answer(lambda: widget.wait(LIMIT))


@case
def labels_renamed() -> None:
    classifier = own_classifier()
    widget = LIGWidget(classifier, TEXTS[0], **SETTING)
    dictionary = classifier.label_dictionary
    dictionary.item2idx = {b"new " + name: i for name, i in dictionary.item2idx.items()}
    dictionary.idx2item = [b"new " + name for name in dictionary.idx2item]
    widget.n_steps = 7
    found = answer(lambda: widget.wait(LIMIT))
    expect(found is not REFUSED, f"does not explain new labels: {widget.error}")
    expect(list(found.prediction) == widget.labels, f"shows labels {widget.labels}")


@case
def made_in_inference_mode() -> None:
    with torch.inference_mode():
        classifier = own_classifier()
    answer(lambda: attribute(classifier, TEXTS[0], **SETTING))
    answer(lambda: LIGWidget(classifier, TEXTS[0], **SETTING))


@case
def precompute_after_close() -> None:
    widget = new_widget()
    widget.close()
    expect(answer(widget.precompute) is REFUSED, "computes after close")


@case
def numbers_that_no_computation_has() -> None:
    classifier, widget = own_classifier(), new_widget()
    for name, value in (("tolerance", 10**400), ("n_steps", 3 * 10**8), ("n_steps", 10**400)):
        call = lambda n=name, v=value: attribute(classifier, TEXTS[0], **{**SETTING, n: v})  # noqa: E731
        expect(answer(call) is REFUSED, f"{name}={value:.0e} is computed" if value < 1e9 else name)
        if answer(lambda n=name, v=value: setattr(widget, n, v)) is not REFUSED:
            refused(widget)
    answers(widget)


@case
def a_text_of_a_megabyte() -> None:
    classifier, widget = own_classifier(), new_widget()
    for text in ("x" * 2**20, "word " * 2**18):
        answer(lambda t=text: attribute(classifier, t, **SETTING))
        widget.text = text
        answer(lambda: widget.wait(LIMIT))
        answers(widget)


@case
def half_a_character() -> None:
    widget = new_widget()
    widget.text = "half \ud800"
    refused(widget)
    widget.set_state({"text": "half \udfff"})
    refused(widget)


@case
def an_edited_text_with_its_position() -> None:
    widget = new_widget()
    for position in (0, 1):
        edited = f"An edited text {position}."
        widget.set_state({"position": position, "text": edited})
        expect(widget.wait(LIMIT).text == edited, f"explains {widget.attribution.text!r}")
        expect(widget.text == edited, f"shows {widget.text!r}")


@case
def no_texts() -> None:
    widget = new_widget()
    widget.position = 1
    widget.wait(LIMIT)
    answer(lambda: setattr(widget, "texts", []))
    for position in (0, 1, 2):
        answer(lambda p=position: setattr(widget, "position", p))
    answers(widget)


@case
def shortened_texts() -> None:
    widget = new_widget()
    widget.position = 2
    widget.wait(LIMIT)
    answer(lambda: setattr(widget, "texts", ["The only text."]))
    expect(0 <= widget.position < len(widget.texts), f"position {widget.position} of 1 text")
    widget.wait(LIMIT)
    answers(widget)


@case
def an_empty_result_from_the_front_end() -> None:
    widget = new_widget()
    answer(lambda: widget.set_state({"result": {}}))
    answer(lambda: repr(widget))
    answer(widget.to_html)
    answers(widget)


@contextmanager
def with_threads() -> Iterator[None]:
    yield


@contextmanager
def without_threads() -> Iterator[None]:
    """Where no thread can be started, as in Pyodide."""
    with mock.patch.object(threading.Thread, "start", side_effect=RuntimeError("no threads")):
        yield


def observer_raises(error: type[BaseException], surroundings: Callable) -> None:
    """The widget answers after an observer of its result has raised anything."""
    widget = new_widget()

    def observer(change: object) -> None:
        raise error("raised by an observer")

    with surroundings():
        widget.observe(observer, names="result")
        try:
            widget.n_steps = 7
            widget.wait(LIMIT)
        except (error, RuntimeError, ValueError, Cancelled):
            pass
        except TimeoutError:
            raise Fault("wedged", "wait() does not return") from None
        expect(widget.status != "running", "is said to be running for ever")
        widget.unobserve(observer, names="result")
        answers(widget)


for _error in (ValueError, KeyboardInterrupt, SystemExit, GeneratorExit):
    for _surroundings in (with_threads, without_threads):

        def _raises(error=_error, surroundings=_surroundings) -> None:
            observer_raises(error, surroundings)

        _raises.__name__ = f"an_observer_raises_{_error.__name__}_{_surroundings.__name__}"
        case(_raises)
