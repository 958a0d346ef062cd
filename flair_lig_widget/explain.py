"""Explaining one text in one call, without a widget."""

from __future__ import annotations

from typing import Literal, overload

from flair.nn import Classifier

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.engine import LIGEngine
from flair_lig_widget.request import Request, listed


@overload
def attribute(
    classifier: Classifier,
    text: str,
    *,
    target: Literal["all"] | list[str] | tuple[str, ...],
    contrast: str | None = ...,
    output: str = ...,
    method: str = ...,
    n_steps: int | None = ...,
    tolerance: float = ...,
    baseline: str | None = ...,
    layer: str = ...,
    precision: str = ...,
    internal_batch_size: int | None = ...,
) -> dict[str, Attribution]: ...


@overload
def attribute(
    classifier: Classifier,
    text: str,
    *,
    target: str | None = ...,
    contrast: str | None = ...,
    output: str = ...,
    method: str = ...,
    n_steps: int | None = ...,
    tolerance: float = ...,
    baseline: str | None = ...,
    layer: str = ...,
    precision: str = ...,
    internal_batch_size: int | None = ...,
) -> Attribution: ...


def attribute(
    classifier: Classifier,
    text: str,
    *,
    target: str | list[str] | tuple[str, ...] | None = None,
    contrast: str | None = None,
    output: str = "logit",
    method: str = "auto",
    n_steps: int | None = None,
    tolerance: float = 0.01,
    baseline: str | None = None,
    layer: str = "word_embeddings",
    precision: str = "float32",
    internal_batch_size: int | None = None,
) -> Attribution | dict[str, Attribution]:
    """Explain what a classifier makes of a text by Layer Integrated Gradients.

    The score of a subword is the integral of the gradient of f, the number explained, with
    respect to the subword's embedding, along the straight line from the reference input x' to the
    text x, times the difference of the embeddings (Sundararajan, Taly and Yan, "Axiomatic
    Attribution for Deep Networks", 2017). The scores sum to f(x) - f(x') up to a delta that the
    result carries.

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
        Over transformer, sentence transformer, pooled, recurrent or convolutional document
        embeddings; `ModelWrapper` says how it is borrowed.
    text : str
        The text to explain, in one piece; Flair splits it into words as for ``predict``.
    target : str or list of str, optional
        The label to explain; None is the most probable one. Several are explained in one pass,
        in less time than one by one; ``"all"`` is all of them (unless a label is called so).
    contrast : str, optional
        A label whose output is subtracted: why is it the target and not this one?
    output : str
        What is explained of a label: its ``"logit"``, its ``"probability"`` or its
        ``"log_odds"``, which are log p / (1 - p).
    method : str
        ``"auto"`` adds points where the gradient is rough until the tolerance is met. Captum's
        rules take the number of points that they are told: ``"gausslegendre"``, ``"riemann_left"``,
        ``"riemann_right"``, ``"riemann_middle"`` and ``"riemann_trapezoid"``. Captum's own
        trapezoid has weights that sum to 1 - 1/n, here they sum to one.
    n_steps : int, optional
        Points on the path: 50 for a fixed rule if not given, as in Captum. With ``"auto"`` it
        is the most that may be spent (513 if not given), but for what ``precision="auto"`` tries
        in vain; it stops sooner where more points do not help.
    tolerance : float
        ``"auto"`` stops when delta is at most this share of f(x) - f(x') and the estimated error
        of the scores at most this share of their L2 norm.
    baseline : str, optional
        What replaces every subword in x': the ``"pad"``, ``"mask"`` or ``"unk"`` token, an
        embedding of ``"zero"``, or the ``"mean"`` of the vocabulary's. Special tokens stay. None
        is the first that the classifier has: ``"pad"`` for transformers, ``"zero"`` for
        vectors of words.
    layer : str
        Where the path runs: the output of ``"word_embeddings"``, or of a transformer's whole
        ``"embeddings"`` block (positions and layer norm included).
    precision : str
        ``"float32"``, or ``"auto"``: gradients in bfloat16 where the hardware computes it and
        its rounding, which is measured at one point, leaves room for the tolerance. f(x) and
        f(x') are never rounded.
    internal_batch_size : int, optional
        Points that go through the model at once; chosen to take about 0.1 s if not given. It
        changes time and memory, and the result by no more than rounding.

    Returns
    -------
    Attribution, or dict of str to Attribution
        A dict from label to answer if several targets were asked for.

    Raises
    ------
    ValueError
        If the text is blank or an option is not one that can be; the message lists the choices.
    UnsupportedClassifierError
        If the classifier is of a kind that cannot be explained.
    """
    engine = LIGEngine(classifier, internal_batch_size=internal_batch_size)
    several = isinstance(target, (list, tuple))
    if not (target is None or isinstance(target, str) or several):
        raise ValueError(
            f"target={target!r} is not a label, a list of labels or 'all'; labels are "
            f"{listed(engine.wrapper.labels)}"
        )
    if target == "all" and target not in engine.wrapper.labels:
        target, several = engine.wrapper.labels, True
    request = Request(
        text=text,
        target=None if several else target,  # type: ignore[arg-type]  # a str or None
        contrast=contrast,
        output=output,
        method=method,
        n_steps=n_steps,
        tolerance=tolerance,
        baseline=baseline,
        layer=layer,
        precision=precision,
    )
    if several:
        return engine.attribute_each(request, tuple(target or ()))
    return engine.attribute(request)
