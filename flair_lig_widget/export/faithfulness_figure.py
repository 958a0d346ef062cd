"""The curves of a `Faithfulness` as a figure for a paper, drawn by matplotlib."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from flair_lig_widget.export import html
from flair_lig_widget.export.drawing import MARGIN, SMALL, WIDTH, Pen, font, measure, png, svg
from flair_lig_widget.export.layout import lay_out
from flair_lig_widget.export.provenance import comment_lines, faithfulness_record
from flair_lig_widget.export.runs import Run, drawable, shorten
from flair_lig_widget.result.faithfulness import Curve, Faithfulness
from flair_lig_widget.result.units import DIRECTION_MARKS, VALUE, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEIGHT, _TITLE, _LEGEND = 150.0, 18.0, 50.0
"""Points: a panel, its title above it, and ticks, label and legend below it."""
_LEFT, _GAP = 36.0, 20.0
"""Points: what is left of the first panel, and between both."""
_TICKS = (0, 25, 50, 75, 100)
_BAND, _MEDIAN = "0.87", "0.45"
_INK = tuple(part / 255 for part in html.POSITIVE)
_ERASED = {
    "delete": "deleted",
    "mask": "replaced by the mask token",
    "baseline": "replaced by the baseline",
}


def to_svg(faithfulness: Faithfulness) -> str:
    """Both curves as SVG, side by side, with what random orders give and a caption below.

    Labels are drawn as outlines, in DejaVu Sans and, for scripts that it lacks, in other
    installed fonts. A long label is shortened.

    Parameters
    ----------
    faithfulness : Faithfulness

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    return svg(lambda dpi: _drawn(faithfulness, dpi), _about(faithfulness))


def to_png(faithfulness: Faithfulness, dpi: int) -> bytes:
    """The figure of `to_svg` as PNG, 6.5 inches wide.

    Parameters
    ----------
    faithfulness : Faithfulness
    dpi : int
        Pixels per inch, 50 to 600.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If ``dpi`` is out of range.
    """
    return png(lambda dpi: _drawn(faithfulness, dpi), _about(faithfulness), dpi)


def caption(faithfulness: Faithfulness) -> str:
    """The verdict and what was done, in one line, without the middle of a long label."""
    f = faithfulness
    orders = "no random orders" if f.n_random == 0 else f"{f.n_random} random orders"
    orders = "1 random order" if f.n_random == 1 else orders
    done = f"{f.n_words} words, {orders}, words {_ERASED[f.erase]}."
    # Words are placed one after the other, so there is nothing to isolate.
    sentence = DIRECTION_MARKS.sub("", f.verdict.sentence)
    return _one_line(f"{shorten(sentence, 400)} {done}")


def _about(faithfulness: Faithfulness) -> dict[str, str]:
    return {
        "Title": "Faithfulness of an explanation",
        "Description": "\n".join(comment_lines(faithfulness_record(faithfulness))),
    }


def _drawn(f: Faithfulness, dpi: float) -> Figure:
    from matplotlib.figure import Figure

    width, margin = WIDTH * 72, MARGIN * 72
    small = font(SMALL)
    parts = re.findall(r"\s+|\S+", caption(f))
    below = lay_out(map(Run, parts), measure(small), width - 2 * margin)
    caption_top = margin + _TITLE + _HEIGHT + _LEGEND
    height = caption_top + (below[-1].line + 1) * 1.4 * SMALL + margin
    figure = Figure(figsize=(WIDTH, height / 72), dpi=dpi, facecolor="white")
    panel = (width - _LEFT - _GAP - 2 * margin) / 2
    bottom = height - margin - _TITLE - _HEIGHT
    for index, (title, verb, curve) in enumerate(
        (
            ("Without the best words", "taken away", f.without),
            ("With the best words alone", "kept", f.only),
        )
    ):
        left = margin + _LEFT + index * (panel + _GAP)
        place = (left / width, bottom / height, panel / width, _HEIGHT / height)
        axes = figure.add_axes(place)
        _draw_curve(axes, curve, f.n_words, 1 if f.output == VALUE else 100)
        axes.set(**_vertical(f))
        axes.set_title(title, fontsize=9, pad=5)
        axes.set_xlabel(f"Share of words {verb} (%)", fontsize=SMALL, labelpad=2)
        axes.tick_params(labelsize=7, labelleft=index == 0)
    _draw_legend(figure, (caption_top - margin - 4) / height)
    pen = Pen(figure, height)
    label = _label(f)
    length = measure(small)(label)
    middle = margin + _TITLE + _HEIGHT / 2
    pen.upward(label, margin + SMALL, middle + length / 2, small, "black")
    for placed in below:
        baseline = caption_top + (placed.line + 0.7) * 1.4 * SMALL
        pen.characters(placed.run.text, margin + placed.x, baseline, small, "0.25")
    return figure


def _vertical(f: Faithfulness) -> dict[str, Any]:
    """What both vertical axes show: all percent, or the values that occur and some room."""
    if f.output != VALUE:
        return {"ylim": (-3, 103), "yticks": _TICKS}
    drawn = [f.without.probabilities, f.only.probabilities]
    for curve in (f.without, f.only):
        if curve.band is not None:
            drawn += [curve.band.low, curve.band.high]
    low, high = (float(end(np.concatenate(drawn))) for end in (np.min, np.max))
    room = 0.03 * (high - low) or max(abs(high), 1.0)
    return {"ylim": (low - room, high + room)}


def _draw_curve(axes: Axes, curve: Curve, n_words: int, scale: int) -> None:
    """The band and its median in grey, and the curve on top; times ``scale``."""

    def shares(counts: tuple[int, ...]) -> list[float]:
        return [100 * count / n_words for count in counts]

    band = curve.band
    if band is not None:
        x = shares(band.counts)
        axes.fill_between(
            x,
            scale * band.low,
            scale * band.high,
            facecolor=_BAND,
            linewidth=0,
            label="Random words, 5 to 95 %",
        )
        axes.plot(
            x,
            scale * band.median,
            color=_MEDIAN,
            linewidth=1,
            dashes=(4, 2),
            label="Random words, median",
        )
    axes.plot(
        shares(curve.counts),
        scale * curve.probabilities,
        color=_INK,
        linewidth=1.5,
        marker="o",
        markersize=2.5,
        label="Best words",
    )
    axes.set(xlim=(-2, 102), xticks=_TICKS)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_legend(figure: Figure, bottom: float) -> None:
    """One legend for both panels; ``bottom`` is a share of the height, from above."""
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(
        handles[::-1],
        labels[::-1],
        loc="lower center",
        bbox_to_anchor=(0.5, 1 - bottom),
        ncols=len(labels),
        fontsize=SMALL,
        frameon=False,
        borderpad=0,
        borderaxespad=0,
    )


def _label(f: Faithfulness) -> str:
    """The label of the vertical axis, shortened until it is no longer than the panel."""
    width = measure(font(SMALL))
    target = _one_line(visible(f.target))
    form = "Value of {}" if f.output == VALUE else "Probability of {} (%)"
    for length in range(60, 2, -1):
        label = form.format(shorten(target, length))
        if width(label) <= _HEIGHT:
            return label
    return form.format("the target")


def _one_line(text: str) -> str:
    return " ".join(drawable(text).split())
