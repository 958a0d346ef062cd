"""How many Gauss-Legendre points Captum needs to be as accurate as ours at 1 %."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import common
import numpy as np
from common import Floats, Subject, progress, relative_error
from peers import captum_scores
from scipy.interpolate import make_interp_spline

from flair_lig_widget import ModelWrapper, attribute

TOLERANCE, SHARE = 0.01, 0.95
"""The scores of this share of the texts must be within the tolerance."""

SHORTEST, LONGEST = 10, 130
"""Subwords of the texts, special ones included."""

MOST_POINTS, MOST_NODES = 200, 129
"""Of Captum's rule, and of a dense reference."""

_FIRST_SEED = 1000  # the texts that are timed have the seeds 0, 1, 2, …
_BATCH = 25


def iso_accuracy(wrapper: ModelWrapper, *, texts: int, longest: int, nodes: int) -> dict[str, Any]:
    """Find the smallest number of points that is enough, and compare it with ours at 1 %.

    A spline through the derivatives of the dense references says with how many points to begin;
    from there on, Captum itself runs, with a point more until it is accurate enough.

    Parameters
    ----------
    wrapper : ModelWrapper
    texts : int
        How many texts; their lengths grow by a factor.
    longest : int
        Subwords of the longest.
    nodes : int
        Of the dense references.

    Returns
    -------
    dict
        For the JSON file; ``points`` is None if `MOST_POINTS` are too few.
    """
    longest = min(longest, LONGEST)
    lengths = np.geomspace(min(SHORTEST, longest), longest, texts)
    subjects = [
        common.make_subject(wrapper, length=round(length), seed=_FIRST_SEED + i)
        for i, length in enumerate(lengths)
    ]
    tables = [_derivatives(subject, min(nodes, MOST_NODES)) for subject in subjects]
    references = [common.reference_of(table) for table in tables]
    truths = [reference.scores for reference in references]
    expected = _expected_shares(tables, truths)
    points = next((n for n, share in expected.items() if share >= SHARE), MOST_POINTS)
    errors = _captum_errors(subjects, truths, points)
    while share_within(errors) < SHARE and points < MOST_POINTS:
        points += 1
        errors = _captum_errors(subjects, truths, points)
    return {
        "points": points if share_within(errors) >= SHARE else None,
        "baseline": subjects[0].baseline,
        "expected_shares": expected,
        "largest_reference_own_error": max(reference.own_error for reference in references),
        "texts": [
            {
                "text": subject.text,
                "subwords": len(subject.encoding.tokens),
                "error": error,
                "ours": _ours(subject, truth),
            }
            for subject, truth, error in zip(subjects, truths, errors, strict=True)
        ],
    }


def _ours(subject: Subject, truth: Floats) -> dict[str, Any]:
    found = attribute(
        subject.classifier,
        subject.text,
        target=subject.target,
        baseline=subject.baseline,
        tolerance=TOLERANCE,
    )
    return {"gradients": found.n_evaluations, "error": relative_error(found.scores, truth)}


def _derivatives(subject: Subject, nodes: int) -> Floats:
    """The derivatives of the target's logit, shape (nodes, T)."""
    output = subject.output
    (table,) = common.dense_derivatives(
        subject, [lambda logits: logits[:, output]], nodes=nodes, baseline=subject.baseline
    )
    return table


def _expected_shares(tables: Sequence[Floats], truths: Sequence[Floats]) -> dict[int, float]:
    """The share of the texts within the tolerance, for every number of points, by splines."""
    splines = [make_interp_spline(np.linspace(0, 1, len(table)), table, k=5) for table in tables]
    shares = {}
    for n in range(2, MOST_POINTS + 1):
        at, weights = np.polynomial.legendre.leggauss(n)
        found = [weights / 2 @ spline((1 + at) / 2) for spline in splines]
        shares[n] = share_within(
            [relative_error(*pair) for pair in zip(found, truths, strict=True)]
        )
    return shares


def _captum_errors(
    subjects: Sequence[Subject], truths: Sequence[Floats], points: int
) -> list[float]:
    found = [captum_scores(each, n_steps=points, internal_batch_size=_BATCH) for each in subjects]
    errors = [relative_error(*pair) for pair in zip(found, truths, strict=True)]
    progress(f"Captum, {points} points: {share_within(errors):.1%} of the texts within 1 %")
    return errors


def share_within(errors: Sequence[float]) -> float:
    """The share of the errors that are within the tolerance."""
    return float(np.mean(np.array(errors) <= TOLERANCE))
