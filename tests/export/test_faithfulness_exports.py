"""Table, figure and page of a faithfulness result: the same bytes, and nothing in them runs."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image
from support.exports import assert_needs_no_packages, assert_only_outlines
from support.faithfulness import example, first, hostile
from support.hostile import HOSTILE
from support.markup import Reader

from flair_lig_widget.export import faithfulness_figure
from flair_lig_widget.export.provenance import comment_lines, faithfulness_record
from flair_lig_widget.result.verdict import flip_sentence

SHORT = [text for text in HOSTILE if len(text) <= 1000]
COLUMNS = [
    *("curve", "count", "share", "value", "probability"),
    *("random_low", "random_median", "random_high"),
]


def table(source: str) -> list[list[str]]:
    """The rows of a CSV, without the lines of provenance."""
    body = "".join(line for line in source.splitlines(True) if not line.startswith("# "))
    return list(csv.reader(io.StringIO(body, newline=""), strict=True))


@pytest.mark.parametrize("form", ["to_json", "to_csv", "to_svg"])
def test_the_same_result_gives_the_same_bytes_in_text_and_file(form, tmp_path):
    first_text, second = (getattr(example(), form)(tmp_path / name) for name in "ab")
    assert first_text == second == getattr(example(), form)()
    assert (tmp_path / "a").read_bytes() == first_text.encode() == (tmp_path / "b").read_bytes()
    with pytest.raises(FileNotFoundError):
        getattr(example(), form)(tmp_path / "none" / "a")


def test_a_table_has_one_row_per_point_and_unknown_numbers_are_empty():
    head, *rows = table(example().to_csv())
    assert head == COLUMNS
    assert rows[:3] == [
        ["without", "0", "0.0", "3.0", "0.75", "0.75", "0.75", "0.75"],
        ["without", "1", "0.2", "2.0", "0.5", "0.5", "0.625", "0.6875"],
        ["without", "2", "0.4", "1.0", "0.25", "", "", ""],
    ]
    assert [(row[0], row[1]) for row in rows] == [
        *(("without", str(count)) for count in range(5)),
        *(("only", str(count)) for count in range(1, 6)),
    ]
    assert table(first().to_csv())[1] == ["without", "0", "0.0", "", "0.75", "", "", ""]


def test_a_count_that_only_random_orders_have_is_a_row_too():
    thin = example().only
    curve = type(thin)(counts=(1, 5), probabilities=[0.5, 0.75], band=thin.band)
    rows = [row for row in table(example(only=curve).to_csv()) if row[0] == "only"]
    assert [row[1] for row in rows] == ["1", "2", "4", "5"]
    assert rows[1] == ["only", "2", "0.4", "", "", "0.25", "0.375", "0.5"]


def test_a_data_frame_has_the_rows_of_the_csv(tmp_path):
    import pandas

    for found in (example(), first(), hostile('",\r\n=1+1 # x')):
        frame = found.to_pandas()
        assert list(frame.columns) == COLUMNS
        assert str(frame["count"].dtype) == "int64"
        assert set(frame.dtypes.astype(str)[2:]) == {"float64"}
        assert frame.attrs["provenance"] == faithfulness_record(found)
        found.to_csv(tmp_path / "a.csv")
        read = pandas.read_csv(tmp_path / "a.csv", comment="#", dtype={"curve": object})
        pandas.testing.assert_frame_equal(read, frame, check_dtype=False)
    assert first().to_pandas()["value"].isna().all()


def test_no_hostile_string_ends_a_comment_of_the_csv():
    for text in HOSTILE[:-1]:
        found = hostile(text)
        lines = comment_lines(faithfulness_record(found))
        source = found.to_csv().split("\r\n")
        for line in source[: len(lines)]:
            assert re.fullmatch(r"# [ -~]+: [ -~]*|# : [ -~]*", line)
            assert not re.search("[,;]", line)
        assert source[len(lines)].startswith('"curve"')


def test_every_export_carries_the_provenance(tmp_path):
    lines = comment_lines(faithfulness_record(example()))
    assert {"target: business", "erase: delete", "n_random: 2", "versions.torch: 2.13.0"} <= {
        *lines
    }
    assert "comprehensiveness: 0.34375" in lines
    assert f"verdict: {example().verdict.sentence}" in lines
    assert example().to_pandas().attrs["provenance"]["p_value"] == 1 / 3
    example().to_png(tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").text["Description"].splitlines() == lines
    svg = ElementTree.fromstring(example().to_svg())
    (about,) = svg.iter("{http://purl.org/dc/elements/1.1/}description")
    assert about.text.splitlines() == lines
    assert example().to_csv().split("\r\n")[: len(lines)] == [f"# {line}" for line in lines]


def test_the_same_result_gives_the_same_pixels_whatever_was_set(tmp_path):
    import matplotlib

    example().to_png(tmp_path / "a.png")
    svg = example().to_svg()
    theirs = {"text.usetex": True, "path.sketch": (1, 2, 3), "font.size": 30}
    theirs |= {"axes.linewidth": 4, "legend.handlelength": 9, "xtick.direction": "in"}
    with matplotlib.rc_context(theirs):
        example().to_png(tmp_path / "b.png")
        assert example().to_svg() == svg
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("dpi", [50, 200])
def test_a_figure_is_6_5_inches_wide_also_without_random_orders(dpi, tmp_path):
    for found in (example(), first()):
        found.to_png(tmp_path / "a.png", dpi=dpi)
        with Image.open(tmp_path / "a.png") as image:
            assert image.width == 6.5 * dpi
    with pytest.raises(ValueError, match="dpi=49 is out of range; use 50 to 600"):
        example().to_png(tmp_path / "a.png", dpi=49)


def test_the_caption_has_the_verdict_and_what_was_done():
    assert faithfulness_figure.caption(example()) == (
        f"{example().verdict.sentence} 5 words, 2 random orders, words deleted."
    )
    assert faithfulness_figure.caption(first(erase="mask")).endswith(
        " 5 words, no random orders, words replaced by the mask token."
    )
    assert len(faithfulness_figure.caption(hostile("long " * 100))) < 600
    in_arabic = example(target="اقتصاد")  # which the sentence isolates
    assert " اقتصاد falls " in faithfulness_figure.caption(in_arabic)


@pytest.mark.parametrize("every", [30, pytest.param(3, marks=pytest.mark.slow)])
def test_hostile_strings_are_only_outlines_in_svg(every, tmp_path):
    for text in (*SHORT[::every], "$x^2$", "\ud800", "\u202eevil", "ﷺ" * 20, "x" * 5000, ""):
        assert_only_outlines(hostile(text).to_svg(tmp_path / "a.svg"))


@pytest.mark.parametrize("every", [60, pytest.param(8, marks=pytest.mark.slow)])
def test_hostile_strings_are_drawn_as_pixels(tmp_path, every):
    for text in SHORT[1::every]:
        hostile(text).to_png(tmp_path / "a.png", dpi=50)
        with Image.open(tmp_path / "a.png") as image:
            assert image.width == 325


def test_the_page_has_verdict_flip_and_numbers():
    text = Reader(example()._repr_html_()).text
    assert example().verdict.sentence in text
    assert flip_sentence(example()) in text
    assert "34.4 %, 1.50 log-odds" in text
    assert "p-value against random orders0.333" in text
    assert "p-value" not in Reader(first()._repr_html_()).text
    assert example()._repr_html_() == example()._repr_html_()


def test_nothing_in_the_page_is_markup():
    for text in HOSTILE[:-1]:
        found = hostile(text)
        source = found._repr_html_()
        document = Reader(source)
        assert set(document.tags) <= {"div", "table", "tr", "th", "td"}
        assert not re.search("[\0\ud800-\udfff]", source)


def test_json_csv_and_page_need_neither_flair_nor_torch_nor_matplotlib_nor_pandas():
    assert_needs_no_packages(example(), "to_json", "to_csv", "_repr_html_")
