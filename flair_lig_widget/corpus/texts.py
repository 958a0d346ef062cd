"""The texts of a corpus: a table of them, and how often gold and predicted labels meet."""

from __future__ import annotations

import operator
from typing import Any

import pandas
import pyarrow as pa

from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.corpus.manifest import Manifest
from flair_lig_widget.corpus.queries import Queries
from flair_lig_widget.result.algorithms import ALGORITHMS
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import positive_int

SORTS = {
    "errors": (
        "CASE WHEN gold IS NOT NULL AND NOT list_contains(predicted, gold) THEN 0 "
        "WHEN error IS NOT NULL THEN 1 ELSE 2 END, probability DESC NULLS LAST, row"
    ),
    "probability": "probability DESC NULLS LAST, row",
    "input": "row",
}
"""The orders of texts."""

_NO_DELTA = "CAST(NULL AS DOUBLE)"
_HOW = (
    *("method", "baseline", "precision", "n_steps", "n_evaluations", "error_estimate"),
    *("rounding", "tolerance", "seed", "paired_text", "created_at"),
)
"""Further columns of `Corpus.to_pandas`: how the scores were computed."""


def count(queries: Queries, filter: Filter) -> int:
    """How many texts pass a filter."""
    condition, values = filter.to_sql()
    (found,) = queries.row(f"SELECT count(*) FROM {{texts}} WHERE {condition}", **values)
    return int(found)


def table(
    queries: Queries,
    manifest: Manifest,
    *,
    sort: str,
    filter: Filter,
    limit: int | None = None,
    offset: int = 0,
    with_method: bool = False,
) -> pandas.DataFrame:
    """The frame of `Corpus.table`; with further columns that of `Corpus.to_pandas`."""
    columns = {**_columns(manifest), "predicted": predicted_in_sql(manifest.multi_label)}
    if with_method:
        columns.update(zip(_HOW, _HOW, strict=True))
    return frame(_selected(queries, columns, sort, filter, limit, offset))


def texts(
    queries: Queries,
    manifest: Manifest,
    *,
    sort: str,
    filter: Filter,
    limit: int | None,
    offset: int,
) -> list[dict[str, Any]]:
    """The rows of `Corpus.texts`."""
    columns = {**_columns(manifest), "words": "words"}
    found: list[dict[str, Any]] = _selected(
        queries, columns, sort, filter, limit, offset
    ).to_pylist()
    return found


def _columns(manifest: Manifest) -> dict[str, str]:
    """The columns of a table of texts, as SQL."""
    same = ("id", "text", "gold", "predicted", "probability", "target", "value", "baseline_value")
    has_delta = ALGORITHMS[manifest.request["algorithm"]].has_delta
    return {
        **{name: name for name in same},
        "delta": "residual" if has_delta else _NO_DELTA,
        "error": "error",
    }


def _selected(
    queries: Queries,
    columns: dict[str, str],
    sort: str,
    filter: Filter,
    limit: int | None,
    offset: int,
) -> pa.Table:
    """Columns of the texts that pass a filter; a text's other columns are not read."""
    if sort not in SORTS:
        raise ValueError(f"unknown sort {shown(sort)}; use {', '.join(SORTS)}")
    most = check_limit(limit)
    if operator.index(offset) < 0:
        raise ValueError(f"offset={offset} is negative; give 0 or more")
    condition, found_values = filter.to_sql()
    values: dict[str, Any] = dict(found_values)
    selected = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    chosen = condition
    if most is not None:
        # Only a few rows are wide: the others are left out by their sort keys.
        chosen = (
            f"row IN (SELECT row FROM {{texts}} WHERE {condition} ORDER BY {SORTS[sort]} "
            "LIMIT $most OFFSET $first)"
        )
        values = {**values, "most": most, "first": offset}
    sql = f"SELECT {selected} FROM {{texts}} WHERE {chosen} ORDER BY {SORTS[sort]}"
    found = queries.table(sql, **values)
    return found if most is not None else found.slice(offset)


def predicted_in_sql(multi_label: bool) -> str:
    """The predicted labels as frames have them: a list, or the only one, if there may be one."""
    if multi_label:
        return "predicted"
    return "CASE WHEN predicted IS NOT NULL THEN coalesce(predicted[1], '') END"


def check_limit(limit: int | None) -> int | None:
    """The limit of rows, or an error that says what it may be."""
    return None if limit is None else positive_int("limit", limit)


def frame(found: pa.Table) -> pandas.DataFrame:
    """An Arrow table as a data frame. Text is stored as objects, and is None where it is null."""
    columns = {}
    for name, column in zip(found.column_names, found.columns, strict=True):
        if pa.types.is_string(column.type):
            columns[name] = pandas.Series(column.to_numpy(), dtype="object")
        elif pa.types.is_list(column.type):
            columns[name] = pandas.Series(column.to_pylist(), dtype="object")
        else:
            columns[name] = pandas.Series(column.to_numpy())
    return pandas.DataFrame(columns)


def confusion(queries: Queries, manifest: Manifest, filter: Filter) -> pandas.DataFrame:
    """The frame of `Corpus.confusion`."""
    condition, values = filter.to_sql()
    counted = queries.rows(
        "SELECT gold, label, count(*) FROM ("
        "SELECT gold, unnest(CASE WHEN len(predicted) = 0 THEN [''] ELSE predicted END) AS label "
        f"FROM {{texts}} WHERE gold IS NOT NULL AND predicted IS NOT NULL AND {condition}"
        ") GROUP BY ALL",
        **values,
    )
    occurring = {gold for gold, _, _ in counted} | {label for _, label, _ in counted}
    known = [label for label in manifest.labels if label in occurring]
    others = sorted(occurring - {*known, ""})
    golds = {gold for gold, _, _ in counted}
    none = [""] if "" in occurring and "" not in known else []
    matrix = pandas.DataFrame(
        0,
        index=pandas.Index([*known, *(o for o in others if o in golds)], dtype="object"),
        columns=pandas.Index([*known, *none], dtype="object"),
        dtype="int64",
    )
    for gold, label, count in counted:
        matrix.loc[gold, label] = count
    return matrix.rename_axis(index="gold", columns="predicted")
