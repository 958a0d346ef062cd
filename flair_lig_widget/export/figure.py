"""The coloured text as a figure for a paper, drawn by matplotlib."""

from __future__ import annotations

import functools
import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from flair_lig_widget.export.layout import Placed, lay_out
from flair_lig_widget.export.provenance import comment_lines
from flair_lig_widget.export.runs import Colour, Run, caption, runs
from flair_lig_widget.result.attribution import Attribution

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Patch

_WIDTH = 6.5
"""Inches; the width of the text on a page of letter paper."""
_MARGIN = 0.1
_SIZE, _SMALL = 11.0, 8.0
"""Font sizes in points, of the text and of the caption below it."""
_LEADING = 1.75
"""Line height as a multiple of the font size."""
_MOST_CHARACTERS = 10_000
_MOST_LINES = 400
_DPI = (50, 600)
_FONTS = (
    *("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans Arabic"),
    *("Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Emoji", "Arial Unicode MS", "Segoe UI"),
    *("Microsoft YaHei", "PingFang SC", "Hiragino Sans", "WenQuanYi Zen Hei", "Symbola"),
)
"""The first font that has a character draws it; fonts that are not installed are skipped."""
_SETTINGS = frozenset({"text", "path", "svg", "patch", "agg", "lines", "mathtext"})


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
    with _matplotlib():
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        file = io.StringIO()
        about = {**_about(attribution), "Date": None, "Format": None, "Type": None}
        canvas: Any = FigureCanvasSVG(_drawn(attribution, granularity, 72))
        canvas.print_svg(file, metadata=about)
    return file.getvalue()


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
    if not _DPI[0] <= dpi <= _DPI[1]:
        raise ValueError(f"dpi={dpi} is out of range; use {_DPI[0]} to {_DPI[1]}")
    with _matplotlib():
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        file = io.BytesIO()
        canvas: Any = FigureCanvasAgg(_drawn(attribution, granularity, dpi))
        canvas.print_png(file, metadata=_about(attribution))
    return file.getvalue()


@contextmanager
def _matplotlib() -> Iterator[None]:
    """Matplotlib with its default settings, so that the bytes do not depend on the user's."""
    try:
        import matplotlib
    except ImportError as error:
        raise ImportError(
            'pictures need matplotlib; install it with: pip install "flair_lig_widget[plots]"'
        ) from error
    defaults: Any = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if name.split(".")[0] in _SETTINGS
    }
    ours: Any = {
        "svg.hashsalt": "flair_lig_widget",
        "svg.fonttype": "path",
        "text.parse_math": False,
    }
    with matplotlib.rc_context(defaults | ours), warnings.catch_warnings():
        # A character that no font has is drawn as a box, which is warning enough.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        yield


def _about(attribution: Attribution) -> dict[str, str | None]:
    return {
        "Title": "Flair prediction explained by Layer Integrated Gradients",
        "Description": "\n".join(comment_lines(attribution)),
    }


def _drawn(attribution: Attribution, granularity: str, dpi: float) -> Figure:
    from matplotlib.figure import Figure

    if len(attribution.text) > _MOST_CHARACTERS:
        raise _too_long(f"{len(attribution.text):,} characters", f"{_MOST_CHARACTERS:,}")
    room = (_WIDTH - 2 * _MARGIN) * 72
    fonts = {size: _font(size) for size in (_SIZE, _SMALL)}
    text = lay_out(runs(attribution, granularity), _measure(fonts[_SIZE]), room)
    lines = text[-1].line + 1 if text else 1
    if lines > _MOST_LINES:
        raise _too_long(f"{lines:,} lines", f"{_MOST_LINES}")
    parts = re.findall(r"\s+|\S+", caption(attribution))
    below_text = lay_out(map(Run, parts), _measure(fonts[_SMALL]), room)
    top = _MARGIN * 72
    below = top + (lines * _LEADING + 0.6) * _SIZE
    height = below + (below_text[-1].line + 1) * 1.4 * _SMALL + top
    figure = Figure(figsize=(_WIDTH, height / 72), dpi=dpi, facecolor="white")
    pen = Pen(figure, height)
    mirrored = _is_right_to_left(attribution.text)
    for placed in text:
        left = room - placed.x - placed.width if mirrored else placed.x
        baseline = top + (placed.line + 0.68) * _LEADING * _SIZE
        pen.word(placed, top + left, baseline, fonts[_SIZE])
    for placed in below_text:
        baseline = below + (placed.line + 0.7) * 1.4 * _SMALL
        pen.characters(placed.run.text, top + placed.x, baseline, fonts[_SMALL], "0.25")
    return figure


def _too_long(found: str, most: str) -> ValueError:
    return ValueError(
        f"a text of {found} is too long for a figure, which takes at most {most}; explain a "
        "passage of it, or use to_html"
    )


def _font(size: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties, fontManager

    installed = {font.name for font in fontManager.ttflist}
    return FontProperties(family=[name for name in _FONTS if name in installed], size=size)


def _measure(font: FontProperties) -> Callable[[str], float]:
    """The width of characters in points; whitespace is measured between two others."""
    from matplotlib.textpath import text_to_path

    @functools.cache
    def width(text: str) -> float:
        if text.isspace():
            return len(text) * (width("x x") - width("xx"))
        return float(text_to_path.get_text_width_height_descent(text, font, False)[0])

    return width


def _is_right_to_left(text: str) -> bool:
    """Whether the first character with a direction is written from right to left."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((d for d in directions if d in {"L", "R", "AL"}), "L") != "L"


class Pen:
    """Draws in points from the upper left corner; all characters are outlines."""

    def __init__(self, figure: Figure, height: float) -> None:
        from matplotlib.transforms import Affine2D

        self._figure = figure
        self._height = height
        self._points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans

    def word(self, placed: Placed, x: float, baseline: float, font: FontProperties) -> None:
        """Characters on their background, with a solid underline, or a dotted one if negative."""
        run, width = placed.run, placed.width
        if run.strength is not None:
            self._box(x, baseline + 0.42 * _SIZE, width, 1.5 * _SIZE, run.background)
            ink = run.underline
            step = 2.4
            below = baseline + 0.42 * _SIZE
            if run.positive:
                self._box(x, below, width, 0.9, ink)
            else:
                for dot in range(max(int(width / step), 1)):
                    self._box(x + dot * step, below, 0.5 * step, 0.9, ink)
        if not run.is_space:
            self.characters(run.text, x, baseline, font, "black" if run.read else "0.55")

    def characters(
        self, text: str, x: float, baseline: float, font: FontProperties, colour: str
    ) -> None:
        """One word, without its background."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path
        from matplotlib.textpath import text_to_path

        vertices, codes = text_to_path.get_text_path(font, text)
        if len(vertices):  # some characters, such as a single joiner, have no outline
            size = font.get_size_in_points() / text_to_path.FONT_SCALE
            path = Path(size * np.asarray(vertices) + (x, self._height - baseline), codes)
            self._add(PathPatch(path, facecolor=colour, linewidth=0))

    def _box(self, x: float, bottom: float, width: float, height: float, rgb: Colour) -> None:
        from matplotlib.patches import Rectangle

        colour = tuple(part / 255 for part in rgb)
        corner = (x, self._height - bottom)
        self._add(Rectangle(corner, width, height, facecolor=colour, linewidth=0))

    def _add(self, patch: Patch) -> None:
        patch.set_transform(self._points)
        self._figure.add_artist(patch)
