"""The verdict on real classifiers: no kinder than the numbers, and no harsher."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from flair_lig_widget import DEMO_TEXT, ModelWrapper, attribute, load_demo_classifier
from flair_lig_widget.evaluation import evaluate
from flair_lig_widget.evaluation.faithfulness import stream_faithfulness
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.result.verdict import agreement_sentence, flip_sentence

SHORT = "The striker scored twice in the final."
RANDOM = 19  # the fewest with which the p-value can be 5 %


def permuted(attribution, seed: int):
    """The same scores at other tokens of the text."""
    moves = np.array([token.word is not None for token in attribution.tokens])
    scores = np.zeros(len(moves))
    scores[moves] = np.random.default_rng(seed).permutation(attribution.scores[moves])
    return dataclasses.replace(attribution, scores=scores)


def randomized(seed: int):
    """A classifier of the demo's shape, every weight matrix drawn as at initialization."""
    classifier = load_demo_classifier()
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in classifier.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.02)
    return classifier


@pytest.mark.slow
def test_the_scores_of_the_demo_are_better_than_chance(demo_classifier):
    found = evaluate(demo_classifier, attribute(demo_classifier, DEMO_TEXT), n_random=RANDOM)
    assert found.p_value == 0.05
    assert found.verdict.kind == "better"
    count, band = 10, found.without.band
    own = found.without.probabilities[found.without.counts.index(count)]
    place = band.counts.index(count)
    assert found.verdict.sentence == (
        f"Without its 10 best words business falls from {100 * found.probability:.1f} % to "
        f"{100 * own:.1f} %; without 10 random words it is between "
        f"{100 * band.low[place]:.1f} % and {100 * band.high[place]:.1f} %."
    )
    assert flip_sentence(found).startswith("Without company, ")
    assert "Kendall's tau" in agreement_sentence(found)


@pytest.mark.slow
def test_random_scores_get_the_sentence_that_warns(demo_classifier):
    """Chance alone passes one of twenty, so the test looks at several."""
    wrapper = ModelWrapper(demo_classifier)
    predictor, attribution = Predictor(wrapper), attribute(demo_classifier, DEMO_TEXT)
    found = []
    for seed in range(4):
        scores = permuted(attribution, seed)
        *_, last = stream_faithfulness(wrapper, scores, n_random=RANDOM, predictor=predictor)
        found.append(last)
    for each in found:
        assert each.verdict.kind == ("better" if each.p_value <= 0.05 else "chance")
    warned = [each for each in found if each.verdict.kind == "chance"]
    assert len(warned) >= 3
    for each in warned:
        assert each.verdict.sentence == (
            "No better than random words: do not rely on these scores."
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12, 13])  # others chose the threshold
def test_a_model_with_random_weights_gets_the_sentence_that_warns(seed):
    classifier = randomized(seed)
    found = evaluate(classifier, attribute(classifier, DEMO_TEXT), n_random=RANDOM)
    assert found.verdict.kind == "chance"
    assert found.verdict.sentence.startswith("Taking words away hardly changes ")


@pytest.mark.parametrize("text", [SHORT, " ".join([SHORT] * 4)])
def test_a_constant_model_gets_the_sentence_that_warns(encoder_folder, text):
    from support import tiny

    classifier = tiny.classifier(encoder_folder("bert"))
    with torch.no_grad():
        classifier.decoder.weight.zero_()
    found = evaluate(classifier, attribute(classifier, text), n_random=RANDOM)
    assert found.verdict.kind == "chance"
    assert found.flip is None
    assert flip_sentence(found).startswith("However many of its best words")
    assert (found.agreement, agreement_sentence(found)) == (None, "")


def test_a_text_that_is_too_short_to_tell_is_no_warning_against_the_scores(demo_classifier):
    attribution = attribute(demo_classifier, SHORT)
    worst = dataclasses.replace(attribution, scores=-attribution.scores)
    found = evaluate(demo_classifier, worst, n_random=RANDOM)
    assert found.p_value > 0.05
    assert found.verdict.kind == "short"
    assert found.verdict.sentence.startswith("Too short to tell from chance: among 8 words")


def test_with_fewer_random_orders_than_can_tell_there_is_no_verdict(demo_classifier):
    attribution = attribute(demo_classifier, SHORT)
    found = evaluate(demo_classifier, attribution, n_random=RANDOM - 1)
    assert found.verdict.kind == "pending"
    assert found.verdict.sentence.startswith("Without its 4 best words sport falls from ")
