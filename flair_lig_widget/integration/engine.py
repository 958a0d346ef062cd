"""Layer Integrated Gradients of a Flair classifier: requests in, ever better answers out."""

from __future__ import annotations

import dataclasses
import functools
import math
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence

import numpy as np
import torch
from flair.nn import Classifier

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.objective import Objective
from flair_lig_widget.pace import Pace
from flair_lig_widget.path import IntegrationPath, PathCache, Samples
from flair_lig_widget.precision import Sampler
from flair_lig_widget.provenance import now, reproducible, versions
from flair_lig_widget.quadrature import Floats, relative_change, rule
from flair_lig_widget.refinement import (
    Estimate,
    estimate,
    expected_nodes,
    first_nodes,
    refine,
    stretches,
)
from flair_lig_widget.request import DEFAULT_STEPS, Request, listed, whole_number
from flair_lig_widget.wrapper import ModelWrapper

MAX_EVALUATIONS = 513
"""Where ``auto`` gives up, unless ``n_steps`` says otherwise."""

FIRST_ERROR = 0.3
"""What the first estimate of ``auto`` is usually off by; progress is guessed from it."""

ROUNDING = 1e4
"""What rounding can make of the error of the scores, in units of the model's precision."""

CACHE_BYTES = 256 * 2**20
"""What an engine may keep of earlier requests."""


class LIGEngine:
    """Answers requests for one classifier, and keeps what it has computed for the next ones.

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
        See `ModelWrapper` for what is supported and how it is borrowed. When its weights change,
        what was kept is dropped. (A change of ``parameter.data`` in place cannot be seen.)
    internal_batch_size : int, optional
        Points that go through the model at once.
    """

    def __init__(self, classifier: Classifier, *, internal_batch_size: int | None = None) -> None:
        if internal_batch_size is not None:
            internal_batch_size = whole_number("internal_batch_size", internal_batch_size)
        self.wrapper = ModelWrapper(classifier)
        self._batch = internal_batch_size
        self._cache = PathCache(CACHE_BYTES)
        self._weights: Hashable = None
        self._digest = ""
        self._turn = threading.Lock()

    def attribute(self, request: Request) -> Attribution:
        """The finished answer to a request: the last that `stream` gives."""
        *_, last = self.stream(request)
        return last

    def attribute_each(
        self,
        request: Request,
        targets: Sequence[str],
        *,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[float], None] = lambda done: None,
    ) -> dict[str, Attribution]:
        """Finished answers for several labels, in place of the one that the request names.

        Each point of the path takes one forward pass for all labels that need it, and one
        backward pass for each. Parameters and errors are those of `stream`.
        """
        if not targets:
            raise ValueError("no target; name at least one label to explain")
        answers: dict[str, Attribution] = {}
        for better in self._answers(request, targets, cancelled, progress):
            answers |= better
        return {target: answers[target] for target in targets}

    def stream(
        self,
        request: Request,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[float], None] = lambda done: None,
    ) -> Iterator[Attribution]:
        """Answers to a request, each better than the one before it.

        Parameters
        ----------
        request : Request
            Its options are those of `attribute`, which documents them.
        cancelled : callable
            Asked before every batch of path points.
        progress : callable
            Told after every batch which share of the work is done; ``auto`` guesses how much
            there is, so the share may stand still or fall.

        Yields
        ------
        Attribution
            After every refinement of ``auto``, the first after five evaluations; once for a
            fixed rule.

        Raises
        ------
        Cancelled
            Within one batch of ``cancelled()`` becoming true.
        ValueError
            If the classifier has no such label, baseline or layer, or gives NaN or infinity.
        MemoryError
            If a single point does not fit into the memory of a GPU.
        RuntimeError
            If the classifier was trained meanwhile.
        """
        target = request.target
        if target is None:
            path, _ = self._path(request)
            target = max(path.prediction, key=path.prediction.__getitem__)
        for answers in self._answers(request, [target], cancelled, progress):
            yield answers[target]

    def _answers(
        self,
        request: Request,
        targets: Sequence[str],
        cancelled: Callable[[], bool],
        progress: Callable[[float], None],
    ) -> Iterator[dict[str, Attribution]]:
        """Answers for several labels, and then for those that can still be improved."""
        path, weights = self._path(request)
        pending = {target: self._objective(request, target) for target in targets}
        auto = request.method == "auto"
        limit = request.n_steps or (MAX_EVALUATIONS if auto else DEFAULT_STEPS)
        nodes = first_nodes(limit) if auto else rule(request.method, limit)[0].tolist()
        expected = expected_nodes(len(nodes), FIRST_ERROR, request.tolerance) if auto else limit
        sampler = Sampler(
            path,
            precision=request.precision,
            tolerance=request.tolerance,
            cancelled=cancelled,
        )
        best, since = math.inf, len(nodes)
        while True:
            report = functools.partial(_report, progress, min(expected, limit))
            sampled = sampler.sample(list(pending.values()), nodes, report)
            if self.wrapper.fingerprint() != weights:
                raise RuntimeError(
                    "the weights or labels of the classifier changed while it was explained; "
                    "explain it again when that is over"
                )
            estimates, answers = {}, {}
            for (target, objective), samples in zip(pending.items(), sampled, strict=True):
                ends = path.ends(objective)
                coarse = sampler.reduced or path.dtype.itemsize < 4
                found = _estimate(request, nodes, samples, ends, coarse)
                estimates[target] = found
                gains = _gains(nodes, samples.derivatives)
                answers[target] = self._answer(
                    request, target, objective, path, sampler, found, gains
                )
            yield answers
            if not auto:
                return
            pending = {t: o for t, o in pending.items() if not answers[t].converged}
            far = max((_distance(answers[target]) for target in pending), default=0.0)
            if far < best / 2:
                best, since = far, len(nodes)
            elif len(nodes) >= (2 if sampler.reduced else 4) * since:
                # What so many more nodes do not mend is the rounding at each of them.
                if sampler.reduced:
                    sampler.give_up(len(nodes))
                    best = math.inf
                    continue
                if far * request.tolerance < ROUNDING * torch.finfo(path.dtype).eps:
                    return
            new = refine(nodes, [estimates[target] for target in pending], limit)
            if not new:
                return
            error = max(estimates[target].error for target in pending)
            expected = expected_nodes(len(nodes), error, request.tolerance)
            nodes = sorted(nodes + new)

    def _answer(
        self,
        request: Request,
        target: str,
        objective: Objective,
        path: IntegrationPath,
        sampler: Sampler,
        found: Estimate,
        gains: Floats,
    ) -> Attribution:
        baseline_value, value = path.ends(objective)
        rounding = sampler.rounding.get(objective)
        error = math.hypot(found.error, rounding or 0.0)
        n = len(found.roughness) - 1
        labels = [label for label in (target, request.contrast) if label is not None]
        tokens = path.encoding.seen(*labels)
        return Attribution(
            text=request.text,
            tokens=tokens,
            scores=found.scores[: len(tokens)],  # the rest is 0: the model did not read it
            value=value,
            baseline_value=baseline_value,
            prediction=path.prediction,
            predicted=self.wrapper.family.predicted(tuple(path.prediction.values())),
            baseline_prediction=path.baseline_prediction,
            independent=self.wrapper.family.independent,
            target=target,
            contrast=request.contrast,
            output=request.output,
            method=request.method,
            n_steps=n,
            n_evaluations=n + sampler.extra,
            baseline=path.baseline,
            layer=request.layer,
            precision="bfloat16" if sampler.reduced else str(path.dtype).removeprefix("torch."),
            rounding=rounding,
            error_estimate=error if math.isfinite(error) else None,
            tolerance=request.tolerance if request.method == "auto" else None,
            sentence_starts=path.sentence_starts,
            unseen=path.encoding.unseen(*labels),
            beside=path.encoding.beside.get(target),
            gains=gains[:, : len(tokens)],
            model=self.wrapper.name,
            weights=self._digest,
            versions=versions(),
            made=now(),
        )

    def _objective(self, request: Request, target: str) -> Objective:
        """What is explained of a label; a ValueError if there is no such thing."""
        labels = self.wrapper.labels
        for name, label in (("target", target), ("contrast", request.contrast)):
            if label not in labels and (name == "target" or label is not None):
                raise ValueError(f"unknown {name} {label!r}; labels are {listed(labels)}")
        if request.contrast == target:
            raise ValueError(
                f"contrast {target!r} is the label that is explained; name another, or None"
            )
        multi_label = self.wrapper.family.independent
        if request.output == "log_odds" and len(labels) == 1 and not multi_label:
            raise ValueError(
                f"{target!r} is the only label, so its log-odds are infinite; use output='logit'"
            )
        contrast = None if request.contrast is None else labels.index(request.contrast)
        return Objective(request.output, labels.index(target), contrast, multi_label)

    def _path(self, request: Request) -> tuple[IntegrationPath, Hashable]:
        """The path of a request, kept or new, and the state of the weights it belongs to."""
        baseline = self.wrapper.baseline(request.baseline)
        key = (request.text, baseline, request.layer)
        with self._turn:
            weights = self.wrapper.fingerprint()
            if weights != self._weights:
                self._cache = PathCache(CACHE_BYTES)
                self._pace = Pace(self._batch, self.wrapper.device.type, timed=not reproducible())
                self._weights = weights
                self._digest = self.wrapper.digest()
            self._cache.trim()
            path = self._cache.get(
                key,
                lambda: IntegrationPath(
                    self.wrapper,
                    text=request.text,
                    baseline=baseline,
                    layer=request.layer,
                    pace=self._pace,
                ),
            )
        return path, weights


def _estimate(
    request: Request,
    nodes: list[float],
    samples: Samples,
    ends: tuple[float, float],
    coarse: bool,
) -> Estimate:
    """What ``auto`` makes of the samples, or what a fixed rule does and how far they differ."""
    # In 16 bits f is too coarse between the ends to tell the sums of the cells.
    between = [] if coarse else samples.values.tolist()
    values = np.array([ends[0], *between, ends[1]])
    found = estimate(np.array(nodes), samples.derivatives, values)
    if request.method == "auto":
        return found
    scores = rule(request.method, len(nodes))[1] @ samples.derivatives
    error = found.error + relative_change(found.scores, scores)
    return dataclasses.replace(found, scores=scores, error=error)


def _gains(nodes: list[float], derivatives: Floats) -> Floats:
    """What each token gained in each stretch of the path: four digits of the largest."""
    gains = stretches(tuple(nodes)) @ derivatives
    most = float(abs(gains).max(initial=0.0))
    if not 0 < most < math.inf:
        return gains
    return np.round(gains, 3 - math.floor(math.log10(most)))


def _distance(answer: Attribution) -> float:
    """By how many times the error or the delta of an answer is too large."""
    error = math.inf if answer.error_estimate is None else answer.error_estimate
    return max(error, abs(answer.relative_delta or 0.0)) / (answer.tolerance or 1.0)


def _report(progress: Callable[[float], None], expected: int, known: int) -> None:
    progress(min(known / expected, 1.0))
