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
        The smallest tolerance that is tried.
    """
    for tolerance in (about * 1.1**k for k in range(25)):
        results = LIGEngine(classifier).stream(Request(text=text, tolerance=tolerance))
        *missed, met = (max(r.error_estimate, abs(r.relative_delta or 0.0)) for r in results)
        if met < 0.9 * tolerance < 1.1 * tolerance < min(missed, default=math.inf):
            return tolerance
    raise AssertionError(f"no clear tolerance close to {about}; choose another")
