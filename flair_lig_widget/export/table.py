"""Scores as a table: CSV for spreadsheets, a data frame for pandas."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.export import provenance_lines

if TYPE_CHECKING:
    import pandas

_COLUMNS = ("rank", "text", "start", "end", "score", "share", "subwords")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(attribution: Attribution, granularity: str) -> str:
    """The table as `Attribution.to_csv` describes it."""
    lines = [f"# {line}\r\n" for line in provenance_lines(attribution)]
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in _rows(attribution, granularity):
        writer.writerow([_cell(value) if isinstance(value, str) else value for value in row])
    return "".join(lines) + file.getvalue()


def to_pandas(attribution: Attribution, granularity: str) -> pandas.DataFrame:
    """The table as `Attribution.to_pandas` describes it."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            'to_pandas needs pandas; install it with: pip install "flair_lig_widget[tables]"'
        ) from error
    columns = list(zip(*_rows(attribution, granularity), strict=True)) or [()] * len(_COLUMNS)
    # Text is kept as objects: Arrow, which newer versions use, has no half characters.
    kinds = ("int64", "object", "int64", "int64", "float64", "float64", "object")
    frame = pandas.DataFrame(
        {
            name: pandas.Series(list(column), dtype=kind)
            for name, column, kind in zip(_COLUMNS, columns, kinds, strict=True)
        }
    )
    frame.attrs["provenance"] = attribution.provenance
    return frame


def _rows(attribution: Attribution, granularity: str) -> list[tuple[Any, ...]]:
    return [
        (p.rank, p.text, p.start, p.end, p.score, p.share, " ".join(p.subwords))
        for p in attribution.pieces(granularity)
    ]


def _cell(text: str) -> str:
    """Text that UTF-8 can write and no spreadsheet runs."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return f"'{text}" if text.startswith(_FORMULA) else text
