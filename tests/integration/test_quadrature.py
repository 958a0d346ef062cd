"""The integration rules against closed forms and against Captum's own nodes and weights."""

from __future__ import annotations

import numpy as np
import pytest
from captum.attr._utils.approximation_methods import approximation_parameters

from flair_lig_widget.integration.quadrature import RULES, relative_change, rule
from flair_lig_widget.result.request import MAX_STEPS


@pytest.mark.parametrize("n", [2, 3, 5, 50, MAX_STEPS])
@pytest.mark.parametrize("method", RULES)
def test_weights_are_positive_and_sum_to_one(method, n):
    nodes, weights = rule(method, n)
    assert nodes.shape == weights.shape == (n,)
    assert (weights > 0).all()
    assert weights.sum() == pytest.approx(1, abs=1e-14)
    assert (np.diff(nodes) > 0).all()
    assert nodes[0] >= 0
    assert nodes[-1] <= 1


@pytest.mark.parametrize("n", [2, 10, 50])
@pytest.mark.parametrize("method", RULES)
def test_nodes_and_weights_are_those_of_captum_except_for_the_trapezoid(method, n):
    step_sizes, alphas = approximation_parameters(method)
    nodes, weights = rule(method, n)
    assert nodes == pytest.approx(alphas(n), abs=1e-6)
    # Captum's trapezoid weights sum to 1 - 1/n; ours are n / (n - 1) times as large.
    correction = n / (n - 1) if method == "riemann_trapezoid" else 1.0
    assert weights == pytest.approx(np.array(step_sizes(n)) * correction, abs=1e-6)


@pytest.mark.parametrize(
    ("method", "degree"),
    [
        ("riemann_left", 0),
        ("riemann_right", 0),
        ("riemann_middle", 1),
        ("riemann_trapezoid", 1),
        ("gausslegendre", 9),
    ],
)
def test_each_rule_is_exact_for_polynomials_up_to_its_degree(method, degree):
    """The integral of t^k over [0, 1] is 1 / (k + 1)."""
    nodes, weights = rule(method, 5)
    for k in range(degree + 1):
        assert weights @ nodes**k == pytest.approx(1 / (k + 1), abs=1e-13)
    assert weights @ nodes ** (degree + 1) != pytest.approx(1 / (degree + 2), abs=1e-7)


@pytest.mark.parametrize("n", [1, 2, 3, 50, 301, MAX_STEPS])
def test_gauss_is_symmetric_and_exact_for_polynomials_up_to_degree_2n_minus_1(n):
    """The integral of the Chebyshev polynomial T_k over [-1, 1] is 2 / (1 - k^2), or 0 if k is odd;
    T_k(x) is cos(k arccos x). For degree 2n the error is about -pi/2."""
    nodes, weights = rule("gausslegendre", n)
    np.testing.assert_allclose(nodes + nodes[::-1], 1, rtol=0, atol=1e-15)
    assert (weights == weights[::-1]).all()
    angles = np.arccos(2 * nodes - 1)
    for k in {0, 1, min(2, 2 * n - 1), n, 2 * n - 2, 2 * n - 1}:
        exact = 0.0 if k % 2 else 2 / (1 - k**2)
        assert 2 * weights @ np.cos(k * angles) == pytest.approx(exact, abs=1e-12)
    missed = 2 * weights @ np.cos(2 * n * angles) - 2 / (1 - 4 * n**2)
    assert missed == pytest.approx(-np.pi / 2, abs=0.3)


def test_gauss_is_that_of_numpy_up_to_300_nodes():
    """To 1e-14, which is how far numpy's own weights of 300 nodes are from the exact ones."""
    for n in (*range(1, 65), 100, 111, 200, 224, 285, 293, 300):
        nodes, weights = rule("gausslegendre", n)
        expected, expected_weights = np.polynomial.legendre.leggauss(n)
        np.testing.assert_allclose(nodes, (1 + expected) / 2, rtol=0, atol=1e-15)
        np.testing.assert_allclose(weights, expected_weights / 2, rtol=0, atol=1.5e-14)


def test_the_rules_that_are_kept_are_small():
    largest = sum(array.nbytes for array in rule("gausslegendre", MAX_STEPS))
    assert largest * rule.cache_info().maxsize < 16e6


def test_one_node_is_enough_except_for_the_trapezoid():
    assert [rule(m, 1)[0].tolist() for m in RULES[:4]] == [[0.5], [0.0], [1.0], [0.5]]
    with pytest.raises(ValueError, match="n_steps=1 is too few for riemann_trapezoid; give at lea"):
        rule("riemann_trapezoid", 1)
    with pytest.raises(ValueError, match="n_steps=0 is too few for gausslegendre"):
        rule("gausslegendre", 0)


def test_an_unknown_rule_lists_the_rules():
    with pytest.raises(ValueError, match="unknown rule 'simpson'; rules are gausslegendre, rie"):
        rule("simpson", 5)


def test_relative_change_is_defined_for_zero_scores():
    zero, one = np.zeros(3), np.ones(3)
    assert relative_change(zero, zero) == 0
    assert relative_change(one, zero) == 1
    assert relative_change(zero, one) == np.inf
