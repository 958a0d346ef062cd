"""Texts are read from a list, a frame or a file, with the same rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flair_lig_widget.corpus.source import check_n_texts, source_of
from flair_lig_widget.corpus.staging import batch_of, stage

IDS = ["a", "b", "007", "d"]
TEXTS = ["Shares fell.", 'He said, "no",\nand left.', "NA", "1,5 ≥ 2 · שלום"]
LABELS = ["business", None, "NA", "001"]
COLUMNS = {"labels": "label", "ids": "id"}

EXPECTED = [
    {"row": number, "id": id_, "text": text, "gold": gold, "error": None}
    for number, (id_, text, gold) in enumerate(zip(IDS, TEXTS, LABELS, strict=True))
]


def frame() -> pd.DataFrame:
    return pd.DataFrame({"text": TEXTS, "label": LABELS, "other": [1.5, 2, 3, 4], "id": IDS})


def write(kind: str, folder: Path) -> Path:
    path = folder / f"texts.{kind}"
    if kind == "parquet":
        frame().to_parquet(path)
    elif kind == "jsonl":
        lines = frame().to_dict("records")
        path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    else:
        frame().to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    return path


def rows_of(folder: Path, texts, *, batch_size=3, done=(), n_texts=1, **options) -> list[dict]:
    """The rows that are staged."""
    options = {"labels": None, "ids": None, "text_column": "text"} | options
    path = folder / "pending.parquet"
    staged = stage(
        source_of(texts, **options),
        path,
        done=np.array(done, bool),
        batch_size=batch_size,
        n_texts=n_texts,
    )
    n_batches = -(-staged.n_pending // batch_size)
    return [row for number in range(n_batches) for row in batch_of(path, number)]


@pytest.mark.parametrize("kind", ["parquet", "csv", "tsv", "jsonl"])
def test_every_kind_of_file_gives_the_same_rows(kind, tmp_path):
    assert rows_of(tmp_path, write(kind, tmp_path), **COLUMNS) == EXPECTED
    assert rows_of(tmp_path, str(write(kind, tmp_path)), **COLUMNS) == EXPECTED


def test_a_frame_and_lists_give_the_same_rows(tmp_path):
    assert rows_of(tmp_path, frame(), **COLUMNS) == EXPECTED
    assert rows_of(tmp_path, TEXTS, labels=LABELS, ids=IDS) == EXPECTED
    assert rows_of(tmp_path, tuple(TEXTS), labels=np.array(LABELS), ids=pd.Series(IDS)) == EXPECTED


def test_without_ids_and_labels_texts_are_numbered(tmp_path):
    rows = rows_of(tmp_path, TEXTS)
    assert [row["id"] for row in rows] == ["0", "1", "2", "3"]
    assert [row["gold"] for row in rows] == [None] * 4


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA])
def test_what_is_missing_in_a_frame_is_not_known(missing, tmp_path):
    given = pd.DataFrame({"text": ["a", missing], "label": [missing, "x"], "id": [missing, "y"]})
    first, second = rows_of(tmp_path, given, **COLUMNS)
    assert (first["id"], first["gold"]) == ("0", None)
    assert second["text"] is None
    assert second["error"] == "ValueError: text must be a string, not NoneType"


def test_a_lone_surrogate_is_an_error_of_its_row_alone(tmp_path):
    bad, good = rows_of(tmp_path, ["half \ud83c of it", "whole"], labels=["\udfff", "x"])
    assert bad["text"] == "half ? of it"
    assert bad["gold"] == "?"
    assert "lone surrogate" in bad["error"]
    assert good["error"] is None


def test_rows_that_are_done_are_left_out_and_the_hash_is_of_all(tmp_path):
    read = source_of(TEXTS, labels=None, ids=None, text_column="text")
    path = tmp_path / "pending.parquet"
    some = stage(read, path, done=np.array([True, False, True]), batch_size=10)
    assert [row["row"] for row in batch_of(path, 0)] == [1, 3]
    every = stage(read, path, done=np.array([], bool), batch_size=10)
    assert (some.n_texts, some.n_pending, every.n_pending) == (4, 2, 4)
    assert some.digest == every.digest
    others = source_of([*TEXTS[:3], "other"], labels=None, ids=None, text_column="text")
    assert stage(others, path, done=np.array([], bool), batch_size=10).digest != every.digest


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        ([], {}, "there is no text"),
        (["a", "b"], {"ids": ["x", "x"]}, "the id 'x' is there twice"),
        (["a", "b"], {"labels": ["x"]}, "1 labels for 2 texts"),
        (["a"], {"ids": ["x", "y"]}, "2 ids for 1 texts"),
        ("no-such.csv", {}, "no file no-such.csv"),
        ("texts.xlsx", {}, r"must end in \.parquet, \.csv, \.tsv, \.jsonl"),
    ],
)
def test_texts_that_are_not_possible_are_refused(texts, options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        rows_of(tmp_path, texts, **options)


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        (["a"], {"labels": "label"}, "labels='label' names a column, but texts is a list"),
        (3, {}, "texts is of type int"),
        (pd.DataFrame({"text": ["a"]}), {"ids": ["x"]}, "ids must be the name of a column"),
    ],
)
def test_texts_of_another_type_are_refused(texts, options, message, tmp_path):
    with pytest.raises(TypeError, match=message):
        rows_of(tmp_path, texts, **options)


@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl", "frame"])
def test_a_column_that_is_not_there_is_named_with_those_that_are(kind, tmp_path):
    texts = frame() if kind == "frame" else write(kind, tmp_path)
    with pytest.raises(
        ValueError, match="no column 'body'; its columns are text, label, other, id"
    ):
        rows_of(tmp_path, texts, text_column="body")


def test_one_column_can_be_two_things(tmp_path):
    path = write("csv", tmp_path)
    rows = rows_of(tmp_path, path, labels="id", ids="id")
    assert [(row["id"], row["gold"]) for row in rows] == [(id_, id_) for id_ in IDS]


@pytest.mark.parametrize("kind", ["parquet", "csv", "tsv", "jsonl", "frame"])
def test_texts_of_several_columns_are_read_at_once(kind, tmp_path):
    texts = frame() if kind == "frame" else write(kind, tmp_path)
    rows = rows_of(tmp_path, texts, n_texts=2, text_column=["id", "text"], ids="id")
    expected = [f"{id_}\u2029{text}" for id_, text in zip(IDS, TEXTS, strict=True)]
    assert [(row["text"], row["error"]) for row in rows] == [(text, None) for text in expected]
    one = rows_of(tmp_path, texts, text_column=["text"], ids="id")
    assert [row["text"] for row in one] == TEXTS


def test_a_pair_that_is_none_is_an_error_of_its_row_alone(tmp_path):
    texts = [("a", "b"), "one", ("a",), ("a", None), ("a", ""), ["a", "b"], ("a", "\ud83c"), None]
    rows = rows_of(tmp_path, texts, n_texts=2)
    assert [row["text"] for row in rows if row["error"] is None] == ["a\u2029b", "a\u2029b"]
    assert [row["error"] for row in rows if row["error"] is not None] == [
        "ValueError: the model reads 2 texts at once, and 'one' is one text; give a tuple of 2 "
        "texts",
        "ValueError: the model reads 2 texts at once, and there are 1; give a tuple of 2 texts",
        "TypeError: None is no text; give a tuple of strings",
        "ValueError: one of the 2 texts is empty; give at least one word",
        "ValueError: text has a lone surrogate; decode it with errors='replace'",
        "ValueError: text must be a string, not NoneType",
    ]
    (row,) = rows_of(tmp_path, [("a", "b")])
    assert row["error"] == "ValueError: text must be a string, not tuple"


@pytest.mark.parametrize(
    ("texts", "text_column", "n_texts", "message"),
    [
        (frame(), "text", 2, "reads 2 texts at once, and text_column names 1; name one column for"),
        ("texts.csv", ["text", "id"], 1, "reads 1 text at once, and text_column names 2"),
        (["one"], "text", 2, "reads 2 texts at once, and 'one' is one text; give a tuple of 2"),
    ],
)
def test_texts_that_are_too_many_or_too_few_for_the_model_are_refused(
    texts, text_column, n_texts, message
):
    with pytest.raises(ValueError, match=message):
        check_n_texts(texts, text_column, n_texts)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", 'text,label\n"a",b,c\n', "cannot be read: CSV parse error"),
        ("t.csv", "", "cannot be read"),
        ("t.csv", "text,text\na,b\n", "has several columns 'text'; rename all but one"),
        ("t.jsonl", '{"text": "a"}\n{"text": \n', "line 2 is not JSON"),
        ("t.jsonl", '["a"]\n', "is a JSON list, not an object"),
    ],
)
def test_a_damaged_file_says_where(name, content, message, tmp_path):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(ValueError, match=message):
        rows_of(tmp_path, path)


def test_a_long_file_is_read_in_pieces(tmp_path):
    path = tmp_path / "texts.parquet"
    texts = [f"text {i}" for i in range(5000)]
    pq.write_table(pa.table({"text": texts}), path, row_group_size=100)
    rows = rows_of(tmp_path, path, batch_size=64)
    assert [row["text"] for row in rows] == texts
