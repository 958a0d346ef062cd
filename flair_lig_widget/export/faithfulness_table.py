"""The curves of a `Faithfulness` as a table: CSV for spreadsheets, a data frame for pandas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flair_lig_widget.export.provenance import faithfulness_record
from flair_lig_widget.export.table import Columns, frame, written
from flair_lig_widget.result.faithfulness import Curve, Faithfulness

if TYPE_CHECKING:
    import pandas

_COLUMNS: Columns = {
    "curve": "object",
    "count": "int64",
    "share": "float64",
    "value": "float64",
    "probability": "float64",
    "random_low": "float64",
    "random_median": "float64",
    "random_high": "float64",
}


def to_csv(faithfulness: Faithfulness) -> str:
    """One row per point of both curves, after lines of provenance that begin with ``#``.

    The columns are those of `to_pandas`; a number that is not known is empty. pandas reads all of
    it back with ``read_csv(path, comment="#")``.

    Parameters
    ----------
    faithfulness : Faithfulness
    """
    return written(faithfulness_record(faithfulness), _COLUMNS, _rows(faithfulness))


def to_pandas(faithfulness: Faithfulness) -> pandas.DataFrame:
    """One row per point of both curves.

    Parameters
    ----------
    faithfulness : Faithfulness

    Returns
    -------
    pandas.DataFrame
        Columns ``curve`` (``"without"`` or ``"only"``), ``count`` (of the words taken away or
        kept), ``share`` (of all words), ``value`` (f), ``probability`` (of the target; of a
        regressor the value that Flair predicts), and
        ``random_low``, ``random_median`` and ``random_high`` (its 5th, 50th and 95th percentile
        over the random orders). What is not known is NaN: random orders are tried at fewer counts,
        and for ``"only"`` at others. ``attrs["provenance"]`` has the measures
        and the verdict, and says where the numbers come from.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    return frame(faithfulness_record(faithfulness), _COLUMNS, _rows(faithfulness))


def _rows(f: Faithfulness) -> list[tuple[Any, ...]]:
    return [*_curve("without", f.without, f.n_words), *_curve("only", f.only, f.n_words)]


def _curve(name: str, curve: Curve, n_words: int) -> Iterator[tuple[Any, ...]]:
    random: dict[int, tuple[float, ...]] = {}
    if curve.band is not None:
        percentiles = zip(
            curve.band.low.tolist(),
            curve.band.median.tolist(),
            curve.band.high.tolist(),
            strict=True,
        )
        random = dict(zip(curve.band.counts, percentiles, strict=True))
    values = [None] * len(curve.counts) if curve.values is None else curve.values.tolist()
    points = zip(values, curve.probabilities.tolist(), strict=True)
    own = dict(zip(curve.counts, points, strict=True))
    for count in sorted(own.keys() | random.keys()):
        value, probability = own.get(count, (None, None))
        chance = random.get(count, (None, None, None))
        yield (name, count, count / n_words, value, probability, *chance)
