"""The text as a picture for a paper, drawn by matplotlib."""

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

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.export import provenance_lines
from flair_lig_widget.export.layout import Placed, lay_out
from flair_lig_widget.export.runs import Colour, Run, account, runs

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Patch

_WIDTH = 6.5
"""Inches; the width of the text on a page of letter paper."""
_MARGIN = 0.1
_SIZE, _SMALL = 11.0, 8.0
"""Points of the letters, in the text and in the account below it."""
_LEADING = 1.75
"""Height of a line as a multiple of its letters."""
_MOST_CHARACTERS = 10_000
_MOST_LINES = 400
_DPI = (50, 600)
_FONTS = (
    *("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans Arabic"),
    *("Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Emoji", "Arial Unicode MS", "Segoe UI"),
    *("Microsoft YaHei", "PingFang SC", "Hiragino Sans", "WenQuanYi Zen Hei", "Symbola"),
)
"""The first that has a letter draws it; those that are not installed are passed over."""
_SETTINGS = frozenset({"text", "path", "svg", "patch", "agg", "lines", "mathtext"})


def to_svg(attribution: Attribution, granularity: str) -> str:
    """The picture as `Attribution.to_svg` describes it."""
    with _matplotlib():
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        file = io.StringIO()
        about = {**_about(attribution), "Date": None, "Format": None, "Type": None}
        canvas: Any = FigureCanvasSVG(_drawn(attribution, granularity, 72))
        canvas.print_svg(file, metadata=about)
    return file.getvalue()


def to_png(attribution: Attribution, granularity: str, dpi: int) -> bytes:
    """The picture as `Attribution.to_png` describes it."""
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
    """Matplotlib as it comes, whatever its user has set, so that the bytes are the same."""
    try:
        import matplotlib
    except ImportError as error:
        raise ImportError(
            'pictures need matplotlib; install it with: pip install "flair_lig_widget[plots]"'
        ) from error
    as_it_comes: Any = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if name.split(".")[0] in _SETTINGS
    }
    ours: Any = {
        "svg.hashsalt": "flair_lig_widget",
        "svg.fonttype": "path",
        "text.parse_math": False,
    }
    with matplotlib.rc_context(as_it_comes | ours), warnings.catch_warnings():
        # A letter that no font has is drawn as a box, which tells as much.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        yield


def _about(attribution: Attribution) -> dict[str, str | None]:
    return {
        "Title": "Flair prediction explained by Layer Integrated Gradients",
        "Description": "\n".join(provenance_lines(attribution)),
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
    parts = re.findall(r"\s+|\S+", account(attribution))
    caption = lay_out(map(Run, parts), _measure(fonts[_SMALL]), room)
    top = _MARGIN * 72
    below = top + (lines * _LEADING + 0.6) * _SIZE
    height = below + (caption[-1].line + 1) * 1.4 * _SMALL + top
    figure = Figure(figsize=(_WIDTH, height / 72), dpi=dpi, facecolor="white")
    pen = Pen(figure, height)
    mirrored = _from_the_right(attribution.text)
    for placed in text:
        left = room - placed.x - placed.width if mirrored else placed.x
        baseline = top + (placed.line + 0.68) * _LEADING * _SIZE
        pen.word(placed, top + left, baseline, fonts[_SIZE])
    for placed in caption:
        baseline = below + (placed.line + 0.7) * 1.4 * _SMALL
        pen.letters(placed.run.text, top + placed.x, baseline, fonts[_SMALL], "0.25")
    return figure


def _too_long(found: str, most: str) -> ValueError:
    return ValueError(
        f"a text of {found} is too long for a picture, which takes at most {most}; explain a "
        "passage of it, or use to_html"
    )


def _font(size: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties, fontManager

    installed = {font.name for font in fontManager.ttflist}
    return FontProperties(family=[name for name in _FONTS if name in installed], size=size)


def _measure(font: FontProperties) -> Callable[[str], float]:
    """How wide letters are, in points; a blank has no letters, and is measured between some."""
    from matplotlib.textpath import text_to_path

    @functools.cache
    def width(text: str) -> float:
        if text.isspace():
            return len(text) * (width("x x") - width("xx"))
        return float(text_to_path.get_text_width_height_descent(text, font, False)[0])

    return width


def _from_the_right(text: str) -> bool:
    """Whether the first letter with a direction is of a script that is written to the left."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((d for d in directions if d in {"L", "R", "AL"}), "L") != "L"


class Pen:
    """Draws in points from the upper left corner; all letters are outlines."""

    def __init__(self, figure: Figure, height: float) -> None:
        from matplotlib.transforms import Affine2D

        self._figure = figure
        self._height = height
        self._points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans

    def word(self, placed: Placed, x: float, baseline: float, font: FontProperties) -> None:
        """Letters on their ground, underlined by a line or, if they speak against, by dots."""
        run, width = placed.run, placed.width
        if run.strength is not None:
            self._box(x, baseline + 0.42 * _SIZE, width, 1.5 * _SIZE, run.ground)
            ink = run.line
            step = 2.4
            below = baseline + 0.42 * _SIZE
            if run.positive:
                self._box(x, below, width, 0.9, ink)
            else:
                for dot in range(max(int(width / step), 1)):
                    self._box(x + dot * step, below, 0.5 * step, 0.9, ink)
        if not run.blank:
            self.letters(run.text, x, baseline, font, "black" if run.read else "0.55")

    def letters(
        self, text: str, x: float, baseline: float, font: FontProperties, colour: str
    ) -> None:
        """One word, without its ground."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path
        from matplotlib.textpath import text_to_path

        vertices, codes = text_to_path.get_text_path(font, text)
        if len(vertices):  # some letters, such as a joiner alone, have no outline
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
