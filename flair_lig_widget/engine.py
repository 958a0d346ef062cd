"""Layer Integrated Gradients of a Flair classifier: requests in, ever better answers out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flair.models import TextClassifier

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.path import IntegrationPath
from flair_lig_widget.quadrature import nested_sizes, relative_change
from flair_lig_widget.request import DEFAULT_STEPS, Request, whole_number
from flair_lig_widget.wrapper import ModelWrapper

MAX_EVALUATIONS = 513
"""Where ``auto`` gives up, unless ``n_steps`` says otherwise."""


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
        if internal_batch_size is not None:
            internal_batch_size = whole_number("internal_batch_size", internal_batch_size)
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
        path = IntegrationPath(self.wrapper, request, self.internal_batch_size)
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
