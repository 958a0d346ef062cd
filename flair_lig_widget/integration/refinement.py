"""How ``auto`` turns derivatives into scores, estimates their error, and places new nodes.

The integrand of a text is smooth except for a bump somewhere on the path, where the prediction
changes. So the derivatives are interpolated by a cubic spline, and new nodes go where it is rough.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg import solve_banded

from flair_lig_widget.integration.quadrature import Floats, rule

PROFILE_BINS = 16
"""Number of equal bins in the path profile."""

_AT_ONCE = 640_000
"""Numbers that splines are computed from together; they take about ten times as much memory."""

FIRST_NODES = 5
"""Nodes of the first estimate: the midpoints of as many equal cells."""

# How much of each of the two signs of error counts as error. Chosen on 108 integrands of two
# classifiers, and the number of nodes that are few on the texts of `test_calibration.py`, so that
# the scores of ``auto`` are within its tolerance in more than 95 of 100 cases.
# `benchmarks/calibration.py` measures it on other classifiers and texts. Roughness counts for more
# where f is known only at the ends, and where a few nodes could all miss a bump in which the
# tokens cancel each other.
_SUM_SHARE, _ROUGH_SHARE = 0.65, 0.15
_ENDS_SUM_SHARE, _ENDS_ROUGH_SHARE = 1.0, 0.5
_FEW_NODES, _FEW_ROUGH_SHARE = 11, 1.0

# Chosen on the same integrands, for few nodes in few calls of the model.
_LEAST_NEW, _SHARE_OF_MISSING, _ROUGHNESS_OF_HALF = 2, 0.4, 0.25


@dataclass(frozen=True, eq=False)
class Estimate:
    """The integral of derivatives known at n nodes, and its error.

    Attributes
    ----------
    scores : ndarray of shape (T,)
        The integral for each token.
    error : float
        Estimated relative L2 error of the scores; infinite where they are zero and f changes.
    roughness : ndarray of shape (n + 1,)
        The possible error of each cell: between two nodes, or a node and an end of the path.
    """

    scores: Floats
    error: float
    roughness: Floats


def first_nodes(limit: int) -> list[float]:
    """The nodes of the first estimate, at most ``limit``."""
    return list(rule("riemann_middle", min(FIRST_NODES, limit))[0].tolist())


def estimate(nodes: Floats, derivatives: Floats, values: Floats) -> Estimate:
    r"""Integrate derivatives that are known at some nodes.

    The integrand is a natural cubic spline between the nodes and a straight line outside them.
    Two signs of its error cost nothing. First, the derivatives of all tokens sum to
    :math:`f'(\alpha)`, so where f is known at both ends of a cell, the sum of the scores in the
    cell is known too, and the difference from the spline's sum is a true error. Second, where the
    spline and the trapezoid differ, the integrand is too rough for its nodes, even if the errors
    of the tokens cancel in their sum.

    Parameters
    ----------
    nodes : ndarray of shape (n,)
        Ascending, in [0, 1].
    derivatives : ndarray of shape (n, T)
        Directional derivative at each node, for each token.
    values : ndarray of shape (n + 2,) or (2,)
        f at 0, at every node, and at 1; or only at 0 and 1.
    """
    bounds = np.concatenate([[0.0], nodes, [1.0]])
    cells, rough = _cells(nodes, derivatives)
    scores = cells.sum(axis=0)
    if len(values) == len(bounds):
        missed = np.diff(values) - cells.sum(axis=1)
        roughness, sum_share, rough_share = rough + abs(missed), _SUM_SHARE, _ROUGH_SHARE
    else:
        missed = np.diff(values) - cells.sum()
        roughness, sum_share, rough_share = rough, _ENDS_SUM_SHARE, _ENDS_ROUGH_SHARE
    if len(nodes) <= _FEW_NODES:
        rough_share = _FEW_ROUGH_SHARE
    signs = np.hypot(sum_share * np.linalg.norm(missed), rough_share * np.linalg.norm(rough))
    error, size = max(float(signs), abs(float(missed.sum()))), float(np.linalg.norm(scores))
    if error > 0:
        error = error / size if size > 0 else math.inf
    return Estimate(scores, error, roughness)


def refine(nodes: Sequence[float], estimates: Sequence[Estimate], wanted: int) -> list[float]:
    """New nodes at the midpoints of the roughest cells.

    A cell can be divided more than once: each half is taken to have a quarter of its roughness,
    until the derivatives there are known.

    Parameters
    ----------
    nodes : sequence of float
        Ascending.
    estimates : sequence of Estimate
        At these nodes; at least one.
    wanted : int
        How many new nodes; there are fewer if no cell can be divided.
    """
    bounds = [0.0, *nodes, 1.0]
    roughness = np.max(
        [guess.roughness / (np.linalg.norm(guess.scores) or 1.0) for guess in estimates], axis=0
    )
    # The roughest cell is the first of the heap.
    cells = [
        (-rough, start, end)
        for rough, (start, end) in zip(roughness.tolist(), itertools.pairwise(bounds), strict=True)
    ]
    heapq.heapify(cells)
    new: list[float] = []
    while cells and len(new) < wanted:
        rough, start, end = heapq.heappop(cells)
        middle = (start + end) / 2
        if start < middle < end:
            new.append(middle)
            for half in ((start, middle), (middle, end)):
                heapq.heappush(cells, (rough * _ROUGHNESS_OF_HALF, *half))
    return new


def new_nodes(n: int, error: float, tolerance: float) -> int:
    """How many nodes to add to n: a part of those that are expected to be missing.

    Every call of the model costs time, so there is more than one new node; but each new estimate
    can turn out to be the last, so there are not many.
    """
    missing = expected_nodes(n, error, tolerance) - n
    return max(_LEAST_NEW, min(int(_SHARE_OF_MISSING * missing), n))


def expected_nodes(n: int, error: float, tolerance: float) -> int:
    """How many nodes the tolerance will take, if every four more divide the error by three."""
    times = min(error / tolerance, 1e9)
    return n + 4 * math.ceil(math.log(times, 3)) if times > 1 else n


def bin_integrals(nodes: Floats, derivatives: Floats) -> Floats:
    """What each token gains in each bin of the path, shape (`PROFILE_BINS`, T).

    The integrand is that of `estimate`, so the sum over the bins is the scores.

    Parameters
    ----------
    nodes : ndarray of shape (n,)
    derivatives : ndarray of shape (n, T)
    """
    at_once = max(_AT_ONCE // len(nodes), 1)
    n_tokens = derivatives.shape[1]
    parts = [
        _integrals(nodes, derivatives[:, first : first + at_once])
        for first in range(0, n_tokens, at_once)
    ]
    return np.concatenate(parts, axis=1) if parts else np.zeros((PROFILE_BINS, 0))


def _integrals(x: Floats, y: Floats) -> Floats:
    """Integrals of the columns of y over each bin."""
    slope = np.zeros((2, y.shape[1]))
    if len(x) > 1:
        slope = CubicSpline(x, y, bc_type="natural")(x[[0, -1]], 1)
    # Extrapolated linearly to both ends, where the natural spline has no curvature either.
    first, last = y[0] - x[0] * slope[0], y[-1] + (1 - x[-1]) * slope[1]
    x, y = np.concatenate([[0.0], x, [1.0]]), np.concatenate([[first], y, [last]])
    x, distinct = np.unique(x, return_index=True)
    whole = CubicSpline(x, y[distinct], bc_type="natural").antiderivative()
    integrals: Floats = np.diff(whole(np.linspace(0, 1, PROFILE_BINS + 1)), axis=0)
    return integrals


def _cells(nodes: Floats, derivatives: Floats) -> tuple[Floats, Floats]:
    """Integral over each cell, shape (n + 1, T), and how rough the integrand is in it, (n + 1,).

    The second derivatives of a natural cubic spline solve a tridiagonal system (de Boor, "A
    Practical Guide to Splines", 1978, chapter IV). They give the difference between its integral
    over a cell and the trapezoid.
    """
    before, after = nodes[0], 1 - nodes[-1]
    if len(nodes) == 1:
        cells = np.stack([before * derivatives[0], after * derivatives[0]])
        return cells, np.linalg.norm(cells, axis=1)
    widths = np.diff(nodes)[:, None]
    slopes = np.diff(derivatives, axis=0) / widths
    bends = np.zeros_like(derivatives)
    if len(nodes) > 2:
        diagonals = np.zeros((3, len(nodes) - 2))
        diagonals[0, 1:] = diagonals[2, :-1] = widths[1:-1, 0]
        diagonals[1] = 2 * (widths[:-1, 0] + widths[1:, 0])
        bends[1:-1] = solve_banded((1, 1), diagonals, 6 * np.diff(slopes, axis=0))
    beyond = widths**3 / 24 * (bends[:-1] + bends[1:])
    inner = widths / 2 * (derivatives[:-1] + derivatives[1:]) - beyond
    first = before * derivatives[0] - before**2 / 2 * (slopes[0] - widths[0] / 6 * bends[1])
    last = after * derivatives[-1] + after**2 / 2 * (slopes[-1] + widths[-1] / 6 * bends[-2])
    bent = np.linalg.norm(beyond, axis=1)
    if len(nodes) == 2:  # a line through two points has no curvature to judge by
        bent = np.linalg.norm(widths / 2 * np.diff(derivatives, axis=0), axis=1)
    rough = [
        before**2 * np.linalg.norm(slopes[0]),
        *bent,
        after**2 * np.linalg.norm(slopes[-1]),
    ]
    return np.concatenate([[first], inner, [last]]), np.array(rough)
