"""A page in one file: the front end and the state that it draws, with nothing to fetch."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Protocol

from flair_lig_widget.export.html import plain, printable
from flair_lig_widget.export.provenance import readable
from flair_lig_widget.frontend import rows
from flair_lig_widget.frontend.wire import state_of
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.files import returned
from flair_lig_widget.result.units import visible

STATIC = Path(__file__).parent / "static"
"""The folder of the built JavaScript and CSS."""

_LAYOUT = """
:root { background: Canvas; color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 1rem auto; max-width: 64rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; }
.flair-lig-about { font-size: smaller; margin: 0.5rem 0 2rem; overflow-wrap: anywhere; }
"""


class Shown(Protocol):
    """A view of an attribution that chooses its own state, such as an `AttributionWidget`."""

    @property
    def attribution(self) -> Attribution:
        """The result that is shown."""
        ...

    def page_state(self) -> dict[str, Any]:
        """The traits that the front end reads."""
        ...


class Frame(str):
    """Markup that a notebook displays as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Short, because a notebook also saves the plain text of an output."""
        return f"<a frame of {len(self):,} characters>"

    def _repr_html_(self) -> str:
        return str(self)


def to_html(
    shown: Sequence[Attribution | Shown],
    path: str | os.PathLike[str] | None = None,
    *,
    title: str = "",
    labels: Sequence[str | None] | None = None,
) -> str:
    """Several results on one page, with one copy of the code that draws them.

    Each is a row with the prediction, what is explained, the sum of its scores and the coloured
    text, and opens into the whole widget. A single result without a label is drawn at once.

    Parameters
    ----------
    shown : sequence of Attribution or AttributionWidget
        From top to bottom. A widget keeps its settings and what it has precomputed. No widget is
        opened.
    path : path, optional
        Where to write the page as well.
    title : str, optional
        Its title; if not given, what is explained.
    labels : sequence of str or None, optional
        The true label of each text, where it is known.

    Returns
    -------
    str
        The page. Its content security policy lets it run its own script and fetch nothing.

    Raises
    ------
    ValueError
        If there is nothing to show, or not one label for each text.
    TypeError
        If something else than attributions and widgets is given.
    """
    rows.check_labels(shown, labels)
    is_list = len(shown) > 1 or labels is not None
    title = title or f"Why {visible(_attribution(shown[0]).target)}?"
    views = [_view(_attribution(item), _state(item)) for item in shown]
    if is_list:
        known = labels or [None] * len(shown)
        views = [
            f'<details class="flair-lig-row">{rows.summary(_attribution(item), label)}{view}'
            "</details>\n"
            for item, label, view in zip(shown, known, views, strict=True)
        ]
    style = (rows.style() if is_list else "") + bundle("widget.css")
    source = document("".join(views), title=title, script=bundle("page.js"), style=style)
    return returned(source, path)


def document(body: str, *, title: str, script: str, style: str) -> str:
    """A page in one file.

    Parameters
    ----------
    body : str
        The markup below the title.
    title : str
    script, style : str
        The only ones that its content security policy allows; nothing can be fetched.
    """
    style = _LAYOUT + style
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return printable(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n"
        f'</head>\n<body>\n<main>\n<h1 dir="auto">{escape(title)}</h1>\n{body}</main>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def mount(name: str, state: Mapping[str, Any], plain: str) -> str:
    """The place of a view in a page.

    Parameters
    ----------
    name : str
        The class by which the script of the page finds it.
    state : dict
        The traits of the view.
    plain : str
        The markup that is shown where scripts are blocked.
    """
    # In one order, so that an attribution and its widget give the same bytes.
    data = json.dumps(dict(sorted(state.items())), ensure_ascii=False, allow_nan=False)
    return (
        f'<div class="{name}">\n'
        # The data cannot end the element, because they contain no "<".
        f'<script type="application/json">{_in_script(data)}</script>\n'
        f"<noscript>{plain}</noscript>\n</div>\n"
    )


def about(facts: Mapping[str, str]) -> str:
    """How the numbers of a view were made, to be unfolded below it."""
    found = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items()
    )
    return (
        '<details class="flair-lig-about"><summary>How these numbers were made</summary>'
        f"<dl>{found}</dl></details>\n"
    )


def as_html(
    shown: Sequence[Attribution | Shown],
    *,
    title: str = "",
    labels: Sequence[str | None] | None = None,
    height: int | None = None,
) -> Frame:
    """The page of `to_html` in a frame, isolated from the page around it.

    Parameters
    ----------
    shown, title, labels
        As for `to_html`, which also raises what is wrong with them.
    height : int, optional
        In pixels; estimated from the length of the texts if not given, with room for one of
        several results to be opened.
    """
    if height is None:
        rows.check_labels(shown, labels)
        found = [_attribution(item) for item in shown]
        in_rows = sum(_lines(each) * 28 + 60 for each in found) if len(found) > 1 else 0
        height = in_rows + max(_height(each) for each in found)
    # Without allow-same-origin, the page cannot reach the notebook around it.
    return Frame(
        f'<iframe title="{printable(escape(title)) or "Explanation"}" '
        'sandbox="allow-scripts" allow="clipboard-write" '
        f'width="100%" height="{height:d}" style="border:0;resize:vertical" '
        f'srcdoc="{escape(to_html(shown, title=title, labels=labels))}"></iframe>'
    )


def _attribution(item: Attribution | Shown) -> Attribution:
    return item if isinstance(item, Attribution) else item.attribution


def _state(item: Attribution | Shown) -> dict[str, Any]:
    return state_of(item) if isinstance(item, Attribution) else item.page_state()


def _view(attribution: Attribution, state: dict[str, Any]) -> str:
    place = mount("flair-lig-mount", state, plain(attribution))
    return place + about(readable(attribution))


def _in_script(data: str) -> str:
    return data.replace("<", "\\u003c").replace("\x00", "\\u0000")


def _height(attribution: Attribution) -> int:
    """Of the whole widget, in which a long text scrolls."""
    return 700 + 28 * min(_lines(attribution), 14)


def _lines(attribution: Attribution) -> int:
    lines = (line for text in attribution.texts for line in text.split("\n"))
    return sum(1 + len(line) // 90 for line in lines)


@functools.cache
def bundle(name: str) -> str:
    """The source of a built file, such as ``"widget.js"``."""
    return (STATIC / name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
