"""A page of widgets in one file: the front end and what it draws, with nothing to fetch."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from flair_lig_widget import html
from flair_lig_widget.attribution import Attribution

if TYPE_CHECKING:
    from flair_lig_widget.view import AttributionWidget

_STATIC = Path(__file__).parent / "static"
_LAYOUT = """
:root { background: Canvas; color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 1rem auto; max-width: 64rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; }
.flair-lig-about { font-size: smaller; margin: 0.5rem 0 2rem; overflow-wrap: anywhere; }
"""


class Frame(str):
    """Markup that a notebook shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Short: a notebook would save the page a second time as its own plain text."""
        return f"<a frame of {len(self):,} characters>"

    def _repr_html_(self) -> str:
        return str(self)


def to_html(
    widgets: Sequence[AttributionWidget],
    path: str | os.PathLike[str] | None = None,
    *,
    title: str = "",
) -> str:
    """Several widgets as one page, with one copy of what draws them.

    Parameters
    ----------
    widgets : sequence of AttributionWidget
        From top to bottom.
    path : path, optional
        Where to write the page as well.
    title : str, optional
        Its title; if not given, what is explained.

    Returns
    -------
    str
        The page. Its own policy lets it run its own script and fetch nothing.

    Raises
    ------
    ValueError
        If there is no widget.
    """
    if not widgets:
        raise ValueError("no widget; give at least one to make a page of")
    script, style = _bundle("page.js"), _LAYOUT + _bundle("widget.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    title = title or f"Why {widgets[0].attribution.target}?"
    body = "".join(_mount(widget) for widget in widgets)
    source = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n"
        f'</head>\n<body>\n<main>\n<h1 dir="auto">{escape(title)}</h1>\n{body}</main>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )
    source = html.printable(source)
    if path is not None:
        Path(path).write_text(source, encoding="utf-8", newline="\n")
    return source


def as_html(
    widgets: Sequence[AttributionWidget], *, title: str = "", height: int | None = None
) -> Frame:
    """`to_html` in a frame that keeps the page and its surroundings apart.

    Parameters
    ----------
    widgets, title
        As for `to_html`.
    height : int, optional
        In pixels; guessed from the length of the texts if not given.
    """
    if height is None:
        height = sum(_height(widget.attribution) for widget in widgets)
    # No allow-same-origin: the page cannot reach the notebook that it stands in.
    return Frame(
        f'<iframe title="{html.printable(escape(title)) or "Explanation"}" '
        'sandbox="allow-scripts" allow="clipboard-write" '
        f'width="100%" height="{height:d}" style="border:0;resize:vertical" '
        f'srcdoc="{escape(to_html(widgets, title=title))}"></iframe>'
    )


def _mount(widget: AttributionWidget) -> str:
    state = json.dumps(widget.page_state(), ensure_ascii=False, allow_nan=False)
    a = widget.attribution
    about = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>"
        for name, value in html.provenance(a).items()
    )
    return (
        '<div class="flair-lig-mount">\n'
        # What is inside cannot end the element: it has no "<".
        f'<script type="application/json">{_in_script(state)}</script>\n'
        f"<noscript>{html.plain(a)}</noscript>\n</div>\n"
        f'<details class="flair-lig-about"><summary>How these numbers were made</summary>'
        f"<dl>{about}</dl></details>\n"
    )


def _in_script(state: str) -> str:
    return state.replace("<", "\\u003c").replace("\x00", "\\u0000")


def _height(attribution: Attribution) -> int:
    lines = sum(1 + len(line) // 90 for line in attribution.text.split("\n"))
    return min(620 + 28 * lines + 18 * len(attribution.prediction), 2000)


@functools.cache
def _bundle(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
