"""What every family of classifiers must answer; each has a file of its own beside this one."""

from __future__ import annotations

import abc
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from flair.data import Sentence
from flair.embeddings import DocumentCNNEmbeddings, DocumentRNNEmbeddings
from flair.nn import PrototypicalDecoder

from flair_lig_widget.encoding import Encoding

_ASIDE = "flair_lig_widget"
"""The label type of predictions that are made only to compare."""


class UnsupportedClassifierError(ValueError):
    """The classifier is of a kind whose inputs cannot be explained."""


class Family(abc.ABC):
    """Classifiers that read a text in the same way, and where the path runs in them.

    The classifier is in evaluation mode and held by the caller whenever one of the methods runs.

    Attributes
    ----------
    supports : str
        What belongs to the family, in the words of an error message.
    classifier : flair.nn.Classifier
    """

    supports: str

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier

    @staticmethod
    @abc.abstractmethod
    def takes(classifier: Any) -> bool:
        """Whether a classifier belongs to the family."""

    @property
    @abc.abstractmethod
    def reason(self) -> str:
        """Why this family was chosen, and where its path runs, in a sentence."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of the logits."""
        return tuple(self.classifier.label_dictionary.get_items())

    @property
    def independent(self) -> bool:
        """Whether a label's probability is the sigmoid of its own logit, or a softmax over all."""
        return bool(self.classifier.multi_label)

    def predicted(self, probabilities: Sequence[float]) -> tuple[str, ...]:
        """The labels that Flair predicts at these probabilities, most probable first."""
        ranked = sorted(zip(probabilities, self.labels, strict=True), key=lambda pair: -pair[0])
        if not self.independent:
            ranked = ranked[:1]
        else:
            threshold = self.classifier._get_label_threshold
            ranked = [(p, label) for p, label in ranked if p > threshold(label)]
        return tuple(label for _, label in ranked if label != "O")  # to Flair "O" is no label

    def flair_probabilities(self, text: str) -> dict[str, float]:
        """What ``classifier.predict`` itself says of a text, to compare with."""
        sentence = Sentence(text)
        self.classifier.predict(
            sentence, label_name=_ASIDE, return_probabilities_for_all_classes=True
        )
        return {label.value: label.score for label in sentence.get_labels(_ASIDE)}

    @property
    @abc.abstractmethod
    def layers(self) -> dict[str, Any]:
        """Where a path can run: the modules whose output it replaces, or None."""

    @property
    @abc.abstractmethod
    def baselines(self) -> tuple[str, ...]:
        """The kinds of reference input that make sense here, the default first."""

    @abc.abstractmethod
    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does."""

    @abc.abstractmethod
    def endpoints(
        self, encoding: Encoding, baseline: str, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path, shape (2, P, D), and their logits, shape (2, C)."""

    @abc.abstractmethod
    def logits(
        self,
        encoding: Encoding,
        points: torch.Tensor,
        layer: str,
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits of N points of a path, shapes (N, P, D) to (N, C).

        Where logits of other labels than the ``wanted`` ones cost extra they are left at zero.
        """


def in_place_of(found: torch.Tensor, rows: torch.Tensor, model: Any) -> torch.Tensor:
    """Rows in the form of what an embedding layer of an encoder has in their place."""
    if model.config.model_type == "xlnet":  # it puts positions before rows
        return rows.transpose(0, 1)
    # Longformer pads the text to a multiple of its window.
    padding = found[:, rows.shape[1] :]
    return torch.cat([rows, padding], dim=1) if padding.shape[1] else rows


def read(text: str) -> Sentence:
    """Flair's words of a text.

    Raises
    ------
    ValueError
        If there are none.
    """
    sentence = Sentence(text)
    if len(sentence) == 0:
        raise ValueError("text is empty; give at least one word to explain")
    return sentence


def spans(sentence: Sentence) -> list[tuple[int, int]]:
    """Character range of each word, in the text as Flair cleaned it."""
    return [(token.start_position, token.end_position) for token in sentence.tokens]


@contextlib.contextmanager
def differentiable(classifier: torch.nn.Module) -> Iterator[None]:
    """Let gradients through where training options of Flair stop them; no number changes.

    ``fine_tune=False`` detaches the document embedding, a ``learning_mode`` the decoder's input.
    cuDNN differentiates an RNN in training mode only, and that mode differs by dropout alone.
    """
    changed: list[tuple[torch.nn.Module, str, Any]] = []

    def change(module: torch.nn.Module, name: str, value: Any) -> None:
        if getattr(module, name) != value:
            changed.append((module, name, getattr(module, name)))
            setattr(module, name, value)

    try:
        for module in classifier.modules():
            if isinstance(module, (DocumentRNNEmbeddings, DocumentCNNEmbeddings)):
                change(module, "static_embeddings", False)
            elif isinstance(module, PrototypicalDecoder):
                change(module, "learning_mode", "joint")
            elif isinstance(module, torch.nn.RNNBase) and next(module.parameters()).is_cuda:
                change(module, "dropout", 0.0)
                change(module, "training", True)
        yield
    finally:
        for module, name, value in reversed(changed):
            setattr(module, name, value)
