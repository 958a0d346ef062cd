"""Explain Flair text classifiers with Layer Integrated Gradients, in a notebook.

Importing this package is quick: the names below are loaded on first use, because Flair, which only
some of them need, takes about ten seconds to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flair_lig_widget.corpus.run import explain_corpus
    from flair_lig_widget.corpus.store import Corpus, load_corpus
    from flair_lig_widget.demo import DEMO_NEWS, DEMO_TEXT, load_demo_classifier
    from flair_lig_widget.evaluation import (
        BaselineRanking,
        SanityReport,
        edit,
        evaluate,
        rank_baselines,
        sanity_check,
    )
    from flair_lig_widget.explain import attribute, attribute_each
    from flair_lig_widget.export.faithfulness_schema import load_faithfulness
    from flair_lig_widget.frontend.page import as_html, to_html
    from flair_lig_widget.integration.engine import LIGEngine
    from flair_lig_widget.model.encoding import Encoding
    from flair_lig_widget.model.families import UnsupportedClassifierError
    from flair_lig_widget.model.wrapper import ModelWrapper
    from flair_lig_widget.result import (
        Agreement,
        Attribution,
        Comparison,
        Edit,
        Faithfulness,
        Provenance,
        Request,
        Span,
        Token,
        compare,
    )
    from flair_lig_widget.widget.base import AttributionWidget, load_attribution
    from flair_lig_widget.widget.corpus import CorpusWidget
    from flair_lig_widget.widget.live import LIGWidget
    from flair_lig_widget.widget.rows import AttributionRows

__version__ = "0.1.0"

_MODULE_OF = {
    "Agreement": "result",
    "Attribution": "result",
    "AttributionRows": "widget.rows",
    "AttributionWidget": "widget.base",
    "BaselineRanking": "evaluation",
    "Comparison": "result",
    "Corpus": "corpus.store",
    "CorpusWidget": "widget.corpus",
    "DEMO_NEWS": "demo",
    "DEMO_TEXT": "demo",
    "Edit": "result",
    "Encoding": "model.encoding",
    "Faithfulness": "result",
    "LIGEngine": "integration.engine",
    "LIGWidget": "widget.live",
    "ModelWrapper": "model.wrapper",
    "Provenance": "result",
    "Request": "result",
    "SanityReport": "evaluation",
    "Span": "result",
    "Token": "result",
    "UnsupportedClassifierError": "model.families",
    "as_html": "frontend.page",
    "attribute": "explain",
    "attribute_each": "explain",
    "compare": "result",
    "edit": "evaluation",
    "evaluate": "evaluation",
    "explain_corpus": "corpus.run",
    "load_attribution": "widget.base",
    "load_corpus": "corpus.store",
    "load_demo_classifier": "demo",
    "load_faithfulness": "export.faithfulness_schema",
    "rank_baselines": "evaluation",
    "sanity_check": "evaluation",
    "to_html": "frontend.page",
}

__all__ = [
    "DEMO_NEWS",
    "DEMO_TEXT",
    "Agreement",
    "Attribution",
    "AttributionRows",
    "AttributionWidget",
    "BaselineRanking",
    "Comparison",
    "Corpus",
    "CorpusWidget",
    "Edit",
    "Encoding",
    "Faithfulness",
    "LIGEngine",
    "LIGWidget",
    "ModelWrapper",
    "Provenance",
    "Request",
    "SanityReport",
    "Span",
    "Token",
    "UnsupportedClassifierError",
    "__version__",
    "as_html",
    "attribute",
    "attribute_each",
    "compare",
    "edit",
    "evaluate",
    "explain_corpus",
    "load_attribution",
    "load_corpus",
    "load_demo_classifier",
    "load_faithfulness",
    "rank_baselines",
    "sanity_check",
    "to_html",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
