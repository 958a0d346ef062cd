"""Taggers and span classifiers: which token or span is explained, and its labels."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from flair.data import Sentence
from flair.models import SpanClassifier, TokenClassifier
from support import families, models
from support.families import dictionary, flair_says, input_of, word_vectors
from support.texts import LONG, NEWS

from flair_lig_widget import LIGEngine, ModelWrapper, Request
from flair_lig_widget.result.marked import MarkedText

TEXT = "Yesterday Profit met Airline and Sky News there ."
QUICK = {"method": "riemann_middle", "n_steps": 1}


@pytest.fixture
def maker(tmp_path) -> families.Maker:
    return families.Maker(tmp_path)


@pytest.mark.parametrize("tag_format", ["BIOES", "BIO"])
def test_every_word_and_span_has_the_emissions_of_flair(tag_format):
    """Also spans of several words that Flair does not predict: the mean over their tags."""
    options = {"spans": True, "use_crf": True, "tag_format": tag_format}
    classifier = models.tagger(word_vectors(), **options)
    wrapper = ModelWrapper(classifier)
    points = wrapper.encode(TEXT).data_points
    assert " ".join(point.text_in(TEXT) for point in points) == TEXT
    for ranges in [*(point.ranges for point in points), ((33, 41),), ((10, 28),)]:
        given = MarkedText(TEXT, data_point=ranges)
        said = flair_says(classifier, given)
        assert wrapper.predict(given) == pytest.approx(said, abs=1e-5)
        assert wrapper.parity(given, said) < 1e-6


@pytest.mark.parametrize(
    ("family", "setting"),
    [
        ("SequenceTagger", "spans in BIOES, no RNN, CRF"),
        ("SpanClassifier", "first_last, over transformer words"),
        ("RelationClassifier", "TypedEntityMarker"),
    ],
)
def test_flair_is_asked_for_labels_when_they_are_first_read(maker, monkeypatch, family, setting):
    """A text that is read for its logits alone, as one with words taken away, costs no predict."""
    classifier, calls = families.CASES[family][setting](maker), []
    wrapper, given = ModelWrapper(classifier), input_of(classifier, TEXT)
    by_default = wrapper.encode(given)
    expected = by_default.data_points
    given = dataclasses.replace(given, data_point=by_default.data_point)
    predict = classifier.predict
    monkeypatch.setattr(
        classifier, "predict", lambda *args, **options: calls.append(predict(*args, **options))
    )
    encoding = wrapper.encode(given)
    wrapper.endpoints(encoding)
    assert not calls
    assert encoding.data_points == encoding.data_points == expected
    assert len(calls) == 1


def test_the_tag_that_a_crf_decodes_can_be_another_than_that_of_the_largest_logit():
    """The decoded tag is that of Flair's predict; the largest logit that of its linear layer."""
    classifier = models.tagger(word_vectors(), use_crf=True)
    sentence = Sentence(NEWS)
    classifier.predict(sentence)
    found = LIGEngine(classifier).attribute(Request(text=NEWS, **QUICK))
    said = flair_says(classifier, NEWS)
    assert found.predicted == (sentence.tokens[0].get_label("tag").value,)
    assert found.predicted != (max(said, key=said.get),)
    assert dict(found.prediction) == pytest.approx(said, abs=1e-5)


def test_a_span_of_the_unknown_tag_has_the_label_unknown():
    """Flair names such a span "nk>": it cuts two characters off any tag."""
    options = {"spans": True, "use_rnn": False, "allow_unk_predictions": True}
    classifier = models.tagger(word_vectors(), **options)
    with torch.no_grad():
        classifier.linear.bias[classifier.label_dictionary.get_idx_for_item("<unk>")] = 9.0
    sentence = Sentence(TEXT)
    classifier.predict(sentence)
    assert {span.get_label("tag").value for span in sentence.get_spans("tag")} == {"nk>"}
    found = LIGEngine(classifier).attribute(Request(text=TEXT, **QUICK))
    assert found.predicted == ("<unk>",)
    assert set(found.prediction) == {"<unk>", "O", "PER", "ORG"}


def test_a_dictionary_that_lacks_some_tags_of_a_label_uses_those_it_has(maker):
    """Dictionaries made from data have only the tags that were in it."""
    tags = ["O", "I-PER", "B-ORG", "I-ORG"]
    classifier = models.seeded(TokenClassifier, maker.words_of(), dictionary(tags), label_type="t")
    wrapper, given = ModelWrapper(classifier), MarkedText(TEXT, data_point=((33, 41),))
    assert wrapper.labels == ("O", "PER", "ORG")
    sentence = Sentence(TEXT)
    classifier.embeddings.embed(sentence)
    vectors = torch.stack([token.get_embedding() for token in sentence.tokens[5:7]])
    rows = classifier.decoder(vectors)
    means = [(rows[0, i] + rows[1, j]) / 2 for i, j in ((0, 0), (1, 1), (2, 3))]
    _, logits = wrapper.endpoints(wrapper.encode(given))
    assert torch.allclose(logits[1], torch.stack(means), atol=1e-5)


def test_the_first_word_that_is_read_is_explained_by_default(maker):
    """The tokenizer of BERT drops a soft hyphen, which is a word for Flair."""
    classifier = models.tagger(maker.words_of(), use_rnn=False)
    text = "\u00ad profit fell"
    assert [token.text for token in Sentence(text)] == text.split(" ")
    wrapper = ModelWrapper(classifier)
    assert wrapper.encode(text).data_point == ((2, 8),)
    with pytest.raises(ValueError, match=r"does not read '\\xad'.*choose another data point"):
        wrapper.encode(MarkedText(text, data_point=((0, 1),)))
    mean = models.tagger(maker.words_of(subtoken_pooling="mean"), use_rnn=False)
    with pytest.raises(ValueError, match=r"drops the first word.*remove that word"):
        ModelWrapper(mean).encode(text)


def test_a_word_or_span_that_was_cut_off_is_refused(maker):
    embeddings = maker.words_of(allow_long_sentences=False)
    last = (LONG.rindex("passed"), LONG.rindex("passed") + len("passed"))
    tagger = ModelWrapper(models.tagger(embeddings, use_rnn=False))
    with pytest.raises(ValueError, match="does not read 'passed': the text is longer"):
        tagger.encode(MarkedText(LONG, data_point=(last,)))
    spans = ModelWrapper(models.span_classifier(embeddings, "average"))
    with pytest.raises(ValueError, match="does not read 'passed': the text is longer"):
        spans.encode(MarkedText(LONG, ((*last, "mention"),)))


def test_what_is_no_word_or_has_entities_is_refused():
    wrapper = ModelWrapper(models.tagger(word_vectors()))
    for ranges in (((11, 16),), ((10, 16), (21, 28))):
        with pytest.raises(ValueError, match="is no range of whole words"):
            wrapper.encode(MarkedText(TEXT, data_point=ranges))
    with pytest.raises(ValueError, match="finds the entities itself; leave entities out"):
        wrapper.encode(MarkedText(TEXT, ((10, 16, "PER"),)))


def test_token_ids_need_the_text_that_has_the_token(maker):
    for model in (
        models.tagger(maker.words_of(), use_rnn=False),
        models.span_classifier(maker.words_of(), "first"),
    ):
        wrapper = ModelWrapper(model)
        encoding = wrapper.encode(input_of(model, TEXT))
        with pytest.raises(ValueError, match="give the encoding of the text"):
            wrapper.family.ids_to_logits(None, encoding.input_ids)


def test_several_labels_of_a_token_are_those_above_the_threshold(maker):
    options = {"multi_label": True, "multi_label_threshold": 0.3}
    classifier = models.token_classifier(maker.words_of(), **options)
    sentence, wrapper = Sentence(NEWS), ModelWrapper(classifier)
    classifier.predict(sentence)
    labels = sorted(sentence.tokens[0].get_labels("tag"), key=lambda label: -label.score)
    assert len(labels) > 1
    probabilities = list(wrapper.predict(NEWS).values())
    assert wrapper.predicted(probabilities) == tuple(label.value for label in labels)
    assert wrapper.encode(NEWS).data_points[0].label == labels[0].value


def test_a_span_of_a_token_classifier_has_no_probability(maker):
    """Flair gives each of them the score 1, whatever the model says."""
    classifier = models.token_classifier(maker.words_of(), spans=True)
    sentence = Sentence(TEXT)
    classifier.predict(sentence)
    assert {span.get_label("tag").score for span in sentence.get_spans("tag")} == {1.0}
    points = ModelWrapper(classifier).encode(TEXT).data_points
    assert {point.probability for point in points} == {None}
    tagger = models.tagger(maker.words_of(), spans=True, use_rnn=False)
    spans = [point for point in ModelWrapper(tagger).encode(TEXT).data_points if point.label != "O"]
    assert all(0 < point.probability < 1 for point in spans)


@pytest.mark.parametrize("bias", [9.0, -9.0])
def test_a_given_span_that_flair_leaves_without_a_label_can_be_explained(maker, bias):
    labels, options = dictionary(["O", "firm"]), {"label_type": "nel", "pooling_operation": "last"}
    classifier = models.seeded(SpanClassifier, maker.words_of(), labels, **options)
    with torch.no_grad():
        classifier.decoder.bias[0] = bias
    given = input_of(classifier, TEXT)
    request = Request(text=given.text, entities=given.entities, **QUICK)
    found = LIGEngine(classifier).attribute(request)
    assert found.predicted == (() if bias > 0 else ("firm",))
    assert dict(found.prediction) == pytest.approx(flair_says(classifier, given), abs=1e-5)
    assert len(found.data_points) == len(given.entities)


def test_a_span_classifier_needs_its_spans(maker):
    wrapper = ModelWrapper(models.span_classifier(maker.words_of(), "first"))
    with pytest.raises(ValueError, match=r"give entities=\[\(start, end, label\)"):
        wrapper.encode(TEXT)
    with pytest.raises(ValueError, match="the span 'rofit' is no whole word"):
        wrapper.encode(MarkedText(TEXT, ((11, 16, "mention"),)))
    with pytest.raises(ValueError, match=r"data_point=\(\(0, 9\),\) is none .* \(\(10, 16\),\)"):
        wrapper.encode(MarkedText(TEXT, ((10, 16, "mention"),), ((0, 9),)))
