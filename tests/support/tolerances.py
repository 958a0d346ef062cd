"""Tolerances at which rounding cannot change what ``auto`` does."""

from __future__ import annotations

import math

from flair_lig_widget import LIGEngine, Request


def clear_tolerance(classifier, text: str, about: float) -> float:
    """A tolerance that the last refinement clearly meets and all before it clearly miss.

    The number of evaluations is then the same on every processor and with every batch size.

    Parameters
    ----------
    classifier
    text : str
    about : float
        The tolerance that the last refinement should meet.
    """
    results = LIGEngine(classifier).stream(Request(text=text, tolerance=about))
    *missed, met = (max(r.error_estimate, abs(r.relative_delta or 0.0)) for r in results)
    assert met < 0.9 * min(missed), "choose another tolerance: two refinements are close"
    return math.sqrt(met * min(missed))
