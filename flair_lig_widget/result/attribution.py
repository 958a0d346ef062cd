"""The result: one frozen explanation of one prediction, with its own account of its accuracy."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.export import Exports
from flair_lig_widget.notes import notes
from flair_lig_widget.objective import OUTPUTS, explained
from flair_lig_widget.pieces import grouped, owners_of, segmented
from flair_lig_widget.tokens import Token, Word

_PROVENANCE = (
    *("model", "weights", "target", "contrast", "output", "value", "baseline_value", "delta"),
    *("method", "n_steps", "n_evaluations", "error_estimate", "baseline", "layer", "precision"),
    "made",
)
_ROUNDING = 1e-5
"""What float32 leaves of a delta, as a share of the L2 norm of the scores."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Attribution(Exports):
    """What every subword of a text contributed to f, the output of one label.

    Values, scores and deltas are all in the unit of f.

    Attributes
    ----------
    text : str
        The text as it was typed.
    tokens : tuple of Token, length T
        The subwords that the model read, special tokens included.
    scores : ndarray of float64, shape (T,), read-only
        The contribution of each token; they sum to ``value - baseline_value + delta``.
    value, baseline_value : float
        f(x) and f(x'), at the text and at the reference input.
    prediction, baseline_prediction : dict of str to float
        The classifier's probability of every label, at the text and at the reference input.
    predicted : tuple of str
        What Flair predicts: one label, or all whose probability is above their threshold.
    independent : bool
        Whether each label is judged on its own, so that the probabilities need not sum to one.
    target : str
        The label explained.
    contrast : str or None
        The label whose output is subtracted from that of the target.
    output : str
        What is explained of a label: ``"logit"``, ``"probability"`` or ``"log_odds"``.
    method : str
        The integration rule.
    n_steps : int
        Points of the path that the scores are made from.
    n_evaluations : int
        Gradient evaluations of the model that the scores take, whether or not some were known
        already. The two forward passes for f(x) and f(x') are not counted.
    baseline, layer : str
        The kind of reference input, and where the path runs.
    precision : str
        What the gradients were computed in: the model's own, as a rule ``"float32"``, or
        ``"bfloat16"``.
    rounding : float or None
        Estimated relative L2 error of the scores from bfloat16; None without it.
    error_estimate : float or None
        Estimated relative L2 error of the scores, rounding included; None if it has no bound.
    tolerance : float or None
        What ``auto`` was to reach; None for a fixed rule.
    sentence_starts : tuple of int
        Where each sentence of the text begins, as Flair's splitter has it; the first is 0.
    unseen : (int, int) or None
        The model never read ``text[start:end]``; None if it read the whole text.
    beside : str or None
        What the model read together with the text to judge the target, such as its name (TARS).
    gains : ndarray of float64, shape (K, T), read-only, or None
        What each token gained in each of K equal stretches of the path from x' to x, rounded for
        drawing; over the path they sum to the scores, as well as a spline through the points can
        tell. None if not known.
    model : str
        What was explained, such as ``"TextClassifier over transformer-xlm-roberta-base"``.
    weights : str
        A hash of the model's weights.
    versions : dict of str to str
        Versions of the packages that made the numbers.
    made : str
        When, in UTC, as ISO 8601 has it. It does not count when attributions are compared.

    Raises
    ------
    ValueError
        If a number is not finite, or there is not one score a token.
    """

    text: str
    tokens: tuple[Token, ...]
    scores: NDArray[np.float64]
    value: float
    baseline_value: float
    prediction: Mapping[str, float]
    baseline_prediction: Mapping[str, float]
    predicted: tuple[str, ...]
    target: str
    method: str
    n_steps: int
    n_evaluations: int
    baseline: str
    layer: str
    contrast: str | None = None
    output: str = "logit"
    precision: str = "float32"
    rounding: float | None = None
    error_estimate: float | None = None
    tolerance: float | None = None
    independent: bool = False
    sentence_starts: tuple[int, ...] = (0,)
    unseen: tuple[int, int] | None = None
    beside: str | None = None
    gains: NDArray[np.float64] | None = None
    model: str = ""
    weights: str = ""
    versions: Mapping[str, str] = dataclasses.field(default_factory=dict)
    made: str = ""

    def __post_init__(self) -> None:
        scores = _frozen(self.scores)
        object.__setattr__(self, "scores", scores)
        gains = np.zeros((1, len(scores))) if self.gains is None else _frozen(self.gains)
        if self.gains is not None:
            object.__setattr__(self, "gains", gains)
        for name in ("predicted", "sentence_starts"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.unseen is not None:
            object.__setattr__(self, "unseen", tuple(self.unseen))
        for name in ("prediction", "baseline_prediction", "versions"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        if scores.shape != (len(self.tokens),):
            raise ValueError(f"{len(self.tokens)} tokens need as many scores, not {scores.shape}")
        if gains.ndim != 2 or gains.shape[1:] != scores.shape:
            raise ValueError(f"gains of {len(scores)} tokens cannot have the shape {gains.shape}")
        numbers = (self.value, self.baseline_value, *self.prediction.values(), *gains.flat)
        if not (np.isfinite(scores).all() and np.isfinite(numbers).all()):
            raise ValueError(
                f"the model gave a number that is not finite (f(x) = {self.value}, "
                f"f(x') = {self.baseline_value}); check its weights for NaN and infinity"
            )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Attribution):
            return False
        return {**self.to_dict(), "made": ""} == {**other.to_dict(), "made": ""}

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies and pickles go through plain data, so that they are frozen again.
        return Attribution.from_dict, (self.to_dict(),)

    def __repr__(self) -> str:
        return (
            f"Attribution(target={self.target!r}, {len(self.words())} words, "
            f"f(x)={self.value:.4g}, f(x')={self.baseline_value:.4g}, delta={self.delta:.2g}, "
            f"method={self.method!r}, n_steps={self.n_steps})"
        )

    @property
    def explained(self) -> str:
        """What f is, in words, such as ``"the logit of sport less that of tech"``."""
        return explained(self.output, self.target, self.contrast)

    @property
    def unit(self) -> str:
        """The unit of every value and score: logit, probability or log-odds."""
        return OUTPUTS[self.output]

    @property
    def delta(self) -> float:
        """Sum of the scores less ``f(x) - f(x')``, the exact error of the sum.

        Captum calls it the convergence delta.
        """
        return float(self.scores.sum() - (self.value - self.baseline_value))

    @property
    def relative_delta(self) -> float | None:
        """`delta` as a share of ``f(x) - f(x')``; None where that difference is zero."""
        difference = self.value - self.baseline_value
        return self.delta / difference if difference != 0 else None

    @property
    def converged(self) -> bool | None:
        """Whether ``auto`` met its tolerance in both delta and scores; None for a fixed rule.

        Where f(x) is almost f(x'), a share of their difference may be less than what float32
        can tell; a delta of nothing but rounding is good enough.
        """
        if self.tolerance is None:
            return None
        if self.error_estimate is None or self.error_estimate > self.tolerance:
            return False
        allowed = self.tolerance * abs(self.value - self.baseline_value)
        return abs(self.delta) <= max(allowed, _ROUNDING * float(np.linalg.norm(self.scores)))

    @property
    def special_score(self) -> float:
        """Sum of the scores of the special tokens; exactly 0, as they do not move on the path."""
        return float(sum(s for t, s in zip(self.tokens, self.scores, strict=True) if t.special))

    @property
    def baseline_entropy(self) -> float:
        """Entropy in bits of what the classifier says at the reference input.

        It is largest, log2 of the number of labels, where the classifier prefers none, which is
        what a reference input is for. Where each label is judged on its own it is the mean over
        the labels, 1 at most.
        """
        p = np.clip(np.array(list(self.baseline_prediction.values())), 1e-300, 1.0)
        if not self.independent:
            return float(-(p * np.log2(p)).sum())
        q = np.clip(1.0 - p, 1e-300, 1.0)
        return float(-(p * np.log2(p) + q * np.log2(q)).mean())

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the scores must know besides, in sentences; as a rule nothing."""
        return notes(self)

    @property
    def provenance(self) -> dict[str, Any]:
        """What the numbers are and what they were made with; every export carries it."""
        return {name: getattr(self, name) for name in _PROVENANCE} | {
            "versions": dict(self.versions)
        }

    def words(self) -> tuple[Word, ...]:
        """The words of the text in their order, each with the sum of its subwords' scores."""
        return self.pieces("word")

    def subwords(self) -> tuple[Word, ...]:
        """The subwords of the text in their order; special tokens are left out.

        Subwords of the same characters, such as the bytes of an emoji, are one.
        """
        return self.pieces("subword")

    def sentences(self) -> tuple[Word, ...]:
        """The sentences of the text in their order, each with the sum of its subwords' scores.

        They are those of Flair's own splitter; a subword belongs to the one that it begins in.
        """
        return self.pieces("sentence")

    def pieces(self, granularity: str = "word") -> tuple[Word, ...]:
        """The text by ``"subword"``, ``"word"`` or ``"sentence"``: what the methods so named give.

        Raises
        ------
        ValueError
            If the granularity is none of these.
        """
        made: dict[str, tuple[Word, ...]] = self.__dict__.setdefault("_pieces", {})
        if granularity not in made:
            owners = owners_of(self.tokens, granularity, self.sentence_starts)
            difference = self.value - self.baseline_value
            made[granularity] = grouped(self.text, self.tokens, self.scores, owners, difference)
        return made[granularity]

    def top(self, k: int = 10) -> tuple[Word, ...]:
        """The ``k`` words with the largest absolute scores, largest first."""
        if k < 1:
            raise ValueError(f"k={k} is too few; ask for at least 1 word")
        return tuple(sorted(self.words(), key=lambda word: word.rank)[:k])

    def segments(self, granularity: str = "word") -> tuple[tuple[str, int | str | None], ...]:
        """The whole text, cut where its words (or subwords, or sentences) begin and end.

        Each segment comes with the place of its word in `pieces`, with None between words, or with
        ``"unseen"`` where the model did not read it.
        """
        return segmented(self.text, self.pieces(granularity), self.unseen)


def _frozen(numbers: Any) -> NDArray[np.float64]:
    array = np.array(numbers, dtype=np.float64)
    array.setflags(write=False)
    return array
