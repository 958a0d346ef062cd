"""Parametrizations of which the fast tests run a part."""

from __future__ import annotations

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
}
"""Rows of the matrix of families that are not marked slow."""

every_classifier = pytest.mark.parametrize(
    ("family", "setting"),
    [
        pytest.param(*name, marks=() if name in _REPRESENTATIVES else pytest.mark.slow)
        for name in families.NAMES
    ],
)
"""Every row of the matrix of families; most are slow tests."""
