"""A text with the entities that a model is given, and the data point that is explained."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.units import isolated

Range = tuple[int, int]
"""Characters ``text[start:end]``."""

Ranges = tuple[Range, ...]
"""Where a data point is: one range for a token or span, head and tail for a relation."""

Entity = tuple[int, int, str]
"""Start, end and label."""


@dataclass(frozen=True)
class MarkedText:
    """A text and what belongs to it.

    Attributes
    ----------
    text : str
    entities : tuple of (int, int, str)
        Start, end and label of each entity that the model is given.
    data_point : tuple of (int, int), or None
        Where the data point is that is explained, such as a token; None to choose one.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    data_point: Ranges | None = None

    @property
    def is_plain(self) -> bool:
        """Whether nothing is marked."""
        return not self.entities and self.data_point is None

    def moved(self, text: str, place: Callable[[Range], Range | None]) -> MarkedText:
        """The same in an edited text.

        Parameters
        ----------
        text : str
            The text after the edit.
        place : callable
            From a range of this text to that of the other; None where it no longer is. An entity
            is then left out; a data point must not be.
        """
        entities = [(place((start, end)), label) for start, end, label in self.entities]
        points = [] if self.data_point is None else [place(each) for each in self.data_point]
        return MarkedText(
            text,
            entities=tuple((*found, label) for found, label in entities if found is not None),
            data_point=tuple(found for found in points if found is not None) or None,
        )

    def __len__(self) -> int:
        return len(self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class DataPoint:
    """Something that a model gives a label (Flair's word): a token, a span or a relation.

    Attributes
    ----------
    ranges : tuple of (int, int)
        Where it is in the text: one range, or those of head and tail.
    label : str
        What Flair predicts for it; ``"O"`` for nothing.
    probability : float or None
        Flair's own, if it has one.
    """

    ranges: Ranges
    label: str
    probability: float | None = None

    def text_in(self, text: str) -> str:
        """Its words; head and tail are joined by an arrow."""
        return words_at(text, self.ranges)


def words_at(text: str, ranges: Ranges) -> str:
    """The words of a token or span, or of a relation, whose head and tail an arrow joins."""
    return " → ".join(isolated(text[start:end]) for start, end in ranges)


def judged(label: str, text: str, data_point: Ranges | None) -> str:
    """What has the probability of a label: the label itself, or that a data point has it."""
    if data_point is None:
        return isolated(label)
    return f"the probability that {words_at(text, data_point)} is {isolated(label)}"


def overlap(first: Range, second: Range) -> bool:
    """Whether two ranges have a character in common."""
    return first[0] < second[1] and second[0] < first[1]


def joined_ranges(ranges: Ranges) -> Ranges:
    """The ranges in the order of the text; those that overlap are one."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)


def checked_ranges(value: Any, text: str, name: str) -> Ranges:
    """Ranges of characters that are in a text.

    Parameters
    ----------
    value : str, (int, int), or sequence of them
        Words are looked for in the text, where they must be once.
    text : str
    name : str
        The option, for the error message.

    Raises
    ------
    ValueError
        If it is something else, or not in the text.
    """
    try:
        is_one = isinstance(value, str) or not isinstance(value[0], (str, tuple, list))
        ranges = tuple(
            _found(each, text, name)
            if isinstance(each, str)
            else (operator.index(each[0]), operator.index(each[1]))
            for each in ([value] if is_one else value)
        )
    except (TypeError, IndexError) as error:
        raise ValueError(
            f"{name}={shown(value)} is no range of characters; give words of the text or "
            "(start, end); of a relation, those of head and tail"
        ) from error
    for start, end in ranges:
        if not (0 <= start < end <= len(text)):
            raise ValueError(
                f"{name}={shown(value)} is not in a text of {len(text):,} characters; give ranges "
                "within it"
            )
    if not ranges:
        raise ValueError(f"{name} is empty; give a range of characters, or None")
    return ranges


def _found(words: str, text: str, name: str) -> Range:
    """Where words are in a text."""
    places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]
    if len(places) != 1 or not words:
        if places and words:
            listed = ", ".join(map(str, places[:10]))
            raise ValueError(
                f"{name}={shown(words)} is {len(places)} times in the text; give its characters, "
                f"one of {listed}"
            )
        raise ValueError(
            f"{name}={shown(words)} is not in the text; give words of it, or a range of characters"
        )
    return places[0]


def checked_entities(value: Any, text: str) -> tuple[Entity, ...]:
    """Entities that are in a text.

    Raises
    ------
    ValueError
        If one is not a start, an end and a label, or not in the text.
    """
    found: list[Entity] = []
    for each in value:
        try:
            start, end, label = each
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"entity {shown(each)} is not possible; give (start, end, label)"
            ) from error
        if not isinstance(label, str) or not label:
            raise ValueError(f"entity {shown(each)} has no label; give (start, end, label)")
        ((start, end),) = checked_ranges((start, end), text, "entity")
        found.append((start, end, label))
    return tuple(found)
