"""Faithfulness against a loop over Flair's predict on edited strings, and against known answers."""

from __future__ import annotations

import dataclasses
import itertools
import math

import flair.embeddings as fe
import numpy as np
import pytest
import torch
from scipy.stats import kendalltau, kstest
from support import families
from support.model_state import state_of

from flair_lig_widget import ModelWrapper, attribute
from flair_lig_widget.evaluation import evaluate
from flair_lig_widget.evaluation.faithfulness import eraser_for
from flair_lig_widget.evaluation.measurement import Measurement, infidelity
from flair_lig_widget.evaluation.predictions import Predictor

# Words without punctuation, so that an edited text is its words joined by spaces.
TEXT = "shares in the airline fell on tuesday after a warning about its profits and the jobs"
SHARES = (0.05, 0.1, 0.2, 0.5)
QUICK = {"method": "riemann_middle", "n_steps": 3}


def joined(words: list[str], kept) -> str:
    return " ".join(words[i] for i in sorted(kept))


def log_odds(found: dict[str, float], target: str, multi_label: bool) -> float:
    others = 1 - found[target]
    if not multi_label:
        others = sum(p for label, p in found.items() if label != target)
    return math.log(found[target] / others)


CASES = [
    ("TransformerDocumentEmbeddings", "bert"),
    ("TransformerDocumentEmbeddings", "multi_label with thresholds"),
    ("DocumentPoolEmbeddings", "mean of word vectors"),
    ("DocumentRNNEmbeddings", "GRU over word vectors"),
    ("DocumentCNNEmbeddings", "over word vectors"),
    ("SentenceTransformerDocumentEmbeddings", "mean"),
    ("TARSClassifier", "multi label"),
    ("TARSClassifier", "single label"),
]


@pytest.mark.parametrize(("family", "setting"), CASES)
def test_every_number_is_that_of_a_loop_over_edited_texts(family, setting, family_classifier):
    """The independent source is Flair's predict on strings that the test edits itself."""
    classifier = family_classifier(family, setting)
    attribution = attribute(classifier, TEXT, target="sport", **QUICK)
    found = evaluate(classifier, attribution, n_random=3)
    wrapper, words = ModelWrapper(classifier), TEXT.split()
    m, every = len(words), set(range(len(words)))
    scores = [word.score for word in attribution.words()]
    order = list(found.order)
    assert [scores[i] for i in order] == sorted(scores, reverse=True)
    assert [TEXT[slice(*span)] for span in found.words] == words

    def says(kept) -> dict[str, float]:
        return families.flair_says(classifier, joined(words, kept))

    near = {"abs": 1e-6}
    whole = says(every)
    assert found.probability == pytest.approx(whole["sport"], **near)
    assert found.without.counts == tuple(range(m))
    assert found.only.counts == tuple(range(1, m + 1))
    without = [says(every - set(order[:k])) for k in range(m)]
    only = [says(order[:k]) for k in range(1, m + 1)]
    assert found.without.probabilities == pytest.approx([p["sport"] for p in without], **near)
    assert found.only.probabilities == pytest.approx([p["sport"] for p in only], **near)

    counts = [max(1, math.ceil(share * m)) for share in SHARES]
    multi_label = wrapper.multi_label
    for drop, edited in (
        (found.comprehensiveness, [without[k] for k in counts]),
        (found.sufficiency, [only[k - 1] for k in counts]),
    ):
        falls = [whole["sport"] - p["sport"] for p in edited]
        assert drop.probability == pytest.approx(np.mean(falls), **near)
        odds = [log_odds(p, "sport", multi_label) for p in (whole, *edited)]
        assert drop.log_odds == pytest.approx(odds[0] - np.mean(odds[1:]), abs=1e-4)

    predicted = [
        sorted(families.flair_predicts(classifier, joined(words, every - set(order[:k]))))
        for k in range(m)
    ]
    if setting.startswith("multi"):  # more than one label can be predicted
        changes = [("sport" in labels) != ("sport" in predicted[0]) for labels in predicted]
    else:
        changes = [labels != predicted[0] for labels in predicted]
    if any(changes):
        first = changes.index(True)
        assert (found.flip.n_words, sorted(found.flip.predicted)) == (first, predicted[first])
        assert found.flip.probability == pytest.approx(without[first]["sport"], **near)
    else:
        assert found.flip is None


@pytest.mark.parametrize(
    "options",
    [
        {"target": "sport"},
        {"target": "sport", "contrast": "tech"},
        {"target": "tech", "output": "probability"},
        {"target": "sport", "output": "log_odds"},
        {"target": "sport", "layer": "embeddings"},
    ],
    ids=str,
)
def test_f_is_the_explained_output_at_every_point(tiny_classifier, options):
    """The independent source is f(x), as `attribute` gives it for each edited text."""
    classifier, words = tiny_classifier(), TEXT.split()
    attribution = attribute(classifier, TEXT, **options, **QUICK)
    found = evaluate(classifier, attribution, n_random=2)
    m, every = len(words), set(range(len(words)))

    def value(kept) -> float:
        return attribute(classifier, joined(words, kept), **options, **QUICK).value

    without = [value(every - set(found.order[:k])) for k in found.without.counts]
    only = [value(found.order[:k]) for k in found.only.counts]
    assert found.without.values == pytest.approx(without, abs=1e-5)
    assert found.only.values == pytest.approx(only, abs=1e-5)
    single = [value(every) - value(every - {i}) for i in range(m)]
    assert found.leave_one_out == pytest.approx(single, abs=1e-5)
    tau = kendalltau(attribution_scores(attribution), single).statistic
    assert found.agreement == pytest.approx(tau, abs=0.05)  # near ties
    assert found.explained == attribution.explained


def attribution_scores(attribution) -> list[float]:
    return [word.score for word in attribution.words()]


def test_random_orders_are_measured_like_the_order_of_the_scores(tiny_classifier):
    """Each point of a band is a percentile over naive loops along the same orders."""
    classifier, words = tiny_classifier(), TEXT.split()
    attribution = attribute(classifier, TEXT, target="sport", **QUICK)
    found = evaluate(classifier, attribution, n_random=7, seed=3)
    m, every = len(words), set(range(len(words)))
    generator = np.random.default_rng([3, 1])
    orders = [generator.permutation(m).tolist() for _ in range(7)]
    band = found.without.band
    probabilities = np.array(
        [
            [
                families.flair_says(classifier, joined(words, every - set(order[:k])))["sport"]
                for k in band.counts
            ]
            for order in orders
        ]
    )
    for numbers, percentile in ((band.low, 5), (band.median, 50), (band.high, 95)):
        assert numbers == pytest.approx(np.percentile(probabilities, percentile, axis=0), abs=1e-6)
    # Keeping the last words of an order is taking its first ones away.
    kept = found.only.band
    assert kept.counts == tuple(m - k for k in reversed(band.counts))
    assert kept.median == pytest.approx(band.median[::-1])
    own = [found.without.probabilities[found.without.counts.index(k)] for k in band.counts]
    assert found.area == pytest.approx(np.mean(band.median - own))
    as_good = (found.random_comprehensiveness >= found.comprehensiveness.log_odds).sum()
    assert found.p_value == (1 + as_good) / 8


def bag_of_words(weights: dict[str, float]):
    """The log-odds of sport are the mean of the weights of the words, whatever their order."""
    vocabulary = {word: index for index, word in enumerate(weights)}
    words = fe.WordEmbeddings(embeddings=None, vocab=vocabulary, embedding_length=1, name="weights")
    classifier = families.classifier(fe.DocumentPoolEmbeddings([words]), ("sport", "tech"))
    with torch.no_grad():
        words.embedding.weight.copy_(torch.tensor([*weights.values(), 0.0])[:, None])
        classifier.decoder.weight.copy_(torch.tensor([[0.5], [-0.5]]))
        classifier.decoder.bias.zero_()
    return classifier


WEIGHTS = {"goal": 30.0, "cup": 15.0, "team": 5.0, "tax": -10.0, "chip": -20.0}
BAG = "a goal in the cup for a team of the tax and chip office by noon in may today or so"


@pytest.mark.parametrize("erase", ["delete", "baseline"])
def test_in_a_bag_of_words_every_answer_is_known(erase):
    """With zeros in the place of words f is a sum over words; deleting makes the mean shorter."""
    classifier = bag_of_words(WEIGHTS)
    weights = np.array([WEIGHTS.get(word, 0.0) for word in BAG.split()])
    m, every = len(weights), set(range(len(weights)))
    assert m == 21

    def f(kept) -> float:
        return weights[sorted(kept)].sum() / (len(kept) if erase == "delete" else m)

    attribution = attribute(classifier, BAG, target="sport", output="log_odds", baseline="zero")
    assert attribution_scores(attribution) == pytest.approx(weights / m, abs=1e-5)
    found = evaluate(classifier, attribution, erase=erase, n_random=20)
    order = found.order
    best = [order.index(BAG.split().index(word)) for word in ("goal", "cup", "team")]
    assert best == [0, 1, 2]
    single = [f(every) - f(every - {i}) for i in range(m)]
    assert found.leave_one_out == pytest.approx(single, abs=1e-5)
    counts = (2, 3, 5, 11)
    without = [f(every - set(order[:k])) for k in counts]
    only = [f(order[:k]) for k in counts]
    assert found.comprehensiveness.log_odds == pytest.approx(f(every) - np.mean(without), abs=1e-4)
    assert found.sufficiency.log_odds == pytest.approx(f(every) - np.mean(only), abs=1e-4)
    # The sum is 20; without goal it is -10, and tech is predicted.
    assert (found.flip.n_words, found.flip.predicted) == (1, ("tech",))
    assert found.flip.probability == pytest.approx(1 / (1 + math.exp(-f(every - {order[0]}))))
    if erase == "baseline":
        assert found.comprehensiveness.log_odds == pytest.approx((45 + 50 * 3) / 4 / m, abs=1e-4)
        assert found.infidelity == pytest.approx(0.0, abs=1e-5)
        assert found.agreement == pytest.approx(1.0, abs=1e-6)
    generator = np.random.default_rng([0, 2])
    sizes = generator.integers(1, m if erase == "delete" else m + 1, size=20)
    sets = [set(generator.permutation(m)[:n].tolist()) for n in sizes]
    missed = [weights[sorted(s)].sum() / m - (f(every) - f(every - s)) for s in sets]
    assert found.infidelity == pytest.approx(np.sqrt(np.mean(np.square(missed))), abs=1e-5)
    assert found.p_value == 1 / 21


@pytest.mark.parametrize("family", ["bert", "rnn"])
def test_infidelity_of_all_words_at_the_baseline_is_the_delta(
    family, tiny_classifier, family_classifier
):
    classifier = tiny_classifier() if family == "bert" else family_classifier(*CASES[3])
    attribution = attribute(classifier, TEXT, target="sport", method="riemann_left", n_steps=2)
    wrapper = ModelWrapper(classifier)
    eraser = eraser_for(wrapper, attribution, "baseline", Predictor(wrapper), lambda: False)
    scores = np.array(attribution_scores(attribution))
    everything = frozenset(range(len(scores)))
    assert abs(attribution.delta) > 1e-3
    found = infidelity(eraser, scores, [everything])
    assert found == pytest.approx(abs(attribution.delta), abs=1e-5)


def test_the_p_value_is_uniform_under_random_scores(tiny_classifier):
    """200 attributions of random scores; the p-values are multiples of 1/20."""
    classifier, text = tiny_classifier(), "the airline fell after a profit warning today"
    wrapper, generator = ModelWrapper(classifier), np.random.default_rng(0)
    attribution = attribute(classifier, text, target="sport", **QUICK)
    eraser = eraser_for(wrapper, attribution, "delete", Predictor(wrapper), lambda: False)
    first_of_word = [
        token.word is not None and token.word != before.word
        for before, token in itertools.pairwise((attribution.tokens[0], *attribution.tokens))
    ]
    found = []
    for seed in range(200):
        scores = np.where(first_of_word, generator.normal(size=len(first_of_word)), 0.0)
        changed = dataclasses.replace(attribution, scores=scores)
        *_, last = Measurement(wrapper, changed, eraser, seed).run("delete", 19, lambda done: None)
        found.append(last.p_value)
    spread = np.array(found) - generator.random(200) / 20  # uniform within each step
    assert kstest(spread, "uniform").pvalue > 0.01


@pytest.mark.parametrize("erase", ["mask", "baseline"])
def test_words_that_are_replaced_leave_all_others_in_place(tiny_classifier, erase):
    """The independent source is the logits of embeddings that the test puts together itself."""
    classifier = tiny_classifier()
    wrapper = ModelWrapper(classifier)
    attribution = attribute(classifier, TEXT, target="sport", baseline="pad", **QUICK)
    found = evaluate(classifier, attribution, erase=erase, n_random=2)
    m = found.n_words
    assert found.without.counts == tuple(range(m + 1))
    assert found.only.counts == tuple(range(m + 1))
    kind = "mask" if erase == "mask" else "pad"
    encoding = wrapper.encode(TEXT)
    ends, logits = wrapper.endpoints(encoding, baseline=kind)
    at_baseline = wrapper.probabilities(logits[0])[wrapper.labels.index("sport")].item()
    assert found.without.probabilities[-1] == pytest.approx(at_baseline, abs=1e-6)
    assert found.only.probabilities[0] == pytest.approx(at_baseline, abs=1e-6)
    for count in (1, 4):
        taken = set(found.order[:count])
        point = ends[1:].clone()
        for place, token in enumerate(attribution.tokens):
            if token.word in taken:
                point[0, place] = ends[0, place]
        logit = wrapper.logits(encoding, point)[0, wrapper.labels.index("sport")].item()
        assert found.without.values[count] == pytest.approx(logit, abs=1e-5)


@pytest.mark.parametrize("erase", ["delete", "baseline"])
@pytest.mark.parametrize(
    ("family", "setting"),
    [
        ("TransformerDocumentEmbeddings", "allow_long_sentences, mean"),
        ("TransformerDocumentEmbeddings", "gpt2"),
        ("TARSClassifier", "single label"),
        ("DocumentRNNEmbeddings", "LSTM over words and both language models"),
        ("SentenceTransformerDocumentEmbeddings", "mean"),
    ],
)
def test_every_family_can_be_evaluated(family, setting, erase, family_classifier):
    classifier = family_classifier(family, setting)
    before = state_of(classifier)
    attribution = attribute(classifier, TEXT, **QUICK)
    found = evaluate(classifier, attribution, erase=erase, n_random=2)
    assert state_of(classifier) == before
    assert found.probability == pytest.approx(attribution.prediction[found.target], abs=1e-5)
    assert found.without.values[0] == pytest.approx(attribution.value, abs=1e-4)
    assert found.verdict.sentence


def test_words_that_were_not_read_are_not_part_of_it(tiny_classifier):
    classifier = tiny_classifier()
    long = " ".join(f"goal {i}" for i in range(200))
    attribution = attribute(classifier, long, **QUICK)
    assert attribution.truncated
    found = evaluate(classifier, attribution, n_random=1)
    assert found.n_words == len(attribution.words()) < 400
    assert len(found.without.counts) < 50
    assert found.without.probabilities[0] == pytest.approx(
        attribution.prediction[found.target], abs=1e-5
    )
