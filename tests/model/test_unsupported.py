"""What cannot be explained raises an error that names what was found, and the remedy."""

from __future__ import annotations

import pytest
import torch
from flair.data import Sentence
from flair.models import (
    EntityMentionLinker,
    Lemmatizer,
    PrefixedSequenceTagger,
    RegexpTagger,
    RelationExtractor,
    SequenceTagger,
    TARSTagger,
    TokenClassifier,
)
from flair.models.clustering import ClusteringModel
from flair.models.entity_linker_model import CandidateGenerator
from flair.models.prefixed_tagger import EntityTypeTaskPromptAugmentationStrategy
from sklearn.cluster import KMeans
from support import families, models
from support.texts import LONG, NEWS

from flair_lig_widget import ModelWrapper, UnsupportedClassifierError, attribute


def unsupported(folder: str) -> dict[str, object]:
    labels = families.dictionary()
    corpus = [Sentence("Profit fell"), Sentence("The striker scored")]
    transformer = families.fe.TransformerDocumentEmbeddings
    encoder = families.fe.TransformerDocumentEmbeddings(folder)
    traced = torch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2))
    jit = families.fe.TransformerJitDocumentEmbeddings(
        jit_model=traced, param_names=["input"], **encoder.to_args()
    )
    return {
        "TextClassifier over TransformerJitDocumentEmbeddings": families.classifier(jit),
        "TextClassifier over DocumentTFIDFEmbeddings": families.classifier(
            families.fe.DocumentTFIDFEmbeddings(corpus)
        ),
        "TextClassifier over DocumentLMEmbeddings": families.classifier(
            families.fe.DocumentLMEmbeddings([families.language_model(True)])
        ),
        "SequenceTagger over TransformerDocumentEmbeddings": SequenceTagger(
            encoder, labels, "ner", use_crf=False, use_rnn=False
        ),
        "TokenClassifier over DocumentPoolEmbeddings": TokenClassifier(
            families.pool(families.word_vectors()).embeddings, labels, "ner"
        ),
        "PrefixedSequenceTagger over OneHotEmbeddings": PrefixedSequenceTagger(
            families.one_hot(),
            labels,
            "ner",
            use_crf=False,
            use_rnn=False,
            augmentation_strategy=EntityTypeTaskPromptAugmentationStrategy(["gene"]),
        ),
        "RelationExtractor over WordEmbeddings": RelationExtractor(
            families.word_vectors(),
            label_type="x",
            entity_label_type="ner",
            label_dictionary=labels,
        ),
        "Lemmatizer": Lemmatizer(
            families.word_vectors(), encode_characters=False, char_dict=families.all_characters()
        ),
        "ClusteringModel over TransformerDocumentEmbeddings": ClusteringModel(KMeans(2), encoder),
        "RegexpTagger": RegexpTagger(("[A-Z]+", "CAPITALS")),
        "EntityMentionLinker": EntityMentionLinker.__new__(EntityMentionLinker),
        "LanguageModel": families.language_model(True).lm,
        "str": "sentiment",
        "NoneType": None,
        "TARSTagger": TARSTagger.__new__(TARSTagger),
        transformer.__name__: transformer.__new__(transformer),
    }


def test_what_cannot_be_explained_is_named_with_what_can(tmp_path):
    encoder = families.Maker(tmp_path).encoder("bert")
    for name, classifier in unsupported(encoder).items():
        with pytest.raises(UnsupportedClassifierError) as raised:
            ModelWrapper(classifier)
        assert f"cannot explain a {name}" in str(raised.value)
        for family in families.CASES:
            assert family in str(raised.value)


def test_a_span_classifier_with_candidates_and_an_initial_state_cannot_be_explained():
    """Candidates rule labels out before the model reads; Flair never uses the initial state."""
    candidates = CandidateGenerator({"Profit": ["business"]})
    spans = models.span_classifier(families.word_vectors(), "first", candidates=candidates)
    with pytest.raises(UnsupportedClassifierError, match="set its candidates to None"):
        ModelWrapper(spans)
    spans.candidates = None
    assert ModelWrapper(spans).labels == tuple(spans.label_dictionary.get_items())
    tagger = models.tagger(families.word_vectors(), train_initial_hidden_state=True)
    with pytest.raises(UnsupportedClassifierError, match="train_initial_hidden_state=True"):
        ModelWrapper(tagger)


def test_a_model_of_images_cannot_be_explained(tmp_path):
    encoder = families.fe.TransformerDocumentEmbeddings(families.Maker(tmp_path).encoder("bert"))
    classifier = families.classifier(encoder)
    encoder.needs_manual_ocr = True
    with pytest.raises(UnsupportedClassifierError, match="reads more than text"):
        ModelWrapper(classifier)
    encoder.needs_manual_ocr = False
    encoder.model.set_input_embeddings(torch.nn.Identity())
    with pytest.raises(UnsupportedClassifierError, match="does not look its input up in one table"):
        ModelWrapper(classifier)


def test_models_that_do_not_read_the_layer_of_the_path_raise_an_error(tmp_path):
    inner = families.fe.TransformerEmbeddings(
        families.Maker(tmp_path).encoder("bert"), is_document_embedding=False
    )
    with pytest.raises(UnsupportedClassifierError, match="does not read the embeddings that"):
        attribute(families.pool(inner), NEWS)


def test_settings_in_which_flair_itself_fails_raise_an_error_with_a_remedy(tmp_path):
    maker = families.Maker(tmp_path)
    slow = {"transformers_tokenizer_kwargs": {"use_fast": False}}
    with pytest.raises(UnsupportedClassifierError, match=r"{\"use_fast\": True}"):
        ModelWrapper(maker.transformer("bert, slow tokenizer", **slow, **families.LONG))
    classifier = maker.transformer()
    classifier.embeddings.truncate = False
    with pytest.raises(ValueError, match=r"the encoder takes 66 .*{\"model_max_length\": 66}"):
        attribute(classifier, LONG)
    embeddings = families.fe.TransformerDocumentEmbeddings(maker.encoder("bert"))
    tars = families.TARSClassifier(embeddings=embeddings, multi_label=True)
    tars.add_and_switch_to_new_task("topics", ["a", "b"], "topic")
    with pytest.raises(UnsupportedClassifierError, match="say it in add_and_switch_to_new_task"):
        ModelWrapper(tars)


def test_a_long_text_with_labels_whose_windows_flair_mixes_up_raises_an_error(tmp_path):
    tars = families.Maker(tmp_path).tars(**families.LONG)
    assert ModelWrapper(tars).predict("Profit fell").keys() == set(families.LABELS)
    with pytest.raises(ValueError, match="the text is too long: with cls_pooling='cls'"):
        ModelWrapper(tars).encode(LONG)


def test_the_error_for_a_tars_classifier_without_a_task_says_what_to_do(tmp_path):
    encoder = families.fe.TransformerDocumentEmbeddings(families.Maker(tmp_path).encoder("bert"))
    with pytest.raises(UnsupportedClassifierError, match="call its add_and_switch_to_new_task"):
        ModelWrapper(families.TARSClassifier(embeddings=encoder))


def test_the_error_for_a_baseline_that_makes_no_sense_lists_the_others(family_classifier):
    classifier = family_classifier("DocumentRNNEmbeddings", "GRU over words and characters")
    with pytest.raises(ValueError, match=r"baseline='mask' makes no sense.*use zero$"):
        attribute(classifier, NEWS, baseline="mask")
    with pytest.raises(ValueError, match=r"unknown layer 'embeddings'.*has word_embeddings$"):
        attribute(classifier, NEWS, layer="embeddings")


def test_the_error_for_an_unknown_label_lists_only_some_of_a_thousand(family_classifier):
    classifier = family_classifier("TransformerDocumentEmbeddings", "1,000 labels")
    with pytest.raises(ValueError, match=r"labels are label 0, .*label 19, … and 980 more$"):
        attribute(classifier, NEWS, target="label x")
