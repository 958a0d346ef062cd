"""Whether the model needs the words that an attribution names: they are taken away, one by one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator

from flair.nn import Classifier

from flair_lig_widget.evaluation.deletion import TextWords
from flair_lig_widget.evaluation.erasing import Deleter, Eraser, Replacer
from flair_lig_widget.evaluation.measurement import Measurement
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.model.errors import ClassifierChangedError
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.faithfulness import ERASURES, Faithfulness
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import join_labels, positive_int
from flair_lig_widget.result.shares import FEWEST_WORDS

N_RANDOM = 50
"""Random orders, if not given otherwise."""


def evaluate(
    classifier: Classifier,
    attribution: Attribution,
    *,
    erase: str = "delete",
    n_random: int = N_RANDOM,
    seed: int = 0,
    progress: Callable[[float], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Faithfulness:
    """Take words away in the order of their scores, and in random orders.

    The words of the text, best first, are taken away, and the model is asked again
    (comprehensiveness); then they alone are kept (sufficiency). The same is done in random orders.
    Both measures are those of ERASER (DeYoung et al. 2020): the drop of the target's probability
    without, or with only, the best 5, 10, 20 and 50 % of the words, as a mean over the four shares.
    The divisor is four, as in ERASER's code; the paper divides by five. A share q of m words is
    ``max(1, ceil(q * m))`` words. No gradient is computed.

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
    attribution : Attribution
        What was explained of this classifier.
    erase : str
        ``"delete"`` edits the text and asks ``classifier.predict``. ``"mask"`` and ``"baseline"``
        put the embeddings of the mask token, or of the attribution's baseline, in the place of the
        words, so that all positions stay. A model that was never trained with masks finds both
        strange, and a baseline flatters scores that were computed from it.
    n_random : int
        Random orders. The smallest possible p-value is 1 / (1 + n_random), so there is no verdict
        with fewer than 19.
    seed : int
        Of random orders and sets, and of the order of words with the same score.
    progress : callable
        Called now and then with the share of the work that is done.
    cancelled : callable
        Called before every batch of predictions.

    Returns
    -------
    Faithfulness

    Raises
    ------
    ValueError
        If the attribution is of other weights or labels, its text has fewer than two words, or an
        option has a value that is not possible.
    Cancelled
        Within one batch of ``cancelled()`` becoming true.
    RuntimeError
        If the weights change in the meantime.
    UnsupportedClassifierError
        If the classifier is of a kind that cannot be explained.
    """
    *_, last = stream_faithfulness(
        ModelWrapper(classifier),
        attribution,
        erase=erase,
        n_random=n_random,
        seed=seed,
        progress=progress,
        cancelled=cancelled,
    )
    return last


def stream_faithfulness(
    wrapper: ModelWrapper,
    attribution: Attribution,
    *,
    erase: str = "delete",
    n_random: int = N_RANDOM,
    seed: int = 0,
    progress: Callable[[float], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
    predictor: Predictor | None = None,
) -> Iterator[Faithfulness]:
    """`evaluate` step by step.

    Parameters
    ----------
    predictor : Predictor, optional
        One that knows some of the texts already.

    Yields
    ------
    Faithfulness
        First the curves of the scores and the flip, then also leave-one-out and infidelity, then
        also the random orders, a few at a time.
    """
    n_random = positive_int("n_random", n_random)
    _check(wrapper, attribution, erase, seed)
    fingerprint = wrapper.fingerprint()
    predictor = predictor or Predictor(wrapper, cancelled=cancelled)
    measurement = Measurement(
        wrapper, attribution, eraser_for(wrapper, attribution, erase, predictor, cancelled), seed
    )
    for found in measurement.run(erase, n_random, progress):
        if wrapper.fingerprint() != fingerprint:
            raise ClassifierChangedError(
                "the weights or labels of the classifier changed while it was evaluated; "
                "explain the text again when that is over"
            )
        yield found


def _check(wrapper: ModelWrapper, attribution: Attribution, erase: str, seed: int) -> None:
    """Raise a ValueError if the attribution cannot be evaluated with these options."""
    check_attribution(wrapper, attribution)
    check_erase(erase)
    if operator.index(seed) < 0:
        raise ValueError(f"seed={seed} is negative; give 0 or more")
    n_words = len(attribution.words())
    if n_words < FEWEST_WORDS:
        raise ValueError(
            f"the model reads {n_words} word of {shown(attribution.text)}, and at least two are "
            "needed, one to take away and one to keep; evaluate a longer text"
        )


def check_attribution(wrapper: ModelWrapper, attribution: Attribution) -> None:
    """Raise unless it is an attribution of this classifier, with the weights that it has now."""
    if not isinstance(attribution, Attribution):
        raise TypeError(
            f"{type(attribution).__name__} is not an Attribution; give what attribute(...) returns"
        )
    if set(attribution.prediction) != set(wrapper.labels):
        raise ValueError(
            f"the attribution is of another classifier: its labels are "
            f"{join_labels(tuple(attribution.prediction))}, those of the classifier "
            f"{join_labels(wrapper.labels)}; explain the text with this classifier"
        )
    digest = attribution.provenance.weights_digest
    if digest and digest != wrapper.digest():
        raise ValueError(
            "the attribution is of other weights than the classifier has now; explain the text "
            "again, or load the weights that it was made with"
        )


def check_erase(erase: str) -> None:
    """Raise a ValueError if this is no way of taking words away."""
    if erase not in ERASURES:
        raise ValueError(f"unknown erase {erase!r}; use {', '.join(ERASURES)}")


def eraser_for(
    wrapper: ModelWrapper,
    attribution: Attribution,
    erase: str,
    predictor: Predictor,
    cancelled: Callable[[], bool],
) -> Eraser:
    """The way of taking words away that ``erase`` names."""
    a = attribution
    objective = objective_of(wrapper, a)
    if erase == "delete":
        return Deleter(wrapper, objective, TextWords.of(a), predictor, cancelled)
    baseline = wrapper.baseline("mask" if erase == "mask" else a.baseline)
    return Replacer(wrapper, objective, a, baseline, cancelled)


def objective_of(wrapper: ModelWrapper, attribution: Attribution) -> Objective:
    """f, as a function of the classifier's logits."""
    a = attribution
    return Objective(
        output=a.output,
        target=wrapper.labels.index(a.target),
        contrast=None if a.contrast is None else wrapper.labels.index(a.contrast),
        multi_label=wrapper.multi_label,
    )
