"""The classes of models that can be explained; one file for each, and how to find it."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.families.base import Family
from flair_lig_widget.model.families.pairs import PairFamily
from flair_lig_widget.model.families.regressors import PairRegressorFamily, RegressorFamily
from flair_lig_widget.model.families.relations import RelationFamily
from flair_lig_widget.model.families.spans import SpanFamily
from flair_lig_widget.model.families.taggers import SequenceTaggerFamily, TokenClassifierFamily
from flair_lig_widget.model.families.tars import TarsFamily
from flair_lig_widget.model.families.text_classifier import TextClassifierFamily
from flair_lig_widget.model.readers import OF_TEXTS, OF_WORDS
from flair_lig_widget.model.tasks import tasks_of
from flair_lig_widget.result.request import join_labels

FAMILIES: tuple[type[Family], ...] = (
    TextClassifierFamily,
    TarsFamily,
    PairFamily,
    RelationFamily,
    RegressorFamily,
    PairRegressorFamily,
    TokenClassifierFamily,
    SpanFamily,
    SequenceTaggerFamily,
)

__all__ = ["FAMILIES", "Family", "UnsupportedClassifierError", "family_of"]


def family_of(classifier: Any) -> Family:
    """The family of a classifier.

    Raises
    ------
    UnsupportedClassifierError
        If the classifier belongs to no family. The message names its type and lists the
        supported types.
    """
    for family in FAMILIES:
        if family.accepts(classifier):
            if any(tensor.is_inference() for tensor in classifier.parameters()):
                raise UnsupportedClassifierError(
                    "the classifier was made under torch.inference_mode, which rules out "
                    "gradients; load or make it outside of that"
                )
            return family(classifier)
    found = type(classifier).__name__
    if tasks := tasks_of(classifier):
        raise UnsupportedClassifierError(
            f"a {found} is explained for one of its tasks, which are {join_labels(tasks)}"
        )
    embeddings = getattr(classifier, "embeddings", getattr(classifier, "document_embeddings", None))
    if embeddings is not None:
        found += f" over {type(embeddings).__name__}"
    supported = "; ".join(
        f"{', '.join(family.supports for family in FAMILIES if family.readers is readers)} over "
        f"{', '.join(name for reader in readers for name in reader.supports)}"
        for readers in (OF_TEXTS, OF_WORDS)
    )
    raise UnsupportedClassifierError(f"cannot explain a {found}; supported is {supported}")
