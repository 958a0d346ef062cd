"""Completeness, convergence, threads and error messages; `test_captum.py` compares the scores."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
import torch
from support import tiny
from support.marks import each_kind
from support.model_state import state_of
from support.texts import FEW, LONG, NEWS, TEXTS

from flair_lig_widget import LIGEngine, ModelWrapper, attribute
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.integration.schedule import MAX_EVALUATIONS
from flair_lig_widget.result.request import Request

BASELINES = ("pad", "mask", "unk", "zero")
LAYERS = ("word_embeddings", "embeddings")


def assert_complete(attribution) -> None:
    difference = attribution.value - attribution.baseline_value
    rounding = 1e-5 * np.linalg.norm(attribution.scores)  # f is float32, and may hardly move
    allowed = max(0.01 * abs(difference), rounding)
    assert attribution.converged, attribution
    assert abs(attribution.delta) <= allowed
    assert attribution.scores.sum() == pytest.approx(difference, abs=allowed)
    assert attribution.special_score == 0
    special = [token.special for token in attribution.tokens]
    assert not attribution.scores[special].any()


@each_kind
def test_auto_is_complete_to_one_percent_on_every_text(tiny_classifier, kind):
    for text in TEXTS:
        assert_complete(attribute(tiny_classifier(kind), text))


@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("layer", LAYERS)
@each_kind
def test_auto_is_complete_for_every_baseline_and_layer(tiny_classifier, kind, baseline, layer):
    for text in FEW:
        assert_complete(attribute(tiny_classifier(kind), text, baseline=baseline, layer=layer))


@pytest.mark.slow
def test_auto_is_complete_with_the_demo_classifier_on_every_text(demo_classifier):
    for text in TEXTS:
        assert_complete(attribute(demo_classifier, text))


@pytest.mark.parametrize(
    ("text", "baseline"),
    [
        *((FEW[0], baseline) for baseline in BASELINES[:2]),
        *(pytest.param(FEW[0], b, marks=pytest.mark.slow) for b in BASELINES[2:]),
        *(pytest.param(NEWS, b, marks=pytest.mark.slow) for b in BASELINES),
    ],
)
def test_auto_is_as_close_to_a_dense_quadrature_as_it_says(demo_classifier, baseline, text):
    """Reference: Gauss-Legendre on 200 nodes, which agrees with Captum's (`test_captum.py`)."""
    dense = attribute(
        demo_classifier, text, method="gausslegendre", n_steps=200, baseline=baseline
    ).scores
    for tolerance in (0.05, 0.01, 0.001):
        ours = attribute(demo_classifier, text, tolerance=tolerance, baseline=baseline)
        true_error = np.linalg.norm(ours.scores - dense) / np.linalg.norm(dense)
        assert true_error <= tolerance
        assert ours.error_estimate <= tolerance


def test_auto_with_too_few_points_says_that_it_has_not_converged(tiny_classifier):
    rough = attribute(tiny_classifier("bert"), NEWS, n_steps=9, tolerance=1e-9)
    assert rough.n_steps == rough.n_evaluations == 9
    assert rough.converged is False
    assert rough.error_estimate > 1e-9
    assert attribute(tiny_classifier("bert"), NEWS, n_steps=1).n_steps == 1
    assert MAX_EVALUATIONS == 513


def test_auto_stops_where_more_points_do_not_help(tiny_classifier):
    """With a tolerance that float32 cannot meet, ``auto`` stops well before its limit."""
    result = attribute(tiny_classifier("bert"), NEWS, tolerance=1e-12)
    assert result.converged is False
    assert result.n_evaluations < MAX_EVALUATIONS * 2 / 3


def test_the_batch_size_changes_no_score(tiny_classifier):
    for text in (NEWS, LONG):
        whole = attribute(tiny_classifier("roberta"), text, method="gausslegendre", n_steps=20)
        for size in (1, 3, 1000):
            batches = attribute(
                tiny_classifier("roberta"),
                text,
                method="gausslegendre",
                n_steps=20,
                internal_batch_size=size,
            )
            assert batches.scores == pytest.approx(whole.scores, abs=1e-6)


def test_the_target_is_the_predicted_label_or_the_one_that_is_named(tiny_classifier):
    classifier = tiny_classifier("bert")
    predicted = attribute(classifier, NEWS)
    assert predicted.target == max(predicted.prediction, key=predicted.prediction.get)
    assert predicted.prediction == pytest.approx(ModelWrapper(classifier).predict(NEWS), abs=1e-6)
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(NEWS)
    logits = wrapper(encoding.input_ids, encoding)[0]
    for index, label in enumerate(wrapper.labels):
        named = attribute(classifier, NEWS, target=label)
        assert named.target == label
        assert named.value == pytest.approx(logits[index].item(), abs=1e-5)


def test_f_of_the_baseline_is_computed_with_the_positions_of_the_text(tiny_classifier):
    """On RoBERTa a plain forward pass on padding would shift the positions: another f(x')."""
    wrapper = ModelWrapper(tiny_classifier("roberta"))
    encoding = wrapper.encode(NEWS)
    padded = wrapper(wrapper.reference_ids(encoding, "pad"), encoding)[0]
    explained = attribute(tiny_classifier("roberta"), NEWS, target="sport", baseline="pad")
    assert explained.baseline_value == pytest.approx(padded[3].item(), abs=1e-5)
    shifted = wrapper.classifier.decoder(
        wrapper.classifier.embeddings.forward(
            **{**encoding.tensors, "input_ids": wrapper.reference_ids(encoding, "pad")}
        )["document_embeddings"]
    )[0, 3]
    assert abs(shifted.item() - padded[3].item()) > 1e-2


def test_a_multi_label_classifier_is_explained_by_its_logits(tiny_classifier):
    classifier = tiny_classifier("bert", multi_label=True)
    result = attribute(classifier, NEWS, target="tech")
    assert_complete(result)
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(NEWS)
    logits = wrapper(encoding.input_ids, encoding)[0].detach()
    assert result.value == pytest.approx(logits[4].item(), abs=1e-5)
    assert list(result.prediction.values()) == pytest.approx(logits.sigmoid().tolist(), abs=1e-6)


def test_a_text_equal_to_its_baseline_has_zero_scores(tiny_classifier):
    """Every subword is unknown and the baseline is the unknown token: nothing changes."""
    result = attribute(tiny_classifier("bert"), "🎉 🎉", baseline="unk")
    assert result.value == result.baseline_value
    assert not result.scores.any()
    assert result.relative_delta is None
    assert result.converged


def test_last_bits_of_a_batch_make_no_difference_between_a_text_and_its_equal(
    tiny_classifier, monkeypatch
):
    endpoints = ModelWrapper.endpoints

    def other_bits(self, *args, **options):
        ends, logits = endpoints(self, *args, **options)
        return ends, logits + torch.tensor([[1e-6], [0.0]])

    monkeypatch.setattr(ModelWrapper, "endpoints", other_bits)
    result = attribute(tiny_classifier("bert"), "🎉 🎉", baseline="unk")
    assert result.value == result.baseline_value
    assert result.converged
    assert result.n_evaluations == 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"text": ""}, "text is empty; give at least one word"),
        ({"text": " \n\t "}, "text is empty; give at least one word"),
        ({"text": "\u200b"}, "text is empty; give at least one word"),
        ({"text": None}, "text must be a string, not NoneType"),
        ({"target": "busines"}, "unknown target 'busines'; labels are business, entertainment, p"),
        ({"target": ""}, "unknown target ''; labels are business"),
        ({"method": "simpson"}, "unknown method 'simpson'; methods are auto, gausslegendre, riem"),
        ({"baseline": "blank"}, "unknown baseline 'blank'; baselines are unk, pad, mask, zero"),
        ({"layer": "encoder"}, "unknown layer 'encoder'; layers are word_embeddings, embeddings"),
        ({"n_steps": 0}, "n_steps=0 is not possible; give a whole number from 1 to 10,000"),
        ({"n_steps": -3}, "n_steps=-3 is not possible"),
        ({"n_steps": 2.5}, "n_steps=2.5 is not possible"),
        ({"n_steps": 1, "method": "riemann_trapezoid"}, "n_steps=1 is too few for riemann_trap"),
        ({"tolerance": 0}, "tolerance=0 is not possible; give a fraction such as 0.01"),
        ({"tolerance": float("nan")}, "tolerance=nan is not possible"),
        ({"tolerance": "1%"}, "tolerance='1%' is not possible"),
        ({"tolerance": None}, "tolerance=None is not possible"),
        ({"n_steps": True}, "n_steps=True is not possible"),
        (
            {"internal_batch_size": 0},
            "internal_batch_size=0 is not possible; give a whole number of",
        ),
        ({"internal_batch_size": "3"}, "internal_batch_size='3' is not possible"),
        ({"text": "half \ud83d"}, r"text has a lone surrogate at position 5; remove it"),
    ],
    ids=str,
)
def test_an_impossible_option_raises_an_error_that_says_what_is_possible(
    tiny_classifier, options, message
):
    classifier = tiny_classifier("bert")
    before = state_of(classifier)
    with pytest.raises(ValueError, match=message):
        attribute(classifier, **{"text": NEWS, **options})
    assert state_of(classifier) == before


def test_integers_of_numpy_are_accepted(tiny_classifier):
    n, size = np.int64(5), np.int32(2)
    result = attribute(tiny_classifier("bert"), NEWS, n_steps=n, internal_batch_size=size)
    assert result.n_steps == 5
    assert type(result.n_steps) is int


def test_a_text_can_be_explained_where_gradients_are_off(tiny_classifier):
    expected = attribute(tiny_classifier("bert"), NEWS)
    for off in (torch.no_grad, torch.inference_mode):
        with off():
            assert attribute(tiny_classifier("bert"), NEWS) == expected


def test_a_baseline_that_the_tokenizer_has_no_token_for_raises_an_error(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    classifier.embeddings.tokenizer.mask_token = None
    with pytest.raises(ValueError, match=r"baseline='mask' makes no sense.*; use unk, pad, zero"):
        attribute(classifier, NEWS, baseline="mask")
    assert_complete(attribute(classifier, NEWS, baseline="unk"))


def test_a_model_whose_weights_are_nan_raises_an_error(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    with torch.no_grad():
        classifier.decoder.weight.fill_(float("nan"))
    with pytest.raises(ValueError, match="not finite"):
        attribute(classifier, NEWS)


def test_the_model_is_unchanged_after_an_explanation(encoder_folder):
    classifier = tiny.classifier(encoder_folder("xlm-roberta"))
    classifier.train()
    before = state_of(classifier)
    attribute(classifier, NEWS, layer="embeddings")
    assert state_of(classifier) == before

    calls = []
    with pytest.raises(Cancelled):
        for _ in LIGEngine(classifier, internal_batch_size=1).stream(
            Request(text=NEWS), cancelled=lambda: len(calls) > 3 or calls.append(1)
        ):
            pass
    assert len(calls) == 4
    assert state_of(classifier) == before


def test_explanations_of_one_classifier_take_turns(tiny_classifier):
    """Without the lock, hooks of one would run in forward passes of another."""
    classifier = tiny_classifier("bert")
    inside, counts = [], []

    def enter(*_):
        inside.append(1)
        counts.append(len(inside))
        time.sleep(0.002)  # other threads run meanwhile, and enter if nothing prevents it

    def leave(*_):
        inside.pop()

    encoder = classifier.embeddings.model
    hooks = [
        encoder.register_forward_pre_hook(enter),
        encoder.register_forward_hook(leave),
    ]
    threads = [threading.Thread(target=attribute, args=(classifier, NEWS)) for _ in range(8)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for hook in hooks:
            hook.remove()
    assert len(counts) > 8
    assert set(counts) == {1}


def test_training_mode_that_is_set_meanwhile_counts_and_changes_no_score(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    expected = attribute(classifier, NEWS)

    def train(*_):
        classifier.train()

    hook = classifier.embeddings.model.register_forward_hook(train)
    try:
        assert attribute(classifier, NEWS) == expected
    finally:
        hook.remove()
    assert all(module.training for module in classifier.modules())


def test_threads_on_one_classifier_get_the_same_scores_as_alone(tiny_classifier):
    classifier = tiny_classifier("bert")
    jobs = [(layer, label) for layer in LAYERS for label in tiny.LABELS]
    alone = [attribute(classifier, NEWS, layer=la, target=ta).scores for la, ta in jobs]
    together: list = [None] * len(jobs)

    def work(index, layer, target):
        together[index] = attribute(classifier, NEWS, layer=layer, target=target).scores

    threads = [threading.Thread(target=work, args=(i, *job)) for i, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)
