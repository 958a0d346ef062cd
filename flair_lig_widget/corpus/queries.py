"""Queries on the Parquet files of a corpus, by DuckDB."""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flair_lig_widget.corpus.columns import SCHEMA

_MEMORY = "1GB"
"""What DuckDB may use before it writes to a temporary folder."""

_SETTINGS = {
    "memory_limit": _MEMORY,
    # Nothing is fetched: the Parquet reader is part of DuckDB's package.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


class Queries:
    """Asks the rows in some files. May be used from several threads.

    Whatever a user gave is a parameter of a query, and never a part of its SQL.

    Parameters
    ----------
    folder : Path
        The corpus, for messages.
    files : sequence of Path
    """

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        self._folder = folder
        self._files = [_literal(path) for path in files]
        # DuckDB makes this folder when it needs it, and removes it.
        spill = Path(tempfile.gettempdir()) / f"flair-lig-{secrets.token_hex(8)}"
        self._connection = duckdb.connect(
            ":memory:", config={**_SETTINGS, "temp_directory": str(spill)}
        )
        if not files:
            self._connection.from_arrow(SCHEMA.empty_table()).create("texts")

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of the answer; see `batches`."""
        columns = [column.to_pylist() for column in self.table(sql, **values).columns]
        return list(zip(*columns, strict=True))

    def row(self, sql: str, **values: Any) -> tuple[Any, ...]:
        """The only row of the answer; see `batches`."""
        (found,) = self.rows(sql, **values)
        return found

    def table(self, sql: str, **values: Any) -> pa.Table:
        """The whole answer; see `batches`."""
        with self._asked(sql, values) as answer:
            return answer.to_arrow_table()

    def batches(self, sql: str, *, size: int = 10_000, **values: Any) -> Iterator[pa.RecordBatch]:
        """The answer in parts, each of at most ``size`` rows.

        Parameters
        ----------
        sql : str
            A query in which ``{texts}`` is the table of all texts, with the columns of
            `corpus.columns.SCHEMA`.
        size : int
        **values
            Its parameters.

        Raises
        ------
        OSError
            If a file is damaged or no longer there.
        """
        parts = self._read(sql, size, values)
        with ThreadPoolExecutor(max_workers=1) as reader:
            # DuckDB computes the next part while this one is used.
            coming = reader.submit(next, parts, None)
            while (part := coming.result()) is not None:
                coming = reader.submit(next, parts, None)
                yield part

    def _read(
        self, sql: str, size: int, values: Mapping[str, Any]
    ) -> Generator[pa.RecordBatch, None, None]:
        with self._asked(sql, values) as answer:
            yield from answer.to_arrow_reader(size)

    @contextmanager
    def _asked(self, sql: str, values: Mapping[str, Any]) -> Iterator[Any]:
        source = "texts"
        if self._files:
            # A folder named a=b is no column.
            source = "read_parquet($files, hive_partitioning = false)"
            values = {**values, "files": self._files}
        cursor = self._connection.cursor()
        try:
            yield cursor.sql(sql.replace("{texts}", source), params=dict(values))
        except duckdb.Error as error:
            first_line = str(error).partition("\n")[0]
            raise OSError(
                f"the corpus in {self._folder} cannot be read: {first_line}. If its files have "
                "changed since it was opened, open it again with load_corpus"
            ) from error
        except RuntimeError as error:
            if "interrupted" not in str(error):
                raise
            raise KeyboardInterrupt from error  # DuckDB has another error for Ctrl-C
        finally:
            cursor.close()


def _literal(path: Path) -> str:
    """The path as a pattern that only it matches."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path.absolute()))
