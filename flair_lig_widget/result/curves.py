"""The parts of a `Faithfulness`: curves, their bands of random orders, drops and the flip."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.numbers import read_only


@dataclass(frozen=True, eq=False, kw_only=True)
class Band:
    """The probability of the target, or the value, when words go in random orders.

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

    def __post_init__(self) -> None:
        arrays = {name: read_only(getattr(self, name)) for name in ("low", "median", "high")}
        set_fields(self, counts=whole(self.counts), **arrays)


@dataclass(frozen=True, eq=False, kw_only=True)
class Curve:
    """What the model says of a text without its best words, or of its best words alone.

    Attributes
    ----------
    counts : tuple of int, length K
        How many words are taken away or kept, ascending.
    probabilities : ndarray of shape (K,), read-only
        The probability of the target; of a regressor the value.
    values : ndarray of shape (K,), read-only, or None
        f; None before it is computed.
    band : Band or None
        The same for random orders; None before any was tried.
    """

    counts: tuple[int, ...]
    probabilities: NDArray[np.float64]
    values: NDArray[np.float64] | None = None
    band: Band | None = None

    def __post_init__(self) -> None:
        set_fields(
            self,
            counts=whole(self.counts),
            probabilities=read_only(self.probabilities),
            values=None if self.values is None else read_only(self.values),
        )


@dataclass(frozen=True, kw_only=True)
class Drop:
    """By how much the target falls, as a mean over shares of the words.

    Attributes
    ----------
    probability : float
        Of a regressor, by how much the value falls.
    log_odds : float or None
        None for a regressor, which has none.
    """

    probability: float
    log_odds: float | None

    @property
    def compared(self) -> float:
        """The fall by which orders are compared: in log-odds, or of the value."""
        return self.probability if self.log_odds is None else self.log_odds


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

    def __post_init__(self) -> None:
        set_fields(self, n_words=int(self.n_words), predicted=tuple(self.predicted))


def whole(numbers: Iterable[Any]) -> tuple[int, ...]:
    """The numbers as Python's own whole numbers."""
    return tuple(int(number) for number in numbers)


def set_fields(value: object, **fields: Any) -> None:
    """Convert the fields of a frozen value, while it is made."""
    for name, content in fields.items():
        object.__setattr__(value, name, content)
