"""Layer Integrated Gradients of a Flair classifier, refined until it has converged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version

import numpy as np
import torch
from flair.models import TextClassifier

from flair_lig_widget import __version__
from flair_lig_widget.attribution import Attribution
from flair_lig_widget.borrow import borrowed
from flair_lig_widget.quadrature import Floats, nested_sizes, relative_change, rule
from flair_lig_widget.request import DEFAULT_STEPS, Request
from flair_lig_widget.wrapper import Encoding, ModelWrapper

MAX_EVALUATIONS = 513
"""Where ``auto`` gives up, unless ``n_steps`` says otherwise."""

_CHUNK_TOKENS = 2048
"""Subwords in one batch of path points: enough to keep a processor busy, little to wait for."""


class Cancelled(Exception):
    """The computation was told to stop; what it had is gone, the model is as it was."""


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
        is the most that may be spent (513 if not given).
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
    """Answers requests for one classifier.

    Parameters
    ----------
    classifier : flair.models.TextClassifier
        See `ModelWrapper` for what is supported and how it is borrowed.
    internal_batch_size : int, optional
        Points that go through the model at once.
    """

    def __init__(
        self, classifier: TextClassifier, *, internal_batch_size: int | None = None
    ) -> None:
        if internal_batch_size is not None and internal_batch_size < 1:
            raise ValueError(
                f"internal_batch_size={internal_batch_size} is too few; give at least 1, or None"
            )
        self.wrapper = ModelWrapper(classifier)
        self.internal_batch_size = internal_batch_size

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
        """
        path = Path(self.wrapper, request, self.internal_batch_size)
        if request.method != "auto":
            n = request.n_steps or DEFAULT_STEPS
            yield path.attribution(path.scores(request.method, n, cancelled), n)
            return
        before = None
        for n in nested_sizes(request.n_steps or MAX_EVALUATIONS):
            scores = path.scores("riemann_trapezoid", n, cancelled)
            error = None if before is None else relative_change(scores, before)
            answer = path.attribution(scores, n, error_estimate=error, tolerance=request.tolerance)
            yield answer
            if answer.converged:
                return
            before = scores


class Path:
    """The straight line from the reference input to one text, and what was found out along it.

    It keeps the derivative at every point it was asked for, so that rules which share nodes, as
    a trapezoid and its doubling do, share the work.
    """

    def __init__(
        self, wrapper: ModelWrapper, request: Request, internal_batch_size: int | None
    ) -> None:
        labels = wrapper.labels
        if request.target is not None and request.target not in labels:
            raise ValueError(f"unknown target {request.target!r}; labels are {', '.join(labels)}")
        self.wrapper = wrapper
        self.request = request
        self.encoding: Encoding = wrapper.encode(request.text)
        ends, logits = wrapper.endpoints(
            self.encoding, baseline=request.baseline, layer=request.layer
        )
        self.start = ends[:1]
        self.step = ends[1:] - ends[:1]
        self.prediction = dict(zip(labels, wrapper.probabilities(logits[1]).tolist(), strict=True))
        if request.target is None:
            self.target = max(self.prediction, key=self.prediction.__getitem__)
        else:
            self.target = request.target
        self.output = labels.index(self.target)
        self.baseline_value, self.value = logits[:, self.output].tolist()
        self.chunk = internal_batch_size or max(1, _CHUNK_TOKENS // ends.shape[1])
        self._known: dict[float, Floats] = {}

    def scores(self, method: str, n: int, cancelled: Callable[[], bool]) -> Floats:
        """Token scores by a fixed rule of n points, shape (T,)."""
        nodes, weights = rule(method, n)
        unknown = [a for a in nodes.tolist() if a not in self._known]
        for i in range(0, len(unknown), self.chunk):
            if cancelled():
                raise Cancelled
            chunk = unknown[i : i + self.chunk]
            self._known.update(zip(chunk, self._derivatives(chunk), strict=True))
        return weights @ np.stack([self._known[a] for a in nodes.tolist()])

    def attribution(
        self,
        scores: Floats,
        n_steps: int,
        *,
        error_estimate: float | None = None,
        tolerance: float | None = None,
    ) -> Attribution:
        """The scores with all that is known about them."""
        request = self.request
        return Attribution(
            text=request.text,
            tokens=self.encoding.tokens,
            scores=scores,
            value=self.value,
            baseline_value=self.baseline_value,
            prediction=self.prediction,
            target=self.target,
            method=request.method,
            n_steps=n_steps,
            n_evaluations=len(self._known),
            baseline=request.baseline,
            layer=request.layer,
            error_estimate=error_estimate,
            tolerance=tolerance,
            versions=_versions(),
        )

    def _derivatives(self, alphas: list[float]) -> Floats:
        """Directional derivative along the path, token by token: shape (len(alphas), T).

        Entry (i, t) is the inner product of the target logit's gradient with respect to the
        embedding of token t at point alpha_i, and that embedding's step from x' to x.
        """
        step = self.step
        at = torch.tensor(alphas, dtype=step.dtype, device=step.device)[:, None, None]
        points = (self.start + at * step).requires_grad_()
        with borrowed(self.wrapper.classifier), torch.enable_grad():
            logits = self.wrapper.logits(self.encoding, points, layer=self.request.layer)
            (gradients,) = torch.autograd.grad(logits[:, self.output].sum(), points)
        wide = torch.float32 if step.device.type == "mps" else torch.float64  # MPS has no float64
        products = (gradients.to(wide) * step.to(wide)).sum(dim=-1)
        return products.cpu().double().numpy()


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("flair", "torch", "transformers")}
    return {"flair_lig_widget": __version__, **packages}
