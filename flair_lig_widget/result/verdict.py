"""What the numbers of a `Faithfulness` say, in sentences that are no kinder and no harsher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from flair_lig_widget.result.marked import judged, words_at
from flair_lig_widget.result.shares import words_of_shares
from flair_lig_widget.result.summary import amount, number, percent
from flair_lig_widget.result.units import VALUE, isolated

if TYPE_CHECKING:
    from flair_lig_widget.result.faithfulness import Faithfulness

LEVEL = 0.05
"""A p-value up to this counts as better than chance."""

FEWEST_ORDERS = 19
"""With fewer random orders, no p-value can be as small as `LEVEL`."""

FEWEST_TO_TELL = 20
"""One random order in m begins with the best word: with fewer words that is more than 5 %."""

HARDLY = 0.3
"""Log-odds: a smaller mean drop, by the scores and by chance, is too small to be explained."""

_MOST_NAMED = 8


@dataclass(frozen=True)
class Verdict:
    """What the numbers say.

    Attributes
    ----------
    kind : str
        ``"better"`` than chance, no better than ``"chance"`` (a warning), too ``"short"`` to tell,
        or ``"pending"`` with fewer than `FEWEST_ORDERS` random orders.
    sentence : str
    """

    kind: str
    sentence: str


def verdict(faithfulness: Faithfulness) -> Verdict:
    """Whether taking the best words away does more than taking random words away.

    The p-value decides, and only where the prediction moves at all. A text of fewer than
    `FEWEST_TO_TELL` words cannot fail, because there chance often takes the word that counts.
    """
    f = faithfulness
    if f.p_value is None or f.n_random < FEWEST_ORDERS:
        return Verdict("pending", f"{_own(f, _count(f))}.")
    if _hardly_moves(f):
        return Verdict(
            "chance",
            f"Taking words away hardly changes {judged(f.target, f.text, f.data_point)}, "
            "whichever they are: the scores explain differences that are too small to matter.",
        )
    if f.p_value <= LEVEL:
        return Verdict("better", _comparison(f))
    if f.n_words < FEWEST_TO_TELL:
        return Verdict(
            "short",
            f"Too short to tell from chance: among {f.n_words} words, random ones are often those "
            "that count.",
        )
    return Verdict("chance", "No better than random words: do not rely on these scores.")


def flip_sentence(faithfulness: Faithfulness) -> str:
    """The words without which the model predicts something else, and what.

    It is empty for a value, which has no label to change.
    """
    f = faithfulness
    if f.output == VALUE:
        return ""
    if f.flip is None:
        return "However many of its best words are taken away, the prediction stays."
    words = [isolated(f.text[slice(*f.words[i])]) for i in f.order[: f.flip.n_words]]
    named = ", ".join(words[:_MOST_NAMED])
    if len(words) > _MOST_NAMED:
        named += f" and {len(words) - _MOST_NAMED} more"
    labels = ", ".join(isolated(label) for label in f.flip.predicted)
    if f.data_point is not None:
        point = words_at(f.text, f.data_point)
        return f"Without {named} the most probable label of {point} is {labels or 'O'}."
    return f"Without {named} the model predicts {labels or 'no label'}."


def agreement_sentence(faithfulness: Faithfulness) -> str:
    """How far the scores agree with leaving out one word at a time; empty if that is unknown."""
    tau = faithfulness.agreement
    if tau is None:
        return ""
    how = "agrees" if tau >= 0.5 else "partly agrees" if tau >= 0.2 else "hardly agrees"
    return (
        f"Leaving out one word at a time {how} with the order of the scores "
        f"(Kendall's tau {number(tau, 2)})."
    )


def _hardly_moves(f: Faithfulness) -> bool:
    if f.output == VALUE:
        return False  # how much matters depends on the unit of the training data
    drops = np.append(f.random_comprehensiveness, f.comprehensiveness.compared)
    return bool(abs(drops).max() < HARDLY)


def _count(f: Faithfulness) -> int:
    """How many words to speak of: the smallest share that reads as below the band, or a fifth."""
    counts = words_of_shares(f.n_words)
    band = f.without.band
    if band is not None:
        low = dict(zip(band.counts, band.low, strict=True))
        for count in counts:
            own, by_chance = _probability(f, count), float(low[count])
            if own < by_chance and _shown(f, own) != _shown(f, by_chance):
                return count
    return counts[2]


def _comparison(f: Faithfulness) -> str:
    count, band = _count(f), f.without.band
    assert band is not None
    place = band.counts.index(count)
    low, high = _shown(f, float(band.low[place])), _shown(f, float(band.high[place]))
    between = f"at {low}" if low == high else f"between {low} and {high}"
    words = "a random word" if count == 1 else f"{count} random words"
    return f"{_own(f, count)}; without {words} it is {between}."


def _own(f: Faithfulness, count: int) -> str:
    before, after = _shown(f, f.probability), _shown(f, _probability(f, count))
    change = "falls" if _probability(f, count) < f.probability else "rises"
    moved = f"stays at {after}" if before == after else f"{change} from {before} to {after}"
    if f.output == VALUE:
        words = "word that raises" if count == 1 else f"{count} words that raise"
        return f"Without the {words} it most, the value {moved}"
    words = "best word" if count == 1 else f"{count} best words"
    if f.data_point is not None:
        return f"Without the {words} {judged(f.target, f.text, f.data_point)} {moved}"
    return f"Without its {words} {isolated(f.target)} {moved}"


def _shown(f: Faithfulness, number: float) -> str:
    """A probability in percent, or a value."""
    return amount(number) if f.output == VALUE else percent(number)


def _probability(f: Faithfulness, count: int) -> float:
    return float(f.without.probabilities[f.without.counts.index(count)])
