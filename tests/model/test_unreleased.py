"""Flair's main branch: texts that tokenizers read as they are, tokenizers that models remember."""

from __future__ import annotations

import pytest
import torch
from flair.data import Sentence
from flair.models import SequenceTagger, TokenClassifier
from flair.tokenization import SegtokTokenizer, SpaceTokenizer
from support import families
from support.families import asked, flair_predicts, flair_says, input_of
from support.makers import Maker, pool, word_vectors
from support.models import relations, span_classifier, tagger, token_classifier
from support.texts import AWKWARD, NEWS, SENTENCES
from support.unreleased import RawTextEmbeddings, with_tokenizer

from flair_lig_widget import LIGEngine, ModelWrapper, UnsupportedClassifierError, attribute

SPACED = "The airline's profit fell 7%, the board said."
"""A text with other words between spaces than Flair's default finds."""


class RawMaker(Maker):
    """Builds classifiers over transformers that read raw text."""

    def embeddings(self, kind: str = "bert", **options) -> RawTextEmbeddings:
        path = self.encoder(kind)
        torch.manual_seed(7)
        return RawTextEmbeddings(path, **options)


@pytest.fixture(scope="module")
def maker(tmp_path_factory) -> RawMaker:
    return RawMaker(tmp_path_factory.mktemp("raw"))


FAST = [
    ("TransformerDocumentEmbeddings", "roberta"),
    ("TransformerDocumentEmbeddings", "bert, slow tokenizer"),
    ("TransformerDocumentEmbeddings", "allow_long_sentences, mean"),
    ("TARSClassifier", "label behind the text, mean"),
    ("TextPairClassifier", "embed_separately"),
]
SLOW = [
    *(
        ("TransformerDocumentEmbeddings", setting)
        for setting in (
            *("deberta-v2", "gpt2", "longformer", "t5", "xlm", "xlm-roberta", "xlnet"),
            *("cls_pooling max", "use_context ([FLERT])", "force_max_length"),
        )
    ),
    ("TransformerDocumentEmbeddings", "allow_long_sentences, roberta max"),
    ("TARSClassifier", "allow_long_sentences, mean"),
    ("TextPairClassifier", "read together, roberta"),
    ("TextTripleClassifier", "read together"),
    ("TextRegressor", "over a transformer"),
    ("RelationClassifier", "EntityMarker, add_special_tokens"),
    ("RelationClassifier", "no limits of length"),
]


@pytest.mark.parametrize(
    ("family", "setting"), [*FAST, *(pytest.param(*row, marks=pytest.mark.slow) for row in SLOW)]
)
def test_a_raw_text_is_read_as_flair_reads_it(maker, family, setting):
    """Parity, and offsets in ascending order; some of these texts are other subwords as words."""
    model = families.CASES[family][setting](maker)
    wrapper = ModelWrapper(model)
    for name, text in AWKWARD.items():
        given = input_of(model, text)
        assert wrapper.predict(given) == pytest.approx(flair_says(model, given), abs=1e-5), name
        starts = [t.start for t in wrapper.encode(given).tokens if not t.special]
        assert starts == sorted(starts), name


def test_a_raw_text_has_other_subwords_than_its_words(maker):
    """Otherwise the tests here would not notice that it is read."""
    embeddings = maker.embeddings("roberta")
    sentence = Sentence(SPACED)
    read = embeddings.prepare_tensors([sentence])["input_ids"].tolist()
    words = [token.text for token in sentence]
    assert read != embeddings.tokenizer([words], is_split_into_words=True)["input_ids"]


@pytest.mark.parametrize("kind", ["roberta", "xlm-roberta"])
def test_offsets_are_those_that_the_tokenizer_gives_for_the_text(maker, kind):
    """Those of Transformers, without the space before a word that they may begin with."""
    model = maker.transformer(kind)
    wrapper = ModelWrapper(model)
    for text in (SPACED, NEWS, AWKWARD["markup"]):
        batch = model.embeddings.tokenizer(text, return_offsets_mapping=True)
        expected = [text[low:high].strip() for low, high in batch["offset_mapping"]]
        tokens = wrapper.encode(text).tokens
        assert [text[t.start : t.end].strip() for t in tokens] == expected
        assert [t.text for t in tokens] == batch.tokens()


def test_words_that_share_a_subword_are_one_word(maker):
    """RoBERTa's tokenizer has "'s" in one piece; ``n't`` begins within a subword of ``don't``."""
    model = maker.transformer("roberta")
    assert "'s" in model.embeddings.tokenizer.tokenize("year's")
    split = [word.text for word in attribute(model, "the year's profit").words()]
    assert split == ["the", "year", "'s", "profit"]
    model.embeddings.tokenizer.add_tokens("won't")
    model.embeddings.model.resize_token_embeddings(len(model.embeddings.tokenizer))
    found = attribute(model, "It won't rise, it won't.")
    assert [word.text for word in found.words()] == ["It", "won't", "rise", ",", "it", "won't", "."]
    assert found.prediction == pytest.approx(flair_says(model, found.text), abs=1e-5)


def test_words_are_never_embedded_from_a_raw_text(maker, monkeypatch):
    """As an option of pull request 3646 would: the words of tokens would not be those of tags."""
    embeddings, raw = maker.words_of("roberta"), maker.embeddings("roberta")
    monkeypatch.setattr(embeddings, "prepare_tensors", raw.prepare_tensors)
    with pytest.raises(RuntimeError, match="returned different token ids than Flair read"):
        ModelWrapper(token_classifier(embeddings)).encode(SPACED)


def test_a_raw_text_is_explained_completely(maker):
    for make in (maker.transformer, maker.tars):
        model = make()
        found = LIGEngine(model).attribute(asked(model, NEWS))
        assert found.converged
        assert abs(found.delta) <= 0.0101 * abs(found.value - found.baseline_value) + 1e-5
        assert set(found.predicted) == set(flair_predicts(model, NEWS))


REMEMBERING = {
    "TextClassifier, words": lambda m: pool(word_vectors()),
    "TextClassifier, transformer": lambda m: m.transformer(),
    "TokenClassifier": lambda m: token_classifier(word_vectors()),
    "TokenClassifier, transformer": lambda m: token_classifier(m.words_of()),
    "SequenceTagger": lambda m: tagger(word_vectors()),
    "SpanClassifier": lambda m: span_classifier(m.words_of(), "first_last"),
}


@pytest.mark.parametrize("kind", REMEMBERING)
def test_a_text_has_the_words_of_the_tokenizer_that_a_model_remembers(maker, kind):
    """Against ``predict`` of a sentence that has Flair's default words before."""
    model = with_tokenizer(REMEMBERING[kind](maker), SpaceTokenizer())
    wrapper = ModelWrapper(model)
    for text in (SPACED, SENTENCES):
        given = input_of(model, text)
        encoding = wrapper.encode(given)
        starts = {token.start for token in encoding.tokens if not token.special}
        beginnings = {i for i in range(len(text)) if text[i] != " " and text[:i][-1:] in ("", " ")}
        assert beginnings <= starts
        if "transformer" not in kind and kind != "SpanClassifier":  # whose tokens are words
            assert beginnings == starts
        said = first_said(model, given)
        assert wrapper.predict(given) == pytest.approx(said, abs=1e-5)
        assert wrapper.parity(given, said) < 1e-6


def first_said(model, given) -> dict[str, float]:
    """What ``predict`` says of the text, of its first span, or its first tag."""
    name = "said"
    # Flair's main branch cannot label spans of a sentence that it splits again.
    sentence = Sentence(given.text, use_tokenizer=SpaceTokenizer() if given.entities else True)
    for start, end, label in given.entities:
        words = [t.idx for t in sentence if t.start_position < end and start < t.end_position]
        sentence[words[0] - 1 : words[-1]].add_label("nel", label)
    model.predict(sentence, label_name=name, return_probabilities_for_all_classes=True)
    if given.entities:
        labels = sentence.get_spans("nel")[0].get_labels(name)
    elif isinstance(model, SequenceTagger):
        labels = sentence[0].get_tags_proba_dist(name)
    elif isinstance(model, TokenClassifier):
        labels = sentence[0].get_labels(name)
    else:
        labels = sentence.get_labels(name)
    return {label.value: label.score for label in labels}


def test_a_sentence_with_other_words_can_be_given_to_a_model_that_splits_it_again():
    text, model = Sentence(SPACED, use_tokenizer=SpaceTokenizer()), pool(word_vectors())
    with pytest.raises(ValueError, match="has other words than Flair makes of its text"):
        attribute(model, text)
    found = attribute(with_tokenizer(model, SpaceTokenizer()), text)
    assert [word.text for word in found.words()] == SPACED.split()


def test_a_tokenizer_of_a_relation_classifier_matters_only_over_word_embeddings(maker):
    strategy = families.strategy("EntityMarker")
    model = relations(pool(word_vectors()).embeddings, strategy)
    with pytest.raises(UnsupportedClassifierError, match=r"markers .* set its tokenizer to None"):
        ModelWrapper(with_tokenizer(model, SegtokTokenizer()))
    model.tokenizer = None
    assert ModelWrapper(model).labels
    model = with_tokenizer(relations(maker.embeddings(), strategy), SegtokTokenizer())
    assert ModelWrapper(model).labels
