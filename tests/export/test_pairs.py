"""Pairs of texts in every export: a paragraph for each, and nothing in either of them runs."""

from __future__ import annotations

import re

import pandas
import pytest
from PIL import Image
from support.attributions import PAIR, make, make_pair
from support.exports import assert_only_outlines
from support.hostile import PAIRS, hostile_pair, is_control
from support.markup import Reader

from flair_lig_widget import Attribution
from flair_lig_widget.export import html, runs
from flair_lig_widget.export.layout import lay_out

RIGHT_TO_LEFT = "שלום & עולם"


def test_the_picture_has_a_block_for_each_text():
    source = html.heatmap(make_pair())
    assert source.count('<div dir="auto"') == 2
    first, second = source.split('<div dir="auto"')[1:]
    assert "Oil" in Reader(first).text
    assert "It" not in Reader(first).text
    assert "fell" in Reader(second).text
    assert "Text 1 contributes −0.25 logit, text 2 +1.12." in Reader(source).text
    assert html.heatmap(make()).count('<div dir="auto"') == 1


def test_without_styles_each_text_is_a_paragraph():
    source = html.plain(make_pair())
    assert source.startswith('<p dir="auto">Oil &lt;rose&gt;</p><p dir="auto">It fell 🎉</p><p>')


def test_latex_has_a_paragraph_for_each_text():
    source = make_pair().to_latex()
    assert source.count("\\mbox{}\\par\n") == 1
    first, second = source.split("\\mbox{}\\par\n")
    assert "{Oil}" in first
    assert "{It}" in second
    assert "\\mbox{}\\par" not in make().to_latex()


def test_the_second_text_begins_on_a_new_line_of_the_figure():
    placed = lay_out(runs.runs(make_pair(), "word"), lambda text: float(len(text)), 100)
    lines = ["".join(each.run.text for each in placed if each.line == line) for line in (0, 1)]
    assert lines == list(PAIR)


def test_each_text_is_written_in_its_own_direction():
    found = list(runs.runs(hostile_pair("abc", RIGHT_TO_LEFT), "word"))
    assert [run.right_to_left for run in found] == [False, True, True, True, True, True, True]
    other = list(runs.runs(hostile_pair(RIGHT_TO_LEFT, "abc"), "word"))
    assert [run.right_to_left for run in other] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("granularity", ["subword", "word", "sentence"])
def test_a_table_of_several_texts_has_the_number_of_the_text(granularity, tmp_path):
    numbers = {"subword": [1, 1, 1, 2, 2, 2], "word": [1, 1, 2, 2, 2], "sentence": [1, 2]}
    frame = make_pair().to_pandas(granularity)
    assert list(frame.columns) == [*make().to_pandas().columns, "text_number"]
    assert frame["text_number"].tolist() == numbers[granularity]
    assert frame.groupby("text_number")["score"].sum().tolist() == [-0.25, 1.125]
    make_pair().to_csv(tmp_path / "a.csv", granularity=granularity)
    read = pandas.read_csv(
        tmp_path / "a.csv",
        comment="#",
        keep_default_na=False,
        na_values={"share": [""]},
        dtype={"text": str, "subwords": str},
    )
    assert read["text_number"].tolist() == numbers[granularity]
    text = make_pair().text
    assert [text[start:end] for start, end in zip(read["start"], read["end"], strict=True)] == (
        read["text"].tolist()
    )


def test_what_was_not_read_of_a_pair_is_grey_in_every_picture():
    found = make_pair(truncated=[(11, 20)], tokens=make().tokens[:4], scores=make().scores[:4])
    assert html.heatmap(found).count('title="not read by the model"') == 1
    assert [run.text for run in runs.runs(found, "word") if not run.read] == [
        *("It", " ", "fell", " ", "🎉")
    ]
    assert "\\textcolor{gray}{fell}" in found.to_latex()


def test_hostile_pairs_stay_text_in_every_export():
    assert len(PAIRS) > 200
    for first, second in PAIRS[::2]:
        found = hostile_pair(first, second, label="x")
        assert found.texts == (first, second)
        assert Attribution.from_json(found.to_json()) == found
        for source in (html.heatmap(found), html.plain(found)):
            assert set(Reader(source).tags) <= {
                *("div", "span", "p", "ol", "li", "bdi", "details", "summary")
            }
        latex = found.to_latex()
        assert not any(map(is_control, latex.replace("\n", "")))
        numbers = [1] * len(re.findall(r"\S+", first)) + [2] * len(re.findall(r"\S+", second))
        assert found.to_pandas()["text_number"].tolist() == numbers
        ends = [line.rpartition(",")[2] for line in found.to_csv().splitlines()]
        assert ends[-1] == "2"


@pytest.mark.parametrize("every", [80, pytest.param(20, marks=pytest.mark.slow)])
def test_hostile_pairs_are_only_outlines(every, tmp_path):
    for first, second in PAIRS[::every]:
        found = hostile_pair(first, second, label="x")
        assert_only_outlines(found.to_svg())
        found.to_png(tmp_path / "a.png", dpi=50)
        with Image.open(tmp_path / "a.png") as image:
            assert image.width == 325
