"""Relations between two entities: the sentence is read again for each pair, with markers."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from typing import Any

from flair.data import Relation, Sentence, Span
from flair.models import RelationClassifier

from flair_lig_widget.model.encoding import Encoding
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.families.base import COMPARISON_LABEL
from flair_lig_widget.model.families.data_points import EntityFamily, data_points
from flair_lig_widget.model.readers.locations import characters_of, words_of
from flair_lig_widget.model.readers.sentences import Reading, SplitText
from flair_lig_widget.model.readers.transformer import TransformerReader
from flair_lig_widget.result.marked import Entity, MarkedText, Ranges
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import join_labels

_FEWEST_ENTITIES = 2


class RelationFamily(EntityFamily):
    """``RelationClassifier``, with every encoding strategy.

    A data point is an ordered pair of entities, head and tail. Flair reads the sentence once for
    each pair, with markers or masks for the two; only words of the sentence move along the path.
    """

    supports = "RelationClassifier"

    def __init__(self, classifier: Any) -> None:
        super().__init__(classifier)
        has_tokenizer = getattr(classifier, "tokenizer", None) is not None
        if has_tokenizer and not isinstance(self.reader, TransformerReader):
            raise UnsupportedClassifierError(
                "cannot explain a RelationClassifier over word embeddings with a tokenizer, with "
                "which Flair splits the markers of its entities too; set its tokenizer to None"
            )

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it is a relation classifier."""
        return isinstance(classifier, RelationClassifier)

    def encode(self, text: MarkedText) -> Encoding:
        """Read the sentence of a pair of entities as ``classifier.predict`` does."""
        split = self.split(text.text)
        sentence = self._sentence(text, split)
        pairs = self._pairs(text, split, sentence)
        predicted = self._once(lambda: self._predictions(split, sentence, every=False))
        ranges = text.data_point or _first(pairs, predicted())
        _check_pair(ranges, pairs)
        reading = self._reading(split, *pairs[ranges])
        encoding = self.reader.encode(split, [reading])
        n_words = len(split.words)
        is_whole = {word for word in reading.words if word is not None} == set(range(n_words))
        return dataclasses.replace(
            encoding,
            is_truncated=encoding.is_truncated or not is_whole,
            entities=text.entities,
            data_point=ranges,
            find_data_points=lambda: data_points(pairs, predicted()),
        )

    def _flair_says(self, text: MarkedText) -> dict[str, float]:
        """The probability of each relation according to ``classifier.predict``."""
        split = self.split(text.text)
        sentence = self._sentence(text, split)
        ranges = text.data_point
        if ranges is None:
            pairs = self._pairs(text, split, sentence)
            ranges = _first(pairs, self._predictions(split, sentence, every=False))
        predicted = self._predictions(split, sentence, every=True)
        _check_pair(ranges, predicted)
        return predicted[ranges]

    def entities_of(self, sentence: Sentence) -> tuple[Entity, ...]:
        """The entities that the classifier finds in a sentence."""
        return tuple(
            (entity.span.start_position, entity.span.end_position, entity.label.value)
            for entity in self.classifier._valid_entities(sentence)
        )

    def _type_of(self, label: str) -> str:
        """The label type under which the classifier looks for entities of a label."""
        types: dict[str, set[str] | None] = self.classifier.entity_label_types
        for name, labels in types.items():
            if labels is None or label in labels:
                return name
        known = sorted({each for labels in types.values() for each in labels or ()})
        raise ValueError(
            f"the model reads no entities with label {shown(label)}; it reads {join_labels(known)}"
        )

    def _pairs(
        self, text: MarkedText, split: SplitText, sentence: Sentence
    ) -> dict[Ranges, tuple[Any, Any, Sentence]]:
        """Head, tail and what Flair reads, for each pair that it gives a label."""
        found: dict[Ranges, tuple[Any, Any, Sentence]] = {}
        for head, tail, _ in self.classifier._entity_pair_permutations(sentence):
            encoded = self.classifier._encode_sentence(head=head, tail=tail)
            if encoded is not None:
                found[_ranges(split, head.span, tail.span)] = (head, tail, encoded)
        # With a context length, Flair reads the sentences of other pairs as neighbours.
        Sentence.set_context_for_sentences([encoded for _, _, encoded in found.values()])
        if not found:
            n = len(text.entities)
            raise ValueError(
                f"there is no pair of entities among {n} that this model gives a label; give "
                "entities=[(start, end, label), …] with at least "
                f"{_FEWEST_ENTITIES}, or a Sentence that has them{self._limits}"
            )
        return found

    @property
    def _limits(self) -> str:
        """Which pairs the model leaves out, as error messages say it."""
        most = self.classifier.max_allowed_tokens_between_entities
        return "" if most is None else f" (it reads no pair more than {most} words apart)"

    def _predictions(
        self, split: SplitText, sentence: Sentence, *, every: bool
    ) -> dict[Ranges, dict[str, float]]:
        """What Flair predicts for each pair: its label, or every label, with probability."""
        self.classifier.predict(
            sentence, label_name=COMPARISON_LABEL, return_probabilities_for_all_classes=every
        )
        found: dict[Ranges, dict[str, float]] = {}
        relations = sentence.get_relations(COMPARISON_LABEL)  # each once for each of its labels
        for relation in relations:
            labels = relation.get_labels(COMPARISON_LABEL)
            found[_ranges_of(split, relation)] = {label.value: label.score for label in labels}
        for relation in relations:
            relation.remove_labels(COMPARISON_LABEL)
        return found

    def _reading(self, split: SplitText, head: Any, tail: Any, encoded: Sentence) -> Reading:
        """The words that Flair reads for a pair, and which of them are words of the text."""
        model = self.classifier
        items: list[tuple[list[str], list[int | None]]] = []
        places: list[int] = []
        inside = {token.idx - 1 for span in (head.span, tail.span) for token in span.tokens}
        marked = {
            head.span[0].idx - 1: (head.span, model.encoding_strategy.encode_head(*head)),
            tail.span[0].idx - 1: (tail.span, model.encoding_strategy.encode_tail(*tail)),
        }
        for index, word in enumerate(split.words):
            if index in marked:
                places.append(len(items))
                items.append(_marked_words(*marked[index]))
            elif index not in inside:
                items.append(([word], [index]))
        context = model.max_surrounding_context_length
        if context is not None:
            items = items[max(min(places) - context, 0) : max(places) + context + 1]
        words = [word for read, _ in items for word in read]
        of_text = [index for _, indexes in items for index in indexes]
        if words != [token.text for token in encoded.tokens]:
            raise ValueError(
                "Flair reads other words than there are in this sentence; remove unusual whitespace"
            )
        return Reading(encoded, of_text)


def _check_pair(ranges: Ranges, pairs: Collection[Ranges]) -> None:
    """Raise a ValueError if these are not a pair that the model reads."""
    if ranges not in pairs:
        raise ValueError(
            f"data_point={ranges} is no pair of entities that this model reads; pairs are "
            f"{join_labels([str(each) for each in pairs])}"
        )


def _first(pairs: Iterable[Ranges], predicted: dict[Ranges, dict[str, float]]) -> Ranges:
    """The pair with the most probable relation; the first if there is none."""
    return max(pairs, key=lambda pair: max(predicted.get(pair, {}).values(), default=0.0))


def _marked_words(span: Span, encoded: str) -> tuple[list[str], list[int | None]]:
    """The words that Flair reads for an entity, and which of them are its own."""
    read = encoded.split(" ")
    own = [token.text for token in span.tokens]
    of_text: list[int | None] = [None] * len(read)
    # A marker follows the entity; the words before may look like it, such as the name of its label.
    for start in range(len(read) - len(own) - 1, -1, -1):
        if read[start : start + len(own)] == own:
            of_text[start : start + len(own)] = [token.idx - 1 for token in span.tokens]
            break
    return read, of_text


def _ranges(split: SplitText, head: Span, tail: Span) -> Ranges:
    return characters_of(split, words_of(head)), characters_of(split, words_of(tail))


def _ranges_of(split: SplitText, relation: Relation) -> Ranges:
    return _ranges(split, relation.first, relation.second)
