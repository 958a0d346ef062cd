"""Explaining one text in one call, without a widget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flair.data import Sentence
from flair.nn import Model

from flair_lig_widget.evaluation import algorithms
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.model.given import request_of
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import RequestOptions
from flair_lig_widget.result.texts import Text

if TYPE_CHECKING:
    from typing_extensions import Unpack


def attribute(
    classifier: Model,
    text: Text | Sentence,
    *,
    task: str | None = None,
    internal_batch_size: int | None = None,
    **options: Unpack[RequestOptions],
) -> Attribution:
    """Explain a classifier's prediction for a text by Layer Integrated Gradients.

    The score of a token is the integral of the gradient of f, the number explained, with respect
    to the token's embedding, along the straight line from the baseline x' to the text x, times the
    difference of the embeddings (Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep
    Networks", 2017). The scores sum to f(x) - f(x') up to a delta that the result contains. Other
    algorithms can be named to compare with.

    Parameters
    ----------
    classifier : flair.nn.Model
        Over transformer, sentence transformer, pooled, recurrent or convolutional document
        embeddings; `ModelWrapper` says how the model is protected.
    text : str, tuple of str, or flair.data.Sentence
        The text to explain, in one piece of at most 100,000 characters; Flair splits it into words
        as for ``predict``. For a model that reads several texts at once, a tuple of them; for one
        that reads entities, a sentence that has them.
    task : str, optional
        What is explained of a ``MultitaskModel`` with several tasks.
    internal_batch_size : int, optional
        Points that go through the model at once; chosen to take about 0.1 s if not given. It
        changes time and memory, and the result by no more than rounding.
    target : str, optional
        The label to explain; by default the most probable one.
    contrast : str, optional
        A label whose output is subtracted: why is it the target and not this one?
    output : str
        What is explained of a label: its ``"logit"`` (the default), its ``"probability"`` or its
        ``"log_odds"``, which are log p / (1 - p). A regressor has its ``"value"`` instead, in the
        unit of its training data, which is also what the default gives.
    method : str
        ``"auto"`` (the default) adds points where the gradient is rough until the tolerance is
        met. Captum's rules use a given number of points: ``"gausslegendre"``, ``"riemann_left"``,
        ``"riemann_right"``, ``"riemann_middle"`` and ``"riemann_trapezoid"``. Captum's own
        trapezoid has weights that sum to 1 - 1/n; here they sum to one.
    n_steps : int, optional
        Points on the path, at most 10,000: 50 for a fixed rule if not given, as in Captum. With
        ``"auto"`` it is the upper limit (513 if not given), not counting points that
        ``precision="auto"`` tries without success; ``"auto"`` stops earlier where more points do
        not help.
    tolerance : float
        ``"auto"`` stops when delta is at most this fraction of f(x) - f(x') and the estimated
        error of the scores at most this fraction of their L2 norm; 0.01 by default.
    baseline : str, optional
        What replaces every subword in x': the ``"unk"``, ``"pad"`` or ``"mask"`` token, an
        embedding of ``"zero"``, or the ``"mean"`` of the vocabulary. Special tokens stay. The
        default is the first that the classifier has: ``"unk"`` for transformers, ``"zero"`` for
        word vectors.
    layer : str
        Where the path runs: the output of ``"word_embeddings"`` (the default), or of a
        transformer's whole ``"embeddings"`` block, positions and layer norm included.
    precision : str
        ``"float32"`` (the default), or ``"auto"``: gradients in bfloat16 where the hardware
        supports it and its rounding, measured at one point, leaves room for the tolerance. f(x)
        and f(x') are never rounded.
    entities : sequence of (int, int, str)
        Start, end and label of each entity that the model is given, where the text is no sentence
        that has them.
    data_point : str, range of characters, or Token, Span or Relation of Flair
        Which token, span or relation is explained; of a relation, head and tail. By default the
        first that the model gives a label.
    algorithm : str
        ``"integrated_gradients"`` (the default), or to compare with, computed by Captum:
        ``"gradient_x_input"``, ``"gradient_shap"``, ``"deep_lift"``, ``"feature_ablation"`` or
        ``"shapley_value_sampling"``; `docs/algorithms.md` describes them. They ignore ``method``,
        ``tolerance`` and ``precision``. ``n_steps`` is the number of random samples of
        ``"gradient_shap"`` (50 if not given) and of random orders of ``"shapley_value_sampling"``
        (25); the others ignore it. What is random has a fixed seed.

    Returns
    -------
    Attribution
        Of a regressor the only label is its label type, with the value in place of a probability;
        no label is predicted, and there is none to contrast with.

    Raises
    ------
    ValueError
        If the text is blank, the model reads another number of texts, or an option has a value
        that is not possible; the message lists the choices.
    UnsupportedClassifierError
        If the classifier is of a kind that cannot be explained, or not by this algorithm.
    """
    engine = LIGEngine(classifier, task=task, internal_batch_size=internal_batch_size)
    *_, last = algorithms.stream(engine, request_of(engine.wrapper, text, options))
    return last


def attribute_each(
    classifier: Model,
    text: Text | Sentence,
    targets: Sequence[str] | None = None,
    *,
    task: str | None = None,
    internal_batch_size: int | None = None,
    **options: Unpack[RequestOptions],
) -> dict[str, Attribution]:
    """Explain several labels in one pass, in less time than one by one.

    Only integrated gradients share the work; other algorithms take as long as one by one.

    Parameters
    ----------
    targets : sequence of str, optional
        The labels to explain; by default all of them.
    classifier, text, task, internal_batch_size, **options
        As for `attribute`, without ``target``.

    Returns
    -------
    dict of str to Attribution
        From label to result, in the order of the targets.

    Raises
    ------
    TypeError
        If ``target`` is given, or ``targets`` is a single string.
    ValueError, UnsupportedClassifierError
        As for `attribute`.
    """
    if "target" in options:
        raise TypeError("attribute_each takes a list of targets, not target; use attribute")
    if isinstance(targets, str):
        raise TypeError(f"targets={targets!r} is one label; give a list, or use attribute")
    engine = LIGEngine(classifier, task=task, internal_batch_size=internal_batch_size)
    if targets is None:
        targets = engine.wrapper.labels
    request = request_of(engine.wrapper, text, options)
    return algorithms.attribute_each(engine, request, targets)
