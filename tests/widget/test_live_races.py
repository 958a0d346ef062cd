"""The widget under several threads at once: a cell, the front end on a subshell, its worker."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable

import ipywidgets
import pytest
from support.texts import NEWS

from flair_lig_widget import LIGWidget, attribute

LIMIT = 60
"""Seconds until a test gives up; what it waits for takes about one."""
LABELS = ("business", "entertainment", "politics", "sport", "tech")


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


@pytest.fixture(autouse=True)
def frequent_switches():
    """Threads take turns a hundred times as often, so that rare interleavings occur."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(usual)


def at_once(*jobs: Callable[[], None]) -> None:
    """Run each job in its own thread; an error in one is an error of the test."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(jobs))

    def run(job):
        try:
            start.wait(LIMIT)
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive(), "the threads are in a deadlock"
    assert errors == []


@pytest.mark.parametrize("seed", range(20))
def test_the_last_result_belongs_to_the_last_traits_whichever_thread_set_them(
    classifier, front_end, monkeypatch, seed
):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=2)
    put, rng = widget._runner.put, random.Random(seed)

    def put_late(job, key=None):
        """Between reading the traits and the request, other threads have time for theirs."""
        time.sleep(rng.random() / 500)
        return put(job, key)

    monkeypatch.setattr(widget._runner, "put", put_late)

    def from_the_front_end():
        for label in LABELS:
            widget.set_state({"target": label, "baseline": "mask"})

    def from_a_cell():
        for n in range(3, 9):
            widget.n_steps = n

    def from_another_cell():
        for output in ("probability", "logit", "probability"):
            widget.output = output
        widget.granularity = "subword"

    at_once(from_the_front_end, from_a_cell, from_another_cell)
    requested = {
        "target": LABELS[-1],
        "baseline": "mask",
        "n_steps": 8,
        "output": "probability",
        "method": "riemann_middle",
    }
    assert {name: getattr(widget, name) for name in requested} == requested
    assert widget.wait(LIMIT) == attribute(classifier, NEWS, **requested)
    assert widget.result["request"].items() >= requested.items()
    assert widget.status == "idle"
    # and every message reached the front end
    state = front_end[widget.model_id]
    assert state["result"] == widget.result
    assert [state[name] for name in ("status", "n_steps", "output", "granularity")] == [
        "idle",
        8,
        "probability",
        "subword",
    ]


def test_a_widget_still_computes_after_cancellations_at_any_moment(classifier, front_end):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=2, internal_batch_size=1)

    def request():
        for n in range(100):
            widget.n_steps = 2 + n % 40

    def cancel():
        for _ in range(300):
            widget.cancel()

    at_once(request, cancel)
    widget.cancel()
    assert widget._runner.wait(LIMIT)
    assert widget.status == "idle"
    assert front_end[widget.model_id]["status"] == "idle"
    widget.n_steps = 50
    expected = attribute(classifier, NEWS, method="riemann_middle", n_steps=50)
    assert widget.wait(LIMIT).scores == pytest.approx(expected.scores, abs=1e-5)


def test_a_widget_can_be_linked_to_other_widgets_and_put_into_boxes(classifier):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=4)
    slider = ipywidgets.IntSlider(4, min=2, max=20)
    ipywidgets.link((slider, "value"), (widget, "n_steps"))
    slider.value = 7
    assert widget.wait(LIMIT).n_steps == 7
    widget.n_steps = 9
    assert slider.value == 9
    label = ipywidgets.Label()
    ipywidgets.dlink((widget, "status"), (label, "value"))
    widget.target = "tech"
    widget.wait(LIMIT)
    assert label.value == "idle"
    box = ipywidgets.VBox([ipywidgets.HBox([slider, label]), widget])
    assert widget in box.children


def test_a_widget_follows_the_controls_of_interactive(classifier):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=4)

    def explain(n_steps, target):
        widget.n_steps, widget.target = n_steps, target

    controls = ipywidgets.interactive(explain, n_steps=(2, 20), target=widget.labels)
    slider, labels, _ = controls.children
    slider.value, labels.value = 11, "tech"
    result = widget.wait(LIMIT)
    assert (result.n_steps, result.target) == (11, "tech")
