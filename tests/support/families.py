"""Real instances of every family that can be explained.

``PYTHONPATH=tests python -m support.families`` writes the table in ``docs/families.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import flair.embeddings as fe
from flair.models import TARSClassifier
from flair.models import relation_classifier_model as strategies

from support import encoders
from support.makers import (
    LABELS,
    ODD_LABELS,
    Maker,
    all_characters,
    byte_pairs,
    characters,
    classifier,
    cnn,
    dictionary,
    language_model,
    one_hot,
    pool,
    rnn,
    vocabulary,
    word_vectors,
)
from support.models import (
    pair,
    pair_regressor,
    regressor,
    relations,
    span_classifier,
    tagger,
    token_classifier,
    triple,
)
from support.predictions import asked, flair_predicts, flair_says, input_of

__all__ = [
    "CASES",
    "CLASSIFIERS",
    "LABELS",
    "LONG",
    "NAMES",
    "PAGE",
    "Maker",
    "TARSClassifier",
    "all_characters",
    "asked",
    "classifier",
    "cnn",
    "dictionary",
    "fe",
    "flair_predicts",
    "flair_says",
    "input_of",
    "language_model",
    "one_hot",
    "pool",
    "rnn",
    "strategy",
    "table",
    "vocabulary",
    "word_vectors",
]

LONG = {"allow_long_sentences": True}
MULTI = {"multi_label": True, "multi_label_threshold": {"default": 0.4, "sport": 0.6}}

CLASSIFIERS: dict[str, dict[str, Callable[[Maker], object]]] = {
    "TransformerDocumentEmbeddings": {
        **{
            kind: lambda m, kind=kind: m.transformer(kind)
            for kind in encoders.ENCODERS
            if kind != "bert, slow tokenizer"
        },
        "bert, slow tokenizer": lambda m: m.transformer(
            "bert, slow tokenizer", transformers_tokenizer_kwargs={"use_fast": False}
        ),
        "cls_pooling mean": lambda m: m.transformer(cls_pooling="mean"),
        "cls_pooling max": lambda m: m.transformer(cls_pooling="max"),
        "xlnet, cls_pooling mean": lambda m: m.transformer("xlnet", cls_pooling="mean"),
        'layers "-1,-2"': lambda m: m.transformer(layers="-1,-2"),
        'layers "all", layer_mean': lambda m: m.transformer(layers="all", layer_mean=True),
        "use_context ([FLERT])": lambda m: m.transformer(use_context=True),
        "force_max_length": lambda m: m.transformer(force_max_length=True, cls_pooling="mean"),
        "allow_long_sentences": lambda m: m.transformer(**LONG),
        "allow_long_sentences, mean": lambda m: m.transformer(cls_pooling="mean", **LONG),
        "allow_long_sentences, roberta max": lambda m: m.transformer(
            "roberta", cls_pooling="max", **LONG
        ),
        "multi_label with thresholds": lambda m: m.transformer(head=MULTI),
        "locked and word dropout": lambda m: m.transformer(
            head={"dropout": 0.3, "locked_dropout": 0.3, "word_dropout": 0.2}
        ),
        "PrototypicalDecoder": lambda m: m.prototypes("joint"),
        "PrototypicalDecoder, learn_only_prototypes": lambda m: m.prototypes(
            "learn_only_prototypes"
        ),
        "one label": lambda m: m.transformer(labels=("only",)),
        "1,000 labels": lambda m: m.transformer(labels=[f"label {i}" for i in range(1000)]),
        "labels with quotes, HTML, emoji": lambda m: m.transformer(labels=ODD_LABELS),
    },
    "DocumentPoolEmbeddings": {
        "mean of word vectors": lambda m: pool(word_vectors()),
        "max of word vectors, linear": lambda m: pool(
            word_vectors(), pooling="max", fine_tune_mode="linear"
        ),
        "min of word vectors, nonlinear": lambda m: pool(
            word_vectors(), pooling="min", fine_tune_mode="nonlinear"
        ),
        "mean of one-hot": lambda m: pool(one_hot()),
        "mean of byte pairs": lambda m: pool(byte_pairs(m.folder / "bpe")),
        "mean of stable word vectors and one-hot": lambda m: pool(
            word_vectors(stable=True), one_hot(stable=True)
        ),
        "mean of transformer words": lambda m: pool(m.words_of()),
        "mean of transformer words, cut": lambda m: pool(m.words_of(allow_long_sentences=False)),
        "multi_label": lambda m: pool(word_vectors(), head=MULTI),
    },
    "DocumentRNNEmbeddings": {
        "GRU over word vectors": lambda m: rnn(word_vectors()),
        "LSTM, two layers, not reprojected": lambda m: rnn(
            word_vectors(), rnn_type="LSTM", rnn_layers=2, reproject_words=False
        ),
        "bidirectional GRU, reprojected to 6": lambda m: rnn(
            word_vectors(), bidirectional=True, reproject_words_dimension=6
        ),
        "GRU, fine_tune off, all dropouts": lambda m: rnn(
            word_vectors(), fine_tune=False, word_dropout=0.1, locked_dropout=0.2
        ),
        "GRU over words and characters": lambda m: rnn(word_vectors(), characters()),
        "LSTM over words and both language models": lambda m: rnn(
            word_vectors(), language_model(True), language_model(False), rnn_type="LSTM"
        ),
        "GRU over transformer words": lambda m: rnn(m.words_of("distilbert")),
    },
    "DocumentCNNEmbeddings": {
        "over word vectors": lambda m: cnn(word_vectors()),
        "over words and characters, fine_tune off": lambda m: cnn(
            word_vectors(), characters(), fine_tune=False, reproject_words=False
        ),
    },
    "SentenceTransformerDocumentEmbeddings": {
        "mean": lambda m: m.sentence_transformer(),
        "dense and normalize": lambda m: m.sentence_transformer("dense", "normalize"),
    },
    "TARSClassifier": {
        "multi label": lambda m: m.tars(),
        "single label": lambda m: m.tars(multi_label=False),
        "label behind the text, mean": lambda m: m.tars(prefix=False, cls_pooling="mean"),
        "allow_long_sentences, mean": lambda m: m.tars(cls_pooling="mean", **LONG),
        "labels of several words": lambda m: m.tars(
            labels=("about money", "about the arts and film", "sports_news")
        ),
    },
}
"""Classifiers of one whole text, by their embeddings."""

MEAN = {"cls_pooling": "mean", **LONG}


def language_models() -> list[fe.FlairEmbeddings]:
    return [language_model(True), language_model(False)]


def stack(*embeddings) -> fe.StackedEmbeddings:
    return fe.StackedEmbeddings(list(embeddings))


def strategy(name: str, *, special: bool = False):
    return getattr(strategies, name)(add_special_tokens=special)


OTHERS: dict[str, dict[str, Callable[[Maker], object]]] = {
    "TextPairClassifier": {
        "read together": lambda m: pair(m.embeddings()),
        "read together, roberta": lambda m: pair(m.embeddings("roberta")),
        "read together, gpt2, which has no separator": lambda m: pair(m.embeddings("gpt2")),
        "read together, allow_long_sentences, mean": lambda m: pair(m.embeddings(**MEAN)),
        "read together, GRU over word vectors": lambda m: pair(rnn(word_vectors()).embeddings),
        "read together, multi_label": lambda m: pair(m.embeddings(), **MULTI),
        "embed_separately": lambda m: pair(m.embeddings(), separately=True),
        "embed_separately, allow_long_sentences, mean": lambda m: pair(
            m.embeddings(**MEAN), separately=True
        ),
        "embed_separately, GRU over word vectors": lambda m: pair(
            rnn(word_vectors()).embeddings, separately=True
        ),
    },
    "TextTripleClassifier": {
        "read together": lambda m: triple(m.embeddings()),
        "embed_separately": lambda m: triple(m.embeddings(), separately=True),
        "embed_separately, mean of word vectors": lambda m: triple(
            pool(word_vectors()).embeddings, separately=True
        ),
    },
    "TextRegressor": {
        "over a transformer": lambda m: regressor(m.embeddings()),
        "allow_long_sentences, mean": lambda m: regressor(m.embeddings(**MEAN)),
        "GRU over word vectors": lambda m: regressor(rnn(word_vectors()).embeddings),
    },
    "TextPairRegressor": {
        "read together": lambda m: pair_regressor(m.embeddings()),
        "embed_separately": lambda m: pair_regressor(m.embeddings(), separately=True),
    },
    "RelationClassifier": {
        **{
            name: lambda m, name=name: relations(m.embeddings(), strategy(name))
            for name in (
                "EntityMask",
                "TypedEntityMask",
                "EntityMarker",
                "TypedEntityMarker",
                "EntityMarkerPunct",
                "TypedEntityMarkerPunct",
            )
        },
        **{
            f"{name}, add_special_tokens": lambda m, name=name: relations(
                m.embeddings(), strategy(name, special=True)
            )
            for name in ("EntityMask", "EntityMarker", "TypedEntityMarker")
        },
        "no limits of length": lambda m: relations(
            m.embeddings(**MEAN),
            strategy("TypedEntityMarker"),
            max_allowed_tokens_between_entities=None,
            max_surrounding_context_length=None,
        ),
        "context of two words": lambda m: relations(
            m.embeddings("roberta"), strategy("EntityMask"), max_surrounding_context_length=2
        ),
        "use_context ([FLERT])": lambda m: relations(
            m.embeddings(use_context=True), strategy("EntityMarker")
        ),
        "mean of word vectors, another zero tag": lambda m: relations(
            pool(word_vectors()).embeddings, strategy("EntityMarkerPunct"), zero_tag_value="none"
        ),
    },
    "TokenClassifier": {
        "tags, over word vectors": lambda m: token_classifier(word_vectors()),
        "tags, multi_label, over transformer words": lambda m: token_classifier(
            m.words_of(), multi_label=True, multi_label_threshold=0.7
        ),
        "spans in BIOES, over transformer words": lambda m: token_classifier(
            m.words_of(), spans=True
        ),
        "spans in BIO, over words and both language models": lambda m: token_classifier(
            stack(word_vectors(), *language_models()), spans=True, span_encoding="BIO"
        ),
    },
    "SequenceTagger": {
        "tags, no RNN, no CRF": lambda m: tagger(word_vectors(), use_rnn=False),
        "tags, LSTM": lambda m: tagger(word_vectors()),
        "tags, GRU, CRF": lambda m: tagger(word_vectors(), rnn_type="GRU", use_crf=True),
        "tags, LSTM over words and both language models, CRF": lambda m: tagger(
            stack(word_vectors(), *language_models()), use_crf=True
        ),
        "spans in BIOES, no RNN, CRF": lambda m: tagger(
            word_vectors(), spans=True, use_rnn=False, use_crf=True
        ),
        "spans in BIOES, LSTM over words and both language models, CRF": lambda m: tagger(
            stack(word_vectors(), *language_models()), spans=True, use_crf=True
        ),
        "spans in BIOES, LSTM of two layers, all dropouts, CRF": lambda m: tagger(
            word_vectors(), spans=True, rnn_layers=2, dropout=0.1, use_crf=True
        ),
        "spans in BIO, one direction, not reprojected": lambda m: tagger(
            word_vectors(),
            spans=True,
            tag_format="BIO",
            rnn_type="RNN",
            bidirectional=False,
            reproject_embeddings=False,
        ),
        "spans in BIO, GRU over words and characters, CRF": lambda m: tagger(
            stack(word_vectors(), characters()),
            spans=True,
            tag_format="BIO",
            rnn_type="GRU",
            use_crf=True,
        ),
        "spans, <unk> among the tags, CRF": lambda m: tagger(
            word_vectors(), spans=True, allow_unk_predictions=True, use_crf=True
        ),
        **{
            f"spans, over transformer words, subtoken_pooling {pooling}": (
                lambda m, pooling=pooling: tagger(
                    m.words_of(subtoken_pooling=pooling), spans=True, use_rnn=False
                )
            )
            for pooling in ("first", "last", "mean", "first_last")
        },
        'tags, over transformer words, layers "all", layer_mean': lambda m: tagger(
            m.words_of(layers="all", layer_mean=True), use_rnn=False
        ),
        'tags, LSTM over roberta words, layers "-1,-2", CRF': lambda m: tagger(
            m.words_of("roberta", layers="-1,-2", layer_mean=False), use_crf=True
        ),
        "tags, over transformer words, cut": lambda m: tagger(
            m.words_of(allow_long_sentences=False), use_rnn=False
        ),
        "spans, over transformer words, use_context ([FLERT])": lambda m: tagger(
            m.words_of(use_context=True), spans=True, use_rnn=False
        ),
        "tags, over words and transformer words": lambda m: tagger(
            stack(word_vectors(), m.words_of("distilbert")), use_crf=True
        ),
    },
    "SpanClassifier": {
        "first, over transformer words": lambda m: span_classifier(m.words_of(), "first"),
        "last, over transformer words": lambda m: span_classifier(m.words_of(), "last"),
        "first_last, over transformer words": lambda m: span_classifier(
            m.words_of(subtoken_pooling="mean"), "first_last"
        ),
        "average, over transformer words": lambda m: span_classifier(m.words_of(), "average"),
        "first_last, over words and both language models": lambda m: span_classifier(
            stack(word_vectors(), *language_models()), "first_last"
        ),
    },
}
"""Models that decide about several texts, a number, or parts of a text, by their class."""

CASES = CLASSIFIERS | OTHERS
NAMES = [(family, setting) for family, settings in CASES.items() for setting in settings]


PAGE = Path(__file__).parents[2] / "docs" / "families.md"


def table() -> str:
    """The rows of the matrix in Markdown."""
    rows = [f"| `{family}` | {setting} |" for family, setting in NAMES]
    return "\n".join(["| classifier | setting |", "|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    above, _, _ = PAGE.read_text(encoding="utf-8").partition("| classifier | setting |")
    PAGE.write_text(above + table(), encoding="utf-8")
