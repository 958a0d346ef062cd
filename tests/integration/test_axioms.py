"""Closed forms, and the axioms of Sundararajan, Taly and Yan (2017), on real classifiers.

With ``layers="0"`` and mean pooling a Flair classifier is a function of the mean of the embedding
block's output alone, and the decoder decides which: attributions in that layer are then known.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import tiny
from support.texts import FEW, NEWS

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
    """``bag(seed, decoder)``: a classifier that reads only the mean of the embedding block.

    Each call replaces the decoder.
    """
    model = tiny.classifier(encoder_folder("bert"), layers="0", cls_pooling="mean")

    def get(seed: int, decoder=lambda linear: linear):
        torch.manual_seed(seed)
        width = model.embeddings.embedding_length
        linear = torch.nn.Linear(width, len(tiny.LABELS))
        model.decoder = decoder(linear)
        return model.eval(), linear

    return get


def terms(classifier, linear, text, baseline=None):
    """w_c e_t / T at the baseline and at the text, for the first label; the argument of f."""
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(text)
    ends, _ = wrapper.endpoints(encoding, baseline=baseline, layer="embeddings")
    each = ends.double() @ linear.weight[0].double() / len(encoding.tokens)
    total = each.sum(dim=1) + linear.bias[0].double()
    return each.detach().numpy(), total.detach().numpy()


METHODS = [{"method": "auto"}, {"method": "gausslegendre", "n_steps": 2}, {"n_steps": 2}]


@pytest.mark.parametrize("options", METHODS, ids=str)
@few
@given(text=texts, seed=seeds)
def test_a_linear_model_is_explained_exactly(bag, options, text, seed):
    """f = sum_t w e_t / T + b, so the score of token t is w (e_t - e'_t) / T for any rule."""
    classifier, linear = bag(seed)
    (at_baseline, at_text), (u_baseline, u_text) = terms(classifier, linear, text)
    result = attribute(classifier, text, target="business", layer="embeddings", **options)
    assert result.scores == pytest.approx(at_text - at_baseline, abs=1e-6)
    assert result.value - result.baseline_value == pytest.approx(u_text - u_baseline, abs=1e-5)


@pytest.mark.parametrize("options", METHODS[:2], ids=str)
@few
@given(text=texts, seed=seeds)
def test_a_quadratic_model_is_explained_exactly(bag, options, text, seed):
    """f = u^2 with u linear, so the score of token t is u(x) + u(x') times its term of u."""
    classifier, linear = bag(seed, Quadratic)
    (at_baseline, at_text), (u_baseline, u_text) = terms(classifier, linear, text)
    result = attribute(classifier, text, target="business", layer="embeddings", **options)
    assert result.scores == pytest.approx((u_baseline + u_text) * (at_text - at_baseline), abs=1e-6)


@few
@given(text=texts, seed=seeds)
def test_implementation_invariance(bag, text, seed):
    """Two networks that are the same function have the same attributions."""
    classifier, linear = bag(seed)
    one = attribute(classifier, text, target="sport", layer="embeddings")
    torch.manual_seed(seed)
    rotation = torch.linalg.qr(torch.randn(linear.in_features, linear.in_features))[0]
    there, back = (torch.nn.Linear(len(rotation), len(rotation), bias=False) for _ in range(2))
    with torch.no_grad():
        there.weight.copy_(rotation)
        back.weight.copy_(rotation.T)
    classifier.decoder = torch.nn.Sequential(there, back, linear).eval()
    other = attribute(classifier, text, target="sport", layer="embeddings")
    assert other.scores == pytest.approx(one.scores, abs=1e-6)


@few
@given(text=texts)
def test_sensitivity_to_what_matters(tiny_classifier, text):
    """A text of one word differs from its baseline in that word alone: it has all the score."""
    classifier = tiny_classifier("bert")
    word = text.split()[0]
    result = attribute(classifier, word)
    if abs(result.value - result.baseline_value) > 1e-6:
        assert abs(result.scores).max() > 0
        total = sum(w.score for w in result.words())
        assert total == pytest.approx(result.value - result.baseline_value, rel=0.01)


@few
@given(text=texts)
def test_sensitivity_to_what_does_not_matter(tiny_classifier, text):
    """With ``layers="0"`` and CLS pooling the model never looks at a word: all scores are 0."""
    blind = tiny_classifier("bert", layers="0", cls_pooling="cls")
    result = attribute(blind, text)
    assert result.value == pytest.approx(result.baseline_value, abs=1e-6)
    assert not result.scores.any()


@few
@given(text=texts, seed=seeds, a=st.floats(-2, 2), b=st.floats(-2, 2))
def test_linearity(bag, text, seed, a, b):
    """The attributions of a f_1 + b f_2 are those of f_1 and f_2, added in the same way."""
    options = {"layer": "embeddings", "method": "gausslegendre", "n_steps": 5}
    classifier, linear = bag(seed, Quadratic)
    one, two = (
        attribute(classifier, text, target=label, **options).scores for label in tiny.LABELS[:2]
    )
    mixed = torch.nn.Linear(len(tiny.LABELS), len(tiny.LABELS), bias=False)
    with torch.no_grad():
        mixed.weight.zero_()
        mixed.weight[0, 0], mixed.weight[0, 1] = a, b
    classifier.decoder = torch.nn.Sequential(Quadratic(linear), mixed).eval()
    both = attribute(classifier, text, target=tiny.LABELS[0], **options).scores
    assert both == pytest.approx(a * one + b * two, abs=1e-6)


@few
@given(word=st.sampled_from([w for w in WORDS if w.isalpha()]), times=st.integers(2, 6), seed=seeds)
def test_symmetry(bag, word, times, seed):
    """Tokens that f cannot tell apart have equal scores: the mean does not see their order."""
    classifier, _ = bag(seed, Quadratic)
    positions = classifier.embeddings.model.embeddings.position_embeddings.weight
    original = positions.detach().clone()
    with torch.no_grad():
        positions.zero_()
    try:
        result = attribute(classifier, " ".join([word] * times), layer="word_embeddings")
    finally:
        with torch.no_grad():
            positions.copy_(original)
    scores = [w.score for w in result.words()]
    assert len(scores) == times
    assert scores == pytest.approx([scores[0]] * times, abs=1e-6)


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_a_single_token_has_finite_scores_and_a_constant_model_zero_scores(encoder_folder, kind):
    classifier = tiny.classifier(encoder_folder(kind))
    single = attribute(classifier, "a")
    assert np.isfinite(single.scores).all()
    assert single.converged
    with torch.no_grad():
        classifier.decoder.weight.zero_()
    for text in FEW:
        constant = attribute(classifier, text)
        assert constant.value == constant.baseline_value
        assert not constant.scores.any()
        assert constant.converged
        assert constant.relative_delta is None


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
@pytest.mark.parametrize("module", ["decoder", "encoder"])
def test_a_number_that_is_not_finite_raises_an_error(encoder_folder, number, module):
    classifier = tiny.classifier(encoder_folder("bert"))
    layer = classifier.decoder
    if module == "encoder":
        layer = classifier.embeddings.model.encoder.layer[0].output.dense
    with torch.no_grad():
        layer.weight[0, 0] = number
    for method in ("auto", "gausslegendre"):
        with pytest.raises(ValueError, match="not finite; check its weights for NaN and infinity"):
            attribute(classifier, NEWS, method=method)
