"""Layer Integrated Gradients of a Flair classifier: requests in, better and better results out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from flair.nn import Classifier

from flair_lig_widget.integration.batching import BatchSizer
from flair_lig_widget.integration.computation import Computation
from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.path import IntegrationPath, PathCache
from flair_lig_widget.model.evaluation import check_compiled
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.provenance import reproducible
from flair_lig_widget.result.request import Request, join_labels, positive_int

CACHE_BYTES = 256 * 2**20
"""How many bytes of earlier requests an engine keeps."""


@dataclass(frozen=True, eq=False)
class _Session:
    """What belongs to one state of the model's weights, and is dropped when they change."""

    fingerprint: Hashable
    weights_digest: str
    batch_sizer: BatchSizer
    cache: PathCache


class LIGEngine:
    """Computes results for one classifier, and keeps derivatives for later requests.

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
        See `ModelWrapper` for what is supported and how the model is protected. When its weights
        change, the cache is dropped. (A change of ``parameter.data`` in place cannot be noticed.)
    internal_batch_size : int, optional
        Points that go through the model at once.
    """

    def __init__(self, classifier: Classifier, *, internal_batch_size: int | None = None) -> None:
        if internal_batch_size is not None:
            internal_batch_size = positive_int("internal_batch_size", internal_batch_size)
        self.wrapper = ModelWrapper(classifier)
        self._internal_batch_size = internal_batch_size
        self._session: _Session | None = None

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
            If the classifier has no such label, baseline or layer, or gives NaN or infinity.
        MemoryError
            If a single point does not fit into the memory of a GPU.
        RuntimeError
            If weights or labels of the classifier changed in the meantime, or a part of it is
            compiled and in training mode.
        """
        target = request.target
        if target is None:
            path, _ = self._path(request)
            target = max(path.prediction, key=path.prediction.__getitem__)
        for results in self._stream_each(request, [target], cancelled, progress):
            yield results[target]

    def _stream_each(
        self,
        request: Request,
        targets: Sequence[str],
        cancelled: Callable[[], bool],
        progress: Callable[[float], None],
    ) -> Iterator[dict[str, Attribution]]:
        path, session = self._path(request)
        objectives = {target: self._objective(request, target) for target in targets}
        computation = Computation(
            self.wrapper,
            path,
            request,
            weights_digest=session.weights_digest,
            check_unchanged=lambda: self._check_unchanged(session),
            cancelled=cancelled,
        )
        yield from computation.run(objectives, progress)

    def _objective(self, request: Request, target: str) -> Objective:
        """The function f for one label; a ValueError if the labels do not allow it."""
        labels, contrast = self.wrapper.labels, request.contrast
        if target not in labels:
            raise ValueError(f"unknown target {target!r}; labels are {join_labels(labels)}")
        if contrast is not None and contrast not in labels:
            raise ValueError(f"unknown contrast {contrast!r}; labels are {join_labels(labels)}")
        if contrast == target:
            raise ValueError(
                f"contrast {target!r} is the label that is explained; name another, or None"
            )
        multi_label = self.wrapper.multi_label
        if request.output == "log_odds" and len(labels) == 1 and not multi_label:
            raise ValueError(
                f"{target!r} is the only label, so its log-odds are infinite; use output='logit'"
            )
        return Objective(
            output=request.output,
            target=labels.index(target),
            contrast=None if contrast is None else labels.index(contrast),
            multi_label=multi_label,
        )

    def _path(self, request: Request) -> tuple[IntegrationPath, _Session]:
        """The path of a request, cached or new, and the session that it belongs to."""
        baseline = self.wrapper.baseline(request.baseline)
        with exclusive_eval(self.wrapper.classifier):  # one thread at a time
            session = self._current_session()
            session.cache.trim()
            path = session.cache.get(
                (request.text, baseline, request.layer),
                lambda: IntegrationPath(
                    self.wrapper,
                    text=request.text,
                    baseline=baseline,
                    layer=request.layer,
                    batch_sizer=session.batch_sizer,
                ),
            )
        return path, session

    def _check_unchanged(self, session: _Session) -> None:
        check_compiled(self.wrapper.classifier)
        if self.wrapper.fingerprint() != session.fingerprint:
            raise RuntimeError(
                "the weights or labels of the classifier changed while it was explained; "
                "explain it again when that is over"
            )

    def _current_session(self) -> _Session:
        """The session of the present weights; a new one if they changed."""
        fingerprint = self.wrapper.fingerprint()
        if self._session is None or self._session.fingerprint != fingerprint:
            self._session = _Session(
                fingerprint=fingerprint,
                weights_digest=self.wrapper.digest(),
                batch_sizer=BatchSizer(
                    self._internal_batch_size,
                    self.wrapper.device.type,
                    timed=not reproducible(),
                ),
                cache=PathCache(CACHE_BYTES),
            )
        return self._session
