"""Closed forms, and the axioms of Sundararajan, Taly and Yan (2017), on real classifiers.

With ``layers="0"`` and mean pooling a Flair classifier is a function of the mean of the embedding
block's output alone, and the decoder decides which: attributions in that layer are then known.
"""

from __future__ import annotations

import numpy as np
import pytest
import tiny
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import FEW, NEWS

from flair_lig_widget import ModelWrapper, attribute
from flair_lig_widget.demo.train import CORPUS, read_labelled

SENTENCES = read_labelled(CORPUS)[1]
WORDS = sorted({word for sentence in SENTENCES for word in sentence.split()})
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
seeds = st.integers(0, 2**16)
few = settings(
    max_examples=25,
    deadline=None,  # the first example loads the model
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Quadratic(torch.nn.Module):
    """One square a label: f_c(h) = (w_c h + b_c)^2."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.linear = linear

    def forward(self, embeddings: torch.Tensor) -> torch.Tensor:
        return self.linear(embeddings) ** 2


@pytest.fixture(scope="module")
def bag(encoder_folder):
    """``bag(seed, decoder)``: a classifier that sees the mean of the embedding block alone."""
    model = tiny.classifier(encoder_folder("bert"), layers="0", cls_pooling="mean")

    def get(seed: int, decoder=lambda linear: linear):
        torch.manual_seed(seed)
        width = model.embeddings.embedding_length
        linear = torch.nn.Linear(width, len(tiny.LABELS))
        model.decoder = decoder(linear)
        return model.eval(), linear

    return get


def parts(classifier, linear, text, baseline="pad"):
    """w_c e_t / T at the text and at the reference input, for the first label; f's argument."""
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(text)
    ends, _ = wrapper.endpoints(encoding, baseline=baseline, layer="embeddings")
    each = ends.double() @ linear.weight[0].double() / len(encoding.tokens)
    whole = each.sum(dim=1) + linear.bias[0].double()
    return each.detach().numpy(), whole.detach().numpy()


HOW = [{"method": "auto"}, {"method": "gausslegendre", "n_steps": 2}, {"n_steps": 2}]


@pytest.mark.parametrize("how", HOW, ids=str)
@few
@given(text=texts, seed=seeds)
def test_a_linear_model_is_explained_exactly(bag, how, text, seed):
    """f = sum_t w e_t / T + b, so the score of token t is w (e_t - e'_t) / T for any rule."""
    classifier, linear = bag(seed)
    (reference, real), (before, after) = parts(classifier, linear, text)
    answer = attribute(classifier, text, target="business", layer="embeddings", **how)
    assert answer.scores == pytest.approx(real - reference, abs=1e-6)
    assert answer.value - answer.baseline_value == pytest.approx(after - before, abs=1e-5)


@pytest.mark.parametrize("how", HOW[:2], ids=str)
@few
@given(text=texts, seed=seeds)
def test_a_quadratic_model_is_explained_exactly(bag, how, text, seed):
    """f = u^2 with u linear, so the score of token t is (u(x) + u(x')) (its part of u)."""
    classifier, linear = bag(seed, Quadratic)
    (reference, real), (before, after) = parts(classifier, linear, text)
    answer = attribute(classifier, text, target="business", layer="embeddings", **how)
    assert answer.scores == pytest.approx((before + after) * (real - reference), abs=1e-6)


@few
@given(text=texts, seed=seeds)
def test_implementation_invariance(bag, text, seed):
    """Two networks that are the same function have the same attributions."""
    classifier, linear = bag(seed)
    one = attribute(classifier, text, target="sport", layer="embeddings")
    turn = torch.linalg.qr(torch.randn(linear.in_features, linear.in_features))[0]
    there, back = (torch.nn.Linear(len(turn), len(turn), bias=False) for _ in range(2))
    with torch.no_grad():
        there.weight.copy_(turn)
        back.weight.copy_(turn.T)
    classifier.decoder = torch.nn.Sequential(there, back, linear).eval()
    other = attribute(classifier, text, target="sport", layer="embeddings")
    assert other.scores == pytest.approx(one.scores, abs=1e-6)


@few
@given(text=texts)
def test_sensitivity_to_what_matters(tiny_classifier, text):
    """A text of one word differs from its reference in that word alone: it has all the score."""
    classifier = tiny_classifier("bert")
    word = text.split()[0]
    answer = attribute(classifier, word)
    if abs(answer.value - answer.baseline_value) > 1e-6:
        assert abs(answer.scores).max() > 0
        total = sum(w.score for w in answer.words())
        assert total == pytest.approx(answer.value - answer.baseline_value, rel=0.01)


@few
@given(text=texts)
def test_sensitivity_to_what_does_not_matter(tiny_classifier, text):
    """With ``layers="0"`` and CLS pooling the model never looks at a word: all scores are 0."""
    blind = tiny_classifier("bert", layers="0", cls_pooling="cls")
    answer = attribute(blind, text)
    assert answer.value == pytest.approx(answer.baseline_value, abs=1e-6)
    assert not answer.scores.any()


@few
@given(text=texts, seed=seeds, a=st.floats(-2, 2), b=st.floats(-2, 2))
def test_linearity(bag, text, seed, a, b):
    """The attributions of a f_1 + b f_2 are those of f_1 and f_2, added in the same way."""
    how = {"layer": "embeddings", "method": "gausslegendre", "n_steps": 5}
    classifier, linear = bag(seed, Quadratic)
    one, two = (
        attribute(classifier, text, target=label, **how).scores for label in tiny.LABELS[:2]
    )
    mixed = torch.nn.Linear(len(tiny.LABELS), len(tiny.LABELS), bias=False)
    with torch.no_grad():
        mixed.weight.zero_()
        mixed.weight[0, 0], mixed.weight[0, 1] = a, b
    classifier.decoder = torch.nn.Sequential(Quadratic(linear), mixed).eval()
    both = attribute(classifier, text, target=tiny.LABELS[0], **how).scores
    assert both == pytest.approx(a * one + b * two, abs=1e-6)


@few
@given(word=st.sampled_from([w for w in WORDS if w.isalpha()]), times=st.integers(2, 6), seed=seeds)
def test_symmetry(bag, word, times, seed):
    """Tokens that f cannot tell apart have equal scores: the mean does not see their order."""
    classifier, _ = bag(seed, Quadratic)
    embeddings = classifier.embeddings.model.embeddings
    weight = embeddings.position_embeddings.weight
    kept = weight.detach().clone()
    with torch.no_grad():
        weight.zero_()
    try:
        answer = attribute(classifier, " ".join([word] * times), layer="word_embeddings")
    finally:
        with torch.no_grad():
            weight.copy_(kept)
    scores = [w.score for w in answer.words()]
    assert len(scores) == times
    assert scores == pytest.approx([scores[0]] * times, abs=1e-6)


def test_nothing_that_moves_gives_zero_scores_and_one_token_gives_all(tiny_classifier):
    for kind in tiny.KINDS:
        classifier = tiny_classifier(kind)
        single = attribute(classifier, "a")
        assert np.isfinite(single.scores).all()
        assert single.converged
        constant = tiny_classifier(kind).decoder
        kept = constant.weight.detach().clone()
        with torch.no_grad():
            constant.weight.zero_()
        try:
            for text in FEW:
                flat = attribute(classifier, text)
                assert flat.value == flat.baseline_value
                assert not flat.scores.any()
                assert flat.converged
                assert flat.relative_delta is None
        finally:
            with torch.no_grad():
                constant.weight.copy_(kept)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
@pytest.mark.parametrize("place", ["decoder", "encoder"])
def test_a_number_that_is_not_finite_is_an_error_in_words(encoder_folder, number, place):
    classifier = tiny.classifier(encoder_folder("bert"))
    layer = classifier.decoder
    if place == "encoder":
        layer = classifier.embeddings.model.encoder.layer[0].output.dense
    with torch.no_grad():
        layer.weight[0, 0] = number
    for method in ("auto", "gausslegendre"):
        with pytest.raises(ValueError, match="not finite; check its weights for NaN and infinity"):
            attribute(classifier, NEWS, method=method)
