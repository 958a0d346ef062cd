"""The rows that a process has in hand, noted on disk, so that it is known what it died of."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flair_lig_widget.result.files import write_text


@contextmanager
def in_hand(work: Path, rows: Sequence[int]) -> Iterator[None]:
    """Note the rows while they are explained; only a process that dies leaves its note behind."""
    note = write_note(work, rows)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def write_note(work: Path, rows: Sequence[int]) -> Path:
    """Note that this process has the rows in hand."""
    note = work / f"in-hand-{secrets.token_hex(8)}.json"
    write_text(note, json.dumps({"process": os.getpid(), "rows": list(rows)}))
    return note


def notes(work: Path) -> list[list[int]]:
    """The rows of each note.

    Rows are in one batch only, so those of a batch that is about to begin were left behind.
    """
    found = []
    for path in work.glob("in-hand-*.json"):
        try:
            found.append(json.loads(path.read_text(encoding="utf-8"))["rows"])
        except FileNotFoundError:  # its process has just finished
            continue
    return found
