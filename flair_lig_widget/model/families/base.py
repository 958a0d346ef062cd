"""The interface of a family: what a class of models decides about a text."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any

import flair
import torch
from flair.data import Sentence
from flair.tokenization import Tokenizer

from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.readers import OF_TEXTS, Reader, find_reader
from flair_lig_widget.model.readers.sentences import SplitText, split_text
from flair_lig_widget.result.marked import Entity, MarkedText
from flair_lig_widget.result.texts import SEPARATOR

COMPARISON_LABEL = "flair_lig_widget"
"""The label type of predictions that are made only to compare with."""


class Family(abc.ABC):
    """Models of one class: what they read, and what they decide about it.

    The embeddings of the model are read by a `Reader`, which also says where the path runs. Except
    for the properties, methods are called while the caller holds the model in evaluation mode
    (`exclusive_eval`).

    Parameters
    ----------
    classifier : flair.nn.Model

    Attributes
    ----------
    supports : str
        The class of models, as error messages list it.
    readers : tuple of Reader classes
        Those that read the embeddings of such models.
    n_texts : int
        How many texts the model reads at once: 2 for a pair.
    outputs : tuple of str
        What can be explained of a label, of `OUTPUTS`; the default first.
    has_data_points : bool
        Whether the model gives labels to parts of a text, such as tokens.
    reads_entities : bool
        Whether the model is given the entities of a text.
    remembers_tokenizer : bool
        Whether ``predict`` splits a text with the tokenizer of the model, if it has one.
    classifier : flair.nn.Model
    reader : Reader

    Raises
    ------
    UnsupportedClassifierError
        If a setting of the model cannot be explained.
    """

    supports: str
    readers: tuple[type[Reader], ...] = OF_TEXTS
    n_texts = 1
    outputs: tuple[str, ...] = ("logit", "probability", "log_odds")
    has_data_points = False
    reads_entities = False
    remembers_tokenizer = False

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier
        embeddings = self.embeddings_of(classifier)
        reader = find_reader(embeddings, self.readers)
        assert reader is not None, "families are made for models that they accept"
        self.reader = reader(embeddings)

    @classmethod
    def accepts(cls, classifier: Any) -> bool:
        """Whether a model belongs to the family, and its embeddings can be read."""
        if not cls.is_model(classifier):
            return False
        return find_reader(cls.embeddings_of(classifier), cls.readers) is not None

    @staticmethod
    @abc.abstractmethod
    def is_model(classifier: Any) -> bool:
        """Whether a model is of the class."""

    @staticmethod
    def embeddings_of(classifier: Any) -> Any:
        """The embeddings of a model of the class."""
        return classifier.embeddings

    @property
    def reason(self) -> str:
        """One sentence: what the model is, and where the path runs."""
        return f"{type(self.classifier).__name__} over {self.reader.reason}"

    @property
    def name(self) -> str:
        """The class of the model and the name of its embeddings."""
        embeddings = self.reader.embeddings
        name = getattr(embeddings, "name", None) or type(embeddings).__name__
        return f"{type(self.classifier).__name__} over {name}"

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

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """The probability of each label, from logits of shape (..., C)."""
        return logits.sigmoid() if self.multi_label else logits.softmax(dim=-1)

    @property
    def tokenizer(self) -> Tokenizer | None:
        """What splits a text into words; None is Flair's default.

        In Flair's main branch, a model can have the tokenizer that it was trained with (the
        property ``tokenizer`` of ``flair.nn.Model``).
        """
        has_tokenizer = self.remembers_tokenizer and hasattr(type(self.classifier), "tokenizer")
        return self.classifier.tokenizer if has_tokenizer else None

    def split(self, text: str) -> SplitText:
        """Split a text, or as many as the model reads at once, into the words that it reads.

        Raises
        ------
        ValueError
            If there are no words, or another number of texts.
        """
        return split_text(text, self.n_texts, self.tokenizer)

    @property
    def shortest_text(self) -> str:
        """A text of one word, or as many as the model reads at once."""
        return SEPARATOR.join(["a"] * self.n_texts)

    @abc.abstractmethod
    def flair_probabilities(self, texts: Sequence[str | MarkedText]) -> list[dict[str, float]]:
        """For each text the probability of each label according to ``classifier.predict``."""

    @abc.abstractmethod
    def encode(self, text: MarkedText) -> Encoding:
        """Read a text as ``classifier.predict`` does.

        Raises
        ------
        ValueError
            If Flair finds no word in the text, it is another number of texts, or something is
            marked that the model does not read.
        """

    def entities_of(self, sentence: Sentence) -> tuple[Entity, ...]:
        """The entities of a sentence that the model is given; none, if it reads none."""
        return ()

    def endpoints(
        self, encoding: Encoding, baseline: str, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path and their logits, the baseline first.

        Returns
        -------
        embeddings : Tensor of shape (2, P, D)
        logits : Tensor of shape (2, C)
        """
        reader, words = self.reader, "word_embeddings"
        ends = torch.cat([reader.baseline_point(encoding, baseline), reader.text_point(encoding)])
        if layer != words:
            ends = reader.block_ends(
                encoding, ends, layer, lambda points: self.logits(encoding, points, words)
            )
        return ends, self.logits(encoding, ends, layer)

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

    def can_share_batch(self, encoding: Encoding) -> bool:
        """Whether points of this text can be in one batch with points of other texts."""
        return self.reader.can_share_batch(encoding)

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
        return self._decode(self.reader.embed(texts, layer))

    def _decode(self, embedded: torch.Tensor) -> torch.Tensor:
        """Logits of shape (N, C), from embeddings of shape (N * R, E); see `Reader.embed`.

        No layer is replaced meanwhile: a decoder may read its labels with the same encoder.
        """
        # Flair's mean pooling returns its result on the CPU; predict moves it in the same way.
        logits: torch.Tensor = self.classifier.decoder(embedded.to(flair.device))
        return logits

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
        embedded = self.reader.embed_ids(encoding, ids)
        if embedded is None:
            raise ValueError(
                f"{self.reason}, so it has no token ids; give embeddings of shape (N, P, D)"
            )
        return self._logits_of_embedded(embedded, encoding)

    def _logits_of_embedded(
        self, embedded: torch.Tensor, encoding: Encoding | None
    ) -> torch.Tensor:
        """Logits of shape (N, C), from what the reader returns for points of one text."""
        return self._decode(embedded)

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
        ids = self.reader.reference_ids(encoding, baseline)
        if ids is None:
            raise ValueError(
                f"{self.reason}, so the baseline has no token ids; use the embeddings that "
                "wrapper.endpoints returns"
            )
        return ids
