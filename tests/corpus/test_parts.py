"""The files of a corpus: each row counts once, whatever is interrupted."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from support.attributions import make

from flair_lig_widget.corpus import parts
from flair_lig_widget.corpus.columns import SCHEMA, attribution_of, explained_row, failed_row
from flair_lig_widget.corpus.manifest import Manifest, read_manifest
from flair_lig_widget.result import Attribution


def given(number: int) -> dict:
    return {"row": number, "id": f"id {number}", "text": make().text, "gold": None, "error": None}


def failed(number: int) -> dict:
    return failed_row(given(number), "ValueError: not possible")


def explained(number: int) -> dict:
    return explained_row(given(number), make())


def rows_in(folder) -> list[int]:
    tables = [pq.read_table(path, schema=SCHEMA) for path in parts.part_files(folder)]
    return sorted(row for table in tables for row in table["row"].to_pylist())


def manifest_of(attribution: Attribution, **changed) -> Manifest:
    a = attribution
    request = {"contrast": a.contrast, "output": a.output, "layer": a.layer}
    fields = {
        "model": a.provenance.model,
        "weights_digest": a.provenance.weights_digest,
        "labels": tuple(a.prediction),
        "multi_label": a.multi_label,
        "target": "predicted",
        "request": {**request, "algorithm": a.algorithm},
        "n_texts": 3,
        "texts_digest": "12",
        "versions": dict(a.provenance.versions),
        "created_at": "2026-01-01T00:00:00Z",
    }
    return Manifest(**(fields | changed))


def test_an_attribution_comes_back_from_its_row_to_the_last_bit(tmp_path):
    attribution = make()
    parts.write_part(tmp_path, [explained(0), failed(1)])
    (path,) = parts.part_files(tmp_path)
    first, second = pq.read_table(path).to_pylist()
    kept = {**attribution.to_dict(), "path_profile": None}
    found = attribution_of(first, manifest_of(attribution))
    assert found.to_dict() == kept
    assert first["residual"] == attribution.residual
    assert [word["score"] for word in first["words"]] == [w.score for w in attribution.words()]
    assert second == {**dict.fromkeys(SCHEMA.names), **given(1), "error": second["error"]}


def test_a_file_of_errors_alone_has_the_same_columns(tmp_path):
    parts.write_part(tmp_path, [failed(0)])
    parts.write_part(tmp_path, [explained(1)])
    first, second = (pq.read_schema(path) for path in parts.part_files(tmp_path))
    assert first.equals(SCHEMA)
    assert second.equals(SCHEMA)


def test_the_same_rows_are_never_in_two_files(tmp_path):
    for _ in range(2):
        parts.write_part(tmp_path, [failed(3), failed(5)])
    assert rows_in(tmp_path) == [3, 5]
    assert parts.part_of(tmp_path, [3, 5]).is_file()


def test_merging_keeps_every_row_and_sorts_them(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "ROWS_MERGED", 4)
    for number in np.random.default_rng(0).permutation(10):
        parts.write_part(tmp_path, [failed(int(number))])
    parts.merge(tmp_path)
    assert rows_in(tmp_path) == list(range(10))
    files = parts.part_files(tmp_path)
    assert len(files) == 3
    assert files == sorted(tmp_path.glob("*.parquet"))
    for path in files:
        rows = pq.read_table(path)["row"].to_pylist()
        assert rows == sorted(rows)


@pytest.mark.parametrize("n_removed", range(4))
def test_an_interrupted_merge_loses_nothing_and_counts_nothing_twice(n_removed, tmp_path):
    for number in range(3):
        parts.write_part(tmp_path, [failed(number)])
    small = parts.part_files(tmp_path)
    contents = {path: path.read_bytes() for path in small}
    parts.merge(tmp_path)
    for path in small[n_removed:]:  # as if the process had ended before it removed these
        path.write_bytes(contents[path])
    assert rows_in(tmp_path) == [0, 1, 2]
    parts.write_part(tmp_path, [failed(3)])
    parts.merge(tmp_path)
    assert rows_in(tmp_path) == [0, 1, 2, 3]
    assert len(list(tmp_path.glob("*.parquet"))) == 2


def test_rows_that_failed_are_dropped_to_be_tried_again(tmp_path):
    parts.write_part(tmp_path, [explained(0), failed(1)])
    parts.write_part(tmp_path, [failed(4)])
    assert parts.rows_done(tmp_path, retry_errors=False).tolist() == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert parts.rows_done(tmp_path, retry_errors=True).tolist() == [True]
    assert parts.drop_failed(tmp_path) == 2
    assert rows_in(tmp_path) == [0]


def test_an_empty_folder_has_nothing_done(tmp_path):
    assert parts.rows_done(tmp_path, retry_errors=False).tolist() == []
    parts.merge(tmp_path)
    assert parts.part_files(tmp_path) == []


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "merged-0.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ValueError, match=r"merged-0\.parquet is damaged"):
        parts.part_files(tmp_path)


def test_a_manifest_comes_back_and_names_what_differs(tmp_path):
    manifest = manifest_of(make())
    manifest.write(tmp_path)
    assert read_manifest(tmp_path) == manifest
    assert manifest.differences(manifest_of(make(), created_at="later")) == []
    other = manifest_of(make(), target="gold", request={**manifest.request, "output": "log_odds"})
    assert manifest.differences(other) == [
        "target is 'gold' and was 'predicted'",
        f"output is 'log_odds' and was {manifest.request['output']!r}",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "has no manifest.json, so it is not a corpus"),
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ('{"schema": 2, "labels": []}', "is damaged"),
        (json.dumps({"schema": 99, "labels": []}), "has schema 99"),
    ],
)
def test_a_folder_that_is_no_corpus_is_refused(content, message, tmp_path):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ValueError, match=message):
        read_manifest(tmp_path)
