"""The parts of a `Faithfulness`, one after the other: curves, flip, single words, random orders."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.stats import kendalltau

from flair_lig_widget.evaluation.deletion import best_first, mean_drop
from flair_lig_widget.evaluation.erasing import Eraser, Floats, Kept
from flair_lig_widget.evaluation.predictions import log_odds
from flair_lig_widget.integration.path import check_finite
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.faithfulness import Band, Curve, Drop, Faithfulness, Flip
from flair_lig_widget.result.provenance import Provenance, now, package_versions
from flair_lig_widget.result.shares import words_of_shares
from flair_lig_widget.result.units import VALUE

_ONE_BY_ONE = 20
"""Up to so many words, a curve has a point for each word."""

_SHARES = tuple(i / 20 for i in range(1, 21))
"""Where the curves have points beyond that, and where random orders are tried."""

_PERCENTILES = (5, 50, 95)
_ORDERS_AT_ONCE = 10
_PREFIXES_AT_ONCE = 16

# Guesses of the share of the time after which each part is done.
_CURVES_DONE, _VALUES_DONE = 0.1, 0.3


class Measurement:
    """Measures one attribution with one way of taking words away.

    Parameters
    ----------
    wrapper : ModelWrapper
    attribution : Attribution
        Of at least two words.
    eraser : Eraser
    seed : int
        Of the random orders and sets, and of the order of words with the same score.
    """

    def __init__(
        self, wrapper: ModelWrapper, attribution: Attribution, eraser: Eraser, seed: int
    ) -> None:
        self._wrapper = wrapper
        self._attribution = attribution
        self._eraser = eraser
        self._seed = seed
        self._target = wrapper.labels.index(attribution.target)
        self._is_value = attribution.output == VALUE
        places = frozenset(eraser.ranges)
        self._words = [w for w in attribution.words() if (w.start, w.end) in places]
        self._scores = np.array([word.score for word in self._words])
        self._order = best_first(self._scores, self._generator("ties"))
        self._taken = eraser.deletable_first(self._order)
        self._n_words = len(self._scores)
        self._every = frozenset(range(self._n_words))
        self._most_erased = self._n_words - eraser.fewest_kept

    def run(
        self, erase: str, n_random: int, progress: Callable[[float], None]
    ) -> Iterator[Faithfulness]:
        """The parts known so far, and more with every step."""
        found = self._own(erase)
        progress(_CURVES_DONE)
        yield found
        found = self._with_values(found, n_random)
        progress(_VALUES_DONE)
        yield found
        generator = self._generator("orders")
        counts = (0, *_within(words_of_shares(self._n_words, _SHARES), 1, self._most_erased))
        along: list[Floats] = []  # for each order the probabilities at the counts, (K, C)
        while len(along) < n_random:
            n = min(_ORDERS_AT_ONCE, n_random - len(along))
            orders = [generator.permutation(self._n_words).tolist() for _ in range(n)]
            kept = [each for order in orders for each in self._without(order, counts)]
            along += [*self._probabilities(kept).reshape(n, len(counts), -1)]
            progress(_VALUES_DONE + (1 - _VALUES_DONE) * len(along) / n_random)
            yield self._with_random(found, counts, np.stack(along))

    def _own(self, erase: str) -> Faithfulness:
        """The curves of the scores in probability or value, and the flip."""
        a, m = self._attribution, self._n_words
        without_counts = self._curve_counts(0, self._most_erased)
        fewest = self._eraser.fewest_kept
        only_counts = self._curve_counts(fewest, m)
        without = self._probabilities(self._without(self._order, without_counts))
        only = self._probabilities(self._only(self._order, only_counts))
        shares = words_of_shares(m)
        return Faithfulness(
            text=a.text,
            target=a.target,
            contrast=a.contrast,
            output=a.output,
            baseline=a.baseline,
            layer=a.layer,
            algorithm=a.algorithm,
            erase=erase,
            seed=self._seed,
            data_point=a.data_point,
            words=tuple((word.start, word.end) for word in self._words),
            scores=self._scores,
            order=self._taken,
            value=a.value,
            baseline_value=a.baseline_value,
            probability=float(without[0, self._target]),
            predicted=self._wrapper.predicted(without[0].tolist()),
            without=Curve(counts=without_counts, probabilities=without[:, self._target]),
            only=Curve(counts=only_counts, probabilities=only[:, self._target]),
            comprehensiveness=self._drop(
                without[0], without[[without_counts.index(count) for count in shares]]
            ),
            sufficiency=self._drop(
                without[0], only[[only_counts.index(max(count, fewest)) for count in shares]]
            ),
            flip=self._flip(without[0]),
            provenance=Provenance(
                model=self._wrapper.name,
                weights_digest=self._wrapper.digest(),
                versions=package_versions(),
                created_at=now(),
            ),
        )

    def _flip(self, whole: Floats) -> Flip | None:
        """The first prefix of the order without which the prediction is another."""
        if self._is_value:
            return None  # there is no label to change
        before = self._wrapper.predicted(whole.tolist())
        counts = list(range(1, self._most_erased + 1))
        for start in range(0, len(counts), _PREFIXES_AT_ONCE):
            batch = counts[start : start + _PREFIXES_AT_ONCE]
            rows = self._probabilities(self._without(self._order, batch))
            for count, row in zip(batch, rows, strict=True):
                after = self._wrapper.predicted(row.tolist())
                if self._is_other(before, after):
                    return Flip(
                        n_words=count, predicted=after, probability=float(row[self._target])
                    )
        return None

    def _is_other(self, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
        if self._wrapper.family.predicts_one:
            return before != after
        # Other labels come and go for reasons that are not explained.
        target = self._attribution.target
        return (target in before) != (target in after)

    def _with_values(self, found: Faithfulness, n_sets: int) -> Faithfulness:
        """With f along the curves, without single words, and without random sets of words."""
        eraser = self._eraser
        values = {
            "without": eraser.values(self._without(self._order, found.without.counts)),
            "only": eraser.values(self._only(self._order, found.only.counts)),
        }
        value = values["without"][0]
        single = value - eraser.values([self._every - {word} for word in range(self._n_words)])
        generator = self._generator("sets")
        sizes = generator.integers(1, self._most_erased + 1, size=n_sets)
        sets = [self._random_set(generator, size) for size in sizes]
        for numbers in (*values.values(), single):
            check_finite(numbers)
        agreement = float(kendalltau(self._scores, single).statistic)  # NaN if one is constant
        return dataclasses.replace(
            found,
            without=dataclasses.replace(found.without, values=values["without"]),
            only=dataclasses.replace(found.only, values=values["only"]),
            leave_one_out=single,
            agreement=None if math.isnan(agreement) else agreement,
            infidelity=infidelity(eraser, self._scores, sets),
        )

    def _with_random(
        self, found: Faithfulness, counts: tuple[int, ...], along: Floats
    ) -> Faithfulness:
        """With what random orders give: probabilities at the counts, shape (R, K, C).

        Keeping the first words of an order is taking away the others. An order that is reversed is
        as random as before, so the same texts make the bands of both curves.
        """
        at_shares = [counts.index(count) for count in words_of_shares(self._n_words)]
        drops = [self._drop(rows[0], rows[at_shares]).compared for rows in along]
        low, median, high = np.percentile(along[:, :, self._target], _PERCENTILES, axis=0)
        kept = tuple(self._n_words - count for count in reversed(counts))
        return dataclasses.replace(
            found,
            without=dataclasses.replace(
                found.without, band=Band(counts=counts, low=low, median=median, high=high)
            ),
            only=dataclasses.replace(
                found.only,
                band=Band(counts=kept, low=low[::-1], median=median[::-1], high=high[::-1]),
            ),
            random_comprehensiveness=np.array(drops),
        )

    def _drop(self, whole: Floats, rows: Floats) -> Drop:
        """The mean drop from the probabilities of the text, (C,), to those in rows, (N, C)."""
        drop = mean_drop(float(whole[self._target]), rows[:, self._target])
        if self._is_value:
            return Drop(probability=drop, log_odds=None)
        both = np.vstack([whole, rows])
        odds = log_odds(both, self._target, multi_label=self._wrapper.multi_label)
        return Drop(probability=drop, log_odds=mean_drop(float(odds[0]), odds[1:]))

    def _curve_counts(self, first: int, last: int) -> tuple[int, ...]:
        every = range(_ONE_BY_ONE + 1)
        shares = words_of_shares(self._n_words, _SHARES)
        return _within([*every, *shares, *words_of_shares(self._n_words), last], first, last)

    def _without(self, order: Sequence[int], counts: Sequence[int]) -> list[Kept]:
        """What is left without the first words of an order; of several texts a word of each."""
        taken = self._eraser.deletable_first(order)
        return [frozenset(taken[count:]) for count in counts]

    def _only(self, order: Sequence[int], counts: Sequence[int]) -> list[Kept]:
        """The first words of an order; of several texts a word of each."""
        kept = self._eraser.deletable_first(order[::-1])[::-1]
        return [frozenset(kept[:count]) for count in counts]

    def _random_set(self, generator: np.random.Generator, size: int) -> Kept:
        """Words that can be taken away together."""
        order = generator.permutation(self._n_words).tolist()
        return frozenset(self._eraser.deletable_first(order)[:size])

    def _probabilities(self, kept: Sequence[Kept]) -> Floats:
        """Shape (N, C)."""
        found = self._eraser.probabilities(kept)
        check_finite(found)
        return found

    def _generator(self, purpose: str) -> np.random.Generator:
        """One for each purpose, so that the random orders do not depend on the scores."""
        return np.random.default_rng([self._seed, ("ties", "orders", "sets").index(purpose)])


def infidelity(eraser: Eraser, scores: Floats, erased: Sequence[Kept]) -> float:
    """How far sums of scores are from what f loses without their words.

    Yeh et al., "On the (In)fidelity and Sensitivity of Explanations", 2019, as a root mean square.

    Parameters
    ----------
    eraser : Eraser
    scores : ndarray of shape (m,)
    erased : sequence of sets of int
        Words that are taken away together.

    Returns
    -------
    float
        In the unit of f.
    """
    every = frozenset(range(len(scores)))
    value, *without = eraser.values([every, *(every - each for each in erased)])
    promised = np.array([scores[sorted(each)].sum() for each in erased])
    lost = value - np.array(without)
    check_finite(lost)
    return float(np.sqrt(np.mean((promised - lost) ** 2)))


def _within(counts: Sequence[int], first: int, last: int) -> tuple[int, ...]:
    """The different counts between two bounds, ascending."""
    return tuple(sorted({count for count in counts if first <= count <= last}))
