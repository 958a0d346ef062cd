"""Taggers: ``TokenClassifier`` and ``SequenceTagger``."""

from __future__ import annotations

from typing import Any

import torch
from flair.data import Sentence
from flair.models import PrefixedSequenceTagger, SequenceTagger, TokenClassifier

from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.families.tagging import TaggingFamily
from flair_lig_widget.model.hooks import call_with_hook


class TokenClassifierFamily(TaggingFamily):
    """``TokenClassifier``: a decoder on the embedding of each word."""

    supports = "TokenClassifier"
    _spans_have_scores = False  # Flair gives each of them the score 1

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it is a token classifier."""
        return isinstance(classifier, TokenClassifier)

    @property
    def labels_spans(self) -> bool:
        """Whether the tags are those of spans."""
        return bool(self.classifier.span_prediction_problem)

    def _logits_of_tags(self, vectors: torch.Tensor) -> torch.Tensor:
        n, n_words, width = vectors.shape
        return self._decode(vectors.reshape(n * n_words, width)).view(n, n_words, -1)

    def _flair_logits(self, sentence: Sentence) -> torch.Tensor:
        embedded = self.classifier._encode_data_points([sentence], sentence.tokens)
        logits: torch.Tensor = self.classifier.decoder(embedded)
        return logits[None]


class SequenceTaggerFamily(TaggingFamily):
    """``SequenceTagger``, with or without recurrent layer and conditional random field.

    The logits are those that the last linear layer emits. A conditional random field decodes all
    words of a sentence together, so Flair's tag can be another than the one with the largest logit.
    """

    supports = "SequenceTagger"

    def __init__(self, classifier: Any) -> None:
        super().__init__(classifier)
        if classifier.train_initial_hidden_state:
            raise UnsupportedClassifierError(
                "cannot explain a SequenceTagger with train_initial_hidden_state=True, which Flair "
                "itself never uses"
            )

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it is a sequence tagger, without a prompt before the text."""
        has_prompt = isinstance(classifier, PrefixedSequenceTagger)
        return isinstance(classifier, SequenceTagger) and not has_prompt

    @property
    def multi_label(self) -> bool:
        """A word has one tag."""
        return False

    @property
    def labels_spans(self) -> bool:
        """Whether the tags are those of spans."""
        return bool(self.classifier.predict_spans)

    def _logits_of_tags(self, vectors: torch.Tensor) -> torch.Tensor:
        n, n_words, _ = vectors.shape
        emitted: list[torch.Tensor] = []
        call_with_hook(
            self.classifier.linear,
            lambda *args: emitted.append(args[-1]),
            lambda: self.classifier.forward(vectors, torch.full((n,), n_words)),
        )
        return emitted[0]

    def _flair_logits(self, sentence: Sentence) -> torch.Tensor:
        vectors, lengths = self.classifier._prepare_tensors(sentence)
        scores = self.classifier.forward(vectors, lengths)
        if self.classifier.use_crf:  # Flair adds the transitions to the emissions
            features, _, transitions = scores
            scores = (features - transitions)[0, :, :, 0]
        logits: torch.Tensor = scores[None]
        return logits
