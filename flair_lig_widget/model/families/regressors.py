"""Regressors: f is the number itself, in the unit of the training data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from flair.data import DataPoint
from flair.models import TextPairRegressor, TextRegressor

from flair_lig_widget.model.families import pairs
from flair_lig_widget.model.families.base import COMPARISON_LABEL
from flair_lig_widget.model.families.whole_text import WholeTextFamily
from flair_lig_widget.model.readers.sentences import Reading, SplitText
from flair_lig_widget.result.texts import split_parts
from flair_lig_widget.result.units import VALUE


class RegressorFamily(WholeTextFamily):
    """``TextRegressor``: one label, its label type, whose logit is the value."""

    supports = "TextRegressor"
    outputs = (VALUE,)
    multi_label = False

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it is a regressor of texts."""
        return isinstance(classifier, TextRegressor)

    @staticmethod
    def embeddings_of(classifier: Any) -> Any:
        """The document embeddings."""
        return classifier.document_embeddings

    @property
    def labels(self) -> tuple[str, ...]:
        """The label type, which names the value."""
        return (self.classifier.label_type,)

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """The value, which is no probability."""
        return logits

    def predicted(self, probabilities: Sequence[float]) -> tuple[str, ...]:
        """No label."""
        return ()

    def _predict(self, data_points: list[DataPoint]) -> None:
        self.classifier.predict(data_points, label_name=COMPARISON_LABEL)

    def _prediction(self, data_point: DataPoint) -> dict[str, float]:
        labels = data_point.get_labels(COMPARISON_LABEL)  # none if Flair finds no word
        return dict(zip(self.labels, (float(label.value) for label in labels), strict=False))


class PairRegressorFamily(RegressorFamily):
    """``TextPairRegressor``, over texts that are read together or separately."""

    supports = "TextPairRegressor"
    n_texts = 2

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it is a regressor of pairs."""
        return isinstance(classifier, TextPairRegressor)

    @staticmethod
    def embeddings_of(classifier: Any) -> Any:
        """The document embeddings."""
        return classifier.embeddings

    def _data_point(self, text: str) -> DataPoint:
        return pairs.data_point(split_parts(text, self.n_texts))

    def _readings(self, split: SplitText) -> list[Reading]:
        return pairs.readings(self.classifier, split)

    def _decode(self, embedded: torch.Tensor) -> torch.Tensor:
        return super()._decode(pairs.joined(self.classifier, embedded, self.n_texts))
