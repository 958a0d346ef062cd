"""What all figures share: matplotlib with fixed settings, fonts, and characters as outlines."""

from __future__ import annotations

import functools
import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.export.runs import Colour

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Patch

WIDTH = 6.5
"""Inches; the width of the text on a page of letter paper."""
MARGIN = 0.1
SMALL = 8.0
"""Font size of captions in points."""
_DPI = (50, 600)
_FONTS = (
    *("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans Arabic"),
    *("Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Emoji", "Arial Unicode MS", "Segoe UI"),
    *("Microsoft YaHei", "PingFang SC", "Hiragino Sans", "WenQuanYi Zen Hei", "Symbola"),
)
"""The first font that has a character draws it; fonts that are not installed are skipped."""
_SETTINGS = frozenset(
    {
        *("text", "path", "svg", "patch", "agg", "lines", "mathtext", "font", "axes", "xtick"),
        *("ytick", "xaxis", "yaxis", "legend", "figure", "grid", "markers", "hatch"),
    }
)


def svg(draw: Callable[[float], Figure], about: dict[str, str]) -> str:
    """A figure as SVG, the same bytes each time.

    Parameters
    ----------
    draw : callable
        Draws it at a number of pixels per inch.
    about : dict of str to str
        Metadata.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    with _matplotlib():
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        file = io.StringIO()
        canvas: Any = FigureCanvasSVG(draw(72))
        canvas.print_svg(file, metadata={**about, "Date": None, "Format": None, "Type": None})
    return file.getvalue()


def png(draw: Callable[[float], Figure], about: dict[str, str], dpi: int) -> bytes:
    """A figure as PNG, the same bytes each time.

    Parameters
    ----------
    draw, about
        As for `svg`.
    dpi : int
        Pixels per inch, 50 to 600.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If ``dpi`` is out of range.
    """
    if not _DPI[0] <= dpi <= _DPI[1]:
        raise ValueError(f"dpi={dpi} is out of range; use {_DPI[0]} to {_DPI[1]}")
    with _matplotlib():
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        file = io.BytesIO()
        canvas: Any = FigureCanvasAgg(draw(dpi))
        canvas.print_png(file, metadata=about)
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


def font(size: float) -> FontProperties:
    """A font of a size in points, with others for the characters that it lacks."""
    from matplotlib.font_manager import FontProperties, fontManager

    installed = {font.name for font in fontManager.ttflist}
    return FontProperties(family=[name for name in _FONTS if name in installed], size=size)


def measure(font: FontProperties) -> Callable[[str], float]:
    """The width of characters in points; whitespace is measured between two others."""
    from matplotlib.textpath import text_to_path

    @functools.cache
    def width(text: str) -> float:
        if text.isspace():
            return len(text) * (width("x x") - width("xx"))
        return float(text_to_path.get_text_width_height_descent(text, font, False)[0])

    return width


class Pen:
    """Draws in points from the upper left corner; all characters are outlines."""

    def __init__(self, figure: Figure, height: float) -> None:
        from matplotlib.transforms import Affine2D

        self._figure = figure
        self._height = height
        self._points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans

    def characters(
        self, text: str, x: float, baseline: float, font: FontProperties, colour: str
    ) -> None:
        """One word, from left to right."""
        self._outline(text, font, colour, (x, self._height - baseline), np.eye(2))

    def upward(
        self, text: str, baseline: float, bottom: float, font: FontProperties, colour: str
    ) -> None:
        """One word, from the bottom to the top; ``baseline`` is at its right."""
        turned = np.array([[0.0, 1.0], [-1.0, 0.0]])
        self._outline(text, font, colour, (baseline, self._height - bottom), turned)

    def box(self, x: float, bottom: float, width: float, height: float, rgb: Colour) -> None:
        """A filled rectangle."""
        from matplotlib.patches import Rectangle

        colour = tuple(part / 255 for part in rgb)
        corner = (x, self._height - bottom)
        self._add(Rectangle(corner, width, height, facecolor=colour, linewidth=0))

    def _outline(
        self,
        text: str,
        font: FontProperties,
        colour: str,
        start: tuple[float, float],
        turned: NDArray[np.float64],
    ) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path
        from matplotlib.textpath import text_to_path

        vertices, codes = text_to_path.get_text_path(font, text)
        if len(vertices):  # some characters, such as a single joiner, have no outline
            size = font.get_size_in_points() / text_to_path.FONT_SCALE
            path = Path(size * np.asarray(vertices) @ turned + start, codes)
            self._add(PathPatch(path, facecolor=colour, linewidth=0))

    def _add(self, patch: Patch) -> None:
        patch.set_transform(self._points)
        self._figure.add_artist(patch)
