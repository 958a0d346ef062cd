"""Which nodes of a path a request samples, and when more of them no longer help."""

from __future__ import annotations

import math
from collections.abc import Sequence

from flair_lig_widget.integration.quadrature import rule
from flair_lig_widget.integration.refinement import (
    Estimate,
    expected_nodes,
    first_nodes,
    new_nodes,
    refine,
)
from flair_lig_widget.result.request import DEFAULT_STEPS, Request

MAX_EVALUATIONS = 513
"""The most nodes of ``auto``, unless ``n_steps`` is given."""

FIRST_ERROR = 0.3
"""The usual error of the first estimate of ``auto``; progress is guessed from it."""


class Schedule:
    """The nodes of a request: those of a fixed rule, or those that ``auto`` keeps adding.

    Attributes
    ----------
    nodes : list of float
        Ascending, in [0, 1].
    is_fixed : bool
        Whether a fixed rule has chosen the nodes, so that none will be added.
    """

    def __init__(self, request: Request) -> None:
        self._tolerance = request.tolerance
        self.is_fixed = request.method != "auto"
        if self.is_fixed:
            self._limit = request.n_steps or DEFAULT_STEPS
            self.nodes = rule(request.method, self._limit)[0].tolist()
            self._expected = self._limit
        else:
            self._limit = request.n_steps or MAX_EVALUATIONS
            self.nodes = first_nodes(self._limit)
            self._expected = expected_nodes(len(self.nodes), FIRST_ERROR, self._tolerance)
        self._best_excess = math.inf
        self._n_at_best = len(self.nodes)

    def share_done(self, n_known: int) -> float:
        """The share of the work that is done when ``n_known`` nodes are known; a guess."""
        return min(n_known / min(self._expected, self._limit), 1.0)

    def stalled(self, excess: float, *, patience: int) -> bool:
        """Whether ``patience`` times as many nodes have not halved the error.

        Parameters
        ----------
        excess : float
            The error at these nodes, as a multiple of the tolerance.
        patience : int
            How many times as many nodes are tried before the error counts as stalled.
        """
        if excess < self._best_excess / 2:
            self._best_excess, self._n_at_best = excess, len(self.nodes)
            return False
        return len(self.nodes) >= patience * self._n_at_best

    def restart(self) -> None:
        """Judge progress from these nodes on, because they are sampled in another precision."""
        self._best_excess = math.inf

    def refine(self, estimates: Sequence[Estimate], excess: float) -> bool:
        """Add nodes where the estimates are rough; False if no node can be added.

        Parameters
        ----------
        estimates : sequence of Estimate
            Those that have not converged.
        excess : float
            The largest error at these nodes, as a multiple of the tolerance.
        """
        if not estimates:
            return False
        n, error = len(self.nodes), excess * self._tolerance
        wanted = min(new_nodes(n, error, self._tolerance), self._limit - n)
        new = refine(self.nodes, estimates, wanted)
        self._expected = expected_nodes(n, error, self._tolerance)
        self.nodes = sorted(self.nodes + new)
        return bool(new)
