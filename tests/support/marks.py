"""Parametrizations of which the fast tests run a part."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from support import families, tiny

each_kind = pytest.mark.parametrize(
    "kind", ["bert", *(pytest.param(kind, marks=pytest.mark.slow) for kind in tiny.KINDS[1:])]
)
"""Every kind of tiny encoder; those other than BERT are slow tests."""

_REPRESENTATIVES = {
    ("TransformerDocumentEmbeddings", "bert"),
    ("TransformerDocumentEmbeddings", "cls_pooling max"),
    ("TransformerDocumentEmbeddings", "allow_long_sentences, mean"),
    ("TransformerDocumentEmbeddings", "multi_label with thresholds"),
    ("DocumentPoolEmbeddings", "mean of word vectors"),
    ("DocumentRNNEmbeddings", "GRU over words and characters"),
    ("DocumentCNNEmbeddings", "over word vectors"),
    ("SentenceTransformerDocumentEmbeddings", "mean"),
    ("TARSClassifier", "multi label"),
    ("TextPairClassifier", "read together"),
    ("TextPairClassifier", "embed_separately, GRU over word vectors"),
    ("TextRegressor", "over a transformer"),
    ("RelationClassifier", "TypedEntityMarker"),
    ("TokenClassifier", "spans in BIOES, over transformer words"),
    ("SequenceTagger", "spans in BIOES, no RNN, CRF"),
    ("SpanClassifier", "first_last, over transformer words"),
}
"""Rows of the matrix of families that are not marked slow."""


def _every(names: Iterable[tuple[str, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("family", "setting"),
        [
            pytest.param(*name, marks=() if name in _REPRESENTATIVES else pytest.mark.slow)
            for name in names
        ],
    )


every_model = _every(families.NAMES)
"""Every row of the matrix of families; most are slow tests."""

every_classifier = _every(name for name in families.NAMES if name[0] in families.CLASSIFIERS)
"""The rows with a classifier of one whole text; most are slow tests."""
