"""Derivatives along the path: computed once, kept within bounds, dropped with the weights."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch
from test_wrapper import state_of
from texts import NEWS

from flair_lig_widget import LIGEngine, attribute
from flair_lig_widget.path import Cancelled
from flair_lig_widget.request import Request


@contextlib.contextmanager
def counted_rows(classifier):
    """Rows that go through the encoder, one entry for each forward pass."""
    rows: list[int] = []
    hook = classifier.embeddings.model.register_forward_pre_hook(
        lambda module, args: rows.append(len(args[0]))
    )
    try:
        yield rows
    finally:
        hook.remove()


def test_a_refinement_computes_only_the_new_points(tiny_classifier):
    classifier = tiny_classifier("bert")
    with counted_rows(classifier) as rows:
        answers = list(LIGEngine(classifier).stream(Request(text=NEWS, tolerance=1e-4)))
    assert [answer.n_evaluations for answer in answers[:3]] == [5, 9, 13]
    both_ends = 2
    assert sum(rows) == both_ends + answers[-1].n_steps


def test_what_was_computed_before_costs_no_call_of_the_model(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine = LIGEngine(classifier)
    asked = [
        Request(text=NEWS, method="riemann_trapezoid", n_steps=17),
        Request(text=NEWS, method="gausslegendre", n_steps=8),
        Request(text=NEWS),
        Request(text=NEWS, method="gausslegendre", n_steps=8, target="sport"),
        Request(text=NEWS, method="gausslegendre", n_steps=8, baseline="mask"),
        Request(text=NEWS, method="gausslegendre", n_steps=8, layer="embeddings"),
    ]
    first = [engine.attribute(request) for request in asked]
    with counted_rows(classifier) as rows:
        assert [engine.attribute(request) for request in asked] == first
        assert rows == []
        # twice the intervals: the sixteen nodes between those that are known
        engine.attribute(Request(text=NEWS, method="riemann_trapezoid", n_steps=33))
        assert sum(rows) == 16
    for request, answer in zip(asked, first, strict=True):
        assert answer == attribute(classifier, **dataclasses.asdict(request))


def test_batches_by_the_clock_give_the_same_scores(tiny_classifier, monkeypatch):
    classifier = tiny_classifier("bert")
    text = NEWS * 8
    with counted_rows(classifier) as quick:
        expected = attribute(classifier, text)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    seconds = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: next(seconds))  # one a batch
    with counted_rows(classifier) as rows:
        slow = attribute(classifier, text)
    assert rows[1] == quick[1]  # the ends go first
    assert max(rows[2:]) == 1 < max(quick[2:])
    np.testing.assert_allclose(slow.scores, expected.scores, atol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.decoder.bias.requires_grad_(False).add_(1.0),
        lambda c: c.load_state_dict({k: v * 1.5 for k, v in c.state_dict().items()}),
        lambda c: c.double() and c.float(),
    ],
    ids=["a weight changed in place", "other weights loaded", "moved to another type and back"],
)
def test_a_model_that_has_changed_is_computed_afresh(encoder_folder, change):
    classifier = tiny.classifier(encoder_folder("bert"))
    engine, request = LIGEngine(classifier), Request(text=NEWS, method="riemann_middle", n_steps=4)
    engine.attribute(request)
    change(classifier)
    with counted_rows(classifier) as rows:
        answer = engine.attribute(request)
        assert sum(rows) == 2 + 4
    assert answer == attribute(classifier, NEWS, method="riemann_middle", n_steps=4)


def test_weights_that_change_meanwhile_are_told(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    bias = classifier.decoder.bias.requires_grad_(False)

    def train(*_):
        bias.add_(1.0)

    hook = classifier.embeddings.model.register_forward_hook(train)
    try:
        with pytest.raises(RuntimeError, match="labels of the classifier changed while it was"):
            attribute(classifier, NEWS)
    finally:
        hook.remove()


def test_what_is_kept_is_bounded_and_the_longest_unused_goes_first(tiny_classifier, monkeypatch):
    classifier = tiny_classifier("bert")
    engine = LIGEngine(classifier)
    texts = ["The bank fell.", "The film won.", "The team lost."]

    def ask(text):
        with counted_rows(classifier) as rows:
            engine.attribute(Request(text=text, method="riemann_middle", n_steps=4))
        return sum(rows)

    assert [ask(text) for text in texts] == [6, 6, 6]
    held = sum(path.nbytes for path in engine._cache._paths.values())
    assert ask(texts[0]) == 0  # now the second is the longest unused
    engine._cache._limit = held - 1
    assert ask(texts[0]) == 0
    assert len(engine._cache) == 2
    assert ask(texts[2]) == 0
    assert ask(texts[1]) == 6


def test_a_cancelled_computation_goes_on_where_it_stopped(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine = LIGEngine(classifier, internal_batch_size=1)
    request, asked = Request(text=NEWS, method="gausslegendre", n_steps=10), []
    with pytest.raises(Cancelled):
        list(engine.stream(request, cancelled=lambda: len(asked) == 6 or asked.append(1)))
    with counted_rows(classifier) as rows:
        assert engine.attribute(request).n_evaluations == 10
        assert sum(rows) == 4
    assert engine.attribute(request) == attribute(
        classifier, NEWS, method="gausslegendre", n_steps=10, internal_batch_size=1
    )


def test_cancelling_is_seen_before_the_next_chunk(tiny_classifier):
    classifier = tiny_classifier("bert")
    stop, runs = threading.Event(), []

    def count(module, args, output):
        runs.append(len(output))
        if len(runs) == 4:
            stop.set()

    hook = classifier.embeddings.model.embeddings.word_embeddings.register_forward_hook(count)
    engine = LIGEngine(classifier, internal_batch_size=1)
    try:
        with pytest.raises(Cancelled):
            list(engine.stream(Request(text=NEWS), cancelled=stop.is_set))
    finally:
        hook.remove()
    assert len(runs) == 4


@contextlib.contextmanager
def failing_at(classifier, failures):
    """Calls of the encoder that end for want of memory, by their number."""
    calls: list[int] = []

    def fail(module, args):
        calls.append(len(args[0]))
        if len(calls) in failures:
            raise torch.OutOfMemoryError("CUDA out of memory (simulated)")

    hook = classifier.embeddings.model.register_forward_pre_hook(fail)
    try:
        yield calls
    finally:
        hook.remove()


@pytest.mark.parametrize("method", ["auto", "gausslegendre"])
def test_a_batch_that_does_not_fit_is_halved_and_the_work_goes_on(tiny_classifier, method):
    """Whichever batch it is: the result is that of a run where everything fits."""
    classifier = tiny_classifier("bert")
    request = Request(text=NEWS, method=method, tolerance=1e-4)
    whole = attribute(classifier, NEWS, method=method, tolerance=1e-4)
    with failing_at(classifier, ()) as calls:
        LIGEngine(classifier, internal_batch_size=8).attribute(request)
    assert len(calls) > 3
    before = state_of(classifier)
    for first in range(2, len(calls) + 1):  # the first call is for the ends of the path
        with failing_at(classifier, {first}) as broken:
            answer = LIGEngine(classifier, internal_batch_size=8).attribute(request)
        assert broken[first] == broken[first - 1] // 2
        assert answer.scores == pytest.approx(whole.scores, abs=1e-6)
        assert answer.n_evaluations == whole.n_evaluations
    assert state_of(classifier) == before


def test_ends_that_do_not_fit_are_told_too(tiny_classifier):
    classifier = tiny_classifier("bert")
    fits = pytest.raises(MemoryError, match="one point of a path")
    with failing_at(classifier, {1}), fits:
        attribute(classifier, NEWS)
    assert attribute(classifier, NEWS).converged


def test_one_point_that_does_not_fit_is_told_and_what_is_known_is_kept(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine, request = LIGEngine(classifier, internal_batch_size=2), Request(text=NEWS)
    before = state_of(classifier)
    fits = pytest.raises(MemoryError, match="one point of a path")
    with failing_at(classifier, range(3, 999)), fits:
        engine.attribute(request)
    assert state_of(classifier) == before
    with counted_rows(classifier) as rows:
        answer = engine.attribute(request)
    assert sum(rows) == answer.n_evaluations - 2
    assert answer.scores == pytest.approx(attribute(classifier, NEWS).scores, abs=1e-6)


MEMORY = """
import gc
from pathlib import Path
from texts import NEWS
from flair_lig_widget import LIGEngine, Request, load_demo_classifier

def resident(name):
    return int(Path("/proc/self/status").read_text().split(f"{name}:")[1].split()[0]) / 1024

def peak(n):
    engine = LIGEngine(classifier)
    engine.attribute(Request(text=NEWS, method="riemann_middle", n_steps=1))
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is now what is in use
    begun = resident("VmRSS")
    engine.attribute(Request(text=NEWS, method="riemann_middle", n_steps=n))
    return resident("VmHWM") - begun

classifier = load_demo_classifier()
peak(20)  # what is loaded once
print(peak(20), peak(1000))
"""
# glibc gives large pieces back at once, so that what is resident is what is in use.
NO_POOLS = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0"}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux")
def test_memory_does_not_grow_with_the_number_of_steps():
    """The peak of resident memory above what was there before, by the kernel's own account."""
    run = subprocess.run(
        [sys.executable, "-c", MEMORY],
        cwd=Path(__file__).parent,
        env=os.environ | NO_POOLS,
        capture_output=True,
        text=True,
        check=True,
    )
    few, many = map(float, run.stdout.split()[-2:])
    assert few > 10
    assert many <= 1.10 * few


def test_cancelling_at_any_moment_leaves_the_model_and_the_next_answer_as_they_were(
    tiny_classifier,
):
    classifier = tiny_classifier("bert")
    request = Request(text=NEWS, tolerance=1e-3)
    whole, before = attribute(classifier, NEWS, tolerance=1e-3), state_of(classifier)
    for moment in range(whole.n_evaluations):
        engine, asked = LIGEngine(classifier, internal_batch_size=1), []
        with pytest.raises(Cancelled), counted_rows(classifier) as rows:
            engine.attribute_each(
                request,
                [whole.target],
                cancelled=lambda at=moment, asked=asked: len(asked) == at or asked.append(1),
            )
        assert sum(rows) == 2 + moment
        assert state_of(classifier) == before
        answer = engine.attribute(request)
        assert answer.scores == pytest.approx(whole.scores, abs=1e-6)
        assert answer.n_evaluations == whole.n_evaluations
