"""What tables have in common, whichever layer makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines, with the cells of a column under each other."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def import_pandas() -> Any:
    """The module pandas; an ImportError that says how to install it, if it is not there."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            'to_pandas needs pandas; install it with: pip install "flair_lig_widget[tables]"'
        ) from error
    return pandas
