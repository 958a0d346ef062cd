"""The rows of a page with several results: label, prediction, score and coloured text of each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from flair_lig_widget.export.html import NEGATIVE, POSITIVE, STRONGEST
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.spans import Segment
from flair_lig_widget.result.summary import number, percent
from flair_lig_widget.result.units import visible

_LEVELS = 10
"""Strengths of a colour. The policy of a page rules out styles of single words."""


def style() -> str:
    """The styles of the rows."""
    rules = [
        ".flair-lig-row { border-block-start: 1px solid color-mix(in srgb, currentcolor 30%, "
        "transparent); padding-block: 0.5rem; }",
        ".flair-lig-row > summary { cursor: pointer; line-height: 1.7; overflow-wrap: anywhere; }",
        ".flair-lig-fact { margin-inline-end: 1.2em; }",
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
    return "\n".join(rules) + "\n"


def summary(attribution: Attribution, label: str | None) -> str:
    """What a row shows of a result, as the ``summary`` of the element that opens it.

    Parameters
    ----------
    attribution : Attribution
    label : str or None
        The true label, if it is known.
    """
    facts = "".join(
        f'<span class="flair-lig-fact">{name}: <bdi>{escape(value)}</bdi></span>'
        for name, value in _facts(attribution, label)
    )
    words = attribution.words()
    largest = max((abs(word.score) for word in words), default=0.0)
    scores = [word.score / largest if largest else 0.0 for word in words]
    text = "".join(_segment(segment, scores) for segment in attribution.segments())
    return f'<summary>{facts}<span class="flair-lig-row-text" dir="auto">{text}</span></summary>'


def _facts(a: Attribution, label: str | None) -> Iterator[tuple[str, str]]:
    if label is not None:
        yield "true label", f"{visible(label)} {'✓' if label in a.predicted else '✗'}"
    predicted = [f"{visible(each)}, {percent(a.prediction[each])}" for each in a.predicted]
    yield "predicted", "; ".join(predicted) or "no label"
    yield "explained", a.explained
    yield "sum of the scores", f"{number(float(a.scores.sum()), 2, '+')} {a.unit}"


def _segment(segment: Segment, scores: list[float]) -> str:
    text = escape(segment.text)
    score = 0.0 if segment.span is None else scores[segment.span]
    level = math.ceil(_LEVELS * abs(score) - 0.5)  # the nearest; half of the weakest is none
    if level == 0:
        return text
    return f'<span class="flair-lig-{"for" if score > 0 else "against"}-{level}">{text}</span>'
