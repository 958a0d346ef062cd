"""The picture without scripts: for notebooks that were not run, for mail, for the command line."""

from __future__ import annotations

import re
from html import escape

from flair_lig_widget.export.provenance import readable
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.spans import Segment, paragraphs
from flair_lig_widget.result.summary import describe_span, summary
from flair_lig_widget.result.tokens import Span
from flair_lig_widget.result.units import describe_signs, visible

POSITIVE = (20, 125, 195)
NEGATIVE = (200, 85, 0)
STRONGEST = 0.6
"""Red, green, blue, and the largest opacity of a word's background, as in `js/theme.css`."""
_BREAKS = "overflow-wrap:break-word;overflow-wrap:anywhere"
"""JupyterLab keeps the first alone in a notebook that is not trusted."""
_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")


def heatmap(attribution: Attribution, *, remark: str = "") -> str:
    """The text with its words coloured by their scores, and a summary below it.

    Colours are transparent over the background of the page, so they suit light and dark. The
    underline shows the sign as well. The score of each word is in its ``title``. All text is
    escaped, styles are inline, and the same attribution always gives the same string. A remark
    about the picture stands first below it.
    """
    words = attribution.words()
    largest = max((abs(word.score) for word in words), default=0.0)
    text = "".join(
        _paragraph(own, index, words, largest, attribution.unit)
        for index, own in enumerate(paragraphs(attribution.segments()))
    )
    contrast = attribution.contrast
    positive, negative = describe_signs(
        attribution.output,
        visible(attribution.target),
        None if contrast is None else visible(contrast),
    )
    colours = f"Blue: {positive}, orange: {negative}."
    caption = " ".join(filter(None, (remark, summary(attribution), colours)))
    provenance = "; ".join(f"{name}: {value}" for name, value in readable(attribution).items())
    return printable(
        '<div class="flair-lig-static" style="max-width:60em;line-height:1.8">'
        f'{text}<div style="margin-top:0.6em;font-size:smaller">{escape(caption)}</div>'
        f'<details style="margin-top:0.6em;font-size:smaller;{_BREAKS}">'
        f"<summary>Provenance</summary>{escape(provenance)}</details></div>"
    )


def plain(attribution: Attribution, top: int = 20) -> str:
    """The text, the summary and the largest scores without styles, for pages without scripts."""
    words = attribution.top(top)
    n_words, unit = len(attribution.words()), attribution.unit
    rows = "".join(
        f"<li><bdi>{escape(word.text)}</bdi>: {escape(describe_span(word, n_words, unit))}</li>"
        for word in words
    )
    texts = "".join(f'<p dir="auto">{escape(text)}</p>' for text in attribution.texts)
    return f"{texts}<p>{escape(summary(attribution))}</p><ol>{rows}</ol>"


def printable(source: str) -> str:
    """Markup without the characters that no document may contain: NUL and lone surrogates."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", source)


def _paragraph(
    segments: list[Segment], index: int, words: tuple[Span, ...], largest: float, unit: str
) -> str:
    """One of the texts; most models read a single one."""
    text = "".join(_segment(segment, words, largest, unit) for segment in segments)
    gap = ";margin-top:0.6em" if index > 0 else ""
    style = f"white-space:pre-wrap;{_BREAKS}{gap}"
    return f'<div dir="auto" style="{style}">{text}</div>'


def _segment(segment: Segment, words: tuple[Span, ...], largest: float, unit: str) -> str:
    text = escape(segment.text)
    if segment.truncated:
        return f'<span title="not read by the model" style="opacity:0.65">{text}</span>'
    if segment.span is None:
        return text
    word = words[segment.span]
    opacity = STRONGEST * abs(word.score) / largest if largest else 0.0
    rgb, line = (POSITIVE, "solid") if word.score >= 0 else (NEGATIVE, "dotted")
    colour = f"rgba({rgb[0]},{rgb[1]},{rgb[2]},{opacity:.3f})"
    title = escape(describe_span(word, len(words), unit))
    return (
        f'<span title="{title}" style="background-color:{colour};'
        f'border-bottom:2px {line} {colour};border-radius:2px">{text}</span>'
    )
