"""Derivatives along the path: computed once, kept within bounds, dropped with the weights."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import threading
import time

import numpy as np
import pytest
import torch
from support import tiny
from support.counting import counted_rows
from support.memory import measures_memory, printed_peaks
from support.model_state import state_of
from support.texts import NEWS
from support.tolerances import clear_tolerance

from flair_lig_widget import LIGEngine, attribute
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.request import Request


def test_a_refinement_computes_only_the_new_points(tiny_classifier):
    classifier = tiny_classifier("bert")
    with counted_rows(classifier) as rows:
        results = list(LIGEngine(classifier).stream(Request(text=NEWS, tolerance=1e-4)))
    assert results[0].n_evaluations == 5
    assert all(a.n_evaluations < b.n_evaluations for a, b in itertools.pairwise(results))
    both_ends = 2
    assert sum(rows) == both_ends + results[-1].n_steps


def test_a_request_that_was_computed_before_costs_no_model_call(tiny_classifier):
    classifier = tiny_classifier("bert")
    # One point at a time: in other batches a point that two rules share has other last bits.
    engine = LIGEngine(classifier, internal_batch_size=1)
    requests = [
        Request(text=NEWS, method="riemann_trapezoid", n_steps=17),
        Request(text=NEWS, method="gausslegendre", n_steps=8),
        Request(text=NEWS),
        Request(text=NEWS, method="gausslegendre", n_steps=8, target="sport"),
        Request(text=NEWS, method="gausslegendre", n_steps=8, baseline="mask"),
        Request(text=NEWS, method="gausslegendre", n_steps=8, layer="embeddings"),
    ]
    first = [engine.attribute(request) for request in requests]
    with counted_rows(classifier) as rows:
        assert [engine.attribute(request) for request in requests] == first
        assert rows == []
        # twice the intervals: sixteen nodes between those that are known
        engine.attribute(Request(text=NEWS, method="riemann_trapezoid", n_steps=33))
        assert sum(rows) == 16
    for request, result in zip(requests, first, strict=True):
        alone = attribute(classifier, **dataclasses.asdict(request), internal_batch_size=1)
        assert result == alone


def test_batches_by_the_clock_give_the_same_scores(tiny_classifier, monkeypatch):
    classifier = tiny_classifier("bert")
    text = NEWS * 8
    with counted_rows(classifier) as quick:
        expected = attribute(classifier, text)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    seconds = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: next(seconds))  # one per batch
    with counted_rows(classifier) as rows:
        slow = attribute(classifier, text)
    assert rows[1] == quick[1]  # rows[0] is for the ends
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
def test_a_model_that_has_changed_is_computed_again(encoder_folder, change):
    classifier = tiny.classifier(encoder_folder("bert"))
    engine, request = LIGEngine(classifier), Request(text=NEWS, method="riemann_middle", n_steps=4)
    engine.attribute(request)
    change(classifier)
    with counted_rows(classifier) as rows:
        result = engine.attribute(request)
        assert sum(rows) == 2 + 4
    assert result == attribute(classifier, NEWS, method="riemann_middle", n_steps=4)


def test_weights_that_change_meanwhile_raise_an_error(encoder_folder):
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


def test_the_cache_is_bounded_and_drops_the_least_recently_used(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine = LIGEngine(classifier)
    texts = ["The bank fell.", "The film won.", "The team lost."]

    def computed_rows(text):
        with counted_rows(classifier) as rows:
            engine.attribute(Request(text=text, method="riemann_middle", n_steps=4))
        return sum(rows)

    assert [computed_rows(text) for text in texts] == [6, 6, 6]
    cache = engine._session.cache
    held = sum(path.nbytes for path in cache._paths.values())
    assert computed_rows(texts[0]) == 0  # now the second is the least recently used
    cache._limit = held - 1
    assert computed_rows(texts[0]) == 0
    assert len(cache) == 2
    assert computed_rows(texts[2]) == 0
    assert computed_rows(texts[1]) == 6


def test_a_cancelled_computation_continues_where_it_stopped(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine = LIGEngine(classifier, internal_batch_size=1)
    request, calls = Request(text=NEWS, method="gausslegendre", n_steps=10), []
    with pytest.raises(Cancelled):
        list(engine.stream(request, cancelled=lambda: len(calls) == 6 or calls.append(1)))
    with counted_rows(classifier) as rows:
        assert engine.attribute(request).n_evaluations == 10
        assert sum(rows) == 4
    assert engine.attribute(request) == attribute(
        classifier, NEWS, method="gausslegendre", n_steps=10, internal_batch_size=1
    )


def test_cancelling_is_noticed_before_the_next_batch(tiny_classifier):
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
    """Make calls of the encoder, given by their number, run out of memory."""
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
def test_a_batch_that_does_not_fit_is_halved_and_the_work_continues(tiny_classifier, method):
    """Whichever batch it is: the result is that of a run where everything fits."""
    classifier = tiny_classifier("bert")
    tolerance = clear_tolerance(classifier, NEWS, about=1e-4)
    request = Request(text=NEWS, method=method, tolerance=tolerance)
    whole = attribute(classifier, NEWS, method=method, tolerance=tolerance)
    with failing_at(classifier, ()) as calls:
        LIGEngine(classifier, internal_batch_size=8).attribute(request)
    assert len(calls) > 3
    before = state_of(classifier)
    for first in range(2, len(calls) + 1):  # the first call is for the ends of the path
        with failing_at(classifier, {first}) as broken:
            result = LIGEngine(classifier, internal_batch_size=8).attribute(request)
        assert broken[first] == broken[first - 1] // 2
        assert result.scores == pytest.approx(whole.scores, abs=1e-6)
        assert result.n_evaluations == whole.n_evaluations
    assert state_of(classifier) == before


def test_ends_that_do_not_fit_raise_an_error_too(tiny_classifier):
    classifier = tiny_classifier("bert")
    does_not_fit = pytest.raises(MemoryError, match="one point of a path")
    with failing_at(classifier, {1}), does_not_fit:
        attribute(classifier, NEWS)
    assert attribute(classifier, NEWS).converged


def test_one_point_that_does_not_fit_raises_an_error_and_what_is_known_is_kept(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine, request = LIGEngine(classifier, internal_batch_size=2), Request(text=NEWS)
    before = state_of(classifier)
    does_not_fit = pytest.raises(MemoryError, match="one point of a path")
    with failing_at(classifier, range(3, 999)), does_not_fit:
        engine.attribute(request)
    assert state_of(classifier) == before
    with counted_rows(classifier) as rows:
        result = engine.attribute(request)
    assert sum(rows) == result.n_evaluations - 2
    assert result.scores == pytest.approx(attribute(classifier, NEWS).scores, abs=1e-6)


MEMORY = """
from support.memory import peak
from support.texts import NEWS
from flair_lig_widget import LIGEngine, Request, load_demo_classifier

def peak_of(n):
    engine = LIGEngine(classifier)
    engine.attribute(Request(text=NEWS, method="riemann_middle", n_steps=1))
    return peak(lambda: engine.attribute(Request(text=NEWS, method="riemann_middle", n_steps=n)))

classifier = load_demo_classifier()
peak_of(20)  # what is loaded once
print(peak_of(20), peak_of(1000))
"""


@pytest.mark.slow
@measures_memory
def test_memory_does_not_grow_with_the_number_of_steps():
    few, many = printed_peaks(MEMORY)
    assert few > 10
    assert many <= 1.10 * few


def test_cancelling_at_any_moment_changes_neither_the_model_nor_the_next_result(tiny_classifier):
    classifier = tiny_classifier("bert")
    tolerance = clear_tolerance(classifier, NEWS, about=1e-3)
    request = Request(text=NEWS, tolerance=tolerance)
    whole, before = attribute(classifier, NEWS, tolerance=tolerance), state_of(classifier)
    for moment in range(whole.n_evaluations):
        engine, calls = LIGEngine(classifier, internal_batch_size=1), []
        with pytest.raises(Cancelled), counted_rows(classifier) as rows:
            engine.attribute_each(
                request,
                [whole.target],
                cancelled=lambda at=moment, calls=calls: len(calls) == at or calls.append(1),
            )
        assert sum(rows) == 2 + moment
        assert state_of(classifier) == before
        result = engine.attribute(request)
        assert result.scores == pytest.approx(whole.scores, abs=1e-6)
        assert result.n_evaluations == whole.n_evaluations
