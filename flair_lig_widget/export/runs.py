"""A text as coloured runs of letters on white paper, which LaTeX and the figure then set."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flair_lig_widget import html
from flair_lig_widget.attribution import Attribution

Colour = tuple[int, int, int]

_NEW_LINE = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PARTS = re.compile(r"\n|[^\S\n]+|\S+")


@dataclass(frozen=True)
class Run:
    """Letters without a blank, or blanks, or the end of a line (U+000A).

    Attributes
    ----------
    text : str
        Without control characters.
    strength : float or None
        Size of the piece's score as a share of the largest; None outside the pieces.
    positive : bool
        The sign of the piece's score.
    read : bool
        Whether the model read it.
    """

    text: str
    strength: float | None = None
    positive: bool = True
    read: bool = True

    @property
    def blank(self) -> bool:
        """Whether there is nothing to see but space."""
        return self.text.isspace()

    @property
    def ground(self) -> Colour:
        """Red, green and blue, 0 to 255, behind the letters."""
        return self._colour(html.STRONGEST * (self.strength or 0.0))

    @property
    def line(self) -> Colour:
        """Red, green and blue of the line below, which tells the sign of faint grounds too."""
        return self._colour(math.sqrt(self.strength or 0.0))

    def _colour(self, opacity: float) -> Colour:
        rgb = html.POSITIVE if self.positive else html.NEGATIVE
        red, green, blue = (round(255 - opacity * (255 - part)) for part in rgb)
        return red, green, blue


def runs(attribution: Attribution, granularity: str) -> Iterator[Run]:
    """The whole text in its order; a piece of several words is several runs of one colour."""
    pieces = attribution.pieces(granularity)
    most = max((abs(piece.score) for piece in pieces), default=0.0)
    for text, place in attribution.segments(granularity):
        strength, positive = None, True
        if isinstance(place, int):
            score = pieces[place].score
            strength, positive = abs(score) / most if most else 0.0, score >= 0
        for part in _PARTS.findall(drawable(text)):
            yield Run(part, strength, positive, place != "unseen")


def drawable(text: str) -> str:
    """The text without what no font draws: those characters become U+FFFD.

    They are control characters, half characters (lone surrogates), what is no character at all,
    and marks that turn the direction of what follows. Every end of a line is U+000A.
    """
    text = _NEW_LINE.sub("\n", text).replace("\t", " ")
    return "".join("\N{REPLACEMENT CHARACTER}" if _undrawable(c) else c for c in text)


def account(attribution: Attribution) -> str:
    """What the colours mean, what was explained and how exactly, short enough for a caption."""
    a = attribution
    difference = a.value - a.baseline_value
    share = f" ({a.delta / difference:.2%} of f(x) - f(x'))" if difference else ""
    within = "not known"
    if a.error_estimate is not None:
        within = f"{a.error_estimate:.2%}"
    against = "against it" if a.contrast is None else f"for {_cut(a.contrast, 80)}"
    return drawable(
        f"{_cut(html.prediction(a), 240)} Blue, underlined: for {_cut(a.target, 80)}; orange, "
        f"dotted: {against}. Scores of {_cut(a.explained, 240)}: "
        f"f(x) = {html.number(a.value, 3)}, f(x') = {html.number(a.baseline_value, 3)}, "
        f"delta {html.number(a.delta, 4)}{share}, error {within}; {_cut(a.method, 80)}, "
        f"{a.n_steps} steps, baseline {_cut(a.baseline, 80)}. {_cut(' '.join(a.notes), 400)}"
    ).strip()


def _undrawable(letter: str) -> bool:
    if letter.isascii():
        return not letter.isprintable() and letter != "\n"
    code = ord(letter)
    no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return no_character or letter in _TURNING or unicodedata.category(letter) in {"Cc", "Cs"}


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
