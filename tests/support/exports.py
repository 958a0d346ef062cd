"""What exports must not do, whatever they export."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Any

from support.processes import run_python

_DRAWN = {
    *("svg", "metadata", "RDF", "Work", "title", "creator", "Agent", "description", "defs"),
    *("style", "g", "path", "use", "clipPath", "rect"),
}
_WITHOUT_PACKAGES = """
import sys
heavy = ("torch", "flair", "matplotlib", "pandas", "anywidget", "transformers")
sys.modules.update(dict.fromkeys(heavy))
from flair_lig_widget.result import {kind}
found = {kind}.from_json(sys.stdin.read())
for name in {light}:
    assert getattr(found, name)(), name
for form, remedy in ((found.to_svg, "[plots]"), (found.to_pandas, "[tables]")):
    try:
        form()
    except ImportError as error:
        assert f'pip install "flair_lig_widget{{remedy}}"' in str(error), error
    else:
        raise AssertionError(form)
"""


def assert_only_outlines(svg: str) -> None:
    """Raise unless a figure has nothing but shapes: no text, and nothing that runs."""
    for element in ElementTree.fromstring(svg).iter():
        assert element.tag.rpartition("}")[2] in _DRAWN
        assert not [name for name in element.attrib if name.startswith("on")]
        assert not any("javascript" in value for value in element.attrib.values())


def assert_needs_no_packages(result: Any, *light: str) -> None:
    """Raise if these exports need a heavy package; pictures and frames say which they need."""
    script = _WITHOUT_PACKAGES.format(kind=type(result).__name__, light=light)
    run_python(script, stdin=result.to_json())
