"""The text as coloured runs of characters on white paper, for LaTeX and the figure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flair_lig_widget.export import html
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.summary import sentences
from flair_lig_widget.result.units import describe_signs

Colour = tuple[int, int, int]

_NEW_LINE = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PARTS = re.compile(r"\n|[^\S\n]+|\S+")


@dataclass(frozen=True)
class Run:
    """Characters without whitespace, or whitespace, or the end of a line (U+000A).

    Attributes
    ----------
    text : str
        Without control characters.
    strength : float or None
        Size of the span's score as a fraction of the largest; None outside the spans.
    positive : bool
        Whether the span's score is positive or zero.
    read : bool
        Whether the model read it.
    right_to_left : bool
        Whether its text begins with a script that is written from right to left.
    """

    text: str
    strength: float | None = None
    positive: bool = True
    read: bool = True
    right_to_left: bool = False

    @property
    def is_space(self) -> bool:
        """Whether it is only whitespace."""
        return self.text.isspace()

    @property
    def background(self) -> Colour:
        """Red, green and blue, 0 to 255, behind the characters."""
        return self._colour(html.STRONGEST * (self.strength or 0.0))

    @property
    def underline(self) -> Colour:
        """Red, green and blue of the underline, which shows the sign of faint backgrounds too."""
        return self._colour(math.sqrt(self.strength or 0.0))

    def _colour(self, opacity: float) -> Colour:
        rgb = html.POSITIVE if self.positive else html.NEGATIVE
        red, green, blue = (round(255 - opacity * (255 - part)) for part in rgb)
        return red, green, blue


def runs(attribution: Attribution, granularity: str) -> Iterator[Run]:
    """The whole text in its order; a span of several words is several runs of one colour."""
    spans = attribution.spans(granularity)
    largest = max((abs(span.score) for span in spans), default=0.0)
    right_to_left = [_is_right_to_left(text) for text in attribution.texts]
    index = 0  # of the text
    for segment in attribution.segments(granularity):
        index += segment.is_separator
        strength, positive = None, True
        if segment.span is not None:
            score = spans[segment.span].score
            strength, positive = abs(score) / largest if largest else 0.0, score >= 0
        for part in _PARTS.findall(drawable(segment.text)):
            read = not segment.truncated
            yield Run(part, strength, positive, read, right_to_left[index])


def drawable(text: str) -> str:
    """The text with U+FFFD for every character that no font draws.

    These are control characters, lone surrogates, noncharacters, and marks that change the
    direction of writing. Every line break becomes U+000A.
    """
    text = _NEW_LINE.sub("\n", text).replace("\t", " ")
    return "".join("\N{REPLACEMENT CHARACTER}" if _undrawable(c) else c for c in text)


def caption(attribution: Attribution) -> str:
    """What the colours mean and the summary, without the middle of long labels."""
    a = attribution
    contrast = None if a.contrast is None else shorten(a.contrast, 80)
    positive, negative = describe_signs(a.output, shorten(a.target, 80), contrast)
    colours = f"Blue, underlined: {positive}; orange, dotted: {negative}."
    return drawable(" ".join([colours, *(shorten(each, 400) for each in sentences(a))]))


def _is_right_to_left(text: str) -> bool:
    """Whether the first character with a direction is written from right to left."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((d for d in directions if d in {"L", "R", "AL"}), "L") != "L"


def _undrawable(character: str) -> bool:
    if character.isascii():
        return not character.isprintable() and character != "\n"
    code = ord(character)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    is_control = unicodedata.category(character) in {"Cc", "Cs"}
    return is_noncharacter or is_control or character in _DIRECTION_MARKS


def shorten(text: str, length: int) -> str:
    """The text without its middle, if it is longer; both ends hold numbers."""
    if len(text) <= length:
        return text
    half = (length - 1) // 2
    return f"{text[:half]}…{text[-half:]}"
