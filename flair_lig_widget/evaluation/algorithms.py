"""The algorithm that a request names: integrated gradients, or one of Captum's to compare with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import torch

from flair_lig_widget.evaluation.captum_scores import SEED, Scorer
from flair_lig_widget.integration.batching import BatchSizer, does_not_fit
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.explained import Explained
from flair_lig_widget.integration.quadrature import Floats
from flair_lig_widget.result.algorithms import ALGORITHMS, INTEGRATED_GRADIENTS
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request


def stream(
    engine: LIGEngine,
    request: Request,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda done: None,
) -> Iterator[Attribution]:
    """Results of a request by the algorithm that it names.

    Parameters
    ----------
    engine : LIGEngine
        It computes integrated gradients. For the other algorithms it reads the text, and keeps
        their scores, so that none is computed twice.
    request : Request
    cancelled : callable
        Called before every batch.
    progress : callable
        Called after every batch with the share of the work that is done.

    Yields
    ------
    Attribution
        As `LIGEngine.stream` for integrated gradients; once for any other algorithm.

    Raises
    ------
    UnsupportedClassifierError
        If Captum's algorithm cannot run on the classifier.
    Exception
        As for `LIGEngine.stream`.
    """
    if request.algorithm == INTEGRATED_GRADIENTS:
        yield from engine.stream(request, cancelled=cancelled, progress=progress)
    else:
        yield _compare(engine, request, cancelled, progress)


def attribute_each(
    engine: LIGEngine, request: Request, targets: Sequence[str]
) -> dict[str, Attribution]:
    """Final results for several labels, instead of the one that the request names."""
    if request.algorithm == INTEGRATED_GRADIENTS or not targets:
        return engine.attribute_each(request, targets)
    requests = {target: dataclasses.replace(request, target=target) for target in targets}
    return {target: next(stream(engine, each)) for target, each in requests.items()}


def _compare(
    engine: LIGEngine,
    request: Request,
    cancelled: Callable[[], bool],
    progress: Callable[[float], None],
) -> Attribution:
    """The result of one of Captum's algorithms, computed or from earlier scores."""
    explained = engine.prepare(request)
    algorithm = ALGORITHMS[request.algorithm]
    n_samples = (request.n_steps or algorithm.default_samples) if algorithm.samples else 0
    key = request.algorithm, n_samples, explained.objective
    scorer = Scorer(explained, n_samples, cancelled=cancelled, progress=progress)
    known = explained.path.scores
    if key not in known:
        known[key] = _scores(scorer, explained, engine.internal_batch_size)
    return explained.attribution(
        known[key],
        packages=("captum",),
        algorithm=request.algorithm,
        method=request.algorithm,
        n_steps=n_samples,
        n_evaluations=scorer.n_evaluations,
        seed=SEED if algorithm.samples else None,
        precision=str(explained.path.dtype).removeprefix("torch."),
    )


def _scores(scorer: Scorer, explained: Explained, n_points: int | None) -> Floats:
    """The score of each token, in batches that fit into memory."""
    path = explained.path
    sizer = BatchSizer(n_points, path.device.type, timed=False)
    while True:
        n_points = sizer.points(path.encoding.length)
        try:
            scores = scorer.scores(n_points)
            break
        except torch.OutOfMemoryError:
            if n_points == 1:
                raise does_not_fit(path.encoding.length) from None
            sizer.out_of_memory(points=n_points, length=path.encoding.length)
    explained.check_unchanged()
    return scores
