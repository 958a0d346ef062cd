"""Explain Flair text classifiers with Layer Integrated Gradients, in a notebook.

Importing this package is quick: the names below are loaded when they are first used, because
Flair, which only some of them need, takes about ten seconds to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flair_lig_widget.attribution import Attribution
    from flair_lig_widget.demo import DEMO_TEXT, load_demo_classifier
    from flair_lig_widget.encoding import Encoding
    from flair_lig_widget.engine import LIGEngine
    from flair_lig_widget.explain import attribute
    from flair_lig_widget.families import UnsupportedClassifierError
    from flair_lig_widget.page import to_html
    from flair_lig_widget.request import Request
    from flair_lig_widget.tokens import Token, Word
    from flair_lig_widget.view import AttributionWidget, load_attribution
    from flair_lig_widget.widget import LIGWidget
    from flair_lig_widget.wrapper import ModelWrapper

__version__ = "0.1.0"

_HOME = {
    "Attribution": "attribution",
    "AttributionWidget": "view",
    "DEMO_TEXT": "demo",
    "Encoding": "encoding",
    "LIGEngine": "engine",
    "LIGWidget": "widget",
    "ModelWrapper": "wrapper",
    "Request": "request",
    "Token": "tokens",
    "UnsupportedClassifierError": "families",
    "Word": "tokens",
    "attribute": "explain",
    "load_attribution": "view",
    "load_demo_classifier": "demo",
    "to_html": "page",
}

__all__ = [
    "DEMO_TEXT",
    "Attribution",
    "AttributionWidget",
    "Encoding",
    "LIGEngine",
    "LIGWidget",
    "ModelWrapper",
    "Request",
    "Token",
    "UnsupportedClassifierError",
    "Word",
    "__version__",
    "attribute",
    "load_attribution",
    "load_demo_classifier",
    "to_html",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
