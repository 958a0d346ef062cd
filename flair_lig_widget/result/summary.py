"""A result in words: formatted numbers, and the sentences that sum it up."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from flair_lig_widget.result.algorithms import (
    ALGORITHMS,
    INTEGRATED_GRADIENTS,
    describe_algorithm,
)
from flair_lig_widget.result.marked import words_at
from flair_lig_widget.result.tokens import Span
from flair_lig_widget.result.units import VALUE, visible

if TYPE_CHECKING:
    from flair_lig_widget.result.attribution import Attribution

_MOST_DIGITS = 6
"""After the point, of a value."""


def number(x: float, digits: int, sign: str = "-") -> str:
    """Fixed digits, but a number other than zero never reads as zero; ``"+"`` shows every sign.

    `js/elements/format.js` does the same.
    """
    text = f"{x:{sign}.{digits}f}"
    if x != 0 and float(text) == 0:
        one_digit = Decimal(f"{x:.0e}")
        kind = "f" if abs(one_digit) >= Decimal("1e-6") else "g"
        text = f"{one_digit:{sign}{kind}}"
    return f"−{text[1:]}" if text.startswith("-") else text


def percent(fraction: float) -> str:
    """A fraction in percent with one digit; less than all is never rounded to all.

    `js/elements/format.js` does the same.
    """
    if 0.9995 <= fraction < 1:
        return ">99.9 %"
    return f"{number(100 * fraction, 1)} %"


def amount(value: float) -> str:
    """The value of a regressor: two digits after the point, or more for three that count."""
    digits = 2 if value == 0 else 2 - math.floor(math.log10(abs(value)))
    return number(value, min(max(digits, 2), _MOST_DIGITS))


def prediction_summary(attribution: Attribution) -> str:
    """The labels that Flair predicts, with their probabilities, in a sentence; or the value."""
    a = attribution
    if a.output == VALUE:
        return f"Predicted {amount(a.prediction[a.target])} ({visible(a.target)})."
    label, probability = max(a.prediction.items(), key=lambda item: item[1])
    closest = f"{visible(label)} comes closest ({percent(probability)})"
    if a.data_point is not None and all(p.ranges != a.data_point for p in a.data_points):
        return f"Flair labels other words than “{words_at(a.text, a.data_point)}”; {closest}."
    for_words = "" if a.data_point is None else f" for “{words_at(a.text, a.data_point)}”"
    if a.predicted:
        chosen = [f"{visible(label)} ({percent(a.prediction[label])})" for label in a.predicted]
        return f"Predicted {', '.join(chosen)}{for_words}."
    return f"Predicted no label{for_words}; {closest}."


def accuracy_summary(attribution: Attribution) -> str:
    """How accurate the scores are and what they took, in a sentence."""
    a = attribution
    facts = [
        _sum_of_scores(a),
        f"{a.n_evaluations} evaluation{'' if a.n_evaluations == 1 else 's'}",
    ]
    if a.error_estimate is not None:
        facts.insert(1, f"scores within {percent(a.error_estimate)}")
    elif a.algorithm == INTEGRATED_GRADIENTS or ALGORITHMS[a.algorithm].samples:
        facts.insert(1, "error of the scores unknown")
    if a.rounding is not None:
        facts.append(f"{a.precision}, rounding {percent(a.rounding)}")
    if a.special_score != 0:
        facts.append(f"special tokens hold {number(a.special_score, 4, '+')} {a.unit}")
    return f"{', '.join(facts)}."


def _sum_of_scores(a: Attribution) -> str:
    """How far the scores are from summing to f(x) - f(x'), if they are meant to."""
    if a.delta is None:
        total = number(float(a.scores.sum()), 3, "+")
        return f"Scores sum to {total} {a.unit}, and need not sum to f(x) − f(x′)"
    share = "" if a.relative_delta is None else f" ({percent(a.relative_delta)} of f(x) − f(x′))"
    return f"Delta {number(a.delta, 3)} {a.unit}{share}"


def _sums_of_texts(a: Attribution) -> tuple[str, ...]:
    """What each text of a pair or triple contributes, in one sentence; none for a single text."""
    if len(a.text_starts) == 1:
        return ()
    first, *others = (number(total, 2, "+") for total in a.text_sums)
    rest = [f"text {place} {total}" for place, total in enumerate(others, start=2)]
    return (f"Text 1 contributes {first} {a.unit}, {', '.join(rest)}.",)


def _method(a: Attribution) -> str:
    """The rule or the algorithm, and the baseline."""
    baseline = f"baseline {a.baseline}"
    if a.algorithm != INTEGRATED_GRADIENTS:
        alone = "" if ALGORITHMS[a.algorithm].uses_baseline else " for f(x′) alone"
        return f"{describe_algorithm(a)}, {baseline}{alone}"
    converged = {None: "", True: ", converged", False: ", not converged"}[a.converged]
    return f"{a.method}, {a.n_steps} steps{converged}, {baseline}"


def sentences(attribution: Attribution) -> tuple[str, ...]:
    """What was predicted and explained, how, and how accurately; then the notes."""
    a = attribution
    values = f"f(x) = {number(a.value, 3)}, f(x′) = {number(a.baseline_value, 3)}"
    equal = a.value == a.baseline_value
    no_share = ("f(x) equals f(x′), so no word has a share.",) if equal else ()
    return (
        prediction_summary(a),
        f"{values}, where f is {a.explained}; {_method(a)}.",
        *_sums_of_texts(a),
        accuracy_summary(a),
        *no_share,
        *a.notes,
    )


def summary(attribution: Attribution) -> str:
    """The sentences in one line of plain text."""
    return " ".join(sentences(attribution))


def describe_span(span: Span, n_spans: int, unit: str) -> str:
    """Score, share, rank and subwords of a span as plain text."""
    share = "" if span.share is None else f", {percent(span.share)} of f(x) − f(x′)"
    whole = any(span.text.casefold() in subword.casefold() for subword in span.subwords)
    read = "" if whole else ", read as " + " ".join(span.subwords)
    return f"{number(span.score, 4, '+')} {unit}{share}, rank {span.rank} of {n_spans}{read}"
