"""Models with one prediction for a text, or for the texts that they read at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from flair.data import DataPoint, Sentence
from flair.embeddings import DocumentCNNEmbeddings, PooledFlairEmbeddings

from flair_lig_widget.model.encoding import Encoding
from flair_lig_widget.model.families.base import COMPARISON_LABEL, Family
from flair_lig_widget.model.readers.sentences import Reading, SplitText, whole_text
from flair_lig_widget.model.readers.words import restored
from flair_lig_widget.result.marked import MarkedText


class WholeTextFamily(Family):
    """Models that decide about a whole text, in which nothing is marked."""

    def encode(self, text: MarkedText) -> Encoding:
        """Read a text as ``classifier.predict`` does."""
        split = self.split(self._plain(text))
        return self.reader.encode(split, self._readings(split))

    def _plain(self, text: MarkedText) -> str:
        """The text alone, in which nothing may be marked."""
        if not text.is_plain:
            raise ValueError(
                f"a {type(self.classifier).__name__} has one prediction for a text; leave entities "
                "and data_point out"
            )
        return text.text

    def _readings(self, split: SplitText) -> list[Reading]:
        """What the model reads of a text."""
        return [whole_text(split)]

    def flair_probabilities(self, texts: Sequence[str | MarkedText]) -> list[dict[str, float]]:
        """For each text the probability of each label according to ``classifier.predict``."""
        alone = self.n_texts > 1 or _depends_on_batch(self.classifier)
        found = []
        for batch in [[text] for text in texts] if alone else [texts]:
            data_points = [
                self._data_point(text if isinstance(text, str) else text.text) for text in batch
            ]
            with restored(self.classifier):
                self._predict(data_points)
            found += [self._prediction(data_point) for data_point in data_points]
        return found

    def _data_point(self, text: str) -> DataPoint:
        """What ``classifier.predict`` is given for a text."""
        return Sentence(text)

    def _predict(self, data_points: list[DataPoint]) -> None:
        """Let ``classifier.predict`` add all its labels."""
        self.classifier.predict(
            data_points, label_name=COMPARISON_LABEL, return_probabilities_for_all_classes=True
        )

    def _prediction(self, data_point: DataPoint) -> dict[str, float]:
        """What was predicted for a data point: the probability of each label."""
        return {label.value: label.score for label in data_point.get_labels(COMPARISON_LABEL)}


def _depends_on_batch(classifier: torch.nn.Module) -> bool:
    """Whether Flair predicts something else for a text when it is given several at once.

    Convolutions read the padding, and so does Flair where a tokenizer pads on the left (XLNet);
    pooled embeddings remember the other texts, and with a context length the texts of a list are
    read as neighbours.
    """
    return any(
        isinstance(module, (DocumentCNNEmbeddings, PooledFlairEmbeddings))
        or getattr(module, "context_length", 0)
        or getattr(getattr(module, "tokenizer", None), "padding_side", "right") == "left"
        for module in classifier.modules()
    )
