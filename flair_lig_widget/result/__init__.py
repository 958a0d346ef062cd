"""Requests and results: frozen values that open without a model."""

from flair_lig_widget.result.agreement import Agreement
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.comparison import Comparison, compare
from flair_lig_widget.result.edit import Edit
from flair_lig_widget.result.faithfulness import Band, Curve, Drop, Faithfulness, Flip
from flair_lig_widget.result.pairs import LabelPair, SpanPair
from flair_lig_widget.result.provenance import Provenance
from flair_lig_widget.result.request import Request, RequestOptions
from flair_lig_widget.result.spans import Segment
from flair_lig_widget.result.tokens import Span, Token
from flair_lig_widget.result.verdict import Verdict

__all__ = [
    "Agreement",
    "Attribution",
    "Band",
    "Comparison",
    "Curve",
    "Drop",
    "Edit",
    "Faithfulness",
    "Flip",
    "LabelPair",
    "Provenance",
    "Request",
    "RequestOptions",
    "Segment",
    "Span",
    "SpanPair",
    "Token",
    "Verdict",
    "compare",
]
