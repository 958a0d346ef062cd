"""The outputs that can be explained, their units, and how f is described in words."""

from __future__ import annotations

import re
import unicodedata

OUTPUTS = {"logit": "logit", "probability": "probability", "log_odds": "log-odds"}
"""Each output of a label that can be explained, with the unit of its scores."""

DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""The characters that embed, override or isolate a direction of writing, and those that end it."""

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def visible(label: str) -> str:
    """The label as sentences show it."""
    return label or "(empty)"


def isolated(text: str) -> str:
    """A word or label as sentences show it, with no effect on how the rest is laid out.

    If any of it is written from right to left, it is between U+2068 and U+2069; without them a
    number or another such word next to it would be drawn in the wrong place. Its own marks of
    direction are left out, because one without its end would reach beyond it (Unicode Standard
    Annex 9).
    """
    text = visible(DIRECTION_MARKS.sub("", text))
    if _RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, text)):
        return text
    return f"\u2068{text}\u2069"


def describe_output(output: str, target: str, contrast: str | None) -> str:
    """F in words, such as ``"the logit of sport minus that of tech"``."""
    minus = "" if contrast is None else f" minus that of {visible(contrast)}"
    return f"the {OUTPUTS[output]} of {visible(target)}{minus}"
