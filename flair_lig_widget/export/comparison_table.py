"""A `Comparison` as a data frame, and as a table of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flair_lig_widget.export.provenance import record
from flair_lig_widget.export.table import Columns, frame
from flair_lig_widget.result.comparison import Comparison
from flair_lig_widget.result.pairs import SpanPair
from flair_lig_widget.result.summary import number
from flair_lig_widget.result.tables import aligned

if TYPE_CHECKING:
    import pandas

_COLUMNS: Columns = {
    "text": "object",
    "start": "int64",
    "end": "int64",
    "first": "float64",
    "second": "float64",
    "difference": "float64",
    "first_rank": "int64",
    "second_rank": "int64",
}
_MOST_ROWS, _LONGEST_CELL = 20, 30


def to_pandas(comparison: Comparison) -> pandas.DataFrame:
    """One row per part of the text, in its order.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    pandas.DataFrame
        The columns are the fields of `SpanPair`; ``difference`` is NaN where the units differ.
        ``attrs["provenance"]`` has the measures, the notes, and where both attributions come from.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    c = comparison
    about: dict[str, Any] = {
        "differences": list(c.differences),
        "spearman": c.spearman,
        "overlap": c.overlap(),
        "relative_l2": c.relative_l2,
        "notes": list(c.notes),
        "first": record(c.first),
        "second": record(c.second),
    }
    rows = [tuple(getattr(span, name) for name in _COLUMNS) for span in c.spans]
    return frame(about, _COLUMNS, rows)


def plain(comparison: Comparison) -> str:
    """What differs, how far the two agree, and the spans with the largest scores."""
    c = comparison
    shown = sorted(c.spans, key=lambda span: min(span.first_rank, span.second_rank))[:_MOST_ROWS]
    rows = [("", "first", "second", "difference"), *(_cells(span) for span in shown)]
    more = len(c.spans) - len(shown)
    return "\n".join(
        [
            f"Comparison ({'; '.join(c.differences) or 'the same settings'})",
            c.sentence,
            *c.notes,
            *aligned(rows),
            *([f"… and {more:,} more"] if more else []),
        ]
    )


def cell(text: str) -> str:
    """The text in one short line, without characters that a terminal interprets."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST_CELL else f"{line[: _LONGEST_CELL - 1]}…"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def _cells(span: SpanPair) -> tuple[str, ...]:
    difference = "" if span.difference is None else number(span.difference, 3, "+")
    return cell(span.text), number(span.first, 3, "+"), number(span.second, 3, "+"), difference
