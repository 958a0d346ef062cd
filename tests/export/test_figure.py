"""Pictures for papers: LaTeX, SVG, PNG. Characters stay characters, and nothing runs."""

from __future__ import annotations

import re
import unicodedata

import pytest
from PIL import Image
from support.attributions import make
from support.exports import assert_only_outlines
from support.hostile import HOSTILE, LONGEST, hostile_attribution, is_control

from flair_lig_widget.export import latex, runs
from flair_lig_widget.export.layout import lay_out
from flair_lig_widget.export.runs import Run

SHORT = [text for text in HOSTILE if len(text) <= 1000]


def test_the_same_attribution_gives_the_same_pixels_whatever_was_set(tmp_path):
    import matplotlib

    make().to_png(tmp_path / "a.png")
    svg = make().to_svg()
    with matplotlib.rc_context({"text.usetex": True, "path.sketch": (1, 2, 3), "font.size": 30}):
        make().to_png(str(tmp_path / "b.png"))
        assert make().to_svg() == svg
        assert matplotlib.rcParams["text.usetex"]
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_text_that_is_too_long_for_a_figure_raises_an_error():
    for form in ("to_svg", "to_png"):
        arguments = ["never.png"] if form == "to_png" else []
        with pytest.raises(ValueError, match=r"1,048,576 characters is too long.*use to_html"):
            getattr(hostile_attribution(LONGEST), form)(*arguments)
        with pytest.raises(ValueError, match=r"lines is too long"):
            getattr(hostile_attribution("a\n" * 500), form)(*arguments)


@pytest.mark.parametrize("dpi", [0, -1, 49, 601, 10**9])
def test_useless_resolutions_raise_an_error(dpi, tmp_path):
    with pytest.raises(ValueError, match=f"dpi={dpi} is out of range; use 50 to 600"):
        make().to_png(tmp_path / "a.png", dpi=dpi)
    assert not list(tmp_path.iterdir())


def test_colours_of_the_figures_are_those_of_the_page():
    found = [run for run in runs.runs(make(), "word") if run.strength is not None]
    assert [run.text for run in found] == ["Oil", "<rose>", "🎉"]
    assert [run.positive for run in found] == [True, False, True]
    assert found[1].background == (222, 153, 102)  # (200, 85, 0) at 0.6 on white
    assert found[0].background == tuple(round(255 - 0.4 * (255 - part)) for part in (20, 125, 195))
    assert "\\ligagainst{222,153,102}{200,85,0}{\\symbol{60}rose\\symbol{62}}" in make().to_latex()


def test_what_was_not_read_is_grey():
    found = make(truncated=[(10, 13)], tokens=make().tokens[:4], scores=make().scores[:4])
    assert [run.text for run in runs.runs(found, "word") if not run.read] == ["  ", "🎉"]
    assert "\\textcolor{gray}{🎉}" in found.to_latex()


def test_lines_are_broken_at_whitespace_and_long_words_anywhere():
    parts = ["aaa", " ", "bb", ",", " ", "x" * 12, "\n", "\n", " ", "c"]
    placed = lay_out(map(Run, parts), lambda text: float(len(text)), 5)
    lines = ["".join(p.run.text for p in placed if p.line == line) for line in range(7)]
    assert lines == ["aaa", "bb,", "xxxxx", "xxxxx", "xx", "", " c"]
    assert all(p.x + p.width <= 5 for p in placed)
    marked = lay_out([Run("ab\u0301cd\u0301")], lambda text: float(len(text)), 4)
    assert [p.run.text for p in marked] == ["ab\u0301c", "d\u0301"]
    assert not [p for p in marked if unicodedata.combining(p.run.text[0])]


def test_the_caption_stays_short():
    assert len(runs.caption(hostile_attribution("long " * 1000))) < 1600
    assert "Blue, underlined: for business; orange, dotted: against it." in runs.caption(make())


def typeset(source: str) -> str:
    """What TeX would print of words that `latex.escape` wrote; an active character is an error."""
    printed, position = [], 0
    names = {"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^"}
    part = re.compile(
        r"\\(?P<name>textbackslash|textasciitilde|textasciicircum)\{\}|\\symbol\{(?P<code>\d+)\}"
        r"|\\(?P<escaped>[{}$&#_%])|(?P<kern>\\kern0pt\{\})|(?P<plain>[^\\{}$&#_%~^])"
    )
    while position < len(source):
        found = part.match(source, position)
        assert found, f"an active character at {source[position : position + 20]!r}"
        position = found.end()
        if found["name"]:
            printed.append(names[found["name"]])
        elif found["code"]:
            printed.append(chr(int(found["code"])))
        else:
            printed.append(found["escaped"] or found["plain"] or "")
    return "".join(printed)


def test_hostile_strings_are_only_characters_to_tex():
    for text in HOSTILE:
        drawn = runs.drawable(text[:10_000])
        assert typeset(latex.escape(drawn)) == drawn.replace("\n", " ")
        source = hostile_attribution(text).to_latex()
        assert not any(map(is_control, source.replace("\n", "")))
        comments, _, rest = source.partition("\\begingroup\n")
        assert all(line.startswith("% ") for line in comments.splitlines())
        assert comments.isascii()
        body = rest.split("\\def\\ligagainst")[1].split("\n", 2)[2]
        body = re.sub(r"\\lig(?:for|against)(?:\{[\d,]+\}){2}", "", body)
        plain = re.sub(r"\\[{}\\%]", "", body)
        assert plain.count("{") == plain.count("}"), text[:80]


@pytest.mark.parametrize("every", [30, pytest.param(3, marks=pytest.mark.slow)])
def test_hostile_strings_are_only_outlines_in_svg(every):
    for text in SHORT[::every]:
        assert_only_outlines(hostile_attribution(text, label=text[:9]).to_svg())


@pytest.mark.parametrize("every", [60, pytest.param(8, marks=pytest.mark.slow)])
def test_hostile_strings_are_drawn_as_pixels(tmp_path, every):
    for text in SHORT[1::every]:
        hostile_attribution(text).to_png(tmp_path / "a.png", dpi=50)
        with Image.open(tmp_path / "a.png") as image:
            assert image.width == 325
