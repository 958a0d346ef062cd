"""The widget under several threads at once: a cell, the front end on a subshell, its own."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable

import comm
import ipywidgets
import pytest
from comm.base_comm import BaseComm
from texts import NEWS

from flair_lig_widget import LIGWidget, attribute

LABELS = ("business", "entertainment", "politics", "sport", "tech")


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """Threads take turns a hundred times as often, so that they meet where they seldom would."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def front_end(monkeypatch) -> dict:
    """What a front end knows: the state of all widgets after every message, by their models."""
    known: dict[str, dict] = {}

    class Comm(BaseComm):
        def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
            if msg_type == "comm_open" or (data or {}).get("method") == "update":
                known.setdefault(self.comm_id, {}).update(data["state"])

    monkeypatch.setattr(comm, "create_comm", Comm)
    return known


def at_once(*jobs: Callable[[], None]) -> None:
    """Run all jobs in threads of their own; an error in one is an error of the test."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(jobs))

    def run(job):
        try:
            start.wait(20)
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "the threads wait for one another"
    assert errors == []


@pytest.mark.parametrize("seed", range(20))
def test_the_last_answer_is_that_to_the_last_traits_whoever_set_them(
    classifier, front_end, monkeypatch, seed
):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=2)
    submit, luck = widget._runner.submit, random.Random(seed)

    def hesitate(job):
        """Between reading the traits and asking there is time for another to ask."""
        time.sleep(luck.random() / 500)
        submit(job)

    monkeypatch.setattr(widget._runner, "submit", hesitate)

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
    wished = {
        "target": LABELS[-1],
        "baseline": "mask",
        "n_steps": 8,
        "output": "probability",
        "method": "riemann_middle",
    }
    assert {name: getattr(widget, name) for name in wished} == wished
    assert widget.wait(30) == attribute(classifier, NEWS, **wished)
    assert widget.result["request"].items() >= wished.items()
    assert widget.status == "idle"
    # and nothing was lost on the way to the front end
    seen = front_end[widget.model_id]
    assert seen["result"] == widget.result
    assert [seen[name] for name in ("status", "n_steps", "output", "granularity")] == [
        "idle",
        8,
        "probability",
        "subword",
    ]


def test_cancelling_at_any_moment_leaves_a_widget_that_answers(classifier, front_end):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=2, internal_batch_size=1)

    def ask():
        for n in range(100):
            widget.n_steps = 2 + n % 40

    def cancel():
        for _ in range(300):
            widget.cancel()

    at_once(ask, cancel)
    widget.cancel()
    assert widget._runner.wait(20)
    assert widget.status == "idle"
    assert front_end[widget.model_id]["status"] == "idle"
    widget.n_steps = 50
    expected = attribute(classifier, NEWS, method="riemann_middle", n_steps=50)
    assert widget.wait(20).scores == pytest.approx(expected.scores, abs=1e-5)


def test_it_can_be_linked_with_other_widgets_and_stand_in_boxes(classifier):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=4)
    slider = ipywidgets.IntSlider(4, min=2, max=20)
    ipywidgets.link((slider, "value"), (widget, "n_steps"))
    slider.value = 7
    assert widget.wait(20).n_steps == 7
    widget.n_steps = 9
    assert slider.value == 9
    told = ipywidgets.Label()
    ipywidgets.dlink((widget, "status"), (told, "value"))
    widget.target = "tech"
    widget.wait(20)
    assert told.value == "idle"
    box = ipywidgets.VBox([ipywidgets.HBox([slider, told]), widget])
    assert widget in box.children


def test_it_follows_the_controls_of_interactive(classifier):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=4)

    def explain(n_steps, target):
        widget.n_steps, widget.target = n_steps, target

    controls = ipywidgets.interactive(explain, n_steps=(2, 20), target=widget.labels)
    slider, labels, _ = controls.children
    slider.value, labels.value = 11, "tech"
    answer = widget.wait(20)
    assert (answer.n_steps, answer.target) == (11, "tech")
