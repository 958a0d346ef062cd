"""The scores as a table: CSV for spreadsheets, a data frame for pandas."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flair_lig_widget.export.provenance import comment_lines, record
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.tables import import_pandas
from flair_lig_widget.result.texts import text_at

if TYPE_CHECKING:
    import pandas

Columns = Mapping[str, str]
"""For each column the type in a data frame. Text is stored as objects: Arrow strings, the default
of newer versions, have no surrogates."""

_COLUMNS: Columns = {
    "rank": "int64",
    "text": "object",
    "start": "int64",
    "end": "int64",
    "score": "float64",
    "share": "float64",
    "subwords": "object",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(attribution: Attribution, granularity: str) -> str:
    """One row per span, after lines of provenance that begin with ``#``; otherwise RFC 4180.

    The columns are those of `to_pandas`. Text is quoted. Where a spreadsheet would read it as a
    formula, an apostrophe is put in front. Lone surrogates, which UTF-8 cannot encode, and NUL,
    which some CSV readers refuse, become U+FFFD. pandas reads all of it back with ``read_csv(path,
    comment="#", keep_default_na=False, na_values={"share": [""]},
    dtype={"text": str, "subwords": str})``.

    Parameters
    ----------
    attribution : Attribution
    granularity : str
        ``"subword"``, ``"word"`` or ``"sentence"``.

    Raises
    ------
    ValueError
        If the granularity is none of these.
    """
    rows = _rows(attribution, granularity)
    return written(record(attribution), _columns(attribution), rows)


def to_pandas(attribution: Attribution, granularity: str) -> pandas.DataFrame:
    """One row per span, in the order of the text.

    Parameters
    ----------
    attribution : Attribution
    granularity : str
        ``"subword"``, ``"word"`` or ``"sentence"``.

    Returns
    -------
    pandas.DataFrame
        Columns ``rank``, ``text``, ``start``, ``end`` (offsets into the text), ``score`` (in the
        unit of f), ``share`` (of f(x) - f(x'), NaN if that is zero) and ``subwords`` (separated by
        spaces); for a pair or triple of texts also ``text_number``, from 1. ``attrs["provenance"]``
        says where the numbers come from.

    Raises
    ------
    ImportError
        If pandas is not installed.
    ValueError
        If the granularity is none of these.
    """
    rows = _rows(attribution, granularity)
    return frame(record(attribution), _columns(attribution), rows)


def written(about: dict[str, Any], columns: Columns, rows: list[tuple[Any, ...]]) -> str:
    """The rows as CSV, after a record in lines that begin with ``#``; see `to_csv`."""
    lines = [f"# {line}\r\n" for line in comment_lines(about)]
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) if isinstance(value, str) else value for value in row])
    return "".join(lines) + file.getvalue()


def frame(about: dict[str, Any], columns: Columns, rows: list[tuple[Any, ...]]) -> pandas.DataFrame:
    """The rows as a data frame, with a record in ``attrs["provenance"]``.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    pandas = import_pandas()
    contents = list(zip(*rows, strict=True)) or [()] * len(columns)
    found = pandas.DataFrame(
        {
            name: pandas.Series(list(content), dtype=kind)
            for (name, kind), content in zip(columns.items(), contents, strict=True)
        }
    )
    found.attrs["provenance"] = about
    return found


def _columns(attribution: Attribution) -> Columns:
    """The columns, for several texts with the number of the text."""
    several = len(attribution.text_starts) > 1
    return {**_COLUMNS, "text_number": "int64"} if several else _COLUMNS


def _rows(attribution: Attribution, granularity: str) -> list[tuple[Any, ...]]:
    starts = attribution.text_starts
    rows = []
    for p in attribution.spans(granularity):
        row = (p.rank, p.text, p.start, p.end, p.score, p.share, " ".join(p.subwords))
        rows.append((*row, text_at(starts, p.start) + 1) if len(starts) > 1 else row)
    return rows


def _cell(text: str) -> str:
    """Text that UTF-8 can encode, every CSV reader accepts and no spreadsheet executes."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")  # Python 3.10 cannot write or read it
    return f"'{text}" if text.startswith(_FORMULA) else text
