"""One request on one path: sample, estimate, refine, until the tolerance is met."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from flair_lig_widget.integration.explained import Explained
from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.path import Need, Samples
from flair_lig_widget.integration.precision import Sampler
from flair_lig_widget.integration.quadrature import Floats, relative_change, rule
from flair_lig_widget.integration.refinement import Estimate, bin_integrals, estimate
from flair_lig_widget.integration.schedule import Schedule
from flair_lig_widget.result.attribution import Attribution

ROUNDING = 1e4
"""The largest error of the scores that rounding can cause, in units of the model's precision."""


class Computation:
    """Computes the results of one request for one or several labels.

    Parameters
    ----------
    explained : sequence of Explained
        One for each label; all are of the same request.
    """

    def __init__(self, explained: Sequence[Explained]) -> None:
        first = explained[0]
        self._path, self._check_unchanged = first.path, first.check_unchanged
        self._request = request = first.request
        self._explained = {each.target: each for each in explained}
        self._schedule = Schedule(request)
        self._sampler = Sampler(
            first.path, precision=request.precision, tolerance=request.tolerance
        )

    def share_done(self, need: Need) -> float:
        """The share of the work that is done, while a need is being filled; a guess."""
        return self._schedule.share_done(need.n_known)

    def run(self) -> Iterator[Need | dict[str, Attribution]]:
        """Results for all labels, then for those that have not converged, again and again.

        Yields
        ------
        Need or dict of str to Attribution
            A need is to be filled before the iterator continues.
        """
        schedule, sampler = self._schedule, self._sampler
        pending = {target: each.objective for target, each in self._explained.items()}
        while True:
            try:
                sampled = yield from sampler.sample(list(pending.values()), schedule.nodes)
            except RuntimeError:
                self._check_unchanged()  # it explains what PyTorch says of weights that change
                raise
            self._check_unchanged()
            estimates, results = {}, {}
            for (target, objective), samples in zip(pending.items(), sampled, strict=True):
                estimates[target] = self._estimate(objective, samples)
                results[target] = self._result(target, samples, estimates[target])
            yield results
            if schedule.is_fixed:
                return
            pending = {t: o for t, o in pending.items() if not results[t].converged}
            excess = max((_excess(results[target]) for target in pending), default=0.0)
            if schedule.stalled(excess, patience=2 if sampler.reduced else 4):
                # More nodes do not help: what is left is the rounding at each of them.
                if sampler.reduced:
                    sampler.fall_back(len(schedule.nodes))
                    schedule.restart()
                    continue
                if self._is_rounding(excess):
                    return
            if not schedule.refine([estimates[target] for target in pending], excess):
                return

    def _estimate(self, objective: Objective, samples: Samples) -> Estimate:
        """The scores of ``auto``, or those of a fixed rule and how far the two differ."""
        start, end = self._path.ends(objective)
        # In 16 bits f is too coarse to know the sum of the scores between two nodes. Where the text
        # equals its baseline, f differs by rounding alone.
        coarse = self._sampler.reduced or self._path.dtype.itemsize < 4 or self._path.is_constant
        between = [] if coarse else samples.values.tolist()
        nodes = self._schedule.nodes
        found = estimate(np.array(nodes), samples.derivatives, np.array([start, *between, end]))
        if not self._schedule.is_fixed:
            return found
        scores = rule(self._request.method, len(nodes))[1] @ samples.derivatives
        error = found.error + relative_change(found.scores, scores)
        return dataclasses.replace(found, scores=scores, error=error)

    def _result(self, target: str, samples: Samples, found: Estimate) -> Attribution:
        request, path, sampler = self._request, self._path, self._sampler
        explained = self._explained[target]
        rounding = sampler.rounding.get(explained.objective)
        error = math.hypot(found.error, rounding or 0.0)
        n_steps = len(self._schedule.nodes)
        return explained.attribution(
            found.scores,
            method=request.method,
            n_steps=n_steps,
            n_evaluations=n_steps + sampler.extra_evaluations,
            precision="bfloat16" if sampler.reduced else str(path.dtype).removeprefix("torch."),
            rounding=rounding,
            error_estimate=error if math.isfinite(error) else None,
            tolerance=None if self._schedule.is_fixed else request.tolerance,
            path_profile=_path_profile(self._schedule.nodes, samples.derivatives),
        )

    def _is_rounding(self, excess: float) -> bool:
        """Whether an error is small enough to be rounding in the model's precision."""
        return excess * self._request.tolerance < ROUNDING * torch.finfo(self._path.dtype).eps


def _path_profile(nodes: list[float], derivatives: Floats) -> Floats:
    """What each token gained in each bin of the path, to four digits of the largest."""
    profile = bin_integrals(np.array(nodes), derivatives)
    largest = float(abs(profile).max(initial=0.0))
    if not 0 < largest < math.inf:
        return profile
    return np.round(profile, 3 - math.floor(math.log10(largest)))


def _excess(result: Attribution) -> float:
    """The error or the delta of a result, the larger, as a multiple of the tolerance."""
    error = math.inf if result.error_estimate is None else result.error_estimate
    return max(error, abs(result.relative_delta or 0.0)) / (result.tolerance or 1.0)
