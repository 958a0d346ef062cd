"""Captum's `LayerIntegratedGradients` on the same wrapper gives the same scores."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import (
    InternalInfluence,
    LayerActivation,
    LayerConductance,
    LayerGradientXActivation,
    LayerIntegratedGradients,
)
from support import tiny
from support.marks import each_kind
from support.texts import NEWS

from flair_lig_widget import ModelWrapper, attribute

CAPTUM_RULES = ("gausslegendre", "riemann_left", "riemann_right", "riemann_middle")


def captum_scores(classifier, text, *, layer, n_steps, internal_batch_size=None, method):
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(text)
    scores = LayerIntegratedGradients(wrapper, wrapper.layers[layer]).attribute(
        encoding.input_ids,
        baselines=wrapper.reference_ids(encoding),
        target=wrapper.labels.index("sport"),
        additional_forward_args=(encoding,),
        n_steps=n_steps,
        method=method,
        internal_batch_size=internal_batch_size,
    )
    return scores.sum(dim=-1)[0].detach().numpy()


@pytest.mark.parametrize("batch", [None, 1, 3])
@pytest.mark.parametrize("method", CAPTUM_RULES)
@each_kind
def test_scores_are_those_of_captum_for_every_batch_size(tiny_classifier, kind, method, batch):
    """With the seed's defect, one row per batch, Captum's sums would be 0, 100 and 33 %."""
    classifier = tiny_classifier(kind)
    for layer in ("word_embeddings", "embeddings"):
        expected = captum_scores(
            classifier, NEWS, layer=layer, n_steps=11, internal_batch_size=batch, method=method
        )
        ours = attribute(classifier, NEWS, target="sport", method=method, n_steps=11, layer=layer)
        assert np.abs(expected).max() > 1e-3
        assert ours.scores == pytest.approx(expected, abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("batch", [None, 1, 3])
@pytest.mark.parametrize("method", CAPTUM_RULES)
def test_scores_of_the_demo_classifier_are_those_of_captum(demo_classifier, method, batch):
    expected = captum_scores(
        demo_classifier,
        NEWS,
        layer="word_embeddings",
        n_steps=20,
        internal_batch_size=batch,
        method=method,
    )
    ours = attribute(demo_classifier, NEWS, target="sport", method=method, n_steps=20)
    assert ours.scores == pytest.approx(expected, abs=1e-5)


def test_the_trapezoid_is_captums_with_weights_that_sum_to_one(tiny_classifier):
    classifier, n = tiny_classifier("bert"), 20
    expected = captum_scores(
        classifier, NEWS, layer="word_embeddings", n_steps=n, method="riemann_trapezoid"
    )
    ours = attribute(classifier, NEWS, target="sport", method="riemann_trapezoid", n_steps=n)
    assert ours.scores == pytest.approx(expected * n / (n - 1), abs=1e-5)


def test_captum_needs_no_encoding_where_the_ids_are_enough(tiny_classifier):
    for pooling in tiny.POOLINGS:
        wrapper = ModelWrapper(tiny_classifier("bert", cls_pooling=pooling))
        encoding = wrapper.encode(NEWS)
        ids = encoding.input_ids.repeat(3, 1)
        assert torch.allclose(wrapper(ids), wrapper(ids, encoding), atol=1e-6)


def test_other_layer_methods_of_captum_run_on_the_wrapper(tiny_classifier):
    classifier = tiny_classifier("bert")
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(NEWS)
    shape = (1, len(encoding.tokens), 32)
    options = {"additional_forward_args": (encoding,)}
    layer = LayerActivation(wrapper, wrapper.layer)
    activation = layer.attribute(encoding.input_ids, **options)
    assert torch.equal(activation, wrapper.layer(encoding.input_ids))
    layer = LayerGradientXActivation(wrapper, wrapper.layer)
    assert layer.attribute(encoding.input_ids, target=0, **options).shape == shape

    # These two interpolate their inputs, so they start from embeddings.
    ends, logits = wrapper.endpoints(encoding)
    inner = classifier.embeddings.model.encoder.layer[0].output
    options["baselines"] = ends[:1]
    conductance = LayerConductance(wrapper, inner).attribute(
        ends[1:], target=0, n_steps=400, **options
    )
    assert conductance.sum().item() == pytest.approx(
        (logits[1, 0] - logits[0, 0]).item(), rel=0.02, abs=0.01
    )
    influence = InternalInfluence(wrapper, inner).attribute(ends[1:], target=0, **options)
    assert influence.shape == shape
