"""A `Comparison` in words: how far two attributions agree, and what was not compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flair_lig_widget.result.summary import number, percent
from flair_lig_widget.result.units import VALUE, visible

if TYPE_CHECKING:
    from flair_lig_widget.result.attribution import Attribution
    from flair_lig_widget.result.comparison import Comparison

TOP = 5
"""How many of the strongest spans are compared, if not given otherwise."""

AGREE, PARTLY_AGREE = 0.7, 0.3
"""From these rank correlations on, the orders are said to agree, or to agree in part."""


def sentence(comparison: Comparison) -> str:
    """How far the two agree: the order of all spans, the strongest ones, the scores."""
    c = comparison
    spans, n = f"{c.granularity}s", len(c.spans)
    if n == 0:
        return f"There are no {spans} that both models read."
    if c.relative_l2 == 0:
        return f"The scores are the same in {_count(n, c.granularity)}."
    parts = [_order(c)]
    overlap = c.overlap()
    if n > TOP and overlap is not None:
        parts.append(f"of the {TOP} strongest {spans} they share {round(overlap * TOP)}")
    if c.relative_l2 is not None:
        parts.append(f"the scores differ by {percent(c.relative_l2)} (relative L2)")
    return f"{'; '.join(parts)}."


def notes(comparison: Comparison) -> tuple[str, ...]:
    """Notes on different units, on spans that were joined, and on those that were left out."""
    c = comparison
    found = []
    if not c.has_one_unit:
        found.append(
            f"The scores are in different units ({full_unit(c.first)} and "
            f"{full_unit(c.second)}), so only their orders are compared."
        )
    if c.n_joined:
        found.append(
            f"The two split the text differently in {_count(c.n_joined, 'place')}, where the "
            f"scores of their {c.granularity}s are summed."
        )
    for name, spans in (("first", c.first_only), ("second", c.second_only)):
        if spans:
            total = number(sum(span.score for span in spans), 2, "+")
            found.append(
                f"Left out: {_count(len(spans), c.granularity)} that only the {name} has "
                f"(sum of the scores: {total})."
            )
    return tuple(found)


def full_unit(attribution: Attribution) -> str:
    """The unit, and of a regressor whose value it is: two may have different scales."""
    a = attribution
    return f"{a.unit} of {visible(a.target)}" if a.output == VALUE else a.unit


def _order(c: Comparison) -> str:
    n, rho = len(c.spans), c.spearman
    if n == 1:
        return f"There is 1 {c.granularity}, which has no order"
    orders = f"The orders of {_count(n, c.granularity)}"
    if rho is None:
        return f"{orders} cannot be compared, because all scores of one are the same"
    if rho >= AGREE:
        how = "agree"
    elif rho >= PARTLY_AGREE:
        how = "partly agree"
    else:
        how = "hardly agree" if rho > -PARTLY_AGREE else "disagree"
    return f"{orders} {how} (Spearman {number(rho, 2)})"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
