"""The rows of several results: label, prediction, score and coloured text of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

from flair_lig_widget.export.html import NEGATIVE, POSITIVE, STRONGEST
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.summary import number, percent
from flair_lig_widget.result.units import visible

_LEVELS = 10
"""Strengths of a colour. The policy of a page rules out styles of single words."""


def style() -> str:
    """The styles of the rows."""
    rules = [
        ".flair-lig-row { border-block-start: 1px solid color-mix(in srgb, currentcolor 30%, "
        "transparent); padding-block: 0.5rem; }",
        ".flair-lig-row > summary { cursor: pointer; line-height: 1.7; overflow-wrap: anywhere; "
        "padding-inline: 3px; }",
        "@media (prefers-contrast: more) { .flair-lig-row { border-color: currentcolor; } }",
        ".flair-lig-fact { display: inline-block; margin-inline-end: 1.2em; }",
        ".flair-lig-row-text { display: block; white-space: pre-wrap; }",
    ]
    for side, (red, green, blue), line in (
        ("for", POSITIVE, "solid"),
        ("against", NEGATIVE, "dotted"),
    ):
        for level in range(1, _LEVELS + 1):
            colour = f"rgb({red} {green} {blue} / {STRONGEST * level / _LEVELS:.2f})"
            rules.append(
                f".flair-lig-{side}-{level} {{ background: {colour}; "
                f"border-bottom: 2px {line} {colour}; border-radius: 2px; }}"
            )
    # Where the system forces its colours, only the width of a line shows the strength.
    widths = [
        f".flair-lig-for-{level}, .flair-lig-against-{level} "
        f"{{ border-bottom-width: {1 + 3 * level / _LEVELS:.1f}px; }}"
        for level in range(1, _LEVELS + 1)
    ]
    rules.append(f"@media (forced-colors: active) {{ {' '.join(widths)} }}")
    return "\n".join(rules) + "\n"


def summary(attribution: Attribution, label: str | None) -> str:
    """What a row of a page shows of a result, as the ``summary`` of the element that opens it.

    Parameters
    ----------
    attribution : Attribution
    label : str or None
        The true label, if it is known.
    """
    row = to_wire(attribution, label)
    facts = "".join(
        f'<span class="flair-lig-fact">{name}: <bdi>{escape(value)}</bdi></span>'
        for name, value in row["facts"]
    )
    text = "".join(_coloured(text, strength) for text, strength in row["text"])
    return f'<summary>{facts}<span class="flair-lig-row-text" dir="auto">{text}</span></summary>'


def to_wire(attribution: Attribution, label: str | None) -> dict[str, Any]:
    """What a row shows: facts with their names, and parts of the text with their strengths.

    A strength is a score as a fraction of the largest, from -1 to 1.
    """
    a, words = attribution, attribution.words()
    largest = max((abs(word.score) for word in words), default=0.0)
    scores = [word.score / largest if largest else 0.0 for word in words]
    predicted = [f"{visible(each)}, {percent(a.prediction[each])}" for each in a.predicted]
    facts = [
        ("predicted", "; ".join(predicted) or "no label"),
        ("explained", a.explained),
        ("sum of the scores", f"{number(float(a.scores.sum()), 2, '+')} {a.unit}"),
    ]
    if a.truncated is not None:
        start, end = a.truncated
        facts.append(("not read by the model", f"characters {start + 1:,} to {end:,}"))
    if label is not None:
        mark = "✓" if label in a.predicted else "✗"
        facts.insert(0, ("true label", f"{visible(label)} {mark}"))
    return {
        "facts": facts,
        "text": [
            (segment.text, 0.0 if segment.span is None else scores[segment.span])
            for segment in a.segments()
        ],
    }


def check_labels(shown: Sequence[object], labels: Sequence[str | None] | None) -> None:
    """Raise unless there is a list of results, and a label for each if there are labels."""
    if isinstance(shown, Attribution) or not isinstance(shown, Sequence):
        raise TypeError(
            f"{type(shown).__name__} is not a list of attributions; give [attribution], or use its "
            "own to_html"
        )
    if not shown:
        raise ValueError("nothing to show; give at least one attribution or widget")
    if labels is not None and len(labels) != len(shown):
        raise ValueError(
            f"{len(labels)} labels for {len(shown)} texts; give one for each, None where it is "
            "not known"
        )


def _coloured(text: str, strength: float) -> str:
    level = math.ceil(_LEVELS * abs(strength) - 0.5)  # the nearest; half of the weakest is none
    if level == 0:
        return escape(text)
    side = "for" if strength > 0 else "against"
    return f'<span class="flair-lig-{side}-{level}">{escape(text)}</span>'
