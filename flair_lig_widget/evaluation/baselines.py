"""Which baseline explains a classifier best, measured on its own texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from flair.nn import Model
from numpy.typing import NDArray

from flair_lig_widget.evaluation.deletion import (
    Deletions,
    TextWords,
    best_first,
    mean_drop,
)
from flair_lig_widget.evaluation.marked_words import deletable, words_of
from flair_lig_widget.evaluation.predictions import Predictor, log_odds, part_of
from flair_lig_widget.evaluation.ranking import BaselineRanking, Erasure, RankingRow
from flair_lig_widget.evaluation.texts import Given, choose_targets, read_texts, request_for
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.marked import MarkedText
from flair_lig_widget.result.request import positive_int
from flair_lig_widget.result.shares import FEWEST_WORDS, words_of_shares
from flair_lig_widget.result.units import VALUE

N_RANDOM = 5
"""Random orders of each text, if not given otherwise."""

RANDOM, LEAVE_ONE_OUT = "random order", "leave-one-out"


def rank_baselines(
    classifier: Model,
    texts: Sequence[Given],
    *,
    task: str | None = None,
    targets: Sequence[str] | None = None,
    max_words: int = 60,
    n_random: int = N_RANDOM,
    seed: int = 0,
    progress: Callable[[float], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> BaselineRanking:
    """Measure for every baseline of a classifier how well it names the words that count.

    The words of each text are ordered by their scores from a baseline. The best 5, 10, 20 and
    50 % of them are deleted from the text, or kept alone, and ``classifier.predict`` reads what is
    left. By how much the target falls, as a mean over the four shares, is comprehensiveness
    (larger is better) in the first case and sufficiency (smaller is better) in the second
    (DeYoung et al., ERASER, 2020; the divisor is four, as in its code, and not five, as in the
    paper). A share q of m words is ``max(1, ceil(q * m))`` words. Both are measured in log-odds,
    see `log_odds` for their precision, and in probability. The same is done for random orders, and
    for the order of the words by how much the log-odds fall without each of them (leave-one-out).
    For a regressor all of it is measured in the value.

    Parameters
    ----------
    classifier : flair.nn.Model
        See `ModelWrapper` for what is supported and how the model is protected.
    texts : sequence of str, tuple of str, or flair.data.Sentence
        Texts such as those that will be explained; thirty tell apart what matters. Each takes as
        many computations as there are baselines, and a prediction for each word. Of a tagger or
        relation classifier the first data point with a label is explained; its words stay, see
        `evaluate`.
    task : str, optional
        As for `attribute`.
    targets : sequence of str, optional
        The label to explain of each text; by default the most probable one. It stays the same
        when words are deleted.
    max_words : int
        Longer texts are cut after so many words.
    n_random : int
        Random orders of each text, over which its values are averaged.
    seed : int
        Of random orders, and of the order of words with the same score.
    progress : callable
        Called now and then with the share of the work that is done.
    cancelled : callable
        Called before every batch of path points and of predictions.

    Returns
    -------
    BaselineRanking

    Raises
    ------
    ValueError
        If there is no text, one has fewer than two words or cannot be explained, a target is
        unknown or missing, or an option has a value that is not possible.
    Cancelled
        Within one batch of ``cancelled()`` becoming true.
    UnsupportedClassifierError
        If the classifier is of a kind that cannot be explained.
    """
    n_random = positive_int("n_random", n_random)
    engine = LIGEngine(classifier, task=task)
    _check_labels(engine.wrapper)
    predictor = Predictor(engine.wrapper, cancelled=cancelled)
    read = read_texts(
        engine.wrapper,
        texts,
        positive_int("max_words", max_words),
        fewest=FEWEST_WORDS * engine.wrapper.n_texts,
    )
    chosen = choose_targets(engine.wrapper, predictor, read, targets)
    return rank_on(
        engine,
        predictor,
        list(zip(read, chosen, strict=True)),
        n_random=n_random,
        seed=seed,
        progress=progress,
        cancelled=cancelled,
    )


def rank_on(
    engine: LIGEngine,
    predictor: Predictor,
    texts: Sequence[tuple[str | MarkedText, str]],
    *,
    n_random: int,
    seed: int,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> BaselineRanking:
    """Rank with what an engine and a predictor already know.

    Parameters
    ----------
    engine : LIGEngine
    predictor : Predictor
    texts : sequence of (str or MarkedText, str)
        Texts of at least two words, each with the label to explain.
    n_random, seed, progress, cancelled
        As for `rank_baselines`.
    """
    measurement = _Measurement(engine, predictor, n_random, cancelled)
    measured = [
        measurement.measure(
            text,
            target,
            generator=np.random.default_rng([seed, index]),
            progress=part_of(progress, index, len(texts)),
        )
        for index, (text, target) in enumerate(texts)
    ]
    return BaselineRanking(
        baselines=tuple(_row(name, measured) for name in engine.wrapper.baselines),
        controls=(_row(RANDOM, measured), _row(LEAVE_ONE_OUT, measured)),
        n_texts=len(measured),
        largest_entropy=_largest_entropy(engine.wrapper),
    )


def _largest_entropy(wrapper: ModelWrapper) -> float | None:
    if _is_regressor(wrapper):
        return None
    return 1.0 if wrapper.multi_label else math.log2(len(wrapper.labels))


def _is_regressor(wrapper: ModelWrapper) -> bool:
    return VALUE in wrapper.family.outputs


@dataclass(frozen=True)
class _Measured:
    """What was measured on one text.

    Attributes
    ----------
    drops : dict of str to ndarray of shape (4,)
        For each order comprehensiveness and sufficiency in log-odds, then in probability; of a
        regressor in the value, shape (2,).
    attributions : dict of str to Attribution
        For each baseline.
    """

    drops: dict[str, NDArray[np.float64]]
    attributions: dict[str, Attribution]


@dataclass(frozen=True)
class _Measurement:
    """Measures all orders of the words of a text."""

    engine: LIGEngine
    predictor: Predictor
    n_random: int
    cancelled: Callable[[], bool]

    def measure(
        self,
        text: str | MarkedText,
        target: str,
        *,
        generator: np.random.Generator,
        progress: Callable[[float], None],
    ) -> _Measured:
        baselines = self.engine.wrapper.baselines
        n_steps = len(baselines) + 2
        attributions = {}
        for done, baseline in enumerate(baselines, start=1):
            request = request_for(text, target=target, baseline=baseline)
            *_, attributions[baseline] = self.engine.stream(request, cancelled=self.cancelled)
            progress(done / n_steps)
        words = words_of(attributions[baselines[0]])
        orders = {}
        for baseline, found in attributions.items():
            own = [found.words()[index].score for index in deletable(found)]
            orders[baseline] = [best_first(own, generator)]
        scores = self._leave_one_out(words, target)
        progress((n_steps - 1) / n_steps)
        orders[LEAVE_ONE_OUT] = [best_first(scores, generator)]
        orders[RANDOM] = [best_first(np.zeros(len(words)), generator) for _ in range(self.n_random)]
        drops = self._drops(words, orders, target)
        progress(1.0)
        return _Measured(drops, attributions)

    def _leave_one_out(self, words: TextWords, target: str) -> NDArray[np.float64]:
        """By how much the log-odds, or the value, fall without each word, shape (m,)."""
        edited = [words.delete([word]) for word in range(len(words))]
        odds = self._values([words.whole, *edited], target)[0]
        scores: NDArray[np.float64] = odds[0] - odds[1:]
        return scores

    def _drops(
        self, words: TextWords, orders: dict[str, list[tuple[int, ...]]], target: str
    ) -> dict[str, NDArray[np.float64]]:
        """The drops of each order, means over the orders of the same name."""
        counts = words_of_shares(len(words))
        deletions = {
            name: [Deletions.along(words, order, counts) for order in of_name]
            for name, of_name in orders.items()
        }
        # Ask for all at once, in full batches; what follows only looks them up.
        edited = [
            text for found in deletions.values() for d in found for text in (*d.without, *d.only)
        ]
        self.predictor.probabilities(edited)
        return {
            name: np.mean([self._drops_along(words, d, target) for d in found], axis=0)
            for name, found in deletions.items()
        }

    def _drops_along(self, words: TextWords, deletions: Deletions, target: str) -> list[float]:
        """Comprehensiveness and sufficiency, in each unit of `_values`."""
        n = len(deletions.without)
        values = self._values([words.whole, *deletions.without, *deletions.only], target)
        return [
            mean_drop(float(unit[0]), part)
            for unit in values
            for part in (unit[1 : n + 1], unit[n + 1 :])
        ]

    def _values(self, texts: Sequence[str | MarkedText], target: str) -> NDArray[np.float64]:
        """The log-odds of the target in the first row, its probability in the second; (2, N).

        Of a regressor the only row is the value.
        """
        wrapper = self.engine.wrapper
        index = wrapper.labels.index(target)
        probabilities = self.predictor.probabilities(texts)
        if _is_regressor(wrapper):
            return probabilities[:, [index]].T
        odds = log_odds(probabilities, index, multi_label=wrapper.multi_label)
        return np.stack([odds, probabilities[:, index]])


def _row(name: str, measured: Sequence[_Measured]) -> RankingRow:
    drops = np.array([text.drops[name] for text in measured])
    attributions = [text.attributions[name] for text in measured if name in text.attributions]
    erasures = [Erasure(*columns) for columns in np.split(drops.T, drops.shape[1] // 2)]
    return RankingRow(
        name=name,
        log_odds=erasures[0] if len(erasures) == 2 else None,
        probability=erasures[-1],
        entropy=_mean([a.baseline_entropy for a in attributions]),
        gradients=_mean([a.n_evaluations for a in attributions]),
    )


def _mean(numbers: Sequence[float | None]) -> float | None:
    """The mean of the numbers that exist; None if there are none."""
    known = [number for number in numbers if number is not None]
    return float(np.mean(known)) if known else None


def _check_labels(wrapper: ModelWrapper) -> None:
    if len(wrapper.labels) < 2 and not wrapper.multi_label and not _is_regressor(wrapper):
        raise ValueError(
            f"the classifier has {len(wrapper.labels)} label, whose probability never changes; "
            "rank the baselines of a classifier with two or more"
        )
