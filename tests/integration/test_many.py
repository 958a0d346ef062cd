"""Many requests together: the numbers of each alone, in fewer and fuller batches."""

from __future__ import annotations

import contextlib
import threading

import numpy as np
import pytest
import torch
from support import tiny
from support.counting import counted_rows
from support.marks import every_classifier
from support.memory import measures_memory, printed_peaks
from support.model_state import state_of
from support.texts import AWKWARD, NEWS, SENTENCES

from flair_lig_widget import LIGEngine, Request
from flair_lig_widget.integration.sampling import Cancelled

TEXTS = [
    "Bank.",
    NEWS,
    "The striker scored twice in the final.",
    SENTENCES,
    "A new phone was shown on Monday by the firm, and it is cheaper.",
    "The film won four awards.",
]


@every_classifier
def test_scores_are_those_of_each_text_alone(family_classifier, family, setting):
    """At fixed nodes, so that last bits cannot lead to other nodes."""
    engine = LIGEngine(family_classifier(family, setting))
    requests = [Request(text=text, method="riemann_middle", n_steps=7) for text in TEXTS]
    together = engine.attribute_many(requests)
    alone = [LIGEngine(engine.wrapper.classifier).attribute(request) for request in requests]
    for found, expected in zip(together, alone, strict=True):
        assert found.text == expected.text
        assert found.target == expected.target
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-4, atol=1e-5)
        assert found.prediction == pytest.approx(expected.prediction, abs=1e-6)


@pytest.mark.slow
def test_auto_takes_the_nodes_that_each_text_takes_alone(demo_classifier):
    """Last bits can lead to other nodes; then the scores are within the tolerance of each other."""
    requests = [Request(text=text) for text in [*TEXTS, *AWKWARD.values()]]
    together = LIGEngine(demo_classifier).attribute_many(requests)
    n_other_nodes = 0
    for request, found in zip(requests, together, strict=True):
        expected = LIGEngine(demo_classifier).attribute(request)
        assert found.converged
        difference = np.linalg.norm(found.scores - expected.scores)
        if found.n_evaluations == expected.n_evaluations:
            assert difference <= 1e-4 * np.linalg.norm(expected.scores) + 1e-5
        else:
            n_other_nodes += 1
            assert difference <= 2 * 0.01 * np.linalg.norm(expected.scores)
    assert n_other_nodes <= 2


def test_points_of_several_texts_go_through_the_model_together(tiny_classifier):
    classifier = tiny_classifier("bert")
    requests = [Request(text=text, method="riemann_middle", n_steps=4) for text in TEXTS]
    with counted_rows(classifier) as apart:
        for request in requests:
            LIGEngine(classifier).attribute(request)
    with counted_rows(classifier) as together:
        LIGEngine(classifier, internal_batch_size=12).attribute_many(requests)
    # Two texts for the test of padding: the longest, and one word, with both of its ends.
    assert sum(together) == sum(apart) + 2 + 2
    assert together.count(12) == 2


def test_equal_requests_and_known_settings_are_computed_once(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine = LIGEngine(classifier)
    coarse = Request(text=NEWS, method="riemann_middle", n_steps=4)
    same_path = Request(text=NEWS, method="riemann_middle", n_steps=4, output="probability")
    with counted_rows(classifier) as rows:
        first, second, other = engine.attribute_many([coarse, coarse, same_path])
    assert first == second != other
    assert sum(rows) == 2 + 4 + 4  # both ends once, and another objective
    with counted_rows(classifier) as rows:
        assert engine.attribute_many([same_path, coarse]) == [other, first]
    assert rows == []


def test_results_come_as_they_are_known_with_the_index_of_their_request(tiny_classifier):
    engine, seen, shares = LIGEngine(tiny_classifier("bert")), {}, []

    def note(index, result):
        assert index not in seen
        seen[index] = result

    requests = [Request(text=text, method="riemann_middle", n_steps=3) for text in TEXTS]
    results = engine.attribute_many(requests, on_result=note, progress=shares.append)
    assert [seen[index] for index in range(len(TEXTS))] == results
    assert [result.text for result in results] == TEXTS
    assert shares == pytest.approx(np.arange(1, len(TEXTS) + 1) / len(TEXTS))


def test_no_request_is_no_work(tiny_classifier):
    assert LIGEngine(tiny_classifier("bert")).attribute_many([]) == []


BAD = {
    "no word that Flair reads": (Request(text="\u200b"), "text is empty"),
    "unknown label": (Request(text=NEWS, target="busines"), "unknown target 'busines'"),
    "unknown baseline": (Request(text=NEWS, baseline="mean of all"), "unknown baseline"),
}


@pytest.mark.parametrize(("request_", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_request_is_recorded_and_the_others_are_computed(tiny_classifier, request_, message):
    engine = LIGEngine(tiny_classifier("bert"))
    good = [Request(text=text, method="riemann_middle", n_steps=3) for text in TEXTS]
    requests = [*good[:2], request_, *good[2:]]
    results = engine.attribute_many(requests, on_error="record")
    error = results.pop(2)
    assert isinstance(error, ValueError)
    assert message in str(error)
    assert [result.text for result in results] == TEXTS
    with pytest.raises(ValueError, match=message):
        engine.attribute_many(requests)


def test_an_unknown_way_to_handle_errors_is_named(tiny_classifier):
    with pytest.raises(ValueError, match="unknown on_error 'ignore'; use 'raise' or 'record'"):
        LIGEngine(tiny_classifier("bert")).attribute_many([], on_error="ignore")


@contextlib.contextmanager
def failing(classifier, fails, error):
    """Make the encoder fail at the batches of which ``fails`` is true."""

    def check(module, args):
        if fails(args[0]):
            raise error

    hook = classifier.embeddings.model.register_forward_pre_hook(check)
    try:
        yield
    finally:
        hook.remove()


def test_a_text_at_which_the_model_fails_takes_no_other_text_with_it(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine = LIGEngine(classifier)
    requests = [Request(text=text, method="riemann_middle", n_steps=3) for text in TEXTS]
    encoding = engine.wrapper.encode(TEXTS[2])
    ids = encoding.input_ids[0]
    before = state_of(classifier)

    def holds_the_text(rows):
        return any(torch.equal(row[: len(ids)], ids) for row in rows) and len(rows) > 2

    with failing(classifier, holds_the_text, RuntimeError("no such subword")):
        results = engine.attribute_many(requests, on_error="record")
    assert isinstance(results[2], RuntimeError)
    assert [result.text for i, result in enumerate(results) if i != 2] == [*TEXTS[:2], *TEXTS[3:]]
    assert state_of(classifier) == before


def test_numbers_that_are_not_finite_are_the_error_of_their_text_alone(encoder_folder):
    """In a shared batch, the gradient of one text is NaN."""
    classifier = tiny.classifier(encoder_folder("bert"))
    engine = LIGEngine(classifier)
    requests = [Request(text=text, method="riemann_middle", n_steps=3) for text in TEXTS]
    length = engine.wrapper.encode(TEXTS[1]).length
    path, _ = engine._path(requests[1])
    path._step[:] = float("nan")
    results = engine.attribute_many(requests, on_error="record")
    assert length == path.encoding.length
    assert isinstance(results[1], ValueError)
    assert "not finite" in str(results[1])
    assert [result.text for i, result in enumerate(results) if i != 1] == [TEXTS[0], *TEXTS[2:]]


def test_batches_that_do_not_fit_are_halved(tiny_classifier):
    classifier = tiny_classifier("bert")
    requests = [Request(text=text, method="riemann_middle", n_steps=5) for text in TEXTS]
    expected = LIGEngine(classifier).attribute_many(requests)
    memory = torch.OutOfMemoryError("CUDA out of memory (simulated)")
    with counted_rows(classifier) as rows, failing(classifier, lambda rows: len(rows) > 3, memory):
        results = LIGEngine(classifier, internal_batch_size=16).attribute_many(requests)
    assert max(rows) > 3
    assert sum(n for n in rows if n <= 3) >= 5 * len(TEXTS)
    for found, whole in zip(results, expected, strict=True):
        np.testing.assert_allclose(found.scores, whole.scores, atol=1e-6)


def test_a_text_of_which_not_one_point_fits_is_recorded(tiny_classifier):
    classifier = tiny_classifier("bert")
    requests = [Request(text=text, method="riemann_middle", n_steps=5) for text in TEXTS]
    engine = LIGEngine(classifier)
    longest = max(engine.wrapper.encode(text).length for text in TEXTS)
    memory = torch.OutOfMemoryError("CUDA out of memory (simulated)")
    with failing(classifier, lambda rows: rows.shape[1] == longest, memory):
        results = engine.attribute_many(requests, on_error="record")
    failed = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in failed] == [MemoryError]
    assert "does not fit" in str(failed[0])


def test_it_can_be_cancelled_before_any_batch_and_goes_on_where_it_stopped(tiny_classifier):
    classifier = tiny_classifier("bert")
    requests = [Request(text=text, method="riemann_middle", n_steps=4) for text in TEXTS]
    engine, calls = LIGEngine(classifier, internal_batch_size=4), []
    before = state_of(classifier)
    with pytest.raises(Cancelled), counted_rows(classifier) as spent:
        engine.attribute_many(requests, cancelled=lambda: len(calls) == 2 or calls.append(1))
    assert state_of(classifier) == before
    with counted_rows(classifier) as rows:
        engine.attribute_many(requests)
    with counted_rows(classifier) as whole:
        LIGEngine(classifier, internal_batch_size=4).attribute_many(requests)
    assert sum(spent) + sum(rows) == sum(whole)


def test_weights_that_change_meanwhile_are_an_error_of_the_whole(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    bias = classifier.decoder.bias.requires_grad_(False)
    requests = [Request(text=text) for text in TEXTS]

    def train(*_):
        bias.add_(1.0)

    hook = classifier.embeddings.model.register_forward_hook(train)
    try:
        with pytest.raises(RuntimeError, match="classifier changed while it was explained"):
            LIGEngine(classifier).attribute_many(requests, on_error="record")
    finally:
        hook.remove()


def test_another_thread_can_explain_meanwhile(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine, found = LIGEngine(classifier), []
    requests = [Request(text=text) for text in TEXTS]
    expected = LIGEngine(classifier).attribute(Request(text=NEWS))
    thread = threading.Thread(target=lambda: found.append(engine.attribute(Request(text=NEWS))))
    thread.start()
    results = engine.attribute_many(requests)
    thread.join(60)
    assert found[0].scores == pytest.approx(expected.scores, abs=1e-5)
    assert results[1].scores == pytest.approx(expected.scores, abs=1e-5)


MEMORY = """
from support.memory import peak
from support.subwords import sentences
from flair_lig_widget import LIGEngine, Request, load_demo_classifier
from flair_lig_widget.integration import session

session.CACHE_BYTES = 2**20

def peak_of(n):
    requests = [Request(text=text, method="riemann_middle", n_steps=3) for text in sentences()[:n]]
    engine = LIGEngine(classifier)
    return peak(lambda: engine.attribute_many(requests, on_result=lambda *result: None))

classifier = load_demo_classifier()
peak_of(20)  # what is loaded once
print(peak_of(20), peak_of(120))
"""


@pytest.mark.slow
@measures_memory
def test_memory_does_not_grow_with_the_number_of_texts():
    few, many = printed_peaks(MEMORY)
    assert few > 10
    assert many <= 1.25 * few  # the results themselves are kept
