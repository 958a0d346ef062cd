"""The families of classifiers that can be explained; one file for each, and how to find it."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.families.base import Family
from flair_lig_widget.model.families.sentence_transformer import SentenceTransformerFamily
from flair_lig_widget.model.families.tars import TarsFamily
from flair_lig_widget.model.families.transformer import TransformerFamily
from flair_lig_widget.model.families.words import WordsFamily

FAMILIES: tuple[type[Family], ...] = (
    TransformerFamily,
    WordsFamily,
    SentenceTransformerFamily,
    TarsFamily,
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
            return family(classifier)
    found = type(classifier).__name__
    if hasattr(classifier, "embeddings"):
        found += f" over {type(classifier.embeddings).__name__}"
    supported = "; ".join(family.supports for family in FAMILIES)
    raise UnsupportedClassifierError(f"cannot explain a {found}; supported is {supported}")
