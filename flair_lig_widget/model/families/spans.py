"""Spans that are given: ``SpanClassifier``, as for linking entities."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import torch
from flair.data import Sentence, Span
from flair.models import SpanClassifier

from flair_lig_widget.model.encoding import Encoding
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.families.base import COMPARISON_LABEL
from flair_lig_widget.model.families.data_points import EntityFamily, data_points
from flair_lig_widget.model.readers import OF_WORDS
from flair_lig_widget.model.readers.locations import (
    characters_of,
    not_read,
    words_in,
    words_of,
    words_read,
)
from flair_lig_widget.model.readers.sentences import SplitText, whole_text
from flair_lig_widget.result.marked import Entity, MarkedText, Ranges
from flair_lig_widget.result.request import join_labels


class SpanFamily(EntityFamily):
    """``SpanClassifier``, and ``EntityLinker``, which is the same: a label for each given span."""

    supports = "SpanClassifier"
    readers = OF_WORDS
    remembers_tokenizer = True
    entity = "span"

    def __init__(self, classifier: Any) -> None:
        if classifier.candidates:
            raise UnsupportedClassifierError(
                "cannot explain a SpanClassifier with candidates, which rule out labels before the "
                "model reads the text; set its candidates to None"
            )
        super().__init__(classifier)

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it classifies spans."""
        return isinstance(classifier, SpanClassifier)

    def encode(self, text: MarkedText) -> Encoding:
        """Read a text as ``classifier.predict`` does, with what it predicts for its spans."""
        split = self.split(text.text)
        sentence = self._sentence(text, split)
        ranges = self._chosen(text, self._spans(split, sentence))
        predicted = self._once(lambda: self._predictions(split, sentence, every=False))
        encoding = self.reader.encode(split, [whole_text(split)])
        words = words_in(split, ranges[0])
        if words_read(encoding).isdisjoint(words):
            raise ValueError(not_read(text.text[slice(*ranges[0])]))
        return dataclasses.replace(
            encoding,
            entities=text.entities,
            data_point=ranges,
            data_point_words=words,
            find_data_points=lambda: data_points(predicted(), predicted()),
        )

    def _logits_of_embedded(
        self, embedded: torch.Tensor, encoding: Encoding | None
    ) -> torch.Tensor:
        assert encoding is not None, "readers of words need one"
        vectors, words = embedded, encoding.data_point_words
        first, last = vectors[:, words[0]], vectors[:, words[-1]]
        pooled = {
            "first": lambda: first,
            "last": lambda: last,
            "first_last": lambda: torch.cat([first, last], dim=-1),
            "average": lambda: vectors[:, words.start : words.stop].mean(dim=1),
        }
        return self._decode(pooled[self.classifier.pooling_operation]())

    def _flair_says(self, text: MarkedText) -> dict[str, float]:
        """The probability of each label according to ``classifier.predict``."""
        split = self.split(text.text)
        predicted = self._predictions(split, self._sentence(text, split), every=True)
        return predicted[self._chosen(text, predicted)]

    def entities_of(self, sentence: Sentence) -> tuple[Entity, ...]:
        """The spans of a sentence that the classifier gives a label."""
        name = self.classifier._span_label_type or self.classifier.label_type
        return tuple(
            (span.start_position, span.end_position, span.get_label(name).value)
            for span in self.classifier._get_data_points_from_sentence(sentence)
        )

    def _type_of(self, label: str) -> str:
        """The label type of the spans that the classifier is given."""
        name: str = self.classifier._span_label_type or self.classifier.label_type
        return name

    def _sentence(self, text: MarkedText, split: SplitText) -> Sentence:
        """The sentence with its spans, at least one."""
        if not text.entities:
            raise ValueError(
                "a SpanClassifier labels spans that it is given; give entities=[(start, end, "
                "label), …], or a Sentence that has them"
            )
        return super()._sentence(text, split)

    def _predictions(
        self, split: SplitText, sentence: Sentence, *, every: bool
    ) -> dict[Ranges, dict[str, float]]:
        """What Flair predicts for each span: its labels, or every label, with probability."""
        self.classifier.predict(
            sentence, label_name=COMPARISON_LABEL, return_probabilities_for_all_classes=every
        )
        found: dict[Ranges, dict[str, float]] = {}
        for ranges, span in self._spans(split, sentence).items():
            labels = span.get_labels(COMPARISON_LABEL)
            found[ranges] = {label.value: label.score for label in labels}
            span.remove_labels(COMPARISON_LABEL)
        return found

    def _spans(self, split: SplitText, sentence: Sentence) -> dict[Ranges, Span]:
        """The spans that the classifier gives a label, by their place."""
        spans = self.classifier._get_data_points_from_sentence(sentence)
        return {(characters_of(split, words_of(span)),): span for span in spans}

    def _chosen(self, text: MarkedText, places: Collection[Ranges]) -> Ranges:
        """The place of the data point: that of the text, or the first."""
        ranges = text.data_point or next(iter(places))
        if ranges not in places:
            raise ValueError(
                f"data_point={ranges} is none of the spans that were given; they are "
                f"{join_labels([str(each) for each in places])}"
            )
        return ranges
