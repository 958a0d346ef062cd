"""Evaluating a regressor in its value, against Flair's predict on edited strings."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from flair.data import Sentence
from support import families, regressors
from support.model_state import state_of
from support.regressors import LABEL, TEXT

from flair_lig_widget import attribute, rank_baselines
from flair_lig_widget.evaluation import edit, evaluate, sanity_check
from flair_lig_widget.result.algorithms import ALGORITHMS

WORDS = TEXT.split()
SHARES = (0.05, 0.1, 0.2, 0.5)
COUNTS = [max(1, math.ceil(share * len(WORDS))) for share in SHARES]
EVERY = set(range(len(WORDS)))


@pytest.fixture(scope="module")
def linear():
    return regressors.over_words()


@pytest.fixture(scope="module")
def transformer(tmp_path_factory):
    return regressors.over_transformer(families.Maker(tmp_path_factory.mktemp("regressors")))


def says(regressor, kept) -> float:
    """Flair's value of the words that are kept."""
    return regressors.value(regressor, " ".join(WORDS[i] for i in sorted(kept)))


def drops(regressor, order) -> tuple[float, float]:
    """By how much the value falls without the first words of an order, and with them alone."""
    whole = says(regressor, EVERY)
    without = [says(regressor, EVERY - set(order[:k])) for k in COUNTS]
    only = [says(regressor, order[:k]) for k in COUNTS]
    return whole - np.mean(without), whole - np.mean(only)


def test_curves_and_drops_are_in_the_value(linear, transformer):
    for regressor in (linear, transformer):
        before = state_of(regressor)
        found = evaluate(regressor, attribute(regressor, TEXT), n_random=3)
        order = list(found.order)
        expected = [says(regressor, EVERY - set(order[:k])) for k in found.without.counts]
        assert found.without.probabilities == pytest.approx(expected, abs=1e-5)
        assert found.without.values == pytest.approx(expected, abs=1e-5)  # f is the value itself
        expected = [says(regressor, order[:k]) for k in found.only.counts]
        assert found.only.probabilities == pytest.approx(expected, abs=1e-5)
        without, only = drops(regressor, order)
        assert found.comprehensiveness.probability == pytest.approx(without, abs=1e-5)
        assert found.sufficiency.probability == pytest.approx(only, abs=1e-5)
        assert (found.comprehensiveness.log_odds, found.sufficiency.log_odds) == (None, None)
        assert (found.predicted, found.flip, found.output) == ((), None, "value")
        whole = says(regressor, EVERY)
        single = [whole - says(regressor, EVERY - {word}) for word in range(len(WORDS))]
        assert found.leave_one_out == pytest.approx(single, abs=1e-5)
        as_good = (found.random_comprehensiveness >= without - 1e-9).sum()
        assert found.p_value == (1 + as_good) / 4
        assert found.without.band.high[0] == pytest.approx(whole, abs=1e-5)
        assert state_of(regressor) == before


def test_putting_the_baseline_in_the_place_of_words_gives_their_exact_scores(linear):
    """f is linear, so f without a word is f minus w · e / m."""
    attribution = attribute(linear, TEXT, baseline="zero")
    found = evaluate(linear, attribution, erase="baseline", n_random=1)
    scores = regressors.linear_scores(linear, TEXT)
    assert found.leave_one_out == pytest.approx(scores, abs=1e-6)
    assert found.infidelity == pytest.approx(0, abs=1e-6)
    assert found.agreement > 0.99  # rounding orders the two words "the", whose scores are equal


def test_an_edit_is_the_value_of_the_edited_text(linear, transformer):
    for regressor in (linear, transformer):
        attribution = attribute(regressor, TEXT)
        whole = says(regressor, EVERY)
        found = edit(regressor, attribution, attribution.words()[3])
        without = says(regressor, EVERY - {3})
        assert found.before == pytest.approx({LABEL: whole}, abs=1e-5)
        assert found.prediction == pytest.approx({LABEL: without}, abs=1e-5)
        assert found.change == pytest.approx(whole - without, abs=1e-5)
        assert found.summary.startswith("Without “airline” the value is ")
        assert "%" not in found.summary
        replaced = edit(regressor, attribution, attribution.words()[3], "film")
        expected = regressors.value(regressor, TEXT.replace("airline", "film"))
        assert replaced.prediction[LABEL] == pytest.approx(expected, abs=1e-5)


def test_an_edit_of_a_pair_is_the_value_of_the_edited_pair(linear):
    regressor = regressors.of_pairs(linear.document_embeddings, separately=True)
    attribution = attribute(regressor, ("the striker scored twice", TEXT))
    found = edit(regressor, attribution, attribution.words()[1])
    before = regressors.value(regressor, "the striker scored twice", TEXT)
    after = regressors.value(regressor, "the scored twice", TEXT)
    assert (found.value, found.edited_value) == pytest.approx((before, after), abs=1e-5)
    assert found.prediction == pytest.approx({LABEL: after}, abs=1e-5)


def test_baselines_are_ranked_by_the_value(transformer):
    """The reference is Flair's predict on strings, in the order of `attribute`'s scores."""
    found = rank_baselines(transformer, [TEXT], n_random=1)
    for row in found.baselines:
        attribution = attribute(transformer, TEXT, baseline=row.name)
        scores = [word.score for word in attribution.words()]
        without, only = drops(transformer, list(np.argsort(scores)[::-1]))
        assert row.log_odds is None
        assert row.entropy is None
        assert row.probability.comprehensiveness.mean == pytest.approx(without, abs=1e-5)
        assert row.probability.sufficiency.mean == pytest.approx(only, abs=1e-5)
    gaps = {row.name: row.probability.per_text_gap[0] for row in found.baselines}
    assert found.best == max(gaps, key=gaps.get)  # one text has no standard error
    assert found.largest_entropy is None
    text = repr(found)
    assert "a value has no entropy" in text
    assert "log-odds" not in text
    columns = list(found.to_pandas().columns)
    assert columns == [
        *("comprehensiveness", "comprehensiveness_error", "sufficiency", "sufficiency_error"),
        "gradients",
    ]


def test_random_weights_change_the_scores_of_a_value_and_there_is_no_other_label(transformer):
    found = sanity_check(transformer, [TEXT, "the film won three awards and its actors cheered"])
    assert found.two_labels is None
    assert found.rows[0].name == "decoder"
    assert "there is no other label to compare with" in repr(found)
    assert abs(found.all_random.signed.mean) < 0.9


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_every_algorithm_gives_the_terms_of_a_linear_value(algorithm, linear):
    """Of a linear function all of them are w · e / m, from the baseline "zero"."""
    options = {"n_steps": 2} if ALGORITHMS[algorithm].samples else {}
    found = attribute(linear, TEXT, baseline="zero", algorithm=algorithm, **options)
    assert found.output == "value"
    scores = [word.score for word in found.words()]
    assert scores == pytest.approx(regressors.linear_scores(linear, TEXT), abs=1e-5)


def test_scores_name_the_words_that_a_trained_regressor_learnt():
    """The source is the rule of the data: "won" raises the rating by 2, "fell" lowers it by 2."""
    regressor = regressors.over_words()
    others = [word for word in WORDS if word != "fell"]
    generator = np.random.default_rng(0)
    sentences = []
    for number in range(60):
        chosen = [*generator.choice(others, 6), *("won", "fell")[number % 2 :][: number % 3]]
        sentence = Sentence(" ".join(chosen))
        rating = 3 + 2 * chosen.count("won") - 2 * chosen.count("fell")
        sentence.add_label(LABEL, str(float(rating)))
        sentences.append(sentence)
    optimizer = torch.optim.Adam(regressor.parameters(), lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        regressor.forward_loss(sentences)[0].backward()
        optimizer.step()
    regressor.eval()
    text = "shares won in the airline and fell on the jobs after tuesday"
    found = attribute(regressor, text)
    scores = {word.text: word.score for word in found.words()}
    assert max(scores, key=scores.get) == "won"
    assert min(scores, key=scores.get) == "fell"
    assert edit(regressor, found, found.words()[1]).change > 0.2
