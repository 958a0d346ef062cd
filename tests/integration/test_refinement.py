"""The estimate of ``auto`` against integrals in closed form, and where it adds nodes."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from flair_lig_widget.integration.quadrature import RULES, rule
from flair_lig_widget.integration.refinement import (
    PROFILE_BINS,
    Estimate,
    bin_integrals,
    estimate,
    expected_nodes,
    first_nodes,
    new_nodes,
    refine,
)
from flair_lig_widget.result.request import MAX_STEPS


class Curves:
    """Tokens whose derivatives along the path, and their integrals, are known in closed form."""

    def __init__(self, derivatives, integrals):
        self._derivatives, self._integrals = derivatives, integrals

    def at(self, nodes):
        return np.stack([g(np.asarray(nodes, dtype=float)) for g in self._derivatives], axis=1)

    def sum_up_to(self, alphas):
        """f along the path, up to a constant: the sum of the tokens' integrals from 0."""
        alphas = np.asarray(alphas, dtype=float)
        return sum(integral(alphas) - integral(0.0) for integral in self._integrals)

    @property
    def scores(self):
        return np.array([integral(1.0) - integral(0.0) for integral in self._integrals])

    def estimate(self, nodes, *, inside=True):
        values = self.sum_up_to([0, *nodes, 1] if inside else [0, 1])
        return estimate(np.array(nodes), self.at(nodes), values)


LINES = Curves(
    [lambda a: 2 + 0 * a, lambda a: 3 * a - 1, lambda a: -a],
    [lambda a: 2 * a, lambda a: 1.5 * a**2 - a, lambda a: -(a**2) / 2],
)
BUMP = Curves(  # the derivative of the logistic function, and a gentle slope against it
    [
        lambda a: 20 / (np.exp(20 * (a - 0.4)) + 2 + np.exp(-20 * (a - 0.4))),
        lambda a: -np.cos(a) / 2,
    ],
    [lambda a: 1 / (1 + np.exp(-20 * (a - 0.4))), lambda a: -np.sin(a) / 2],
)


@pytest.mark.parametrize("n", [2, 3, 5, 9, 40])
def test_the_integral_is_that_of_a_natural_spline(n):
    """Reference: scipy's ``CubicSpline``, with straight lines outside the nodes."""
    nodes = np.sort(np.random.default_rng(n).uniform(0.05, 0.95, n))
    spline = CubicSpline(nodes, BUMP.at(nodes), bc_type="natural")
    left, right = nodes[0], 1 - nodes[-1]
    expected = (
        spline.integrate(nodes[0], nodes[-1])
        + left * spline(nodes[0])
        - left**2 / 2 * spline(nodes[0], 1)
        + right * spline(nodes[-1])
        + right**2 / 2 * spline(nodes[-1], 1)
    )
    assert BUMP.estimate(nodes).scores == pytest.approx(expected, abs=1e-12)


def error(scores, exact):
    return np.linalg.norm(scores - exact) / np.linalg.norm(exact)


@pytest.mark.parametrize("n", [2, 3, 5, 9])
def test_straight_lines_are_integrated_exactly_with_no_estimated_error(n):
    found = LINES.estimate((np.arange(n) + 0.5) / n)
    assert found.scores == pytest.approx(LINES.scores, abs=1e-14)
    if n > 2:  # two nodes cannot tell a line from anything else
        assert LINES.estimate(np.linspace(0, 1, n)).error < 1e-13


@pytest.mark.parametrize("inside", [True, False], ids=["f known inside", "f known at the ends"])
@pytest.mark.parametrize("tolerance", [0.05, 0.01, 0.001])
def test_a_bump_is_refined_until_its_true_error_is_within_the_tolerance(tolerance, inside):
    nodes = first_nodes(513)
    found = BUMP.estimate(nodes, inside=inside)
    while found.error > tolerance:
        nodes = sorted(nodes + refine(nodes, [found], 4))
        found = BUMP.estimate(nodes, inside=inside)
    assert error(found.scores, BUMP.scores) <= found.error <= tolerance
    assert len(nodes) < 60


def test_nodes_are_added_where_the_bump_is():
    nodes = first_nodes(513)
    for _ in range(3):
        nodes = sorted(nodes + refine(nodes, [BUMP.estimate(nodes)], 4))
    assert sum(0.2 <= alpha <= 0.6 for alpha in nodes) > 0.6 * len(nodes)


def test_errors_that_cancel_in_the_sum_are_noticed():
    """Two tokens that cancel: f is constant, delta is 0, and the scores are wrong."""
    up, down = BUMP._derivatives[0], lambda a: -BUMP._derivatives[0](a)
    integral = BUMP._integrals[0]
    cancelling = Curves([up, down], [integral, lambda a: -integral(a)])
    nodes = first_nodes(513)
    found = cancelling.estimate(nodes)
    assert found.scores.sum() == pytest.approx(0, abs=1e-14)
    assert found.error > 0.1
    assert error(found.scores, cancelling.scores) > 0.1
    for _ in range(3):
        nodes = sorted(nodes + refine(nodes, [found], 4))
        found = cancelling.estimate(nodes)
        assert found.error > error(found.scores, cancelling.scores)


def test_a_refinement_adds_as_many_nodes_as_are_wanted_and_keeps_the_others():
    nodes = first_nodes(513)
    for wanted in (1, 2, 4, 30):
        new = refine(nodes, [BUMP.estimate(nodes)], wanted)
        assert len(new) == wanted
        assert not set(new) & set(nodes)
        assert all(0 < alpha < 1 for alpha in new)
        nodes = sorted(nodes + new)


def test_a_very_rough_cell_is_divided_more_than_once():
    one_rough_cell = Estimate(np.ones(1), 0.1, np.array([0.0, 1.0, 0.01]))
    assert refine([0.25, 0.75], [one_rough_cell], 1) == [0.5]
    assert sorted(refine([0.25, 0.75], [one_rough_cell], 3)) == [0.375, 0.5, 0.625]


def test_a_cell_without_a_number_in_it_is_not_divided():
    below = np.nextafter(0.5, 0)
    rough = Estimate(np.ones(1), 0.1, np.array([0.0, 1.0, 0.0]))
    assert all(alpha not in (below, 0.5) for alpha in refine([below, 0.5], [rough], 5))


@pytest.mark.parametrize(
    ("n", "error", "added"),
    [(5, 0.3, 5), (10, 0.1, 4), (15, 0.02, 2), (15, 0.0101, 2), (5, np.inf, 5), (40, np.inf, 30)],
)
def test_more_nodes_are_added_where_more_are_missing(n, error, added):
    """At a tolerance of 1 %; never more than there are, and never fewer than two."""
    assert new_nodes(n, error, 0.01) == added


def test_the_roughest_of_several_estimates_decides():
    nodes = first_nodes(513)
    smooth, rough = LINES.estimate(nodes), BUMP.estimate(nodes)
    alone = refine(nodes, [rough], 4)
    assert refine(nodes, [smooth, rough], 4) == refine(nodes, [rough, smooth], 4) == alone
    assert alone != refine(nodes, [smooth], 4)


def test_two_nodes_have_a_large_estimated_error():
    """The trapezoid on the two ends alone, with two tokens that cancel in the middle."""
    cancelling = Curves(
        [lambda a: a + np.sin(2 * np.pi * a) ** 2, lambda a: -a - np.sin(2 * np.pi * a) ** 2],
        [lambda a: a**2, lambda a: -(a**2)],
    )
    assert cancelling.estimate([0.0, 1.0]).error > 0.5


def test_an_integrand_of_zero_has_no_error():
    zero = estimate(np.array(first_nodes(5)), np.zeros((5, 3)), np.full(7, 2.0))
    assert zero.error == 0
    assert not zero.scores.any()


def test_scores_of_zero_where_f_changes_have_no_error_bound():
    missed = estimate(np.array([0.5]), np.zeros((1, 3)), np.array([0.0, 0.0, 1.0]))
    assert missed.error == np.inf
    assert expected_nodes(1, missed.error, 0.01) > 1


def test_the_expected_work_shrinks_with_the_error():
    assert [expected_nodes(9, e, 0.01) for e in (0.0, 0.01, 0.02, 0.05, 0.5)] == [9, 9, 13, 17, 25]


@pytest.mark.parametrize("method", RULES)
@pytest.mark.parametrize("n", [2, 3, 33])
def test_bins_of_the_path_sum_to_the_integral(method, n):
    nodes = rule(method, n)[0]
    derivatives = np.random.default_rng(n).normal(size=(n, 4))
    profile = bin_integrals(nodes, derivatives)
    integral = estimate(nodes, derivatives, np.array([0.0, 1.0])).scores
    np.testing.assert_allclose(profile.sum(axis=0), integral, atol=1e-12)


def test_a_straight_integrand_is_exact_in_every_bin():
    nodes = np.array([0.2, 0.3, 0.9])
    profile = bin_integrals(nodes, np.stack([2 * nodes + 1, np.ones(3)], axis=1))
    bounds = np.linspace(0, 1, PROFILE_BINS + 1)
    np.testing.assert_allclose(profile[:, 0], np.diff(bounds**2 + bounds), atol=1e-12)
    np.testing.assert_allclose(profile[:, 1], 1 / PROFILE_BINS)
    alone = bin_integrals(np.array([0.5]), np.ones((1, 1)))
    np.testing.assert_allclose(alone, 1 / PROFILE_BINS)


def test_bins_of_the_most_steps_take_little_memory():
    derivatives = np.ones((MAX_STEPS, 100))
    tracemalloc.start()
    try:
        bin_integrals(rule("riemann_middle", MAX_STEPS)[0], derivatives)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200e6


@pytest.mark.parametrize("n", [7, MAX_STEPS])
def test_bins_of_many_tokens_are_those_of_each_alone(n):
    nodes = rule("riemann_middle", n)[0]
    derivatives = np.random.default_rng(n).normal(size=(n, 70))
    together = bin_integrals(nodes, derivatives)
    assert together.shape == (PROFILE_BINS, 70)
    for token in (0, 63, 64, 69):
        alone = bin_integrals(nodes, derivatives[:, [token]])
        np.testing.assert_allclose(together[:, token], alone[:, 0], atol=1e-12)
    assert bin_integrals(nodes, derivatives[:, :0]).shape == (PROFILE_BINS, 0)
