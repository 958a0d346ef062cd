"""Whether the model needs the words that an attribution names: they are taken away, one by one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator

from flair.nn import Model

from flair_lig_widget.evaluation.erasing import Deleter, Eraser, Replacer
from flair_lig_widget.evaluation.marked_words import words_of
from flair_lig_widget.evaluation.measurement import Measurement
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.integration.explained import objective_of
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
    classifier: Model,
    attribution: Attribution,
    *,
    task: str | None = None,
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
    ``max(1, ceil(q * m))`` words. For a regressor all of this is measured in the value. No gradient
    is computed.

    Words of the data point of a tagger, such as the token that is explained, are never deleted,
    because without them there is no question; neither are head and tail of a relation. So
    everything is measured on the other words. An entity that a relation classifier is given goes
    with the first of its words that is deleted. ``"mask"`` and ``"baseline"`` take any word away,
    because its place stays.

    Of a pair or triple of texts each keeps one word when words are deleted, because Flair cannot
    read an empty text: the one that comes last in the order, or, where the best words alone are
    kept, the one that comes first. The only word of a text is never deleted, so leaving it out
    changes nothing.

    Parameters
    ----------
    classifier : flair.nn.Model
        See `ModelWrapper` for what is supported.
    attribution : Attribution
        What was explained of this classifier.
    task : str, optional
        As for `attribute`.
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
        ModelWrapper(classifier, task=task),
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
    eraser = eraser_for(wrapper, attribution, erase, predictor, cancelled)
    _check_words(attribution, len(eraser.ranges))
    _check_texts(attribution, eraser)
    measurement = Measurement(wrapper, attribution, eraser, seed)
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


def _check_words(attribution: Attribution, n_words: int) -> None:
    """Raise a ValueError if there are too few words to take away."""
    if n_words >= FEWEST_WORDS:
        return
    needed = "and at least two are needed, one to take away and one to keep; evaluate a longer text"
    if n_words < len(attribution.words()):
        raise ValueError(
            f"{'no word' if n_words == 0 else '1 word'} of {shown(attribution.text)} can be "
            f"deleted, because the data point must stay, {needed}, or use erase='mask' or "
            "'baseline'"
        )
    raise ValueError(f"the model reads {n_words} word of {shown(attribution.text)}, {needed}")


def _check_texts(attribution: Attribution, eraser: Eraser) -> None:
    """Raise a ValueError if several texts have too few words, of which one of each must be kept."""
    n_words, fewest = len(eraser.ranges), FEWEST_WORDS * eraser.fewest_kept
    if n_words < fewest:
        raise ValueError(
            f"{n_words} words of the {len(attribution.texts)} texts can be deleted, and at least "
            f"{fewest} are needed, because each text keeps one; evaluate longer texts, or use "
            "erase='mask' or 'baseline'"
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
    objective = objective_of(wrapper, a, a.target)
    if erase == "delete":
        return Deleter(wrapper, objective, words_of(a), predictor, cancelled)
    baseline = wrapper.baseline("mask" if erase == "mask" else a.baseline)
    return Replacer(wrapper, objective, a, baseline, cancelled)
