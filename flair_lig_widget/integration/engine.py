"""Layer Integrated Gradients of a Flair classifier: requests in, better and better results out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence

from flair.nn import Model

from flair_lig_widget.integration.computation import Computation
from flair_lig_widget.integration.explained import Explained, objective_of
from flair_lig_widget.integration.many import Pool
from flair_lig_widget.integration.path import IntegrationPath, Need
from flair_lig_widget.integration.session import Session
from flair_lig_widget.model.errors import ClassifierChangedError
from flair_lig_widget.model.evaluation import check_compiled
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.algorithms import INTEGRATED_GRADIENTS
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request, positive_int


class LIGEngine:
    """Computes results for one classifier, and keeps derivatives for later requests.

    Parameters
    ----------
    classifier : flair.nn.Model
        See `ModelWrapper` for what is supported and how the model is protected. When its weights
        change, the cache is dropped. (A change of ``parameter.data`` in place cannot be noticed.)
    task : str, optional
        As for `ModelWrapper`.
    internal_batch_size : int, optional
        Points that go through the model at once; None to choose the number.
    """

    def __init__(
        self,
        classifier: Model,
        *,
        task: str | None = None,
        internal_batch_size: int | None = None,
    ) -> None:
        if internal_batch_size is not None:
            internal_batch_size = positive_int("internal_batch_size", internal_batch_size)
        self.wrapper = ModelWrapper(classifier, task=task)
        self.internal_batch_size = internal_batch_size
        self._session: Session | None = None

    def attribute(self, request: Request) -> Attribution:
        """The final result of a request: the last that `stream` yields."""
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
        """Final results for several labels, instead of the one that the request names.

        Each point of the path takes one forward pass for all labels that still need it, and one
        backward pass for each. Parameters and errors are those of `stream`.
        """
        if not targets:
            raise ValueError("no target; name at least one label to explain")
        results: dict[str, Attribution] = {}
        for improved in self._stream_each(request, targets, cancelled, progress):
            results |= improved
        return {target: results[target] for target in targets}

    def stream(
        self,
        request: Request,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[float], None] = lambda done: None,
    ) -> Iterator[Attribution]:
        """Results of a request, each better than the one before.

        Parameters
        ----------
        request : Request
            Its options are those of `attribute`, which documents them.
        cancelled : callable
            Called before every batch of path points.
        progress : callable
            Called after every batch with the share of the work that is done. ``auto`` guesses how
            much work there is, so the share can stay the same or fall.

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
            If the classifier has no such label, baseline or layer, or gives NaN or infinity, or
            the request names another algorithm.
        MemoryError
            If a single point does not fit into the memory of a GPU.
        RuntimeError
            If weights or labels of the classifier changed in the meantime, or a part of it is
            compiled and in training mode.
        """
        targets = None if request.target is None else [request.target]
        for results in self._stream_each(request, targets, cancelled, progress):
            yield from results.values()

    def attribute_many(
        self,
        requests: Sequence[Request],
        *,
        on_result: Callable[[int, Attribution | Exception], None] = lambda index, result: None,
        on_error: str = "raise",
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[float], None] = lambda done: None,
    ) -> list[Attribution | Exception]:
        """Final results of many requests, in less time than one by one.

        Points of texts of similar length go through the model in one batch, padded and masked.
        Each text is refined and stops for itself, at the nodes where `attribute` would stop, and
        its scores are those of `attribute` except for rounding. Texts with several windows and
        TARS, and texts of different lengths if padding changes what the model says, have batches
        of their own. Memory does not grow with the number of texts, except for the results.

        Parameters
        ----------
        requests : sequence of Request
        on_result : callable
            Called with the index of a request and its result as soon as it is known; long texts
            come first.
        on_error : str
            What happens if a request fails: ``"raise"`` its error, or ``"record"`` the error in
            place of its result and go on.
        cancelled : callable
            Called before every batch of path points.
        progress : callable
            Called after every result with the share of the requests that is done.

        Returns
        -------
        list of Attribution or Exception
            In the order of the requests.

        Raises
        ------
        Cancelled
            Within one batch of ``cancelled()`` becoming true.
        ValueError
            If ``on_error`` is unknown.
        RuntimeError
            If weights or labels of the classifier changed in the meantime.
        Exception
            With ``on_error="raise"``, the first error of a request; see `stream`.
        """
        if on_error not in ("raise", "record"):
            raise ValueError(f"unknown on_error {on_error!r}; use 'raise' or 'record'")
        with exclusive_eval(self.wrapper.classifier):
            batches = self._current_session().batches_of_many

        def begin(request: Request) -> Computation:
            _check_algorithm(request)
            return self._computation(request, None, *self._path(request))

        pool = Pool(
            requests,
            begin,
            batches,
            record_errors=on_error == "record",
            on_result=on_result,
            progress=progress,
        )
        return pool.run(cancelled)

    def prepare(self, request: Request) -> Explained:
        """Read the text of a request, for an algorithm that is not the engine's own.

        The text, its endpoints and the scores that are kept with them are cached as for `stream`,
        which has the same errors.
        """
        path, session = self._path(request)
        return self._explained(request, _target(request, path), path, session)

    def _stream_each(
        self,
        request: Request,
        targets: Sequence[str] | None,
        cancelled: Callable[[], bool],
        progress: Callable[[float], None],
    ) -> Iterator[dict[str, Attribution]]:
        _check_algorithm(request)
        path, session = self._path(request)
        computation = self._computation(request, targets, path, session)
        for step in computation.run():
            if isinstance(step, Need):
                report = functools.partial(lambda n: progress(computation.share_done(n)), step)
                session.batches.fill(step, cancelled=cancelled, after_batch=report)
            else:
                yield step

    def _computation(
        self,
        request: Request,
        targets: Sequence[str] | None,
        path: IntegrationPath,
        session: Session,
    ) -> Computation:
        """The computation for some labels; without them, for that of the request."""
        if targets is None:
            targets = [_target(request, path)]
        return Computation([self._explained(request, t, path, session) for t in targets])

    def _explained(
        self, request: Request, target: str, path: IntegrationPath, session: Session
    ) -> Explained:
        return Explained(
            wrapper=self.wrapper,
            request=request,
            path=path,
            target=target,
            objective=objective_of(self.wrapper, request, target),
            weights_digest=session.weights_digest,
            check_unchanged=lambda: self._check_unchanged(session),
        )

    def _path(self, request: Request) -> tuple[IntegrationPath, Session]:
        """The path of a request, cached or new, and the session that it belongs to."""
        baseline = self.wrapper.baseline(request.baseline)
        with exclusive_eval(self.wrapper.classifier):  # one thread at a time
            session = self._current_session()
            session.cache.trim()
            path = session.cache.get(
                (request.marked, baseline, request.layer),
                lambda: IntegrationPath(
                    self.wrapper,
                    text=request.marked,
                    baseline=baseline,
                    layer=request.layer,
                ),
            )
        return path, session

    def _check_unchanged(self, session: Session) -> None:
        check_compiled(self.wrapper.classifier)
        if self.wrapper.fingerprint() != session.fingerprint:
            raise ClassifierChangedError(
                "the weights or labels of the classifier changed while it was explained; "
                "explain it again when that is over"
            )

    def _current_session(self) -> Session:
        """The session of the present weights; a new one if they changed."""
        fingerprint = self.wrapper.fingerprint()
        if self._session is None or self._session.fingerprint != fingerprint:
            self._session = Session.of(self.wrapper, self.internal_batch_size)
        return self._session


def _target(request: Request, path: IntegrationPath) -> str:
    """The label of a request; without one, that of the data point, or the most probable."""
    best = max(path.prediction, key=path.prediction.__getitem__)
    return request.target or path.encoding.label or best


def _check_algorithm(request: Request) -> None:
    if request.algorithm != INTEGRATED_GRADIENTS:
        raise ValueError(
            f"LIGEngine computes integrated gradients, not algorithm={request.algorithm!r}; "
            "use flair_lig_widget.attribute"
        )
