"""The Parquet files of a corpus: each appears at once and whole, and many small ones become few."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from flair_lig_widget.corpus.columns import SCHEMA
from flair_lig_widget.result.files import write_bytes

ROWS_MERGED = 20_000
"""Rows of a merged file."""

_REPLACES = b"replaces"
"""The metadata of a merged file: the names of the files whose rows it has."""


def part_files(folder: Path) -> list[Path]:
    """The files whose rows make up the corpus: without those that a merged file replaces."""
    names = {path.name for path in folder.glob("*.parquet")}
    return [folder / name for name in sorted(names - _replaced(folder))]


def part_of(folder: Path, numbers: Sequence[int]) -> Path:
    """The file of the rows with these numbers. Its name depends on them alone."""
    name = hashlib.sha256(json.dumps(list(numbers)).encode()).hexdigest()[:16]
    return folder / f"part-{name}.parquet"


def write_part(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as a file, which appears when it is complete.

    Raises
    ------
    OSError
        If it cannot be written, such as on a full disk; the error names the path.
    """
    path = part_of(folder, [row["row"] for row in rows])
    _write(path, pa.Table.from_pylist(list(rows), SCHEMA))


def rows_done(folder: Path, *, retry_errors: bool) -> NDArray[np.bool_]:
    """Whether each row need not be explained again, up to the last that is there.

    With ``retry_errors``, a row that failed is not done.
    """
    found = [np.zeros(0, dtype=np.int64)]
    for path in part_files(folder):
        table = pq.read_table(path, columns=["row", "error"], schema=SCHEMA)
        if retry_errors:
            table = table.filter(pc.field("error").is_null())
        found.append(table["row"].to_numpy())
    rows = np.concatenate(found)
    done = np.zeros(rows.max(initial=-1) + 1, dtype=np.bool_)
    done[rows] = True
    return done


def drop_failed(folder: Path) -> int:
    """Remove the rows of texts that could not be explained, and return their number."""
    _remove_replaced(folder)
    n_failed = 0
    for path in part_files(folder):
        table = pq.read_table(path, schema=SCHEMA)
        kept = table.filter(pc.field("error").is_null())
        n_failed += len(table) - len(kept)
        if len(kept) == 0:
            path.unlink()
        elif len(kept) < len(table):
            _write(path, kept)
    return n_failed


def merge(folder: Path) -> None:
    """Join small files into few, in the order of the input where that costs no memory.

    A query opens every file. If this is interrupted, the small files or the merged one count.
    """
    _remove_replaced(folder)
    group: list[Path] = []
    n_rows = 0
    small = [path for path in part_files(folder) if path.name.startswith("part-")]
    for path in small:
        group.append(path)
        n_rows += pq.read_metadata(path).num_rows
        if n_rows >= ROWS_MERGED or path == small[-1]:
            _merge(folder, group)
            group, n_rows = [], 0
    _remove_replaced(folder)


def _merge(folder: Path, files: Sequence[Path]) -> None:
    table = pa.concat_tables(pq.read_table(path, schema=SCHEMA) for path in files)
    names = json.dumps([path.name for path in files])
    table = table.sort_by("row").replace_schema_metadata({_REPLACES: names})
    _write(folder / f"merged-{secrets.token_hex(8)}.parquet", table)


def _replaced(folder: Path) -> set[str]:
    """Names of files whose rows are in a merged one."""
    found: set[str] = set()
    for path in folder.glob("merged-*.parquet"):
        try:
            metadata = pq.read_schema(path).metadata or {}
        except pa.ArrowInvalid as error:
            raise ValueError(f"{path} is damaged: {error}; explain the texts again") from error
        found.update(json.loads(metadata.get(_REPLACES, b"[]")))
    return found


def _remove_replaced(folder: Path) -> None:
    for name in _replaced(folder):
        (folder / name).unlink(missing_ok=True)


def _write(path: Path, table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_bytes(path, sink.getvalue().to_pybytes())
