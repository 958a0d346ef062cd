"""How far each two of several attributions of one text agree."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.marked import Ranges
from flair_lig_widget.result.numbers import read_only
from flair_lig_widget.result.summary import number

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Agreement:
    """A table of N attributions: what `Comparison` says of each two of them.

    Attributes
    ----------
    differences : mapping of str to tuple of str
        The settings in which they differ: from name to one value for each attribution.
    granularity : str
        ``"subword"``, ``"word"`` or ``"sentence"``.
    spearman, overlap, relative_l2 : ndarray of shape (N, N), read-only
        Row i and column j are of attributions i and j, `relative_l2` as a fraction of i. The
        overlap is that of the 5 strongest spans. NaN where `Comparison` has None.
    is_partial : bool
        Whether some models did not read the same text, or split it differently.
    data_point : tuple of (int, int), or None
        Where the token, span or relation is that all explain; None for the whole text.
    """

    differences: Mapping[str, tuple[str, ...]]
    granularity: str
    spearman: NDArray[np.float64]
    overlap: NDArray[np.float64]
    relative_l2: NDArray[np.float64]
    is_partial: bool = False
    data_point: Ranges | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "differences", MappingProxyType(dict(self.differences)))
        for name in ("spearman", "overlap", "relative_l2"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only mapping cannot be pickled or copied, so both go through plain data.
        fields = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return functools.partial(Agreement, **fields | {"differences": dict(self.differences)}), ()

    def __len__(self) -> int:
        return len(self.spearman)

    @property
    def names(self) -> tuple[str, ...]:
        """What tells each apart, such as ``"unk, auto"``; names that are equal get a number."""
        columns = self.differences.values()
        names = [", ".join(column[i] for column in columns) for i in range(len(self))]
        counts = Counter(names)
        numbered = enumerate(names, start=1)
        return tuple(name if counts[name] == 1 else f"{name} ({i})".strip() for i, name in numbered)

    @property
    def sentence(self) -> str:
        """Which two agree least in the order of the spans, and which most."""
        names = self.names
        pairs = [
            (float(self.spearman[i, j]), f"{names[i]} and {names[j]}")
            for i, j in itertools.combinations(range(len(self)), 2)
            if not np.isnan(self.spearman[i, j])
        ]
        if not pairs:
            return (
                "No two orders can be compared: all scores of one are the same, or the two have "
                "fewer than two in common."
            )
        least, most = min(pairs), max(pairs)
        if len(pairs) == 1:
            return f"Spearman's correlation of {least[1]} is {number(least[0], 2)}."
        return (
            f"Spearman's correlation is between {number(least[0], 2)} ({least[1]}) and "
            f"{number(most[0], 2)} ({most[1]})."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a reader of the numbers must not miss; usually none."""
        if not self.is_partial:
            return ()
        return (
            "Not all models read the same text or split it in the same way: each number is of the "
            "parts that its two have in common.",
        )

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each two attributions; see `export.agreement_table.to_pandas`."""
        from flair_lig_widget.export import agreement_table

        return agreement_table.to_pandas(self)

    def __repr__(self) -> str:
        from flair_lig_widget.export import agreement_table

        return agreement_table.plain(self)

    def _repr_html_(self) -> str:
        """The table without scripts."""
        from flair_lig_widget.export import agreement_table

        return agreement_table.html(self)
