"""Integration rules on [0, 1]: nodes and weights, in plain numpy."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.request import RULES

Floats = NDArray[np.float64]


@functools.lru_cache(maxsize=64)
def rule(method: str, n: int) -> tuple[Floats, Floats]:
    r"""Nodes and weights that approximate :math:`\int_0^1 g(\alpha)\,d\alpha`.

    Nodes and weights are Captum's (``captum.attr._utils.approximation_methods``), except for the
    trapezoid. Captum spaces its n nodes by 1/(n - 1) and weights them by 1/n, so its weights sum
    to 1 - 1/n and every score is too small by that fraction. Here they sum to one.

    Parameters
    ----------
    method : str
        One of `RULES`.
    n : int
        Number of nodes, at least 1; at least 2 for the trapezoid, which needs both ends.

    Returns
    -------
    nodes, weights : ndarray of shape (n,)
        In ascending order of the nodes; the weights are positive and sum to one. Both are cached
        and read-only.

    Raises
    ------
    ValueError
        If the rule is unknown or has too few nodes.
    """
    if method not in RULES:
        raise ValueError(f"unknown rule {method!r}; rules are {', '.join(RULES)}")
    least = 2 if method == "riemann_trapezoid" else 1
    if n < least:
        raise ValueError(f"n_steps={n} is too few for {method}; give at least {least}")
    if method == "gausslegendre":
        nodes, weights = np.polynomial.legendre.leggauss(n)
        nodes, weights = (1 + nodes) / 2, weights / 2
    elif method == "riemann_trapezoid":
        nodes, weights = np.linspace(0, 1, n), np.full(n, 1 / (n - 1))
        weights[[0, -1]] /= 2
    else:
        first = {"riemann_left": 0.0, "riemann_middle": 0.5, "riemann_right": 1.0}[method]
        nodes, weights = (np.arange(n) + first) / n, np.full(n, 1 / n)
    nodes.setflags(write=False)
    weights.setflags(write=False)
    return nodes, weights


def relative_change(new: Floats, old: Floats) -> float:
    """``|new - old| / |new|`` in the L2 norm; 0 where both are zero, inf where only new is."""
    difference, scale = float(np.linalg.norm(new - old)), float(np.linalg.norm(new))
    if difference == 0:
        return 0.0
    return difference / scale if scale > 0 else float("inf")
