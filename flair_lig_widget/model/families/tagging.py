"""What taggers have in common: a label for a token or a span, from logits of tags."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Sequence
from typing import Any

import torch
from flair.data import Sentence

from flair_lig_widget.model.encoding import Encoding
from flair_lig_widget.model.families.base import COMPARISON_LABEL
from flair_lig_widget.model.families.data_points import OUTSIDE, DataPointFamily
from flair_lig_widget.model.readers import OF_WORDS
from flair_lig_widget.model.readers.locations import (
    characters_of,
    not_read,
    words_in,
    words_of,
    words_read,
)
from flair_lig_widget.model.readers.sentences import SplitText, read_sentence, whole_text
from flair_lig_widget.result.marked import DataPoint, MarkedText

_PREFIXES = ("B-", "I-", "E-", "S-")
_INTERNAL = ("<START>", "<STOP>")


class TaggingFamily(DataPointFamily):
    """Models that give a tag to each word.

    If the tags are those of spans (``B-LOC``, ``E-LOC``), the labels are those of the spans
    (``LOC``), and a data point is a span or a single word. The logit of a label is that of its tag
    at the word, or the mean over the words of the span, each with its own tag.
    """

    readers = OF_WORDS
    remembers_tokenizer = True
    _spans_have_scores = True

    def __init__(self, classifier: Any) -> None:
        super().__init__(classifier)
        self._tags: list[str] = [
            tag for tag in classifier.label_dictionary.get_items() if tag not in _INTERNAL
        ]
        self._index = {tag: classifier.label_dictionary.get_idx_for_item(tag) for tag in self._tags}
        # Flair cuts two characters off the tag of a span, also off "<unk>".
        self._label_of_value = {tag[2:]: _label_of(tag) for tag in self._tags}

    @property
    @abc.abstractmethod
    def labels_spans(self) -> bool:
        """Whether the tags are those of spans."""

    @abc.abstractmethod
    def _logits_of_tags(self, vectors: torch.Tensor) -> torch.Tensor:
        """Logits of all tags of the dictionary at each word, shapes (N, W, E) to (N, W, T)."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of spans, or the tags."""
        if not self.labels_spans:
            return tuple(self._tags)
        return tuple(dict.fromkeys(_label_of(tag) for tag in self._tags))

    def encode(self, text: MarkedText) -> Encoding:
        """Read a text as ``classifier.predict`` does, with what it predicts for its words."""
        if text.entities:
            raise ValueError(
                f"a {type(self.classifier).__name__} finds the entities itself; leave entities out"
            )
        split = self.split(text.text)
        encoding = self.reader.encode(split, [whole_text(split)])
        find_points = self._once(lambda: self._data_points(split))
        points = find_points() if text.data_point is None else ()
        words = self._words(text, split, points, words_read(encoding))
        if not words_read(encoding).issuperset(words):
            raise ValueError(not_read(text.text[slice(*characters_of(split, words))]))
        return dataclasses.replace(
            encoding,
            data_point=(characters_of(split, words),),
            data_point_words=words,
            find_data_points=find_points,
        )

    def _logits_of_embedded(
        self, embedded: torch.Tensor, encoding: Encoding | None
    ) -> torch.Tensor:
        assert encoding is not None, "readers of words need one"
        return self._logits_of_labels(self._logits_of_tags(embedded), encoding.data_point_words)

    def _flair_says(self, text: MarkedText) -> dict[str, float]:
        """The softmax of the logits that Flair's own forward pass gives."""
        split = self.split(text.text)
        if text.data_point is None:
            words = self.encode(text).data_point_words
        else:
            words = self._words(text, split, (), set(range(len(split.words))))
        (sentence,) = split.sentences
        with torch.no_grad():
            logits = self._logits_of_labels(self._flair_logits(sentence), words)
        return dict(zip(self.labels, self.probabilities(logits)[0].tolist(), strict=True))

    @abc.abstractmethod
    def _flair_logits(self, sentence: Sentence) -> torch.Tensor:
        """Logits of all tags at each word by Flair's own forward pass, shape (1, W, T)."""

    def _logits_of_labels(self, tags: torch.Tensor, words: range) -> torch.Tensor:
        """Logits of the labels for some words, shapes (N, W, T) to (N, C)."""
        columns = []
        for label in self.labels:
            names = self._tags_of_label(label, len(words))
            at = [tags[:, w, self._index[n]] for w, n in zip(words, names, strict=True)]
            columns.append(torch.stack(at).mean(dim=0))
        return torch.stack(columns, dim=-1)

    def _tags_of_label(self, label: str, n_words: int) -> list[str]:
        """The tag of each word of a span with a label."""
        if not self.labels_spans or label in self._index:  # such as "O" and "<unk>"
            return [label] * n_words
        is_bioes = any(tag.startswith("S-") for tag in self._tags)
        first, inside, last = ("B-", "I-", "E-") if is_bioes else ("B-", "I-", "I-")
        prefixes = [first, *[inside] * (n_words - 2), last]
        if n_words == 1:
            prefixes = ["S-" if is_bioes else "B-"]
        # A dictionary made from data may lack tags that were not in it.
        known = [tag for tag in self._tags if _label_of(tag) == label]
        return [p + label if p + label in self._index else known[0] for p in prefixes]

    def _words(
        self, text: MarkedText, split: SplitText, points: Sequence[DataPoint], read: set[int]
    ) -> range:
        """The words of the data point: that of the text, or the first that Flair gives a label."""
        if text.data_point is None:
            labelled = [point for point in points if point.label != OUTSIDE]
            places = [words_in(split, point.ranges[0]) for point in (*labelled, *points)]
            return next((place for place in places if read.issuperset(place)), places[0])
        words = words_in(split, text.data_point[0]) if len(text.data_point) == 1 else range(0)
        if not words:
            raise ValueError(
                f"data_point={text.data_point} is no range of whole words; give (start, end) of "
                "one word or several"
            )
        return words

    def _data_points(self, split: SplitText) -> tuple[DataPoint, ...]:
        """What Flair predicts: its spans and the words outside of them, or a tag for each word."""
        sentence = read_sentence(split.text, self.tokenizer)
        self.classifier.predict(sentence, label_name=COMPARISON_LABEL)
        found: dict[int, tuple[range, str, float | None]] = {}
        spans = sentence.get_spans(COMPARISON_LABEL) if self.labels_spans else []
        for span in spans:
            label, words = span.get_label(COMPARISON_LABEL), words_of(span)
            score = label.score if self._spans_have_scores else None
            found[words[0]] = words, self._label_of_value[label.value], score
        inside = {word for place, _, _ in found.values() for word in place}
        for index, token in enumerate(sentence.tokens):
            if index not in inside:
                labels = token.get_labels(COMPARISON_LABEL)
                best = max(labels, key=lambda label: label.score, default=None)
                value, score = (best.value, best.score) if best else (OUTSIDE, None)
                found[index] = range(index, index + 1), value, score
        return tuple(
            DataPoint(
                (characters_of(split, place),), label, None if label == OUTSIDE else probability
            )
            for place, label, probability in (found[first] for first in sorted(found))
        )


def _label_of(tag: str) -> str:
    """The label of a tag such as ``B-LOC``; a tag without such a prefix is a label."""
    return tag[len(_PREFIXES[0]) :] if tag.startswith(_PREFIXES) else tag
