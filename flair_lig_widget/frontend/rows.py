"""The rows of several results: label, prediction, score and coloured text of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

from flair_lig_widget.export.html import NEGATIVE, POSITIVE, STRONGEST
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.spans import paragraphs
from flair_lig_widget.result.summary import amount, number, percent
from flair_lig_widget.result.texts import parts_of_texts
from flair_lig_widget.result.units import VALUE, visible

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
    texts = "".join(
        f'<span class="flair-lig-row-text" dir="auto">'
        f"{''.join(_coloured(text, strength) for text, strength in own)}</span>"
        for own in _texts(attribution)
    )
    return f"<summary>{facts}{texts}</summary>"


def to_wire(attribution: Attribution, label: str | None) -> dict[str, Any]:
    """What a row shows: facts with their names, and parts of the text with their strengths.

    A strength is a score as a fraction of the largest, from -1 to 1. Several texts are separated
    by line breaks.
    """
    a = attribution
    facts = [
        ("predicted", _predicted(a)),
        ("explained", a.explained),
        ("sum of the scores", f"{number(float(a.scores.sum()), 2, '+')} {a.unit}"),
    ]
    not_read = [
        f"characters {part.start + 1:,} to {part.end:,}"
        + ("" if len(a.texts) == 1 else f" of text {part.index + 1}")
        for part in parts_of_texts(a.text, a.text_starts, a.truncated)
    ]
    if not_read:
        facts.append(("not read by the model", ", ".join(not_read)))
    if label is not None and a.output == VALUE:
        facts.insert(0, ("true value", label))
    elif label is not None:
        mark = "✓" if label in a.predicted else "✗"
        facts.insert(0, ("true label", f"{visible(label)} {mark}"))
    parts, *others = _texts(a)
    for own in others:
        parts += [("\n", 0.0), *own]
    return {"facts": facts, "text": parts}


def _predicted(a: Attribution) -> str:
    """The predicted labels with their probabilities, or the value."""
    if a.output == VALUE:
        return f"{amount(a.prediction[a.target])} ({visible(a.target)})"
    labels = [f"{visible(each)}, {percent(a.prediction[each])}" for each in a.predicted]
    return "; ".join(labels) or "no label"


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


def _texts(attribution: Attribution) -> list[list[tuple[str, float]]]:
    """The parts of each text with their strengths."""
    words = attribution.words()
    largest = max((abs(word.score) for word in words), default=0.0)
    scores = [word.score / largest if largest else 0.0 for word in words]
    return [
        [(each.text, 0.0 if each.span is None else scores[each.span]) for each in own]
        for own in paragraphs(attribution.segments())
    ]


def _coloured(text: str, strength: float) -> str:
    level = math.ceil(_LEVELS * abs(strength) - 0.5)  # the nearest; half of the weakest is none
    if level == 0:
        return escape(text)
    side = "for" if strength > 0 else "against"
    return f'<span class="flair-lig-{side}-{level}">{escape(text)}</span>'
