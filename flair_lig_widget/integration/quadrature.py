"""Integration rules on [0, 1]: their nodes and weights."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy.special import eval_legendre

from flair_lig_widget.result.request import RULES

Floats = NDArray[np.float64]

_NEWTON_STEPS = 3
"""Each doubles the digits of a guess that has at least three."""


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
        nodes, weights = _gauss_legendre(n)
    elif method == "riemann_trapezoid":
        nodes, weights = np.linspace(0, 1, n), np.full(n, 1 / (n - 1))
        weights[[0, -1]] /= 2
    else:
        first = {"riemann_left": 0.0, "riemann_middle": 0.5, "riemann_right": 1.0}[method]
        nodes, weights = (np.arange(n) + first) / n, np.full(n, 1 / n)
    nodes.setflags(write=False)
    weights.setflags(write=False)
    return nodes, weights


def _gauss_legendre(n: int) -> tuple[Floats, Floats]:
    """Gauss's nodes and weights, by Newton's method on scipy's Legendre polynomials.

    numpy's ``leggauss`` is cubic in n. scipy's ``roots_legendre`` is less accurate, and holds the
    interpreter's lock for as long as it computes, 1.3 s for 10,000 nodes, so that a notebook's
    kernel can do nothing else.

    The first guess is Tricomi's, and the weights are 2 / ((1 - x^2) P_n'(x)^2); see Hale and
    Townsend, "Fast and Accurate Computation of Gauss-Legendre and Gauss-Jacobi Quadrature Nodes and
    Weights", SIAM J. Sci. Comput. 35 (2), 2013.
    """
    half = np.arange(1, (n + 1) // 2 + 1)  # the rule is symmetric; these are its positive nodes
    x = np.cos(np.pi * (half - 0.25) / (n + 0.5)) * (1 - (n - 1) / (8 * n**3))
    for _ in range(_NEWTON_STEPS):
        value, slope = _legendre(n, x)
        x = x - value / slope
    _, slope = _legendre(n, x)
    weights = 1 / ((1 - x) * (1 + x) * slope**2)
    n_mirrored = n // 2
    x[n_mirrored:] = 0.0  # the node in the middle of an odd rule
    nodes = np.concatenate([-x, x[:n_mirrored][::-1]])
    weights = np.concatenate([weights, weights[:n_mirrored][::-1]])
    return (1 + nodes) / 2, weights / weights.sum()


def _legendre(n: int, x: Floats) -> tuple[Floats, Floats]:
    """The Legendre polynomial of degree n, and its derivative."""
    value = eval_legendre(n, x)
    slope = n * (eval_legendre(n - 1, x) - x * value) / ((1 - x) * (1 + x))
    return value, slope


def relative_change(new: Floats, old: Floats) -> float:
    """``|new - old| / |new|`` in the L2 norm; 0 where both are zero, inf where only new is."""
    difference, scale = float(np.linalg.norm(new - old)), float(np.linalg.norm(new))
    if difference == 0:
        return 0.0
    return difference / scale if scale > 0 else float("inf")
