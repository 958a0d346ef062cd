"""Exports: the same bytes each time, with provenance, and nothing in them runs."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image
from support.attributions import make
from support.exports import assert_needs_no_packages
from support.hostile import HOSTILE, LONGEST, hostile_attribution
from support.processes import run_python

from flair_lig_widget import Provenance
from flair_lig_widget.export.provenance import record

GRANULARITIES = ("subword", "word", "sentence")
csv.field_size_limit(2**22)


def table(source: str) -> list[list[str]]:
    """The rows of a CSV, without the lines of provenance."""
    lines = source.split("\r\n")
    start = next(i for i, line in enumerate(lines) if not line.startswith("# "))
    body = "\r\n".join(lines[start:])
    return list(csv.reader(io.StringIO(body, newline=""), strict=True))


def test_there_are_hundreds_of_hostile_strings():
    assert len(HOSTILE) >= 300
    assert len(LONGEST) == 2**20
    assert HOSTILE[-1] is LONGEST


@pytest.mark.parametrize("form", ["to_json", "to_csv", "to_latex", "to_svg"])
def test_the_same_attribution_gives_the_same_bytes_in_text_and_file(form, tmp_path):
    first, second = (getattr(make(), form)(tmp_path / name) for name in "ab")
    assert first == second == getattr(make(), form)()
    assert (tmp_path / "a").read_bytes() == first.encode() == (tmp_path / "b").read_bytes()
    with pytest.raises(FileNotFoundError):
        getattr(make(), form)(tmp_path / "none" / "a")


@pytest.mark.parametrize("form", ["to_csv", "to_latex", "to_svg"])
def test_each_granularity_is_exported_and_no_other(form):
    found = make(sentence_starts=(0, 11))
    assert len({getattr(found, form)(granularity=g) for g in GRANULARITIES}) == 3
    with pytest.raises(ValueError, match="unknown granularity 'letter'"):
        getattr(found, form)(granularity="letter")


def test_every_export_carries_the_provenance(tmp_path):
    found = make(
        provenance=Provenance(
            model="TextClassifier",
            weights_digest="ab12",
            versions={"torch": "2.13.0"},
            created_at="2026-11-23T10:00:00Z",
        )
    )
    lines = [
        *("model: TextClassifier", "weights_digest: ab12", "target: business", "contrast: null"),
        *("output: logit", "value: 3.0", "baseline_value: 3.5", "delta: 0.375", "method: auto"),
        *("n_steps: 9", "n_evaluations: 9", "error_estimate: 0.002", "baseline: pad"),
        *("layer: word_embeddings", "precision: float32", "algorithm: integrated_gradients"),
        *("seed: null", "created_at: 2026-11-23T10:00:00Z", "versions.torch: 2.13.0"),
    ]
    found.to_png(tmp_path / "a.png")
    png = Image.open(tmp_path / "a.png").text["Description"]
    assert png.splitlines() == lines
    svg = ElementTree.fromstring(found.to_svg())
    (about,) = svg.iter("{http://purl.org/dc/elements/1.1/}description")
    assert about.text.splitlines() == lines
    assert found.to_csv().split("\r\n")[: len(lines)] == [f"# {line}" for line in lines]
    assert found.to_latex().splitlines()[1 : len(lines) + 1] == [f"% {line}" for line in lines]
    assert found.to_pandas().attrs["provenance"] == record(found)
    data = json.loads(found.to_json())
    data |= data.pop("provenance")
    assert {name: data[name] for name in record(found)} == record(found)


def test_json_and_csv_need_neither_flair_nor_torch_nor_matplotlib_nor_pandas():
    assert_needs_no_packages(make(), "to_json", "to_csv", "to_latex")


def test_pictures_do_not_load_pyplot():
    script = """
import sys
from flair_lig_widget import Attribution
Attribution.from_json(sys.stdin.read()).to_svg()
assert "matplotlib.pyplot" not in sys.modules and "torch" not in sys.modules
"""
    run_python(script, stdin=make().to_json())


def test_a_table_has_one_row_per_span():
    head, *rows = table(make().to_csv())
    assert head == ["rank", "text", "start", "end", "score", "share", "subwords"]
    assert rows == [
        ["2", "Oil", "0", "3", "0.5", "-1.0", "oil"],
        ["1", "<rose>", "4", "10", "-0.75", "1.5", "< ##rose>"],
        ["3", "🎉", "12", "13", "0.125", "-0.25", "[UNK]"],
    ]
    assert [row[5] for row in table(make(value=3.5).to_csv())[1:]] == ["", "", ""]


def test_a_data_frame_has_one_row_per_span():
    frame = make().to_pandas()
    assert list(frame.columns) == ["rank", "text", "start", "end", "score", "share", "subwords"]
    words = make().words()
    assert frame["score"].tolist() == [word.score for word in words]
    assert frame["subwords"].tolist() == ["oil", "< ##rose>", "[UNK]"]
    assert make(value=3.5).to_pandas()["share"].isna().all()
    assert len(make().to_pandas("subword")) == 4
    empty = make(tokens=make().tokens[:1], scores=[0.0]).to_pandas()
    assert (len(empty), str(empty["score"].dtype)) == (0, "float64")


def test_pandas_reads_the_csv_as_documented(tmp_path):
    import pandas

    words = ["NA", "#x", '"#"', "", "null", "a", "1e999", "Infinity", "=1+1", "true", "001"]
    text = " ".join(words) + " "
    for granularity in ("word", "sentence"):
        found = hostile_attribution(text, model='a,"b\n# c', label='",\r\n=1+1')
        found.to_csv(tmp_path / "a.csv", granularity=granularity)
        frame = pandas.read_csv(
            tmp_path / "a.csv",
            comment="#",
            keep_default_na=False,
            na_values={"share": [""]},
            dtype={"text": str, "subwords": str},
        )
        spans = found.spans(granularity)
        assert [cell.replace("'=", "=") for cell in frame["text"]] == [span.text for span in spans]
        assert frame["score"].tolist() == pytest.approx([span.score for span in spans], rel=1e-14)


def test_hostile_strings_come_back_from_csv_and_no_cell_is_a_formula(tmp_path):
    formula = re.compile(r"[=+\-@\t\r\n＝]")
    for text in HOSTILE:
        found = hostile_attribution(text)
        source = found.to_csv(tmp_path / "a.csv")
        assert (tmp_path / "a.csv").read_bytes().decode() == source
        rows = table(source)[1:]
        replaced = "[\0\ud800-\udfff]"
        for row, word in zip(rows, found.words(), strict=True):
            typed = re.sub(replaced, "\N{REPLACEMENT CHARACTER}", word.text)
            assert row[1] == ("'" if formula.match(typed) else "") + typed
            assert float(row[4]) == word.score
            assert not formula.match(row[1])
            assert not formula.match(row[6])
        for line in source.split("\r\n")[: len(record(found)) + 1]:
            assert re.fullmatch(r"# [ -~]+: [ -~]*", line)
            assert not re.search("[,;]", line)


def test_hostile_strings_are_unchanged_in_a_data_frame():
    for text in HOSTILE:
        found = hostile_attribution(text)
        frame = found.to_pandas()
        assert frame["text"].tolist() == [word.text for word in found.words()]
