"""Sentences about a result that a reader must not miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flair_lig_widget.result.algorithms import ALGORITHMS, INTEGRATED_GRADIENTS
from flair_lig_widget.result.texts import parts_of_texts
from flair_lig_widget.result.units import visible

if TYPE_CHECKING:
    from flair_lig_widget.result.attribution import Attribution

_NEUTRAL = 0.5
"""A baseline counts as neutral if its entropy is at least this fraction of the largest."""

_COARSE = 0.1
"""Scores of a fixed rule whose error may be larger than this get a note, and so do those of another
algorithm whose delta is. ``auto`` has a tolerance, and says whether it was met."""


def notes(attribution: Attribution) -> tuple[str, ...]:
    """Notes on truncation, paired text, a baseline that prefers a label, and wrong scores."""
    is_integrated = attribution.algorithm == INTEGRATED_GRADIENTS
    candidates = (
        _truncation(attribution),
        _masked(attribution),
        _decoding(attribution),
        _paired_text(attribution),
        _baseline(attribution),
        _steps(attribution) if is_integrated else _comparison(attribution),
    )
    return tuple(note for note in candidates if note)


def _truncation(a: Attribution) -> str:
    is_one = len(a.text_starts) == 1
    parts = []
    for part in parts_of_texts(a.text, a.text_starts, a.truncated):
        side = "last" if part.end == part.length else "first"
        n_characters = f"the {side} {part.end - part.start:,} of {part.length:,} characters"
        parts.append(n_characters if is_one else f"{n_characters} of text {part.index + 1}")
    if not parts:
        return ""
    longer = "the text is" if is_one else "the texts are"
    why = f"{longer} longer than the model's input"
    if a.data_point is not None and len(a.data_point) > 1:
        why = "it reads the words around both entities"
    return f"The model did not read {' and '.join(parts)} (grey): {why}."


def _masked(a: Attribution) -> str:
    """Whether the model does not read the words that it is asked about."""
    read = [token for token in a.tokens if not token.special]
    for start, end in a.data_point or ():
        if not any(start < token.end and token.start < end for token in read):
            return "The model reads a mask in place of the entities, not their words."
    return ""


def _decoding(a: Attribution) -> str:
    """Whether Flair predicts another label for some words than the one with the largest logit."""
    if not a.data_points or a.multi_label:
        return ""
    label = max(a.prediction, key=a.prediction.__getitem__)
    predicted = a.predicted[0] if a.predicted else "O"
    if predicted in (label, "") or predicted not in a.prediction:
        return ""
    return (
        f"Flair predicts {visible(predicted)} here, although the logit of {visible(label)} is "
        "larger: it decides on the labels of all words of the sentence together."
    )


def _paired_text(a: Attribution) -> str:
    if a.paired_text is None:
        return ""
    if a.paired_text:
        return f"The model reads the text together with “{a.paired_text}”."
    return "The text leaves no room for the label, so the model does not read it."


def _baseline(a: Attribution) -> str:
    if not ALGORITHMS[a.algorithm].has_delta:
        return ""  # the scores do not explain the change from the baseline
    largest_entropy, entropy = np.log2(len(a.baseline_prediction)), a.baseline_entropy
    if entropy is None or a.multi_label or entropy >= _NEUTRAL * largest_entropy:
        return ""
    label, probability = max(a.baseline_prediction.items(), key=lambda item: item[1])
    return (
        f"The baseline is not neutral: there the model predicts {visible(label)} "
        f"({100 * probability:.0f} %), and the scores explain the change from that prediction. "
        "Another baseline may prefer no label."
    )


def _comparison(a: Attribution) -> str:
    """Whether the scores of another algorithm say little."""
    if not a.scores.any() and a.value != a.baseline_value:
        return "Every score is 0, although f(x) is not f(x′): the scores explain nothing."
    miss, why = a.relative_delta, ALGORITHMS[a.algorithm].why_delta
    if miss is None or abs(miss) <= _COARSE or not why:
        return ""
    return f"The scores miss f(x) − f(x′) by {100 * abs(miss):.0f} %: {why}."


def _steps(a: Attribution) -> str:
    if a.tolerance is not None:
        return ""
    if a.error_estimate is None:
        if not a.scores.any():
            return (
                "Every score is 0, although f changes along the path: the model passes no gradient "
                "to its input, so the scores explain nothing."
            )
        return "The error of the scores has no bound here: they may be entirely wrong."
    if a.error_estimate <= _COARSE:
        return ""
    steps = "1 step is" if a.n_steps == 1 else f"{a.n_steps} steps are"
    wrong = a.error_estimate >= 1
    how = "entirely wrong" if wrong else f"off by up to {100 * a.error_estimate:.0f} %"
    return f"{steps} too few here: the scores may be {how}."
