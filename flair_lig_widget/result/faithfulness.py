"""How the model reacts when words are taken away in the order of their scores, and by chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.provenance import Provenance
from flair_lig_widget.result.units import OUTPUTS, describe_output

if TYPE_CHECKING:
    from flair_lig_widget.result.verdict import Verdict

ERASURES = ("delete", "mask", "baseline")
"""How words are taken away: deleted from the text, or replaced in the embeddings."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Band:
    """The probability of the target when words are taken away in random orders.

    Attributes
    ----------
    counts : tuple of int, length K
        How many words are taken away or kept, ascending.
    low, median, high : ndarray of shape (K,), read-only
        The 5th, 50th and 95th percentile over the random orders.
    """

    counts: tuple[int, ...]
    low: NDArray[np.float64]
    median: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Curve:
    """What the model says of a text without its best words, or of its best words alone.

    Attributes
    ----------
    counts : tuple of int, length K
        How many words are taken away or kept, ascending.
    probabilities : ndarray of shape (K,), read-only
        The probability of the target.
    values : ndarray of shape (K,), read-only, or None
        f; None before it is computed.
    band : Band or None
        The probability for random orders; None before any was tried.
    """

    counts: tuple[int, ...]
    probabilities: NDArray[np.float64]
    values: NDArray[np.float64] | None = None
    band: Band | None = None


@dataclass(frozen=True, kw_only=True)
class Drop:
    """By how much the target falls, as a mean over shares of the words.

    Attributes
    ----------
    probability, log_odds : float
    """

    probability: float
    log_odds: float


@dataclass(frozen=True, kw_only=True)
class Flip:
    """The fewest best words without which the model predicts something else.

    Attributes
    ----------
    n_words : int
        The first so many words of the order.
    predicted : tuple of str
        The labels that Flair predicts without them; may be empty.
    probability : float
        The probability of the target without them.
    """

    n_words: int
    predicted: tuple[str, ...]
    probability: float


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Faithfulness:
    """Whether the words that an attribution names are those that the model needs.

    Attributes
    ----------
    text, target, contrast, output, baseline, layer
        What was explained; see `Attribution`.
    erase : str
        How words were taken away: ``"delete"``, ``"mask"`` or ``"baseline"``.
    seed : int
        Of the random orders, and of the order of words with the same score.
    words : tuple of (int, int), length m
        Word i is ``text[start:end]``, in the order of the text.
    scores : ndarray of shape (m,), read-only
        The score of each word.
    order : tuple of int, length m
        The indexes of the words by descending score.
    value, baseline_value : float
        f(x) and f(x'), as in the attribution.
    probability : float
        The probability of the target at the text.
    predicted : tuple of str
        What Flair predicts for the text.
    without, only : Curve
        Without the best words, and with the best words alone.
    comprehensiveness, sufficiency : Drop
        By how much the target falls without the best 5, 10, 20 and 50 % of the words (larger is
        better), and with them alone (smaller is better); means over the four shares.
    flip : Flip or None
        None if no prefix of the order changes the prediction.
    leave_one_out : ndarray of shape (m,), read-only, or None
        f of the text minus f without each word; None before it is computed.
    agreement : float or None
        Kendall's tau-b of the scores and `leave_one_out`; None before, or where one is constant.
    infidelity : float or None
        Root mean square, over random sets of words, of the difference between the sum of their
        scores and what f loses without them (Yeh et al. 2019); None before it is computed.
    random_comprehensiveness : ndarray of shape (R,), read-only
        The comprehensiveness of each random order, in log-odds.
    provenance : Provenance
    """

    text: str
    target: str
    contrast: str | None
    output: str
    baseline: str
    layer: str
    erase: str
    seed: int
    words: tuple[tuple[int, int], ...]
    scores: NDArray[np.float64]
    order: tuple[int, ...]
    value: float
    baseline_value: float
    probability: float
    predicted: tuple[str, ...]
    without: Curve
    only: Curve
    comprehensiveness: Drop
    sufficiency: Drop
    flip: Flip | None
    leave_one_out: NDArray[np.float64] | None = None
    agreement: float | None = None
    infidelity: float | None = None
    random_comprehensiveness: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def n_words(self) -> int:
        """The number of words."""
        return len(self.words)

    @property
    def n_random(self) -> int:
        """The number of random orders that were tried."""
        return len(self.random_comprehensiveness)

    @property
    def unit(self) -> str:
        """The unit of f: logit, probability or log-odds."""
        return OUTPUTS[self.output]

    @property
    def explained(self) -> str:
        """F in words."""
        return describe_output(self.output, self.target, self.contrast)

    @property
    def p_value(self) -> float | None:
        """How often chance does as well: ``(1 + #{random >= own}) / (1 + R)``, in log-odds.

        None before any random order was tried.
        """
        if self.n_random == 0:
            return None
        as_good = int((self.random_comprehensiveness >= self.comprehensiveness.log_odds).sum())
        return (1 + as_good) / (1 + self.n_random)

    @property
    def area(self) -> float | None:
        """How far the curve without the best words is below that of random words.

        The mean difference from the median of the random orders, over their numbers of words, in
        probability (Madsen et al. 2024); None before any random order was tried.
        """
        band = self.without.band
        if band is None:
            return None
        own = dict(zip(self.without.counts, self.without.probabilities, strict=True))
        return float(np.mean(band.median - np.array([own[count] for count in band.counts])))

    @property
    def verdict(self) -> Verdict:
        """What the numbers say, in a sentence."""
        from flair_lig_widget.result.verdict import verdict

        return verdict(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers, ready for JSON."""
        raise NotImplementedError

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Faithfulness:
        """The result that `to_dict` wrote."""
        raise NotImplementedError
