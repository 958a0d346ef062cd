"""What of Flair the package relies on beyond its public interface: a new Flair fails here first."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from pathlib import Path

import flair
import flair.embeddings as fe
import pytest
from flair.data import Dictionary, Relation, Sentence, Span, Token
from flair.embeddings.transformer import TransformerEmbeddings
from flair.models import (
    MultitaskModel,
    RelationClassifier,
    SequenceTagger,
    SpanClassifier,
    TARSClassifier,
    TextClassifier,
    TextPairClassifier,
    TextPairRegressor,
    TextRegressor,
    TextTripleClassifier,
    TokenClassifier,
)
from flair.models.relation_classifier_model import EncodingStrategy
from flair.nn import PrototypicalDecoder
from flair.splitter import SegtokSentenceSplitter

PACKAGE = Path(__file__).parents[2] / "flair_lig_widget"

METHODS = [
    (TransformerEmbeddings, "prepare_tensors", ["sentences", "device"]),
    (TransformerEmbeddings, "_forward_tensors", ["tensors"]),
    (TransformerEmbeddings, "_expand_sentence_with_context", ["sentence"]),
    (TransformerEmbeddings, "_can_document_embedding_shortcut", []),
    (Sentence, "_handle_problem_characters", ["text"]),
    (Sentence, "set_context_for_sentences", ["sentences"]),
    (Sentence, "to_plain_string", []),
    (Sentence, "to_tokenized_string", []),
    (Sentence, "get_spans", ["label_type"]),
    (Sentence, "get_relations", ["label_type"]),
    (Token, "set_embedding", ["name", "vector"]),
    (Token, "get_each_embedding", []),
    (Dictionary, "get_idx_for_item", ["item"]),
    (Dictionary, "get_items", []),
    (SegtokSentenceSplitter, "split", ["text"]),
    (TextClassifier, "_get_label_threshold", ["label_value"]),
    (TokenClassifier, "_encode_data_points", ["sentences", "data_points"]),
    (SequenceTagger, "_prepare_tensors", ["data_points"]),
    (SequenceTagger, "forward", ["sentence_tensor", "lengths"]),
    (SpanClassifier, "_get_data_points_from_sentence", ["sentence"]),
    (RelationClassifier, "_valid_entities", ["sentence"]),
    (RelationClassifier, "_entity_pair_permutations", ["sentence"]),
    (RelationClassifier, "_encode_sentence", ["head", "tail", "gold_label"]),
    (EncodingStrategy, "encode_head", ["head_span", "label"]),
    (EncodingStrategy, "encode_tail", ["tail_span", "label"]),
    (TARSClassifier, "_get_tars_formatted_sentence", ["label", "sentence"]),
    (TARSClassifier, "get_current_label_dictionary", []),
    (TARSClassifier, "is_current_task_multi_label", []),
]
"""Methods, with the parameters that they begin with."""

OF_CLASSIFIERS = ("label_name", "return_probabilities_for_all_classes")
KEYWORDS = [
    *((kind, "predict", OF_CLASSIFIERS) for kind in (TextClassifier, TextPairClassifier)),
    *((kind, "predict", OF_CLASSIFIERS) for kind in (RelationClassifier, SpanClassifier)),
    (TARSClassifier, "predict", ("label_name", "label_threshold", "multi_label")),
    *((kind, "predict", ("label_name",)) for kind in (SequenceTagger, TokenClassifier)),
    *((kind, "predict", ("label_name",)) for kind in (TextRegressor, TextPairRegressor)),
    (Sentence, "__init__", ("use_tokenizer",)),
]
"""Methods, with the keywords that they are given."""

_OF_TRANSFORMERS = """
    allow_long_sentences cls_pooling document_embedding feature_extractor force_device
    force_max_length initial_cls_token model needs_manual_ocr stride subtoken_pooling
    token_embedding tokenizer tokenizer_needs_ocr_boxes truncate
"""
_OF_CLASSIFIERS = "decoder embeddings label_dictionary multi_label"
_OF_RELATIONS = """
    encoding_strategy entity_label_types max_allowed_tokens_between_entities
    max_surrounding_context_length
"""
ATTRIBUTES = [
    (kind, name)
    for kind, names in [
        (TransformerEmbeddings, _OF_TRANSFORMERS),
        (fe.SentenceTransformerDocumentEmbeddings, "model"),
        (fe.DocumentPoolEmbeddings, "embeddings"),
        (fe.DocumentRNNEmbeddings, "embeddings static_embeddings"),
        (fe.DocumentCNNEmbeddings, "embeddings static_embeddings"),
        (fe.StackedEmbeddings, "embeddings"),
        (fe.PooledFlairEmbeddings, "word_count word_embeddings"),
        (fe.WordEmbeddings, "embedding"),
        (fe.BytePairEmbeddings, "embedding"),
        (fe.OneHotEmbeddings, "embedding_layer vocab_dictionary"),
        (PrototypicalDecoder, "learning_mode"),
        (TextClassifier, _OF_CLASSIFIERS),
        (TARSClassifier, "LABEL_MATCH LABEL_NO_MATCH _current_task prefix tars_embeddings"),
        (TARSClassifier, "tars_model"),
        (TextPairClassifier, "embed_separately sep"),
        (TextTripleClassifier, "embed_separately sep"),
        (TextPairRegressor, "decoder embed_separately embeddings label_type sep"),
        (TextRegressor, "decoder document_embeddings label_type"),
        (TokenClassifier, f"{_OF_CLASSIFIERS} span_prediction_problem"),
        (SequenceTagger, "embeddings label_dictionary linear predict_spans use_crf"),
        (SequenceTagger, "train_initial_hidden_state"),
        (SpanClassifier, f"{_OF_CLASSIFIERS} _span_label_type candidates pooling_operation"),
        (RelationClassifier, f"{_OF_CLASSIFIERS} {_OF_RELATIONS}"),
        (MultitaskModel, "tasks"),
        (Sentence, "text tokens"),
        (Token, "_embeddings end_position idx start_position text"),
        (Span, "end_position start_position tokens"),
        (Relation, "first second"),
    ]
    for name in names.split()
]
"""Attributes that a class has, or that its constructor or a method sets."""

OF_OTHERS = {
    *("_modules", "_forward_hooks", "_forward_pre_hooks", "_compiled_call_impl", "_version"),
    *("modules", "parameters"),
    "tokenizer",  # of a model: Flair's main branch has it, tests/model/test_unreleased.py
}
"""Names of torch, and what is read only where it is."""


@functools.cache
def sources() -> dict[str, str]:
    """The text of each file of the package."""
    return {
        str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8")
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@functools.cache
def source_of(kind: type) -> str:
    """The source of a class and of those that it inherits from."""
    return "".join(inspect.getsource(each) for each in kind.__mro__ if each is not object)


def readers_of(name: str) -> str:
    """The files of the package that use a name."""
    used = re.compile(rf"\.{name}\b|[\"']{name}[\"']")
    files = [file for file, text in sources().items() if used.search(text)]
    assert files, f"nothing in flair_lig_widget uses {name}; remove it from this list"
    return ", ".join(files)


@pytest.mark.parametrize(("kind", "name", "parameters"), METHODS)
def test_flair_has_the_methods_that_the_package_calls(kind, name, parameters):
    files, method = readers_of(name), getattr(kind, name, None)
    place = f"{kind.__name__}.{name}, which {files} calls"
    assert method is not None, f"Flair {flair.__version__} no longer has {place}"
    found = [each for each in inspect.signature(method).parameters if each != "self"]
    assert found[: len(parameters)] == parameters, (
        f"Flair {flair.__version__} has {found}, instead of {parameters}, as parameters of {place}"
    )


@pytest.mark.parametrize(("kind", "name", "keywords"), KEYWORDS)
def test_flair_takes_the_keywords_that_the_package_gives(kind, name, keywords):
    found = inspect.signature(getattr(kind, name)).parameters
    for keyword in keywords:
        assert keyword in found, (
            f"Flair {flair.__version__} no longer has the parameter {keyword} of "
            f"{kind.__name__}.{name}, which flair_lig_widget gives"
        )


@pytest.mark.parametrize(("kind", "name"), ATTRIBUTES)
def test_flair_has_the_attributes_that_the_package_reads(kind, name):
    files = readers_of(name)
    is_set = re.search(rf"\bself\.{name}\b", source_of(kind))
    assert hasattr(kind, name) or is_set, (
        f"Flair {flair.__version__} no longer has {kind.__name__}.{name}, which {files} reads"
    )


def test_every_private_name_that_the_package_uses_is_listed():
    listed = {name for _, name, *_ in (*METHODS, *ATTRIBUTES)} | OF_OTHERS
    for folder in ("model", "integration", "evaluation"):
        for path in (PACKAGE / folder).rglob("*.py"):
            used = private_names(ast.parse(path.read_text(encoding="utf-8")))
            assert used <= listed, f"{path.name} uses {sorted(used - listed)}"


def test_every_attribute_of_a_model_that_a_family_reads_is_listed():
    listed = {name for _, name, *_ in (*METHODS, *KEYWORDS, *ATTRIBUTES)} | OF_OTHERS
    for path in (PACKAGE / "model" / "families").glob("*.py"):
        used = attributes_of_classifiers(ast.parse(path.read_text(encoding="utf-8")))
        assert used <= listed, f"{path.name} uses {sorted(used - listed)}"


def attributes_of_classifiers(tree: ast.AST) -> set[str]:
    """What is read of ``classifier`` and ``self.classifier``."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("classifier")
    }


def private_names(tree: ast.AST) -> set[str]:
    """Private attributes of objects other than the own one."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
        and not isinstance(node.value, ast.Call)  # super()
    }
