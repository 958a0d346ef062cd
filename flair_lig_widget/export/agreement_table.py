"""An `Agreement` as a data frame, as plain text, and as a picture without scripts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from html import escape
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.export.comparison_table import cell
from flair_lig_widget.export.html import printable
from flair_lig_widget.export.table import Columns, frame
from flair_lig_widget.result.agreement import Agreement
from flair_lig_widget.result.comparison_words import TOP
from flair_lig_widget.result.summary import number, percent
from flair_lig_widget.result.tables import aligned

if TYPE_CHECKING:
    import pandas

_COLUMNS: Columns = {
    **dict.fromkeys(("first", "second"), "object"),
    **dict.fromkeys(("spearman", "overlap", "relative_l2"), "float64"),
}
_UNKNOWN = "–"

Floats = NDArray[np.float64]


def to_pandas(agreement: Agreement) -> pandas.DataFrame:
    """One row for each two attributions.

    Parameters
    ----------
    agreement : Agreement

    Returns
    -------
    pandas.DataFrame
        Columns ``first`` and ``second`` (names), ``spearman``, ``overlap`` (of the 5 strongest
        spans) and ``relative_l2`` (as a fraction of the first); NaN is what cannot be computed.
        ``attrs["provenance"]`` has the settings in which the attributions differ.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    a = agreement
    rows = [
        (a.names[i], a.names[j], a.spearman[i, j], a.overlap[i, j], a.relative_l2[i, j])
        for i, j in itertools.combinations(range(len(a)), 2)
    ]
    about = {name: list(values) for name, values in a.differences.items()}
    return frame({"differences": about, "granularity": a.granularity}, _COLUMNS, rows)


def plain(agreement: Agreement) -> str:
    """Both tables, the rank correlation and the overlap, as text."""
    lines = [_head(agreement)]
    for title, rows in _tables(agreement):
        lines += [title, *aligned([[cell(each) for each in row] for row in rows])]
    return "\n".join(lines)


def html(agreement: Agreement) -> str:
    """Both tables, without scripts.

    All text is escaped, styles are inline, and the same agreement always gives the same string.
    """
    tables = "".join(_table(title, rows) for title, rows in _tables(agreement))
    return printable(
        '<div class="flair-lig-static" style="max-width:60em;overflow-wrap:anywhere">'
        f'<div style="font-weight:bold">{escape(_head(agreement))}</div>{tables}</div>'
    )


def _head(a: Agreement) -> str:
    different = ", ".join(a.differences) or "no setting"
    return " ".join((f"{len(a)} attributions that differ in {different}.", a.sentence, *a.notes))


def _tables(a: Agreement) -> Iterator[tuple[str, list[list[str]]]]:
    """A title and the rows of each table; the first row and column are names."""
    yield f"Spearman's correlation of the {a.granularity}s", _rows(a, a.spearman, _correlation)
    yield f"Of the {TOP} strongest {a.granularity}s in common", _rows(a, a.overlap, percent)


def _rows(a: Agreement, matrix: Floats, form: Callable[[float], str]) -> list[list[str]]:
    """Columns have the numbers of their attributions, because names are long."""
    rows = [["", *(str(i) for i in range(1, len(a) + 1))]]
    for i, (name, numbers) in enumerate(zip(a.names, matrix.tolist(), strict=True), start=1):
        rows.append([f"{i} {name}", *(_UNKNOWN if isnan(x) else form(x) for x in numbers)])
    return rows


def _correlation(value: float) -> str:
    return number(value, 2)


def _table(title: str, rows: list[list[str]]) -> str:
    head, *body = rows
    columns = "".join(f'<th scope="col">{escape(each)}</th>' for each in head[1:])
    lines = "".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:normal">{escape(name)}</th>'
        + "".join(f'<td style="text-align:right">{escape(each)}</td>' for each in cells)
        + "</tr>"
        for name, *cells in body
    )
    return (
        '<table style="margin-top:0.6em;font-size:smaller">'
        f'<caption style="text-align:left">{escape(title)}</caption>'
        f"<thead><tr><td></td>{columns}</tr></thead><tbody>{lines}</tbody></table>"
    )
