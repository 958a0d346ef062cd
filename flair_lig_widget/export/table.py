"""The scores as a table: CSV for spreadsheets, a data frame for pandas."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from flair_lig_widget.export.provenance import comment_lines, record
from flair_lig_widget.result.attribution import Attribution

if TYPE_CHECKING:
    import pandas

_COLUMNS = ("rank", "text", "start", "end", "score", "share", "subwords")
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
    lines = [f"# {line}\r\n" for line in comment_lines(attribution)]
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in _rows(attribution, granularity):
        writer.writerow([_cell(value) if isinstance(value, str) else value for value in row])
    return "".join(lines) + file.getvalue()


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
        spaces). ``attrs["provenance"]`` says where the numbers come from.

    Raises
    ------
    ImportError
        If pandas is not installed.
    ValueError
        If the granularity is none of these.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            'to_pandas needs pandas; install it with: pip install "flair_lig_widget[tables]"'
        ) from error
    columns = list(zip(*_rows(attribution, granularity), strict=True)) or [()] * len(_COLUMNS)
    # Text is stored as objects: Arrow strings, the default of newer versions, have no surrogates.
    kinds = ("int64", "object", "int64", "int64", "float64", "float64", "object")
    frame = pandas.DataFrame(
        {
            name: pandas.Series(list(column), dtype=kind)
            for name, column, kind in zip(_COLUMNS, columns, kinds, strict=True)
        }
    )
    frame.attrs["provenance"] = record(attribution)
    return frame


def _rows(attribution: Attribution, granularity: str) -> list[tuple[Any, ...]]:
    return [
        (p.rank, p.text, p.start, p.end, p.score, p.share, " ".join(p.subwords))
        for p in attribution.spans(granularity)
    ]


def _cell(text: str) -> str:
    """Text that UTF-8 can encode, every CSV reader accepts and no spreadsheet executes."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")  # Python 3.10 cannot write or read it
    return f"'{text}" if text.startswith(_FORMULA) else text
