"""The rows that are left to explain, in one file that every worker can read."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from flair_lig_widget.corpus.columns import INPUT
from flair_lig_widget.corpus.source import Read
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.texts import one_text


@dataclass(frozen=True)
class Staged:
    """What was found when all texts were read.

    Attributes
    ----------
    n_texts, n_pending : int
        All texts, and those that are left to explain.
    digest : str
        A hash of all ids, texts and labels.
    """

    n_texts: int
    n_pending: int
    digest: str


def stage(
    read: Read, path: Path, *, done: NDArray[np.bool_], batch_size: int, n_texts: int = 1
) -> Staged:
    """Write the rows that are left to explain, in row groups of ``batch_size``; one is a batch.

    All texts are read. Memory holds eight bytes of each, to find ids that are there twice.

    Parameters
    ----------
    read : callable
        Begins to read the texts.
    path : Path
        The Parquet file to write.
    done : ndarray of bool
        Whether a row is done; later ones are not.
    batch_size : int
    n_texts : int
        How many texts the model reads at once; these become one string.

    Raises
    ------
    ValueError
        If there is no text, or two have the same id.
    """
    digest = hashlib.sha256()
    hashes = array("q")

    def pending() -> Iterator[dict[str, Any]]:
        for number, given in enumerate(read()):
            row = _row(number, *given, n_texts)
            digest.update(json.dumps([row["id"], row["text"], row["gold"]]).encode())
            hashes.append(hash(row["id"]))
            if number >= len(done) or not done[number]:
                yield row

    n_pending = 0
    with pq.ParquetWriter(path, INPUT, compression="zstd") as writer:
        rows = pending()
        while batch := list(islice(rows, batch_size)):
            writer.write_table(pa.Table.from_pylist(batch, INPUT), row_group_size=batch_size)
            n_pending += len(batch)
    if not hashes:
        raise ValueError("there is no text; give at least one")
    _check_unique(read, np.frombuffer(hashes, dtype=np.int64))
    return Staged(len(hashes), n_pending, digest.hexdigest())


def _row(number: int, id_: Any, given: Any, gold: Any, n_texts: int) -> dict[str, Any]:
    """A row of the input. What Parquet cannot hold, such as a lone surrogate, is an error."""
    text: str | None = None
    error = None
    try:
        text = one_text(given, n_texts)
    except (TypeError, ValueError) as wrong:
        error = f"{type(wrong).__name__}: {wrong}"
    if error is None and not isinstance(text, str):
        error, text = f"ValueError: text must be a string, not {type(text).__name__}", None
    elif text is not None and _printable(text) != text:
        error = "ValueError: text has a lone surrogate; decode it with errors='replace'"
        text = _printable(text)
    return {
        "row": number,
        "id": _id(number, id_),
        "text": text,
        "gold": None if _is_missing(gold) else _printable(str(gold)),
        "error": error,
    }


def _id(number: int, given: Any) -> str:
    return str(number) if _is_missing(given) else _printable(str(given))


def _is_missing(value: Any) -> bool:
    is_nan = isinstance(value, float) and value != value
    return value is None or value == "" or is_nan


def _printable(text: str) -> str:
    """The text with a question mark for each lone surrogate."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _check_unique(read: Read, hashes: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    hashes.sort()
    repeated = set(hashes[1:][hashes[1:] == hashes[:-1]].tolist())
    if not repeated:
        return
    found: set[str] = set()
    for number, (given, _, _) in enumerate(read()):
        id_ = _id(number, given)
        if hash(id_) in repeated and id_ in found:
            raise ValueError(f"the id {shown(id_)} is there twice; give every text its own")
        if hash(id_) in repeated:
            found.add(id_)


def batch_of(path: Path, number: int) -> list[dict[str, Any]]:
    """The rows of one batch."""
    with pq.ParquetFile(path) as file:
        rows: list[dict[str, Any]] = file.read_row_group(number).to_pylist()
    return rows
