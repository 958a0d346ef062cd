"""The interface of a family of classifiers."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any

import torch
from flair.data import Sentence
from flair.embeddings import DocumentCNNEmbeddings, PooledFlairEmbeddings

from flair_lig_widget.model.encoding import Encoding, TextPoints

COMPARISON_LABEL = "flair_lig_widget"
"""The label type of predictions that are made only to compare with."""


class Family(abc.ABC):
    """Classifiers that read a text in the same way, and the layers in which a path can run.

    Except for the properties, methods are called while the caller holds the classifier in
    evaluation mode (`exclusive_eval`).

    Parameters
    ----------
    classifier : flair.nn.Classifier

    Attributes
    ----------
    supports : str
        What the family supports, as error messages list it.
    classifier : flair.nn.Classifier

    Raises
    ------
    UnsupportedClassifierError
        If a setting of the classifier cannot be explained.
    """

    supports: str

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier

    @staticmethod
    @abc.abstractmethod
    def accepts(classifier: Any) -> bool:
        """Whether a classifier belongs to the family."""

    @property
    @abc.abstractmethod
    def reason(self) -> str:
        """One sentence: what the classifier is, and where the path runs."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of the logits."""
        return tuple(self.classifier.label_dictionary.get_items())

    @property
    def multi_label(self) -> bool:
        """Whether each label has the sigmoid of its logit, instead of a softmax over all."""
        return bool(self.classifier.multi_label)

    @property
    def predicts_one(self) -> bool:
        """Whether Flair predicts the most probable label, instead of all above a threshold."""
        return not self.multi_label

    def predicted(self, probabilities: Sequence[float]) -> tuple[str, ...]:
        """The labels that Flair predicts at these probabilities, most probable first."""
        ranked = sorted(zip(probabilities, self.labels, strict=True), key=lambda pair: -pair[0])
        if self.predicts_one:
            ranked = ranked[:1]
        else:
            threshold = self.classifier._get_label_threshold
            ranked = [(p, label) for p, label in ranked if p > threshold(label)]
        return tuple(label for _, label in ranked if label != "O")  # Flair reads "O" as no label

    def flair_probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """For each text the probability of each label according to ``classifier.predict``."""
        alone = _depends_on_batch(self.classifier)
        found = []
        for batch in [[text] for text in texts] if alone else [texts]:
            sentences = [Sentence(text) for text in batch]
            self._predict(sentences)
            found += [
                {label.value: label.score for label in sentence.get_labels(COMPARISON_LABEL)}
                for sentence in sentences
            ]
        return found

    def _predict(self, sentences: list[Sentence]) -> None:
        """Let ``classifier.predict`` add all its labels to sentences."""
        self.classifier.predict(
            sentences, label_name=COMPARISON_LABEL, return_probabilities_for_all_classes=True
        )

    @property
    @abc.abstractmethod
    def layers(self) -> dict[str, Any]:
        """The layers in which a path can run, by name.

        The value is the module whose output is replaced, or None if it is not a single module.
        """

    @property
    @abc.abstractmethod
    def baselines(self) -> tuple[str, ...]:
        """The baselines that make sense for this classifier, the default first."""

    @abc.abstractmethod
    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does.

        Raises
        ------
        ValueError
            If Flair finds no word in the text.
        """

    @abc.abstractmethod
    def text_point(self, encoding: Encoding) -> torch.Tensor:
        """The end of the path that is the text, in the layer of the word embeddings.

        Returns
        -------
        Tensor of shape (1, P, D)
        """

    @abc.abstractmethod
    def endpoints(
        self, encoding: Encoding, baseline: str, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path and their logits, the baseline first.

        Returns
        -------
        embeddings : Tensor of shape (2, P, D)
        logits : Tensor of shape (2, C)
        """

    def logits(
        self,
        encoding: Encoding,
        points: torch.Tensor,
        layer: str,
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits of N points of a path.

        Parameters
        ----------
        encoding : Encoding
        points : Tensor of shape (N, P, D)
            What replaces the output of the layer.
        layer : str
        wanted : sequence of int, optional
            The labels that are needed. If other labels cost extra, their logits are left at zero.

        Returns
        -------
        Tensor of shape (N, C)
        """
        return self.logits_of_texts([TextPoints(encoding, points)], layer)

    @abc.abstractmethod
    def can_share_batch(self, encoding: Encoding) -> bool:
        """Whether points of this text can be in one batch with points of other texts."""

    @abc.abstractmethod
    def logits_of_texts(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """Logits of points of one text, or of several in one batch.

        Parameters
        ----------
        texts : sequence of TextPoints
            If there are several, all of them can share a batch.
        layer : str

        Returns
        -------
        Tensor of shape (N, C)
            N is the number of all points.
        """

    def ids_to_logits(self, encoding: Encoding | None, ids: torch.Tensor) -> torch.Tensor:
        """Logits of token ids that the input-embedding layer looks up.

        Parameters
        ----------
        encoding : Encoding or None
            The text that positions, mask and lengths come from. If None, each row of ids is a
            text without padding.
        ids : Tensor of int, shape (N, P)

        Returns
        -------
        Tensor of shape (N, C)

        Raises
        ------
        ValueError
            If the family has no token ids.
        """
        raise ValueError(
            f"{self.reason}, so it has no token ids; give embeddings of shape (N, P, D)"
        )

    def reference_ids(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """Token ids of the baseline.

        Returns
        -------
        Tensor of int, shape (1, P)

        Raises
        ------
        ValueError
            If the family or the baseline has no token ids.
        """
        raise ValueError(
            f"{self.reason}, so the baseline has no token ids; use the embeddings that "
            "wrapper.endpoints returns"
        )


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
