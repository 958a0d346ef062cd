"""Text classifiers: one decision about a whole text."""

from __future__ import annotations

from typing import Any

from flair.models import TextClassifier

from flair_lig_widget.model.families.whole_text import WholeTextFamily


class TextClassifierFamily(WholeTextFamily):
    """``TextClassifier``."""

    supports = "TextClassifier"
    remembers_tokenizer = True

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it is a text classifier."""
        return isinstance(classifier, TextClassifier)
