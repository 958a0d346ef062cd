"""The families of classifiers that can be explained, and which of them a classifier is of."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.families.base import Family, UnsupportedClassifierError
from flair_lig_widget.families.sentence_transformer import SentenceTransformerFamily
from flair_lig_widget.families.tars import TarsFamily
from flair_lig_widget.families.transformer import TransformerFamily
from flair_lig_widget.families.words import WordsFamily

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
        If it is of none; the message says what was found and what is supported.
    """
    for family in FAMILIES:
        if family.takes(classifier):
            return family(classifier)
    found = type(classifier).__name__
    if hasattr(classifier, "embeddings"):
        found += f" over {type(classifier.embeddings).__name__}"
    supported = "; ".join(family.supports for family in FAMILIES)
    raise UnsupportedClassifierError(f"cannot explain a {found}; supported is {supported}")
