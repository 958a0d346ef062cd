"""The result of ranking baselines: what each explains, and which is the best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.tables import aligned, import_pandas

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Estimate:
    """A mean over texts.

    Attributes
    ----------
    mean : float
    error : float
        Its standard error; NaN for a single text.
    """

    mean: float
    error: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Estimate:
        """The mean of one value for each text, and its standard error."""
        n = len(values)
        error = float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
        return cls(float(values.mean()), error)

    def __str__(self) -> str:
        return f"{self.mean:.2f} ± {self.error:.2f}"


@dataclass(frozen=True, eq=False)
class Erasure:
    """What deleting words changes, in one unit: one number for each of n texts.

    Attributes
    ----------
    per_text_comprehensiveness, per_text_sufficiency : ndarray of shape (n,), read-only
        By how much the target falls without the best words, and with the best words alone.
    """

    per_text_comprehensiveness: NDArray[np.float64]
    per_text_sufficiency: NDArray[np.float64]

    def __post_init__(self) -> None:
        for numbers in (self.per_text_comprehensiveness, self.per_text_sufficiency):
            numbers.setflags(write=False)

    @property
    def comprehensiveness(self) -> Estimate:
        """The mean over the texts; larger is better."""
        return Estimate.of(self.per_text_comprehensiveness)

    @property
    def sufficiency(self) -> Estimate:
        """The mean over the texts; smaller is better."""
        return Estimate.of(self.per_text_sufficiency)

    @property
    def per_text_gap(self) -> NDArray[np.float64]:
        """Comprehensiveness minus sufficiency, shape (n,)."""
        return self.per_text_comprehensiveness - self.per_text_sufficiency


@dataclass(frozen=True, eq=False)
class RankingRow:
    """One order of the words: by the scores from a baseline, or one to compare with.

    Attributes
    ----------
    name : str
        The baseline, ``"random order"`` or ``"leave-one-out"``.
    log_odds : Erasure or None
        The drops of the target's log-odds; None for a regressor.
    probability : Erasure
        Those of its probability; of a regressor the falls of the value.
    entropy : float or None
        Mean entropy in bits of the prediction at the baseline; None if it is no baseline, and for a
        regressor.
    gradients : float or None
        Mean number of gradients that the scores took; None if it is no baseline.
    """

    name: str
    log_odds: Erasure | None
    probability: Erasure
    entropy: float | None = None
    gradients: float | None = None

    @property
    def compared(self) -> Erasure:
        """The drops by which baselines are compared: in log-odds, or in the value."""
        return self.probability if self.log_odds is None else self.log_odds


@dataclass(frozen=True, eq=False, repr=False)
class BaselineRanking:
    """How well the scores from each baseline name the words that a classifier needs.

    Attributes
    ----------
    baselines : tuple of RankingRow
        One for each baseline of the classifier, its default first.
    controls : tuple of RankingRow
        Random orders, and leave-one-out.
    n_texts : int
    largest_entropy : float or None
        The entropy of a prediction that prefers no label, in bits; None for a regressor, which has
        no probabilities.
    """

    baselines: tuple[RankingRow, ...]
    controls: tuple[RankingRow, ...]
    n_texts: int
    largest_entropy: float | None

    @property
    def rows(self) -> tuple[RankingRow, ...]:
        """The baselines, then what they are compared with."""
        return self.baselines + self.controls

    @property
    def best(self) -> str:
        """The baseline to use: faithful first, then neutral.

        The most faithful baseline has the largest mean of comprehensiveness minus sufficiency, in
        log-odds. Others are as good if they fall behind it by at most one standard error of the
        paired difference over the texts. Of all these, it is the one with the largest entropy. For
        a regressor it is measured in the value, and the first of them is the best.
        """
        gaps = [row.compared.per_text_gap for row in self.baselines]
        most_faithful = max(gaps, key=lambda gap: float(gap.mean()))
        behind = [Estimate.of(most_faithful - gap) for gap in gaps]
        as_good = [
            row
            for row, difference in zip(self.baselines, behind, strict=True)
            if difference.mean <= 0 or difference.mean <= difference.error
        ]
        return max(as_good, key=lambda row: row.entropy or 0.0).name

    def __getitem__(self, name: str) -> RankingRow:
        """The row of a baseline, of ``"random order"`` or of ``"leave-one-out"``."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(f"no row {name!r}; rows are {', '.join(row.name for row in self.rows)}")

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each baseline, then random order and leave-one-out.

        Returns
        -------
        pandas.DataFrame
            Its index is the name. ``comprehensiveness`` and ``sufficiency`` are in log-odds;
            with ``_probability`` they are in probability, and with ``_error`` follows the standard
            error of each. ``entropy`` is in bits, ``gradients`` a mean number. ``attrs`` has
            ``best``, ``n_texts`` and ``largest_entropy``. For a regressor ``comprehensiveness`` and
            ``sufficiency`` are in the value, and there is no probability and no entropy.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        pandas = import_pandas()
        index = pandas.Index([row.name for row in self.rows], name="order", dtype="object")
        frame = pandas.DataFrame([_numbers(row) for row in self.rows], index=index, dtype="float64")
        frame.attrs.update(
            best=self.best, n_texts=self.n_texts, largest_entropy=self.largest_entropy
        )
        return frame

    def __repr__(self) -> str:
        head = (
            f"BaselineRanking: {self.best} is the best of {len(self.baselines)} baselines\n"
            f"{self.n_texts} texts; means ± standard errors; "
        )
        measures = ("comprehensiveness", "sufficiency")
        titles: list[Sequence[str]]
        if self.largest_entropy is None:
            head += "a value has no entropy"
            titles = [("", "value", "", ""), ("", *measures, "gradients")]
        else:
            head += f"the largest entropy is {self.largest_entropy:.2f} bits"
            units = ("", "log-odds", "", "probability", "", "", "")
            titles = [units, ("", *measures * 2, "entropy", "gradients")]
        return "\n".join([head, *aligned([*titles, *(_cells(row) for row in self.rows)])])


def _numbers(row: RankingRow) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    parts = {"": row.compared}
    if row.log_odds is not None:
        parts["_probability"] = row.probability
    for suffix, erasure in parts.items():
        for name in ("comprehensiveness", "sufficiency"):
            estimate: Estimate = getattr(erasure, name)
            numbers[name + suffix] = estimate.mean
            numbers[f"{name}{suffix}_error"] = estimate.error
    entropy = {} if row.log_odds is None else {"entropy": row.entropy}
    return {**numbers, **entropy, "gradients": row.gradients}


def _cells(row: RankingRow) -> Sequence[str]:
    cells = [row.name]
    for erasure in (row.log_odds, row.probability):
        if erasure is not None:
            cells += [str(erasure.comprehensiveness), str(erasure.sufficiency)]
    if row.log_odds is not None:
        cells.append("" if row.entropy is None else f"{row.entropy:.2f}")
    return [*cells, "" if row.gradients is None else f"{row.gradients:.1f}"]
