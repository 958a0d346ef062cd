"""Reading the texts that are given: a list, a pandas frame, or a Parquet, CSV or JSONL file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from flair_lig_widget.result.files import FilePath
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import join_labels
from flair_lig_widget.result.texts import one_text

if TYPE_CHECKING:
    import pandas

Texts: TypeAlias = "Sequence[str] | Sequence[tuple[str, ...]] | pandas.DataFrame | FilePath"
Given: TypeAlias = "tuple[Any, Any, Any]"
"""A text as it was given: its id, the text (or a tuple) and its gold label; None is not known."""

Read: TypeAlias = "Callable[[], Iterator[Given]]"
"""Begins to read the texts, one after the other."""

_BLOCK = 16 * 2**20
"""Bytes of a CSV file that are read at once; a row must fit."""


def source_of(
    texts: Texts,
    *,
    labels: Sequence[str | None] | str | None,
    ids: Sequence[str] | str | None,
    text_column: str | Sequence[str],
) -> Read:
    """How to read the texts that are given.

    Parameters
    ----------
    texts : sequence of str or of tuple of str, pandas.DataFrame or path
        A file is known by the end of its name: ``.parquet``, ``.csv``, ``.tsv`` or ``.jsonl``.
    labels, ids : sequence, or str
        The gold labels and the ids; names of columns for a frame or a file.
    text_column : str or sequence of str
        The column of the texts in a frame or a file; the columns of texts that are read at once.

    Raises
    ------
    ValueError
        If there is no such column, there is not one label or id for each text, or the file is of
        another kind; the message names the choices.
    TypeError
        If something else is given.
    OSError
        If the file cannot be read.
    """
    if isinstance(texts, (str, os.PathLike)):
        return _file(Path(texts), _columns(text_column, labels, ids))
    if hasattr(texts, "iloc") and hasattr(texts, "columns"):
        named = _columns(text_column, labels, ids)
        named.check([str(name) for name in texts.columns], "the frame")
        return lambda: named.of_frame(texts)
    if not isinstance(texts, Sequence):
        raise TypeError(
            f"texts is of type {type(texts).__name__}; give a list of strings, a pandas frame or "
            "the path of a file"
        )
    for name, values in (("labels", labels), ("ids", ids)):
        if isinstance(values, str):
            raise TypeError(
                f"{name}={shown(values)} names a column, but texts is a list; give a list of {name}"
            )
        if values is not None and len(values) != len(texts):
            raise ValueError(f"{len(values)} {name} for {len(texts)} texts; give one for each")
    columns = [repeat(None) if each is None else each for each in (ids, texts, labels)]
    return lambda: zip(*columns, strict=False)


@dataclass(frozen=True)
class _Columns:
    """The columns of a frame or a file that are read."""

    texts: tuple[str, ...]
    labels: Any
    ids: Any

    def __post_init__(self) -> None:
        for name, value in (("labels", self.labels), ("ids", self.ids)):
            if not (value is None or isinstance(value, str)):
                raise TypeError(f"{name} must be the name of a column, not {type(value).__name__}")

    @property
    def names(self) -> list[str]:
        given = (self.ids, *self.texts, self.labels)
        return list(dict.fromkeys(name for name in given if name is not None))

    def check(self, there: list[str], where: str) -> None:
        for name in self.names:
            if name not in there:
                raise ValueError(
                    f"{where} has no column {shown(name)}; its columns are {join_labels(there)}"
                )
            if there.count(name) > 1:
                raise ValueError(f"{where} has several columns {shown(name)}; rename all but one")

    def of_table(self, table: pa.Table | pa.RecordBatch) -> Iterator[Given]:
        """The rows of an Arrow table."""
        yield from self._rows(lambda name: table.column(name).to_pylist())

    def of_frame(self, frame: pandas.DataFrame) -> Iterator[Given]:
        def column(name: str) -> Any:
            values = frame[name]
            return values.astype(object).where(values.notna(), None)

        yield from self._rows(column)

    def of_record(self, record: dict[str, Any]) -> Given:
        """The row of a JSON object, where a missing name is null."""
        id_, gold = (None if name is None else record.get(name) for name in (self.ids, self.labels))
        return id_, self._text([record.get(name) for name in self.texts]), gold

    def _rows(self, column: Callable[[str], Any]) -> Iterator[Given]:
        ids, golds = (
            repeat(None) if name is None else column(name) for name in (self.ids, self.labels)
        )
        parts = zip(*(column(name) for name in self.texts), strict=True)
        yield from zip(ids, map(self._text, parts), golds, strict=False)

    def _text(self, parts: Sequence[Any]) -> Any:
        """The text of a row, or a tuple of those that are read at once."""
        return tuple(parts) if len(self.texts) > 1 else parts[0]


def _columns(text_column: str | Sequence[str], labels: Any, ids: Any) -> _Columns:
    names = (text_column,) if isinstance(text_column, str) else tuple(text_column)
    return _Columns(names, labels, ids)


def check_n_texts(texts: Texts, text_column: str | Sequence[str], n_texts: int) -> None:
    """Raise now what would otherwise be the error of every text.

    Raises
    ------
    ValueError
        If there are not as many texts, or columns of texts, as the model reads at once.
    """
    if isinstance(texts, Sequence) and not isinstance(texts, str):
        if texts and isinstance(texts[0], str):
            one_text(texts[0], n_texts)
        return
    n_columns = 1 if isinstance(text_column, str) else len(text_column)
    if n_columns != n_texts:
        raise ValueError(
            f"the model reads {n_texts} {'text' if n_texts == 1 else 'texts'} at once, and "
            f"text_column names {n_columns}; name one column for each text"
        )


def _file(path: Path, columns: _Columns) -> Read:
    kinds = {".parquet": _parquet, ".csv": _csv, ".tsv": _csv, ".jsonl": _jsonl}
    kind = path.suffix.lower()
    if kind not in kinds:
        raise ValueError(
            f"{path} is of a kind that is not known; its name must end in {', '.join(kinds)}"
        )
    if not path.is_file():
        raise ValueError(f"no file {path}; give the path of the texts")
    return kinds[kind](path, columns)


def _parquet(path: Path, columns: _Columns) -> Read:
    columns.check(pq.read_schema(path).names, str(path))

    def read() -> Iterator[Given]:
        with pq.ParquetFile(path) as file:
            batches = file.iter_batches(batch_size=1024, columns=columns.names)
            yield from chain.from_iterable(map(columns.of_table, batches))

    return read


def _csv(path: Path, columns: _Columns) -> Read:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    parse = pc.ParseOptions(delimiter=delimiter, newlines_in_values=True)

    def open_csv(**convert: Any) -> Any:
        try:
            return pc.open_csv(
                path,
                read_options=pc.ReadOptions(block_size=_BLOCK),
                parse_options=parse,
                convert_options=pc.ConvertOptions(**convert),
            )
        except pa.ArrowInvalid as error:
            raise ValueError(f"{path} cannot be read: {error}") from error

    with open_csv() as reader:
        columns.check(reader.schema.names, str(path))

    def read() -> Iterator[Given]:
        # Everything is text: a label "NA" or "007" is no number and is not missing.
        kinds = dict.fromkeys(columns.names, pa.string())
        with open_csv(column_types=kinds, include_columns=columns.names) as reader:
            try:
                yield from chain.from_iterable(map(columns.of_table, reader))
            except pa.ArrowInvalid as error:
                raise ValueError(f"{path} cannot be read: {error}") from error

    return read


def _jsonl(path: Path, columns: _Columns) -> Read:
    def read() -> Iterator[Given]:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield columns.of_record(_object(line, f"{path}, line {number}"))

    with path.open(encoding="utf-8") as file:
        first = next((line for line in file if line.strip()), "{}")
    columns.check(list(_object(first, f"{path}, first line")), str(path))
    return read


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where} is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise ValueError(f"{where} is a JSON {type(record).__name__}, not an object")
    return record
