"""Models that give labels to parts of a text: tokens, spans or relations, data points in Flair."""

from __future__ import annotations

import abc
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import torch
from flair.data import Sentence

from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.families.base import Family
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.readers.locations import words_in
from flair_lig_widget.model.readers.sentences import SplitText, read_sentence
from flair_lig_widget.result.marked import DataPoint, MarkedText, Ranges
from flair_lig_widget.result.messages import shown

Found = TypeVar("Found")

OUTSIDE = "O"
"""Flair's word for no label."""


class DataPointFamily(Family):
    """Models whose logits belong to one data point of a text."""

    has_data_points = True

    def can_share_batch(self, encoding: Encoding) -> bool:
        """False: data points are at other words in other texts."""
        return False

    def logits_of_texts(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """Logits of the labels for the data point of one text, shape (N, C)."""
        (text,) = texts
        return self._logits_of_embedded(self.reader.embed(texts, layer), text.encoding)

    def flair_probabilities(self, texts: Sequence[str | MarkedText]) -> list[dict[str, float]]:
        """For each data point the probability of each label according to Flair."""
        return [
            self._flair_says(MarkedText(text) if isinstance(text, str) else text) for text in texts
        ]

    def _once(self, find: Callable[[], Found]) -> Callable[[], Found]:
        """A function that asks the model when it is first called, for what may not be needed.

        Texts with words taken away, of which there are many, are read for their logits alone.
        """

        @functools.cache
        def found() -> Found:
            with exclusive_eval(self.classifier):
                return find()

        return found

    @abc.abstractmethod
    def _flair_says(self, text: MarkedText) -> dict[str, float]:
        """The probability of each label for the data point of a text, according to Flair."""


class EntityFamily(DataPointFamily):
    """Models that are given the entities of a text.

    Attributes
    ----------
    entity : str
        What error messages call one.
    """

    reads_entities = True
    entity = "entity"

    @abc.abstractmethod
    def _type_of(self, label: str) -> str:
        """The label type under which the model looks for entities of a label."""

    def _sentence(self, text: MarkedText, split: SplitText) -> Sentence:
        """The sentence with its entities, as Flair's taggers leave it."""
        sentence = read_sentence(split.text, self.tokenizer)
        for start, end, label in text.entities:
            words = words_in(split, (start, end))
            if not words:
                raise ValueError(
                    f"the {self.entity} {shown(text.text[start:end])} is no whole word of the "
                    "text; give the characters of whole words"
                )
            sentence[words.start : words.stop].add_label(self._type_of(label), label)
        return sentence


def data_points(
    places: Iterable[Ranges], predicted: Mapping[Ranges, Mapping[str, float]]
) -> tuple[DataPoint, ...]:
    """Each place with its most probable label, or with none.

    Parameters
    ----------
    places : iterable of Ranges
    predicted : mapping of Ranges to mappings of str to float
        The probability of each label that Flair predicts; places without one may be missing.
    """
    found: list[DataPoint] = []
    for place in places:
        labels = predicted.get(place)
        label = max(labels, key=lambda each: labels[each]) if labels else OUTSIDE
        found.append(DataPoint(place, label, labels[label] if labels else None))
    return tuple(found)
