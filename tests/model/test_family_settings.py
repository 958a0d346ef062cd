"""What is special in single families: baselines, labels, TARS, sentence transformers, files."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
import torch
from flair.nn import PrototypicalDecoder
from support import encoders, families
from support.families import flair_predicts, flair_says
from support.texts import NEWS, SENTENCES

from flair_lig_widget import LIGEngine, ModelWrapper, Request, attribute, attribute_each
from flair_lig_widget.model.lock import exclusive_eval


@pytest.mark.parametrize("option", ["prompt", "xlnet", "longformer"])
def test_other_sentence_transformers_are_read_as_flair_does(tmp_path, option):
    from sentence_transformers import SentenceTransformer, models

    kind = option if option in encoders.ENCODERS else "bert"
    maker, options = families.Maker(tmp_path), {}
    pooling = models.Pooling(32, pooling_mode="mean", include_prompt=option != "prompt")
    if option == "prompt":
        options = {"prompts": {"q": "profit of sport: "}, "default_prompt_name": "q"}
    encoder = models.Transformer(maker.encoder(kind), max_seq_length=encoders.LONGEST)
    SentenceTransformer(modules=[encoder, pooling], **options).save(str(tmp_path / "st"))
    classifier = families.classifier(
        families.fe.SentenceTransformerDocumentEmbeddings(str(tmp_path / "st"))
    )
    found = attribute(classifier, NEWS)
    assert found.prediction == pytest.approx(flair_says(classifier, NEWS), abs=1e-5)
    assert found.converged
    assert found.words()[0].text == "Shares"
    assert found.words()[0].start == 0


def test_a_decoder_that_stops_gradients_is_explained_in_every_family(family_classifier):
    """``learning_mode`` is an option of training; here over a sentence transformer."""
    embeddings = family_classifier("SentenceTransformerDocumentEmbeddings", "mean").embeddings
    torch.manual_seed(7)
    decoder = PrototypicalDecoder(
        len(families.LABELS),
        embeddings.embedding_length,
        normal_distributed_initial_prototypes=True,
        learning_mode="learn_only_prototypes",
    )
    found = attribute(families.classifier(embeddings, decoder=decoder), NEWS)
    assert found.converged
    assert found.scores.any()
    assert decoder.learning_mode == "learn_only_prototypes"


def test_pooled_embeddings_do_not_remember_what_was_explained():
    pooled = families.fe.PooledFlairEmbeddings(families.language_model(True))
    classifier = families.pool(pooled)
    flair_says(classifier, "Shares rose")
    before = (dict(pooled.word_embeddings), dict(pooled.word_count))
    attribute(classifier, NEWS, method="riemann_middle", n_steps=1)
    assert pooled.word_count == before[1]
    assert pooled.word_embeddings.keys() == before[0].keys()


def test_subwords_of_the_same_characters_are_one_span(family_classifier):
    text = "Profit 🎉 café"
    found = attribute(family_classifier("TransformerDocumentEmbeddings", "roberta"), text)
    spans = found.subwords()
    assert all(span.text for span in spans)
    assert [span.text for span in spans if "🎉" in span.text] == ["🎉"]
    assert sum(span.score for span in spans) == pytest.approx(found.scores.sum())
    assert "".join(segment.text for segment in found.segments("subword")) == text


def test_tars_results_name_the_words_that_it_reads_with_the_text(family_classifier):
    tars = family_classifier("TARSClassifier", "labels of several words")
    found = attribute_each(tars, NEWS, ["about money", "sports_news"])
    assert found["about money"].paired_text == "about money [SEP]"
    assert found["sports_news"].paired_text == "sports news [SEP]"
    for target, result in found.items():
        assert f"“{result.paired_text}”" in result.notes[0]
        assert {token.special for token in result.tokens} == {False}
        # In one pass as alone, although only the labels that are needed are computed.
        alone = attribute(tars, NEWS, target=target)
        assert result.scores == pytest.approx(alone.scores, abs=1e-4)


def test_several_labels_or_none_may_be_predicted(family_classifier):
    classifier = family_classifier("TransformerDocumentEmbeddings", "multi_label with thresholds")
    counts = set()
    for text in ("Profit", NEWS, SENTENCES, "The striker scored"):
        found = attribute(classifier, text, method="riemann_middle", n_steps=1)
        expected = flair_predicts(classifier, text)
        assert set(found.predicted) == set(expected)
        assert found.target == max(found.prediction, key=found.prediction.get)
        counts.add(len(expected))
    assert max(counts) > 1
    strict = families.classifier(
        classifier.embeddings, multi_label=True, multi_label_threshold=0.999
    )
    found = attribute(strict, NEWS, method="riemann_middle", n_steps=1)
    assert found.predicted == ()
    assert f"Predicted no label; {found.target} comes closest" in found.to_html()


def test_the_only_label_has_a_logit_to_explain(family_classifier):
    classifier = family_classifier("TransformerDocumentEmbeddings", "one label")
    assert attribute(classifier, NEWS).converged
    found = attribute(classifier, NEWS, output="probability")
    assert found.value == found.baseline_value == 1.0
    assert not found.scores.any()


@pytest.mark.parametrize(
    ("family", "setting"),
    [
        ("TransformerDocumentEmbeddings", "distilbert"),  # as sentiment
        ("DocumentRNNEmbeddings", "GRU over word vectors"),  # as sentiment-fast
        ("DocumentRNNEmbeddings", "LSTM over words and both language models"),  # as de-offensive
        ("TARSClassifier", "multi label"),  # as tars-base
    ],
)
def test_a_saved_classifier_is_explained_as_before(family_classifier, family, setting, tmp_path):
    """The shapes of Flair's public models, which need a network: saved, loaded, explained."""
    classifier = family_classifier(family, setting)
    classifier.save(tmp_path / "model.pt")
    loaded = type(classifier).load(tmp_path / "model.pt")
    before, after = attribute(classifier, NEWS), attribute(loaded, NEWS)
    assert after.prediction == pytest.approx(flair_says(loaded, NEWS), abs=1e-5)
    assert after.prediction == pytest.approx(before.prediction, abs=1e-5)
    assert after.scores == pytest.approx(before.scores, abs=1e-4)


def test_the_distribution_at_the_baseline_comes_with_its_entropy(family_classifier):
    for case in (
        ("DocumentPoolEmbeddings", "mean of word vectors"),
        ("TARSClassifier", "multi label"),
    ):
        classifier = family_classifier(*case)
        wrapper = ModelWrapper(classifier)
        found = attribute(classifier, NEWS, method="riemann_middle", n_steps=1)
        _, logits = wrapper.endpoints(wrapper.encode(NEWS))
        expected = wrapper.probabilities(logits[0]).tolist()
        assert list(found.baseline_prediction.values()) == pytest.approx(expected, abs=1e-6)
        if found.multi_label:
            entropies = [-p * math.log2(p) - (1 - p) * math.log2(1 - p) for p in expected]
            assert found.baseline_entropy == pytest.approx(sum(entropies) / 5)
        else:
            entropy = -sum(p * math.log2(p) for p in expected)
            assert found.baseline_entropy == pytest.approx(entropy)


def test_the_mean_baseline_is_the_mean_of_the_vocabulary(family_classifier):
    wrapper = ModelWrapper(family_classifier("TransformerDocumentEmbeddings", "bert"))
    ends, _ = wrapper.endpoints(wrapper.encode("Profit"), baseline="mean")
    assert torch.allclose(ends[0, 1], wrapper.layer.weight.mean(dim=0), atol=1e-6)
    classifier = family_classifier(
        "DocumentPoolEmbeddings", "mean of stable word vectors and one-hot"
    )
    wrapper = ModelWrapper(classifier)
    ends, _ = wrapper.endpoints(wrapper.encode("Profit"), baseline="mean")
    words, hot = classifier.embeddings.embeddings.embeddings
    expected = [
        words.layer_norm(words.embedding.weight.mean(dim=0)),
        hot.layer_norm(hot.embedding_layer.weight.mean(dim=0)),
    ]
    assert torch.allclose(ends[0, 0], torch.cat(expected), atol=1e-6)


def test_an_rnn_on_a_gpu_is_differentiated_in_training_mode_without_its_dropout():
    """cuDNN requires that mode; here the weights only claim to be on a GPU."""
    torch.manual_seed(0)
    rnn = torch.nn.LSTM(3, 4, num_layers=2, dropout=0.5).eval()
    rnn.parameters = lambda: iter([SimpleNamespace(is_cuda=True)])
    model, x = torch.nn.Sequential(rnn), torch.ones(5, 1, 3)
    expected = rnn(x)[0]
    with exclusive_eval(model):
        assert rnn.training
        assert torch.equal(rnn(x)[0], expected)
    assert not rnn.training
    assert rnn.dropout == 0.5


def test_no_number_changes_where_gradients_are_let_through(family_classifier):
    for setting in ("GRU, fine_tune off, all dropouts", "LSTM, two layers, not reprojected"):
        classifier = family_classifier("DocumentRNNEmbeddings", setting)
        expected = flair_says(classifier, NEWS)
        with exclusive_eval(classifier):
            assert flair_says(classifier, NEWS) == expected


def test_a_classifier_that_gets_other_labels_is_read_again(tmp_path):
    tars = families.Maker(tmp_path).tars()
    engine = LIGEngine(tars)
    assert engine.attribute(Request(text="Profit fell", n_steps=5)).target in families.LABELS
    tars.add_and_switch_to_new_task("moods", ["good", "bad"], "mood")
    after = engine.attribute(Request(text="Profit fell", n_steps=5))
    assert set(after.prediction) == {"good", "bad"}
