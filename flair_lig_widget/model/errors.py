"""The error for a classifier that cannot be explained."""

from __future__ import annotations


class UnsupportedClassifierError(ValueError):
    """The classifier is of a kind that cannot be explained."""


class ClassifierChangedError(RuntimeError):
    """Weights or labels of the classifier changed while it was explained."""
