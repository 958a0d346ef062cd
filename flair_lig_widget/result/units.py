"""The outputs that can be explained, their units, and how f is described in words."""

from __future__ import annotations

import re
import unicodedata

VALUE = "value"
"""The output of a regressor: a number in the unit of its training data."""

OUTPUTS = {
    "logit": "logit",
    "probability": "probability",
    "log_odds": "log-odds",
    VALUE: "units",
}
"""Each output that can be explained, with the unit of its scores; labels have all but `VALUE`."""

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
    return f"the {name_of_output(output)} of {visible(target)}{minus}"


def name_of_output(output: str) -> str:
    """What people read for an output: its unit, but the word itself for a value."""
    return VALUE if output == VALUE else OUTPUTS[output]


def describe_signs(output: str, target: str, contrast: str | None) -> tuple[str, str]:
    """What words with a positive and a negative score do, such as ``"for sport"``."""
    if output == VALUE:
        return "raises the value", "lowers it"
    return f"for {target}", "against it" if contrast is None else f"for {contrast}"
