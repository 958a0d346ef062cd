"""Two attributions of one text next to each other: how far they agree, span by span."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result import comparison_words
from flair_lig_widget.result.agreement import Agreement
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.comparison_words import TOP, full_unit
from flair_lig_widget.result.correlation import relative_l2, spearman, strongest
from flair_lig_widget.result.differences import differences
from flair_lig_widget.result.joining import join_spans
from flair_lig_widget.result.marked import Ranges, words_at
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.pairs import LabelPair, SpanPair, pair_spans
from flair_lig_widget.result.request import positive_int
from flair_lig_widget.result.tokens import Span

if TYPE_CHECKING:
    import pandas

_SHOWN = 30
"""Characters of a text in an error message."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparison:
    """How far two attributions of one text, and of one data point of it, agree.

    Attributes
    ----------
    first, second : Attribution
    granularity : str
        ``"subword"``, ``"word"`` or ``"sentence"``.
    spans : tuple of SpanPair, length m
        The parts of the text that both models read, in its order. Where the two split the text
        differently, a part is the smallest that holds whole spans of both.
    first_only, second_only : tuple of Span
        The spans of one that the other does not have, such as those that its model did not read.
        They are not compared.
    n_joined : int
        In how many parts the two have different spans.
    """

    first: Attribution
    second: Attribution
    granularity: str
    spans: tuple[SpanPair, ...]
    first_only: tuple[Span, ...] = ()
    second_only: tuple[Span, ...] = ()
    n_joined: int = 0

    @classmethod
    def of(cls, first: Attribution, second: Attribution, granularity: str = "word") -> Comparison:
        """Compare two attributions; `compare` documents it."""
        _check_same_text((first, second))
        joined = join_spans(first.spans(granularity), second.spans(granularity))
        common = [part for part in joined if part.is_of_both]
        return cls(
            first=first,
            second=second,
            granularity=granularity,
            spans=pair_spans(
                first.text, common, has_difference=full_unit(first) == full_unit(second)
            ),
            first_only=tuple(s for part in joined if not part.second for s in part.first),
            second_only=tuple(s for part in joined if not part.first for s in part.second),
            n_joined=sum(part.is_split_differently for part in common),
        )

    @property
    def data_point(self) -> Ranges | None:
        """Where the token, span or relation is that both explain; None for the whole text."""
        return self.first.data_point

    @property
    def has_one_unit(self) -> bool:
        """Whether both have scores in the same unit, so that they can be subtracted."""
        return full_unit(self.first) == full_unit(self.second)

    @property
    def first_scores(self) -> NDArray[np.float64]:
        """The scores of the first, shape (m,)."""
        return np.array([span.first for span in self.spans], dtype=np.float64)

    @property
    def second_scores(self) -> NDArray[np.float64]:
        """The scores of the second, shape (m,)."""
        return np.array([span.second for span in self.spans], dtype=np.float64)

    @property
    def differences(self) -> tuple[str, ...]:
        """In which settings the two differ, such as ``"baseline: unk, pad"``; often one."""
        found = differences((self.first, self.second))
        return tuple(f"{name}: {', '.join(values)}" for name, values in found.items())

    @property
    def labels(self) -> tuple[LabelPair, ...]:
        """Every label of either classifier, joined by name, those of the first in front."""
        a, b = self.first.prediction, self.second.prediction
        return tuple(
            LabelPair(label=label, first=a.get(label), second=b.get(label))
            for label in dict.fromkeys((*a, *b))
        )

    @property
    def spearman(self) -> float | None:
        """Spearman's rank correlation of the scores; None if all scores of either are the same."""
        return spearman(self.first_scores, self.second_scores)

    @property
    def relative_l2(self) -> float | None:
        """The L2 norm of the differences as a fraction of that of the first's scores.

        None if the units differ, or every score of the first is zero.
        """
        if not self.has_one_unit:
            return None
        return relative_l2(self.first_scores, self.second_scores)

    def overlap(self, k: int = TOP) -> float | None:
        """The share of the ``k`` strongest spans, by absolute score, that both have in common.

        Of equal scores the first in the text is taken. With ``k`` spans or fewer it is 1, whatever
        the scores. None if there are no spans, or if all of either are equally strong.

        Raises
        ------
        ValueError
            If ``k`` is not at least 1.
        """
        k = min(positive_int("k", k), len(self.spans))
        both = (self.first_scores, self.second_scores)
        if k == 0 or (k < len(self.spans) and any(np.ptp(abs(scores)) == 0 for scores in both)):
            return None
        first, second = (set(strongest(scores)[:k]) for scores in both)
        return len(first & second) / k

    @property
    def sentence(self) -> str:
        """How far the two agree, in words."""
        return comparison_words.sentence(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a reader of the numbers must not miss; usually none."""
        return comparison_words.notes(self)

    def to_pandas(self) -> pandas.DataFrame:
        """One row per part of the text; see `export.comparison_table.to_pandas`."""
        from flair_lig_widget.export import comparison_table

        return comparison_table.to_pandas(self)

    def __repr__(self) -> str:
        from flair_lig_widget.export import comparison_table

        return comparison_table.plain(self)


@overload
def compare(first: Attribution, second: Attribution, *, granularity: str = ...) -> Comparison: ...
@overload
def compare(
    first: Iterable[Attribution], second: None = ..., *, granularity: str = ...
) -> Agreement: ...


def compare(
    first: Attribution | Iterable[Attribution],
    second: Attribution | None = None,
    *,
    granularity: str = "word",
) -> Comparison | Agreement:
    """Compare attributions of one text.

    They may differ in any setting, such as baseline, label, method or classifier. No model is
    needed. Where two models split the text differently, spans are joined until each part of the
    text holds whole spans of both, so no score is divided. Text that one of them did not read is
    left out, and the comparison says so.

    Parameters
    ----------
    first : Attribution, or iterable of Attribution
    second : Attribution, optional
        The one to compare with; not given if ``first`` has them all.
    granularity : str
        ``"subword"``, ``"word"`` or ``"sentence"``.

    Returns
    -------
    Comparison or Agreement
        Of two attributions, span by span; of an iterable, a table of how far each two agree.

    Raises
    ------
    ValueError
        If there are fewer than two, their texts or data points differ, or the granularity is
        unknown.
    TypeError
        If something else than attributions is given.
    """
    if isinstance(first, Attribution) and second is not None:
        return Comparison.of(first, second, granularity)
    if second is not None:
        raise TypeError("give two attributions, or one list of them")
    return _agreement(tuple(first) if isinstance(first, Iterable) else (first,), granularity)


def _agreement(attributions: tuple[Attribution, ...], granularity: str) -> Agreement:
    _check_same_text(attributions)
    n = len(attributions)
    correlation, overlap, distance = (np.full((n, n), np.nan) for _ in range(3))
    is_partial = False
    for i, j in itertools.combinations_with_replacement(range(n), 2):
        found = Comparison.of(attributions[i], attributions[j], granularity)
        is_partial |= bool(found.first_only or found.second_only or found.n_joined)
        correlation[i, j] = correlation[j, i] = _or_nan(found.spearman)
        overlap[i, j] = overlap[j, i] = _or_nan(found.overlap())
        if found.has_one_unit:
            x, y = found.first_scores, found.second_scores
            distance[i, j] = _or_nan(relative_l2(x, y))
            distance[j, i] = _or_nan(relative_l2(y, x))
    return Agreement(
        differences=differences(attributions),
        granularity=granularity,
        spearman=correlation,
        overlap=overlap,
        relative_l2=distance,
        is_partial=is_partial,
        data_point=attributions[0].data_point,
    )


def _or_nan(number: float | None) -> float:
    return np.nan if number is None else number


def _check_same_text(attributions: tuple[Attribution, ...]) -> None:
    """Raise unless they are at least two attributions, all of one text."""
    for a in attributions:
        if not isinstance(a, Attribution):
            raise TypeError(
                f"{type(a).__name__} is not an Attribution; give what attribute(...) returns"
            )
    if len(attributions) < 2:
        raise ValueError(f"attributions to compare: {len(attributions)}; give at least two")
    text, data_point = attributions[0].text, attributions[0].data_point
    for index, a in enumerate(attributions):
        if a.text == text:
            if a.data_point != data_point:
                first, other = (_explained_words(each) for each in (attributions[0], a))
                raise ValueError(
                    f"attributions 0 and {index} explain {first} and {other} of one text; compare "
                    "attributions of the same words"
                )
            continue
        shorter = min(len(text), len(a.text))
        place = next((i for i in range(shorter) if text[i] != a.text[i]), shorter)
        here, there = (shown(each[place : place + _SHOWN]) for each in (text, a.text))
        raise ValueError(
            f"attributions 0 and {index} are of different texts: from character {place} on they "
            f"read {here} and {there}; compare attributions of one text"
        )


def _explained_words(attribution: Attribution) -> str:
    """The words of the data point, or the whole text."""
    a = attribution
    return "the whole" if a.data_point is None else f"“{words_at(a.text, a.data_point)}”"
