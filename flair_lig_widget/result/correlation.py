"""Measures of how far two lists of scores agree."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from flair_lig_widget.result.numbers import fraction


def spearman(first: ArrayLike, second: ArrayLike) -> float | None:
    """Spearman's rank correlation: Pearson's of the average ranks, -1 to 1.

    None if either is constant, which a list of fewer than two numbers is.
    """
    x, y = average_ranks(first), average_ranks(second)
    if len(x) < 2:
        return None
    x, y = x - x.mean(), y - y.mean()
    spread = float(x @ x) * float(y @ y)
    if spread == 0:
        return None
    return max(-1.0, min(1.0, float(x @ y) / math.sqrt(spread)))


def average_ranks(numbers: ArrayLike) -> NDArray[np.float64]:
    """The rank of each number, 1 for the smallest; equal numbers share the mean of their ranks."""
    _, place, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = (last - (counts - 1) / 2)[place.reshape(-1)]
    return ranks


def relative_l2(first: ArrayLike, second: ArrayLike) -> float | None:
    """The L2 norm of the difference as a fraction of that of the first; None if that is zero."""
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    return fraction(float(np.linalg.norm(x - y)), float(np.linalg.norm(x)))


def strongest(scores: ArrayLike) -> tuple[int, ...]:
    """The indexes by descending absolute score; of equal ones the first comes first."""
    return tuple(np.argsort(-np.abs(scores), kind="stable").tolist())
