"""Flair's own predictions for many texts, in batches, against one text at a time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from support import families

from flair_lig_widget import ModelWrapper
from flair_lig_widget.evaluation import predictions
from flair_lig_widget.evaluation.predictions import Predictor, log_odds
from flair_lig_widget.integration.sampling import Cancelled

TEXTS = [
    "Shares in the airline fell 7% on Tuesday after a profit warning.",
    "Shares in the airline",
    "The film won three awards, and its director thanked the crew.",
    "airline",
    "Tuesday fell",
    "The striker scored twice in the second half.",
]

# Every family, and the settings in which Flair's prediction depends on the rest of the batch.
CASES = [
    ("TransformerDocumentEmbeddings", "bert"),
    ("TransformerDocumentEmbeddings", "gpt2"),
    ("TransformerDocumentEmbeddings", "cls_pooling mean"),
    ("TransformerDocumentEmbeddings", "use_context ([FLERT])"),
    ("TransformerDocumentEmbeddings", "multi_label with thresholds"),
    ("DocumentPoolEmbeddings", "mean of word vectors"),
    ("DocumentPoolEmbeddings", "mean of transformer words"),
    ("DocumentRNNEmbeddings", "GRU over word vectors"),
    ("DocumentRNNEmbeddings", "LSTM over words and both language models"),
    ("DocumentCNNEmbeddings", "over word vectors"),
    ("SentenceTransformerDocumentEmbeddings", "mean"),
    ("TARSClassifier", "multi label"),
    ("TARSClassifier", "single label"),
]


@pytest.mark.parametrize(("family", "setting"), CASES)
def test_a_batch_gives_each_text_the_prediction_that_it_gets_alone(
    family, setting, family_classifier
):
    classifier = family_classifier(family, setting)
    wrapper = ModelWrapper(classifier)
    found = Predictor(wrapper).probabilities(TEXTS)
    assert found.shape == (len(TEXTS), len(wrapper.labels))
    for text, row in zip(TEXTS, found, strict=True):
        alone = families.flair_says(classifier, text)
        assert row == pytest.approx([alone[label] for label in wrapper.labels], abs=1e-5), text


@pytest.fixture
def counted(tiny_classifier, monkeypatch):
    """A wrapper, and the batches that its Flair classifier was asked for."""
    wrapper, asked = ModelWrapper(tiny_classifier()), []
    predict = wrapper.family.flair_probabilities

    def count(texts):
        asked.append(list(texts))
        return predict(texts)

    monkeypatch.setattr(wrapper.family, "flair_probabilities", count)
    return wrapper, asked


def test_no_text_is_asked_twice(counted):
    wrapper, asked = counted
    predictor = Predictor(wrapper)
    first = predictor.probabilities([*TEXTS, TEXTS[2], TEXTS[0]])
    second = predictor.probabilities(TEXTS[::-1])
    assert sorted(itertools.chain(*asked)) == sorted(TEXTS)
    assert np.array_equal(first[: len(TEXTS)], second[::-1])
    assert np.array_equal(first[-2:], first[[2, 0]])


def test_batches_hold_texts_of_similar_length_and_are_bounded(counted, monkeypatch):
    wrapper, asked = counted
    monkeypatch.setattr(predictions, "_BATCH_TEXTS", 4)
    monkeypatch.setattr(predictions, "_BATCH_CHARACTERS", 120)
    texts = [("word " * (1 + i % 7) + str(i)) for i in range(20)] + ["long " * 60]
    Predictor(wrapper).probabilities(texts)
    lengths = [len(text) for batch in asked for text in batch]
    assert lengths == sorted(lengths, reverse=True)
    assert max(len(batch) for batch in asked) == 4
    assert all(len(batch) == 1 or len(batch) * len(batch[0]) <= 120 for batch in asked)


def test_memory_is_bounded_and_forgotten_texts_are_asked_again(counted, monkeypatch):
    wrapper, asked = counted
    monkeypatch.setattr(predictions, "_NUMBERS_KEPT", 3 * len(wrapper.labels))
    predictor = Predictor(wrapper)
    first = predictor.probabilities(TEXTS)  # more than are remembered
    assert len(predictor._known) == 3
    assert np.allclose(predictor.probabilities(TEXTS), first, rtol=0, atol=1e-6)
    assert sum(map(len, asked)) > len(TEXTS)


def test_it_can_be_cancelled_before_every_batch(counted, monkeypatch):
    wrapper, asked = counted
    monkeypatch.setattr(predictions, "_BATCH_TEXTS", 2)
    predictor = Predictor(wrapper, cancelled=lambda: len(asked) == 2)
    with pytest.raises(Cancelled):
        predictor.probabilities(TEXTS)
    assert len(asked) == 2


def test_a_text_without_words_is_an_error(tiny_classifier):
    with pytest.raises(ValueError, match="Flair finds no word in ' '"):
        Predictor(ModelWrapper(tiny_classifier())).probabilities(["two words", " "])


def test_log_odds_of_a_softmax_are_accurate_where_the_probability_rounds_to_one():
    logits = torch.tensor([[0.0, 1.0, -2.0], [40.0, 0.0, 3.0], [-50.0, 1.0, 2.0]])
    probabilities = logits.softmax(dim=-1).double().numpy()  # in float32, as Flair computes them
    assert probabilities[1, 0] == 1.0
    exact = logits[:, 0].double() - logits[:, 1:].double().logsumexp(dim=-1)
    found = log_odds(probabilities, 0, multi_label=False)
    assert found == pytest.approx(exact.tolist(), rel=1e-5)


def test_log_odds_of_independent_labels_are_their_logits_up_to_the_rounding_of_float32():
    logits = torch.tensor([[-30.0], [0.0], [5.0], [13.0], [60.0], [-200.0]])
    probabilities = torch.cat([logits, torch.zeros_like(logits)], dim=1).sigmoid().double().numpy()
    found = log_odds(probabilities, 0, multi_label=True)
    assert found[:3] == pytest.approx([-30.0, 0.0, 5.0], abs=1e-4)
    assert found[3] == pytest.approx(13.0, abs=0.03)
    assert 16 < found[4] < 17.4  # no larger number can be told from it
    assert -88 < found[5] < -87


def test_probabilities_of_zero_have_finite_log_odds():
    certain = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = log_odds(certain, 0, multi_label=False)
    assert np.isfinite(found).all()
    assert found[0] == -found[1] > 80
