"""The value of a regressor is Flair's; its scores are exact where it is linear, or Captum's."""

from __future__ import annotations

import numpy as np
import pytest
from captum.attr import LayerIntegratedGradients
from support import families, regressors
from support.regressors import LABEL, TEXT
from support.texts import NEWS

from flair_lig_widget import LIGEngine, ModelWrapper, Request, attribute, attribute_each
from flair_lig_widget.integration.precompute import precompute
from flair_lig_widget.result.texts import join_texts

PAIR = ("the striker scored twice", "shares in the airline fell on tuesday")


@pytest.fixture(scope="module")
def maker(tmp_path_factory) -> families.Maker:
    return families.Maker(tmp_path_factory.mktemp("regressors"))


@pytest.fixture(scope="module")
def linear():
    return regressors.over_words()


def test_what_is_explained_is_the_value_that_flair_predicts(linear, maker):
    for regressor in (linear, regressors.over_transformer(maker)):
        found = attribute(regressor, NEWS)
        expected = regressors.value(regressor, NEWS)
        assert found.value == pytest.approx(expected, abs=1e-5)
        assert dict(found.prediction) == pytest.approx({LABEL: expected}, abs=1e-5)
        assert (found.output, found.target, found.predicted) == ("value", LABEL, ())
        assert found.explained == "the value of rating"
        assert found.provenance.model.startswith("TextRegressor over ")
        assert "NoneType" not in found.provenance.model
        assert ModelWrapper(regressor).parity(NEWS, found.prediction) < 1e-5


def test_the_scores_of_a_linear_regressor_are_its_terms(linear):
    """The independent source is w · e / m, from the vectors and the decoder."""
    found = attribute(linear, TEXT, baseline="zero")
    expected = regressors.linear_scores(linear, TEXT)
    assert [word.score for word in found.words()] == pytest.approx(expected, abs=1e-6)
    assert found.baseline_value == pytest.approx(linear.decoder.bias.item(), abs=1e-6)


def test_the_scores_over_a_transformer_are_those_of_captum(maker):
    regressor = regressors.over_transformer(maker)
    wrapper = ModelWrapper(regressor)
    encoding = wrapper.encode(NEWS)
    expected = LayerIntegratedGradients(wrapper, wrapper.layer).attribute(
        encoding.input_ids,
        baselines=wrapper.reference_ids(encoding),
        target=0,
        additional_forward_args=(encoding,),
        n_steps=11,
        method="gausslegendre",
    )
    found = attribute(regressor, NEWS, method="gausslegendre", n_steps=11)
    expected = expected.sum(dim=-1)[0].detach().numpy()
    assert np.abs(expected).max() > 1e-3
    assert found.scores == pytest.approx(expected, abs=1e-5)
    best = attribute(regressor, NEWS)
    assert best.converged
    assert abs(best.relative_delta) <= 0.01
    assert best.special_score == 0


@pytest.mark.parametrize("separately", [False, True])
def test_a_pair_has_one_value_that_both_texts_sum_to(separately, maker):
    """The reference is Flair's predict on a TextPair."""
    vectors = families.fe.DocumentPoolEmbeddings([families.word_vectors()])
    for embeddings in (vectors, maker.embeddings()):
        regressor = regressors.of_pairs(embeddings, separately=separately)
        found = LIGEngine(regressor).attribute(Request(text=join_texts(PAIR)))
        assert found.value == pytest.approx(regressors.value(regressor, *PAIR), abs=1e-5)
        assert found.output == "value"
        total = sum(word.score for word in found.words())
        assert total == pytest.approx(found.value - found.baseline_value + found.delta, abs=1e-6)
        assert abs(found.relative_delta) <= 0.01


def test_the_default_output_and_its_name_are_the_same_and_others_are_refused(linear):
    assert attribute(linear, TEXT, output="value") == attribute(linear, TEXT)
    for output in ("probability", "log_odds"):
        with pytest.raises(ValueError, match=f"{output}.* not possible for a TextReg.*'value'"):
            attribute(linear, TEXT, output=output)


def test_a_classifier_has_no_value(tiny_classifier):
    message = "output='value' is not possible for a TextClassifier; use 'logit' or 'probability'"
    with pytest.raises(ValueError, match=message):
        attribute(tiny_classifier("bert"), NEWS, output="value")


def test_there_is_no_other_label_to_explain_or_to_subtract(linear):
    with pytest.raises(ValueError, match="unknown target 'sport'; labels are rating"):
        attribute(linear, TEXT, target="sport")
    for contrast in ("sport", LABEL):
        with pytest.raises(ValueError, match=f"contrast='{contrast}' is not possible: the model"):
            attribute(linear, TEXT, contrast=contrast)


def test_every_label_is_the_only_one(linear):
    assert attribute_each(linear, TEXT) == {LABEL: attribute(linear, TEXT)}


def test_a_grid_is_precomputed_for_the_value(linear):
    """The reference is `attribute`; the stored scores have 32 bits."""
    request = Request(text=TEXT)
    found = precompute(
        LIGEngine(linear), request, methods=["riemann_middle", "auto"], n_steps=[2, 5]
    )
    assert {(each.target, each.output) for each in found} == {(LABEL, "value")}
    expected = attribute(linear, TEXT, method="riemann_middle", n_steps=2)
    assert found[0].scores == pytest.approx(expected.scores, abs=1e-6)
