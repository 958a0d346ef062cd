"""How the model reacts when words are taken away in the order of their scores, and by chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.algorithms import INTEGRATED_GRADIENTS
from flair_lig_widget.result.curves import Band, Curve, Drop, Flip, set_fields, whole
from flair_lig_widget.result.files import FilePath, returned, write_bytes
from flair_lig_widget.result.marked import Ranges
from flair_lig_widget.result.numbers import read_only
from flair_lig_widget.result.provenance import Provenance, without_time
from flair_lig_widget.result.units import OUTPUTS, describe_output

if TYPE_CHECKING:
    import pandas

    from flair_lig_widget.result.verdict import Verdict

__all__ = ["ERASURES", "Band", "Curve", "Drop", "Faithfulness", "Flip"]

ERASURES = ("delete", "mask", "baseline")
"""How words are taken away: deleted from the text, or replaced in the embeddings."""


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
        The words that were taken away, which are all, or, if words were deleted, all but those of
        the data point. Word i is ``text[start:end]``, in the order of the text.
    scores : ndarray of shape (m,), read-only
        The score of each word.
    order : tuple of int, length m
        The indexes of the words by descending score; when words of several texts are deleted, the
        word of each text that stays comes last.
    value, baseline_value : float
        f(x) and f(x'), as in the attribution.
    probability : float
        The probability of the target at the text; of a regressor, here and in the curves, the
        value.
    predicted : tuple of str
        What Flair predicts for the text; none for a regressor. Here and in the flip, for a data
        point its most probable label, none for ``"O"``; a conditional random field may decode
        another.
    without, only : Curve
        Without the best words, and with the best words alone.
    comprehensiveness, sufficiency : Drop
        By how much the target falls without the best 5, 10, 20 and 50 % of the words (larger is
        better), and with them alone (smaller is better); means over the four shares.
    flip : Flip or None
        None if no prefix of the order changes the prediction, and for a regressor.
    leave_one_out : ndarray of shape (m,), read-only, or None
        f of the text minus f without each word; None before it is computed.
    agreement : float or None
        Kendall's tau-b of the scores and `leave_one_out`; None before, or where one is constant.
    infidelity : float or None
        Root mean square, over random sets of words, of the difference between the sum of their
        scores and what f loses without them (Yeh et al. 2019); None before it is computed.
    random_comprehensiveness : ndarray of shape (R,), read-only
        The comprehensiveness of each random order, in log-odds; of a regressor in the value.
    algorithm : str
        What the scores were computed by; see `Attribution`.
    data_point : tuple of (int, int), or None
        Where the token, span or relation is that was explained; None for a whole text.
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
    algorithm: str = INTEGRATED_GRADIENTS
    data_point: Ranges | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        set_fields(
            self,
            seed=int(self.seed),
            words=tuple(whole(word) for word in self.words),
            scores=read_only(self.scores),
            order=whole(self.order),
            predicted=tuple(self.predicted),
            data_point=None if self.data_point is None else tuple(map(whole, self.data_point)),
            leave_one_out=None if self.leave_one_out is None else read_only(self.leave_one_out),
            random_comprehensiveness=read_only(self.random_comprehensiveness),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Faithfulness):
            return False
        return without_time(self.to_dict()) == without_time(other.to_dict())

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies and pickles go through plain data, so that they are frozen again.
        return Faithfulness.from_dict, (self.to_dict(),)

    def __repr__(self) -> str:
        return (
            f"Faithfulness(target={self.target!r}, {self.n_words} words, "
            f"comprehensiveness={self.comprehensiveness.probability:.4g}, "
            f"sufficiency={self.sufficiency.probability:.4g}, erase={self.erase!r}, "
            f"n_random={self.n_random})"
        )

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
        """The unit of f: logit, probability or log-odds; "units" for a value."""
        return OUTPUTS[self.output]

    @property
    def explained(self) -> str:
        """F in words."""
        return describe_output(self.output, self.target, self.contrast)

    @property
    def p_value(self) -> float | None:
        """How often chance does as well: ``(1 + #{random >= own}) / (1 + R)``, in log-odds.

        It is that of the value for a regressor, and None before any random order was tried.
        """
        if self.n_random == 0:
            return None
        as_good = int((self.random_comprehensiveness >= self.comprehensiveness.compared).sum())
        return (1 + as_good) / (1 + self.n_random)

    @property
    def area(self) -> float | None:
        """How far the curve without the best words is below that of random words.

        The mean difference from the median of the random orders, over their numbers of words, in
        probability or value (Madsen et al. 2024); None before any random order was tried.
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
        from flair_lig_widget.export import faithfulness_schema

        return faithfulness_schema.to_dict(self)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Faithfulness:
        """The result that `to_dict` wrote; a ValueError says what is wrong with the data."""
        from flair_lig_widget.export import faithfulness_schema

        return faithfulness_schema.from_dict(data)

    def to_json(self, path: FilePath | None = None) -> str:
        """The result as JSON that `from_json` reads; see `docs/format.md`."""
        from flair_lig_widget.export import faithfulness_schema

        return returned(faithfulness_schema.to_json(self), path)

    @staticmethod
    def from_json(text: str) -> Faithfulness:
        """The result that `to_json` returned or wrote, the same to the last bit."""
        from flair_lig_widget.export import faithfulness_schema

        return faithfulness_schema.from_json(text)

    def to_csv(self, path: FilePath | None = None) -> str:
        """One row per point of the curves; see `export.faithfulness_table.to_csv`."""
        from flair_lig_widget.export import faithfulness_table

        return returned(faithfulness_table.to_csv(self), path)

    def to_pandas(self) -> pandas.DataFrame:
        """One row per point of the curves; see `export.faithfulness_table.to_pandas`."""
        from flair_lig_widget.export import faithfulness_table

        return faithfulness_table.to_pandas(self)

    def to_svg(self, path: FilePath | None = None) -> str:
        """The curves as a figure for a paper; see `export.faithfulness_figure.to_svg`."""
        from flair_lig_widget.export import faithfulness_figure

        return returned(faithfulness_figure.to_svg(self), path)

    def to_png(self, path: FilePath, *, dpi: int = 200) -> None:
        """The figure of `to_svg` in pixels, 6.5 inches wide."""
        from flair_lig_widget.export import faithfulness_figure

        write_bytes(path, faithfulness_figure.to_png(self, dpi))

    def _repr_html_(self) -> str:
        """Verdict and key numbers, without scripts."""
        from flair_lig_widget.export import faithfulness_html

        return faithfulness_html.summary(self)
