"""The result of a sanity check: how far scores from random weights agree with the original ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.evaluation.ranking import Estimate
from flair_lig_widget.result.summary import percent
from flair_lig_widget.result.tables import aligned, import_pandas

if TYPE_CHECKING:
    import pandas

LIMIT = 0.3
"""A rank correlation that is closer to 0 counts as none."""

FEWEST_TEXTS = 5
"""With fewer texts, a standard error is too uncertain to judge by."""

TWO_LABELS = "two labels"
"""The name of the last row, which compares two labels and no layer."""

_TITLES = ("", "rank correlation", "of absolute scores", "texts")


@dataclass(frozen=True, eq=False)
class Correlation:
    """Spearman's rank correlation of two lists of word scores: one number for each of n texts.

    Attributes
    ----------
    per_text_signed, per_text_absolute : ndarray of shape (n,), read-only
        Of the scores, and of their absolute values. NaN where all words of one list have the same
        score, so that there is no order to compare. The means leave such texts out: an order that
        does not exist neither agrees nor disagrees.
    """

    per_text_signed: NDArray[np.float64]
    per_text_absolute: NDArray[np.float64]

    def __post_init__(self) -> None:
        for numbers in (self.per_text_signed, self.per_text_absolute):
            numbers.setflags(write=False)

    @property
    def signed(self) -> Estimate:
        """The mean of the correlations of the scores; NaN if no text has one."""
        return _mean(self.per_text_signed)

    @property
    def absolute(self) -> Estimate:
        """The mean of the correlations of the absolute scores; NaN if no text has one."""
        return _mean(self.per_text_absolute)

    @property
    def n_texts(self) -> int:
        """The texts whose scores have a correlation."""
        return int(np.isfinite(self.per_text_signed).sum())


@dataclass(frozen=True, eq=False)
class SanityRow:
    """One stage of the check.

    Attributes
    ----------
    name : str
        The layer that is random, together with all in the rows before; a name in
        ``classifier.named_modules()``.
    correlation : Correlation
        Of the scores at this stage and the original ones.
    """

    name: str
    correlation: Correlation


@dataclass(frozen=True, eq=False, repr=False)
class SanityReport:
    """How far the scores of words depend on what a classifier has learned.

    Attributes
    ----------
    rows : tuple of SanityRow
        One for each layer, from the output to the input. In the last, all layers are random.
    two_labels : Correlation or None
        Of the original scores of the target and of the most probable other label; None if the
        classifier has one label, or is a regressor.
    n_texts, n_explanations : int
    n_unconverged : int
        The explanations that did not reach the tolerance.
    tolerance : float
        That of the explanations.
    """

    rows: tuple[SanityRow, ...]
    two_labels: Correlation | None
    n_texts: int
    n_explanations: int
    n_unconverged: int
    tolerance: float

    @property
    def all_random(self) -> Correlation:
        """Of the scores with all layers random and the original ones."""
        return self.rows[-1].correlation

    @property
    def passes(self) -> bool | None:
        """Whether the rank correlation is closer to 0 than `LIMIT` with all layers random.

        The mean of the signed correlations may be wrong by two standard errors: True if it is
        closer even then, False if it is not even then. None if that leaves both possible, or fewer
        than `FEWEST_TEXTS` texts have a correlation. A large negative correlation does not pass:
        an order that is only reversed does not depend on the weights either.
        """
        found = self.all_random
        mean, error = abs(found.signed.mean), found.signed.error
        if found.n_texts < FEWEST_TEXTS or mean - 2 * error < LIMIT <= mean + 2 * error:
            return None
        return mean < LIMIT

    @property
    def verdict(self) -> str:
        """What `passes` says, in words."""
        found = self.all_random
        begin = "With all layers random" if len(self.rows) > 1 else "With its only layer random"
        if found.n_texts == 0:
            return (
                f"{begin}, all words of a text have the same score: there is no order to compare "
                "with the original one."
            )
        begin += f", the rank correlation with the original scores is {found.signed}"
        if found.n_texts < FEWEST_TEXTS:
            texts = "1 text is" if found.n_texts == 1 else f"{found.n_texts} texts are"
            return f"{begin}. {texts} too few to judge by; give at least {FEWEST_TEXTS}."
        if self.passes is None:
            return (
                f"{begin}. Two standard errors reach to both sides of {LIMIT}, so these "
                f"{found.n_texts} texts are too few to tell; give more."
            )
        if self.passes:
            return (
                f"{begin}, closer to 0 than {LIMIT} by more than two standard errors: the scores "
                "depend on what the model has learned."
            )
        return (
            f"{begin}, beyond {LIMIT} by two standard errors or more: much of the order of the "
            "words does not depend on what the model has learned; do not rely on it."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a reader of the numbers must not miss; usually none."""
        found = []
        if any(correlation.n_texts < self.n_texts for _, correlation in self._lines()):
            found.append(
                "Where fewer texts are counted, all words of the others have the same score."
            )
        if self.n_unconverged:
            found.append(
                f"{self.n_unconverged} of {self.n_explanations} explanations did not reach the "
                f"tolerance of {percent(self.tolerance)}."
            )
        return tuple(found)

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each layer, then one for two labels if there are two.

        Returns
        -------
        pandas.DataFrame
            Its index is the name of the layer. ``signed`` and ``absolute`` are mean rank
            correlations with the original scores, ``signed_error`` and ``absolute_error`` their
            standard errors; ``texts`` is how many have one. ``attrs`` has ``passes``, ``verdict``,
            ``notes`` and ``n_texts``.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        pandas = import_pandas()
        lines = self._lines()
        index = pandas.Index([name for name, _ in lines], name="layer", dtype="object")
        frame = pandas.DataFrame([_numbers(found) for _, found in lines], index=index)
        frame.attrs.update(
            passes=self.passes, verdict=self.verdict, notes=self.notes, n_texts=self.n_texts
        )
        return frame

    def __repr__(self) -> str:
        lines = [_TITLES, *(_cells(name, found) for name, found in self._lines())]
        return "\n".join(
            [f"SanityReport: {self.verdict}", self._caption(), *aligned(lines), *self.notes]
        )

    def _repr_html_(self) -> str:
        """The verdict and the table, without scripts; all text is escaped."""
        lines = [_cells(name, found) for name, found in self._lines()]
        rows = "".join(f"<tr>{_html_cells(line)}</tr>" for line in lines)
        titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in _TITLES)
        notes = "".join(f"<div>{escape(note)}</div>" for note in self.notes)
        return (
            '<div class="flair-lig-static" style="max-width:60em;overflow-wrap:anywhere">'
            f'<div style="font-weight:bold">{escape(self.verdict)}</div>'
            f"<div>{escape(self._caption())}</div>"
            f'<table style="margin-top:0.6em;font-size:smaller"><tr>{titles}</tr>{rows}</table>'
            f"{notes}</div>"
        )

    def _caption(self) -> str:
        other = "" if self.two_labels is not None else "; there is no other label to compare with"
        return (
            f"{self.n_texts} text{'' if self.n_texts == 1 else 's'}; means ± standard errors; "
            f"each layer is random together with those above it{other}"
        )

    def _lines(self) -> list[tuple[str, Correlation]]:
        """The name and the numbers of each row."""
        lines = [(row.name, row.correlation) for row in self.rows]
        return lines if self.two_labels is None else [*lines, (TWO_LABELS, self.two_labels)]


def _mean(per_text: NDArray[np.float64]) -> Estimate:
    known = per_text[np.isfinite(per_text)]
    return Estimate.of(known) if len(known) else Estimate(math.nan, math.nan)


def _numbers(found: Correlation) -> dict[str, float]:
    return {
        "signed": found.signed.mean,
        "signed_error": found.signed.error,
        "absolute": found.absolute.mean,
        "absolute_error": found.absolute.error,
        "texts": found.n_texts,
    }


def _cells(name: str, found: Correlation) -> Sequence[str]:
    return (name, str(found.signed), str(found.absolute), str(found.n_texts))


def _html_cells(cells: Sequence[str]) -> str:
    name, *numbers = (escape(cell) for cell in cells)
    right = "".join(f'<td style="text-align:right">{cell}</td>' for cell in numbers)
    return f'<th scope="row" style="text-align:left;font-weight:normal">{name}</th>{right}'
