"""Layer Integrated Gradients of a Flair classifier: requests in, ever better answers out."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Hashable, Iterator
from importlib.metadata import version

from flair.models import TextClassifier

from flair_lig_widget import __version__
from flair_lig_widget.attribution import Attribution
from flair_lig_widget.path import IntegrationPath, PathCache
from flair_lig_widget.quadrature import nested_sizes, relative_change
from flair_lig_widget.request import DEFAULT_STEPS, Request, whole_number
from flair_lig_widget.wrapper import ModelWrapper

MAX_EVALUATIONS = 513
"""Where ``auto`` gives up, unless ``n_steps`` says otherwise."""

CACHE_BYTES = 256 * 2**20
"""What an engine may keep of earlier requests."""


def attribute(
    classifier: TextClassifier,
    text: str,
    *,
    target: str | None = None,
    method: str = "auto",
    n_steps: int | None = None,
    tolerance: float = 0.01,
    baseline: str = "pad",
    layer: str = "word_embeddings",
    internal_batch_size: int | None = None,
) -> Attribution:
    """Explain what a classifier makes of a text by Layer Integrated Gradients.

    The score of a subword is the integral of the target logit's gradient with respect to the
    subword's embedding, along the straight line from the reference input x' to the text x, times
    the difference of the embeddings (Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep
    Networks", 2017). The scores sum to f(x) - f(x') up to a delta that the result carries.

    Parameters
    ----------
    classifier : flair.models.TextClassifier
        Any classifier over ``TransformerDocumentEmbeddings``.
    text : str
        The text to explain, in one piece; Flair splits it into words as for ``predict``.
    target : str, optional
        The label to explain; None is the most probable one.
    method : str
        ``"auto"`` doubles a trapezoid rule until the tolerance is met. Captum's rules take the
        number of points that they are told: ``"gausslegendre"``, ``"riemann_left"``,
        ``"riemann_right"``, ``"riemann_middle"`` and ``"riemann_trapezoid"``. Captum's own
        trapezoid has weights that sum to 1 - 1/n, here they sum to one.
    n_steps : int, optional
        Points on the path: 50 for a fixed rule if not given, as in Captum. With ``"auto"`` it
        is the most that may be spent (513 if not given, and two at least).
    tolerance : float
        ``"auto"`` stops when delta is at most this share of f(x) - f(x') and the last doubling
        changed the scores by at most this share (L2 norm).
    baseline : str
        What replaces every subword in x': the ``"pad"``, ``"mask"`` or ``"unk"`` token, or an
        embedding of ``"zero"``. Special tokens stay.
    layer : str
        Where the path runs: the output of ``"word_embeddings"``, or of the whole ``"embeddings"``
        block (positions and layer norm included).
    internal_batch_size : int, optional
        Points that go through the model at once; chosen by the length of the text if not given.
        It changes time and memory, not the result.

    Returns
    -------
    Attribution

    Raises
    ------
    ValueError
        If the text is blank or an option is not one that can be; the message lists the choices.
    UnsupportedClassifierError
        If the classifier is of a kind that cannot be explained.
    """
    request = Request(
        text=text,
        target=target,
        method=method,
        n_steps=n_steps,
        tolerance=tolerance,
        baseline=baseline,
        layer=layer,
    )
    return LIGEngine(classifier, internal_batch_size=internal_batch_size).attribute(request)


class LIGEngine:
    """Answers requests for one classifier, and keeps what it has computed for the next ones.

    Parameters
    ----------
    classifier : flair.models.TextClassifier
        See `ModelWrapper` for what is supported and how it is borrowed. When its weights change,
        what was kept is dropped. (A change of ``parameter.data`` in place cannot be seen.)
    internal_batch_size : int, optional
        Points that go through the model at once.
    """

    def __init__(
        self, classifier: TextClassifier, *, internal_batch_size: int | None = None
    ) -> None:
        if internal_batch_size is not None:
            internal_batch_size = whole_number("internal_batch_size", internal_batch_size)
        self.wrapper = ModelWrapper(classifier)
        self._chunk = internal_batch_size
        self._cache = PathCache(CACHE_BYTES)
        self._weights: Hashable = None
        self._turn = threading.Lock()

    def attribute(self, request: Request) -> Attribution:
        """The finished answer to a request: the last that `stream` gives."""
        *_, last = self.stream(request)
        return last

    def stream(
        self, request: Request, *, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[Attribution]:
        """Answers to a request, each better than the one before it.

        Parameters
        ----------
        request : Request
        cancelled : callable
            Asked before every chunk of path points.

        Yields
        ------
        Attribution
            After every doubling of ``auto``; once for a fixed rule.

        Raises
        ------
        Cancelled
            Within one chunk of ``cancelled()`` becoming true.
        ValueError
            If the classifier has no such target, baseline or layer.
        RuntimeError
            If the classifier was trained meanwhile.
        """
        labels = self.wrapper.labels
        if request.target is not None and request.target not in labels:
            raise ValueError(f"unknown target {request.target!r}; labels are {', '.join(labels)}")
        path, weights = self._path(request)
        target = request.target
        if target is None:
            target = max(path.prediction, key=path.prediction.__getitem__)
        fixed = request.method != "auto"
        method = request.method if fixed else "riemann_trapezoid"
        sizes = nested_sizes(request.n_steps or MAX_EVALUATIONS)
        before = None
        for n in [request.n_steps or DEFAULT_STEPS] if fixed else sizes:
            scores = path.scores(target, method, n, cancelled)
            if self.wrapper.fingerprint() != weights:
                raise RuntimeError(
                    "the weights of the classifier changed while it was explained; "
                    "explain it again when the training is over"
                )
            baseline_value, value = path.values[target]
            answer = Attribution(
                text=request.text,
                tokens=path.encoding.tokens,
                scores=scores,
                value=value,
                baseline_value=baseline_value,
                prediction=path.prediction,
                target=target,
                method=request.method,
                n_steps=n,
                n_evaluations=n,
                baseline=request.baseline,
                layer=request.layer,
                error_estimate=None if before is None else relative_change(scores, before),
                tolerance=None if fixed else request.tolerance,
                versions=_versions(),
            )
            yield answer
            if answer.converged:
                return
            before = scores

    def _path(self, request: Request) -> tuple[IntegrationPath, Hashable]:
        """The path of a request, kept or new, and the state of the weights it belongs to."""
        key = (request.text, request.baseline, request.layer)
        with self._turn:
            weights = self.wrapper.fingerprint()
            if weights != self._weights:
                self._cache, self._weights = PathCache(CACHE_BYTES), weights
            self._cache.trim()
            path = self._cache.get(
                key,
                lambda: IntegrationPath(
                    self.wrapper,
                    text=request.text,
                    baseline=request.baseline,
                    layer=request.layer,
                    chunk=self._chunk,
                ),
            )
        return path, weights


@functools.cache
def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("flair", "torch", "transformers")}
    return {"flair_lig_widget": __version__, **packages}
