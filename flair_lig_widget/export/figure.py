"""The coloured text as a figure for a paper, drawn by matplotlib."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flair_lig_widget.export.drawing import MARGIN, SMALL, WIDTH, Pen, font, measure, png, svg
from flair_lig_widget.export.layout import Placed, lay_out
from flair_lig_widget.export.provenance import comment_lines, record
from flair_lig_widget.export.runs import Run, caption, runs
from flair_lig_widget.result.algorithms import ALGORITHMS
from flair_lig_widget.result.attribution import Attribution

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

_SIZE = 11.0
"""Font size of the text in points."""
_LEADING = 1.75
"""Line height as a multiple of the font size."""
_MOST_CHARACTERS = 10_000
_MOST_LINES = 400


def to_svg(attribution: Attribution, granularity: str) -> str:
    """The text as SVG, with each word on its colour and a caption below it.

    Characters are drawn as outlines, in DejaVu Sans and, for scripts that it lacks, in other
    installed fonts. A word longer than a line is broken.

    Parameters
    ----------
    attribution : Attribution
    granularity : str
        ``"subword"``, ``"word"`` or ``"sentence"``.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If the text is too long for a figure, or the granularity is none of these.
    """
    return svg(lambda dpi: _drawn(attribution, granularity, dpi), _about(attribution))


def to_png(attribution: Attribution, granularity: str, dpi: int) -> bytes:
    """The figure of `to_svg` as PNG, 6.5 inches wide.

    Parameters
    ----------
    attribution : Attribution
    granularity : str
        ``"subword"``, ``"word"`` or ``"sentence"``.
    dpi : int
        Pixels per inch, 50 to 600.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If the text is too long for a figure, or the granularity or ``dpi`` is none of these.
    """
    return png(lambda dpi: _drawn(attribution, granularity, dpi), _about(attribution), dpi)


def _about(attribution: Attribution) -> dict[str, str]:
    return {
        "Title": f"Flair prediction explained by {ALGORITHMS[attribution.algorithm].name}",
        "Description": "\n".join(comment_lines(record(attribution))),
    }


def _drawn(attribution: Attribution, granularity: str, dpi: float) -> Figure:
    from matplotlib.figure import Figure

    if len(attribution.text) > _MOST_CHARACTERS:
        raise _too_long(f"{len(attribution.text):,} characters", f"{_MOST_CHARACTERS:,}")
    room = (WIDTH - 2 * MARGIN) * 72
    fonts = {size: font(size) for size in (_SIZE, SMALL)}
    text = lay_out(runs(attribution, granularity), measure(fonts[_SIZE]), room)
    lines = text[-1].line + 1 if text else 1
    if lines > _MOST_LINES:
        raise _too_long(f"{lines:,} lines", f"{_MOST_LINES}")
    parts = re.findall(r"\s+|\S+", caption(attribution))
    below_text = lay_out(map(Run, parts), measure(fonts[SMALL]), room)
    top = MARGIN * 72
    below = top + (lines * _LEADING + 0.6) * _SIZE
    height = below + (below_text[-1].line + 1) * 1.4 * SMALL + top
    figure = Figure(figsize=(WIDTH, height / 72), dpi=dpi, facecolor="white")
    pen = Pen(figure, height)
    for placed in text:
        left = room - placed.x - placed.width if placed.run.right_to_left else placed.x
        baseline = top + (placed.line + 0.68) * _LEADING * _SIZE
        _draw_word(pen, placed, top + left, baseline, fonts[_SIZE])
    for placed in below_text:
        baseline = below + (placed.line + 0.7) * 1.4 * SMALL
        pen.characters(placed.run.text, top + placed.x, baseline, fonts[SMALL], "0.25")
    return figure


def _too_long(found: str, most: str) -> ValueError:
    return ValueError(
        f"a text of {found} is too long for a figure, which takes at most {most}; explain a "
        "passage of it, or use to_html"
    )


def _draw_word(pen: Pen, placed: Placed, x: float, baseline: float, font: FontProperties) -> None:
    """Characters on their background, with a solid underline, or a dotted one if negative."""
    run, width = placed.run, placed.width
    if run.strength is not None:
        pen.box(x, baseline + 0.42 * _SIZE, width, 1.5 * _SIZE, run.background)
        ink = run.underline
        step = 2.4
        below = baseline + 0.42 * _SIZE
        if run.positive:
            pen.box(x, below, width, 0.9, ink)
        else:
            for dot in range(max(int(width / step), 1)):
                pen.box(x + dot * step, below, 0.5 * step, 0.9, ink)
    if not run.is_space:
        pen.characters(run.text, x, baseline, font, "black" if run.read else "0.55")
