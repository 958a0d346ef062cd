"""What of Flair the package relies on beyond its public interface: a new Flair fails here first."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import flair
import pytest
from flair.data import Sentence
from flair.embeddings.transformer import TransformerEmbeddings
from flair.models import (
    RelationClassifier,
    SequenceTagger,
    SpanClassifier,
    TARSClassifier,
    TextClassifier,
    TokenClassifier,
)

PACKAGE = Path(__file__).parents[2] / "flair_lig_widget"

METHODS = [
    (TransformerEmbeddings, "prepare_tensors", ["sentences", "device"]),
    (TransformerEmbeddings, "_forward_tensors", ["tensors"]),
    (TransformerEmbeddings, "_expand_sentence_with_context", ["sentence"]),
    (TransformerEmbeddings, "_can_document_embedding_shortcut", []),
    (Sentence, "_handle_problem_characters", ["text"]),
    (TextClassifier, "_get_label_threshold", ["label_value"]),
    (TokenClassifier, "_encode_data_points", ["sentences", "data_points"]),
    (SequenceTagger, "_prepare_tensors", ["data_points"]),
    (SequenceTagger, "forward", ["sentence_tensor", "lengths"]),
    (SpanClassifier, "_get_data_points_from_sentence", ["sentence"]),
    (RelationClassifier, "_valid_entities", ["sentence"]),
    (RelationClassifier, "_entity_pair_permutations", ["sentence"]),
    (RelationClassifier, "_encode_sentence", ["head", "tail", "gold_label"]),
    (TARSClassifier, "_get_tars_formatted_sentence", ["label", "sentence"]),
]
"""Methods, with their parameters."""

ATTRIBUTES = {
    "_current_task": TARSClassifier,
    "_embeddings": Sentence,
    "_span_label_type": SpanClassifier,
}
"""Attributes that a constructor or method of the class sets."""

OF_OTHERS = {"_modules", "_forward_hooks", "_forward_pre_hooks", "_compiled_call_impl", "_version"}
"""Private names of torch."""


@pytest.mark.parametrize(("kind", "name", "parameters"), METHODS)
def test_flair_has_the_methods_that_the_package_calls(kind, name, parameters):
    method = getattr(kind, name, None)
    place = f"flair_lig_widget calls {kind.__name__}.{name}"
    assert method is not None, f"{place}, which Flair {flair.__version__} does not have"
    found = [each for each in inspect.signature(method).parameters if each != "self"]
    assert found[: len(parameters)] == parameters, (
        f"{place} with {parameters}, and in Flair {flair.__version__} it takes {found}"
    )


@pytest.mark.parametrize(("name", "kind"), ATTRIBUTES.items())
def test_flair_has_the_attributes_that_the_package_reads(name, kind):
    assert f"self.{name}" in "".join(inspect.getsource(each) for each in kind.__mro__[:-1]), (
        f"flair_lig_widget reads {kind.__name__}.{name}, which Flair {flair.__version__} never sets"
    )


def test_every_private_name_that_the_package_uses_is_listed():
    listed = {name for _, name, _ in METHODS} | set(ATTRIBUTES) | OF_OTHERS
    for folder in ("model", "integration", "evaluation"):
        for path in (PACKAGE / folder).rglob("*.py"):
            used = private_names(ast.parse(path.read_text(encoding="utf-8")))
            assert used <= listed, f"{path.name} uses {sorted(used - listed)}"


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
