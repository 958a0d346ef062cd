"""Sanity checks against recomputations, known answers, and what they must leave alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from support import families, tiny
from support.model_state import state_of

from flair_lig_widget import DEMO_TEXT, ModelWrapper, attribute, sanity_check
from flair_lig_widget.evaluation import sanity
from flair_lig_widget.evaluation.random_weights import copy_classifier, layers_of
from flair_lig_widget.evaluation.sanity import correlation
from flair_lig_widget.evaluation.sanity_report import Correlation
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.sampling import Cancelled

TEXTS = [
    "shares in the airline fell on tuesday after a warning about its profits",
    "the film won three awards",
]
TABLE = "embeddings.embeddings.list_embedding_0.embedding"


def whole_state(classifier) -> dict:
    """What `state_of` watches, and every hook and number of a model to the bit."""
    tensors = [*classifier.parameters(), *classifier.buffers()]
    gradients = [p.grad for p in classifier.parameters() if p.grad is not None]
    return {
        **state_of(classifier),
        "functions": [
            id(hook)
            for module in classifier.modules()
            for hooks in (module._forward_hooks, module._forward_pre_hooks)
            for hook in hooks.values()
        ],
        "numbers": [t.detach().cpu().numpy().tobytes() for t in (*tensors, *gradients)],
        "places": [(t.data_ptr(), t._version) for t in tensors],
    }


def trained_a_little(encoder_folder):
    """A classifier in training mode with gradients, a frozen weight and a hook."""
    classifier = tiny.classifier(encoder_folder("bert")).train()
    classifier.embeddings.model.eval()
    classifier.decoder.bias.requires_grad_(False)
    classifier.decoder.weight.grad = torch.ones_like(classifier.decoder.weight)
    classifier.decoder.register_forward_hook(lambda module, args, output: None)
    return classifier


def assert_correlation(found: Correlation, first: list, second: list) -> None:
    """Whether it is SciPy's of these scores, a list for each text."""
    for per_text, of in ((found.per_text_signed, np.array), (found.per_text_absolute, np.abs)):
        pairs = zip(first, second, strict=True)
        expected = [spearmanr(of(a), of(b)).statistic for a, b in pairs]
        assert per_text == pytest.approx(expected, abs=1e-9)


def test_a_row_is_the_rank_correlation_of_two_explanations(tiny_classifier, monkeypatch):
    """The independent source is `attribute` on each text alone, and SciPy's correlation."""
    monkeypatch.setattr(sanity, "TOLERANCE", 1e-4)  # no order hangs on where `auto` stops
    classifier, targets = tiny_classifier(), ["sport", "tech"]

    def scores(model) -> list[list[float]]:
        found = [
            attribute(model, text, target=target, tolerance=1e-4)
            for text, target in zip(TEXTS, targets, strict=True)
        ]
        return [[word.score for word in attribution.words()] for attribution in found]

    report = sanity_check(classifier, TEXTS, targets=targets, seed=3)
    copied, generator, random = copy_classifier(classifier), np.random.default_rng(3), {}
    for layer in layers_of(copied, lambda: ModelWrapper(copied).predict(TEXTS[0])):
        layer.randomise(generator)
        random[layer.name] = scores(copied)
    assert [row.name for row in report.rows] == [
        "decoder",
        "embeddings.model.encoder.layer.1",
        "embeddings.model.encoder.layer.0",
        "embeddings.model.embeddings",
    ]  # and not the pooler, which Flair does not use
    for row in report.rows:
        assert_correlation(row.correlation, scores(classifier), random[row.name])


def test_where_the_logit_is_linear_every_number_is_known(family_classifier):
    """A word's score is then its vector times the decoder's row, divided by the number of words."""
    classifier = family_classifier("DocumentPoolEmbeddings", "mean of word vectors")
    targets, others = ["sport", "tech"], []
    for text, target in zip(TEXTS, targets, strict=True):
        said = families.flair_says(classifier, text)
        others.append(max(said.keys() - {target}, key=said.__getitem__))

    def scores(model, labels) -> list[list[float]]:
        (words,) = model.embeddings.embeddings.embeddings
        vectors = words.embedding.weight.detach().cpu().numpy().astype(float)
        decoder = model.decoder.weight.detach().cpu().numpy().astype(float)
        return [
            [
                float(vectors[words.vocab.get(word, len(words.vocab))] @ decoder[row])
                for word in text.split()
            ]
            for text, row in zip(TEXTS, map(families.LABELS.index, labels), strict=True)
        ]

    report = sanity_check(classifier, TEXTS, targets=targets, seed=1)
    copied, generator = copy_classifier(classifier), np.random.default_rng(1)
    layers = layers_of(copied, lambda: ModelWrapper(copied).predict(TEXTS[0]))
    original = scores(classifier, targets)
    assert [row.name for row in report.rows] == ["decoder", TABLE]
    for layer, row in zip(layers, report.rows, strict=True):
        layer.randomise(generator)
        assert_correlation(row.correlation, original, scores(copied, targets))
    assert_correlation(report.two_labels, original, scores(classifier, others))
    assert (report.n_texts, report.n_explanations, report.n_unconverged) == (2, 8, 0)


@pytest.mark.parametrize(
    ("family", "setting", "n_rows"),
    [
        ("TransformerDocumentEmbeddings", "multi_label with thresholds", 4),
        ("DocumentRNNEmbeddings", "GRU over word vectors", 4),
        ("DocumentCNNEmbeddings", "over word vectors", 5),
        ("SentenceTransformerDocumentEmbeddings", "mean", 4),
        ("TARSClassifier", "multi label", 4),
    ],
)
def test_other_families_can_be_checked(family, setting, n_rows, family_classifier):
    report = sanity_check(family_classifier(family, setting), TEXTS)
    assert len(report.rows) == n_rows
    assert report.rows[0].name.endswith("decoder")
    assert "embedding" in report.rows[-1].name
    for row in report.rows:
        assert (abs(row.correlation.per_text_signed) <= 1).all()
        assert (row.correlation.per_text_absolute < 1).any()
    assert report.two_labels is not None


def test_the_target_is_the_label_that_was_predicted_before(tiny_classifier):
    classifier = tiny_classifier()
    predictions = [families.flair_says(classifier, text) for text in TEXTS]
    likeliest = [max(said, key=said.__getitem__) for said in predictions]
    found = sanity_check(classifier, TEXTS)
    given = sanity_check(classifier, TEXTS, targets=likeliest)
    assert np.array_equal(signed(found), signed(given))


def test_a_classifier_with_one_label_has_no_two_to_compare(tiny_classifier):
    report = sanity_check(tiny_classifier(labels=("only",)), TEXTS)
    assert report.two_labels is None
    assert report.n_explanations == len(TEXTS) * (1 + len(report.rows))


def signed(report) -> np.ndarray:
    """Shape (rows, texts)."""
    return np.array([row.correlation.per_text_signed for row in report.rows])


def test_the_same_seed_gives_the_same_report(tiny_classifier):
    classifier = tiny_classifier()
    first, again, other = (sanity_check(classifier, TEXTS, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(signed(first), signed(again))
    assert not np.allclose(signed(first), signed(other))
    of_labels = first.two_labels.per_text_signed
    assert of_labels == pytest.approx(other.two_labels.per_text_signed, abs=1e-9)


def test_scores_that_depend_on_positions_alone_do_not_pass():
    """Weights that hardly differ from their mean stay what they are, and so does the order."""
    classifier = families.rnn(families.word_vectors())
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in classifier.parameters():
            weight.copy_(0.2 + 1e-4 * torch.randn(weight.shape, generator=generator))
    texts = [f"{text} {word}" for text in TEXTS for word in ("today", "again", "in london")]
    report = sanity_check(classifier, texts)
    assert report.all_random.signed.mean > 0.9  # a GRU forgets: later words count more
    assert report.passes is False


def test_the_classifier_is_left_to_the_bit_after_success_error_and_cancel(
    encoder_folder, monkeypatch
):
    classifier = trained_a_little(encoder_folder)
    before, asked = whole_state(classifier), []
    sanity_check(classifier, TEXTS, cancelled=lambda: asked.append(None) or False)
    assert whole_state(classifier) == before
    for moment in range(0, len(asked), 9):
        left = [moment]

        def cancelled(left=left) -> bool:
            left[0] -= 1
            return left[0] < 0

        with pytest.raises(Cancelled):
            sanity_check(classifier, TEXTS, cancelled=cancelled)
        assert left == [-1]
    assert whole_state(classifier) == before

    explain, calls = LIGEngine.attribute_many, []

    def fails(engine, requests, **options):
        calls.append(engine)
        if len(calls) == 3:
            raise ValueError("the model gave a number that is not finite")
        return explain(engine, requests, **options)

    monkeypatch.setattr(LIGEngine, "attribute_many", fails)
    with pytest.raises(ValueError, match=r"down to embeddings.model.encoder.layer.1: .* finite"):
        sanity_check(classifier, TEXTS)
    assert whole_state(classifier) == before


def test_the_classifier_predicts_the_same_while_it_is_checked(tiny_classifier):
    classifier = tiny_classifier()
    said, meanwhile = families.flair_says(classifier, TEXTS[0]), []
    sanity_check(
        classifier,
        TEXTS,
        progress=lambda done: meanwhile.append(families.flair_says(classifier, TEXTS[0])),
    )
    assert len(meanwhile) > 5
    assert all(each == said for each in meanwhile)


def test_a_copy_that_predicts_otherwise_is_not_checked(tiny_classifier, monkeypatch):
    def copied_badly(classifier):
        copied = copy_classifier(classifier)
        with torch.no_grad():
            copied.decoder.bias[0] += 1
        return copied

    monkeypatch.setattr(sanity, "copy_classifier", copied_badly)
    with pytest.raises(RuntimeError, match="the copy of the classifier predicts otherwise"):
        sanity_check(tiny_classifier(), TEXTS)


def test_progress_rises_to_one(tiny_classifier):
    shares: list[float] = []
    sanity_check(tiny_classifier(), TEXTS, progress=shares.append)
    assert shares == sorted(shares)
    assert 0 < shares[0] < 1 / 6
    assert shares[-1] == 1.0


def test_a_long_text_is_cut_after_a_word(tiny_classifier):
    long = f"{TEXTS[0]} and more words that are left out"
    cut = sanity_check(tiny_classifier(), [long], max_words=13, targets=["sport"])
    short = sanity_check(tiny_classifier(), TEXTS[:1], targets=["sport"])
    assert np.array_equal(signed(cut), signed(short))


def test_words_with_one_score_have_no_order_to_compare():
    words = [(0, 2), (3, 5), (6, 9)]
    rising, flat = dict(zip(words, (1.0, 2.0, 3.0), strict=True)), dict.fromkeys(words, 0.5)
    opposite = dict(zip(words, (-1.0, 1.0, -1.0), strict=True))
    found = correlation([rising, rising, rising], [rising, flat, opposite])
    assert found.per_text_signed[0] == 1.0
    assert math.isnan(found.per_text_signed[1])
    assert found.per_text_signed[2] == pytest.approx(0.0)
    assert np.isnan(found.per_text_absolute).tolist() == [False, True, True]


def test_words_that_one_label_alone_is_read_with_are_left_out():
    first = {(0, 2): 1.0, (3, 5): 2.0, (6, 9): 3.0, (10, 12): -9.0}
    second = {(0, 2): 5.0, (3, 5): 6.0, (6, 9): 7.0}
    assert correlation([first], [second]).per_text_signed.tolist() == [1.0]


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        ("one text", {}, "texts='one text' is one text; give a list"),
        ([], {}, "texts is empty; give at least one"),
        ([None], {}, r"texts\[0\]: text must be a string, not NoneType"),
        ([TEXTS[0], " "], {}, r"texts\[1\]: text is empty; give at least one word"),
        (["single"], {}, r"texts\[0\]='single': 1 word is read .* at least 5 are needed"),
        (["just four words here"], {}, "4 words are read .* at least 5 .* leave the text out"),
        (TEXTS, {"max_words": 4}, "4 words are read with max_words=4, .* allow more words"),
        (TEXTS, {"max_words": 0}, "max_words=0 is not possible"),
        (TEXTS, {"seed": -1}, "seed=-1 is negative; give 0 or more"),
        (TEXTS, {"targets": "sport"}, "targets='sport' is one label; give a list"),
        (TEXTS, {"targets": ["sport"]}, "1 targets for 2 texts; give one for each"),
        (TEXTS, {"targets": ["sport", "golf"]}, r"targets\[1\]='golf' is no label"),
    ],
)
def test_an_impossible_request_is_an_error_that_says_what_to_do(
    texts, options, message, tiny_classifier
):
    with pytest.raises(ValueError, match=message):
        sanity_check(tiny_classifier(), texts, **options)


def test_a_text_whose_words_have_one_score_is_refused(family_classifier):
    classifier = family_classifier("DocumentPoolEmbeddings", "mean of word vectors")
    texts = [TEXTS[0], "profits profits profits profits profits"]
    with pytest.raises(ValueError, match=r"texts\[1\]='profits .*same score for \w+, .* leave"):
        sanity_check(classifier, texts)


def test_weights_without_any_spread_are_refused():
    classifier = families.rnn(families.word_vectors())
    with torch.no_grad():
        for weight in classifier.parameters():
            weight.fill_(0.2)
    with pytest.raises(ValueError, match=r"change no logit .* train the classifier first"):
        sanity_check(classifier, TEXTS)


@pytest.mark.slow
def test_on_the_demo_the_correlation_falls_under_a_limit_with_all_layers_random(demo_classifier):
    texts = [
        DEMO_TEXT,
        "The striker scored twice in the cup final, and the crowd sang until midnight.",
        "Parliament passed the budget after a debate that lasted all night.",
    ]
    report = sanity_check(demo_classifier, texts)
    assert [row.name.rpartition("model.")[2] for row in report.rows] == [
        "decoder",
        *(f"encoder.layer.{i}" for i in range(5, -1, -1)),
        "embeddings",
    ]
    assert abs(report.all_random.signed.mean) < 0.3
    assert report.n_unconverged == 0
