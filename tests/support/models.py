"""Small models that decide about more or less than one whole text, drawn from fixed seeds."""

from __future__ import annotations

import torch
from flair.data import Dictionary
from flair.models import (
    RelationClassifier,
    SequenceTagger,
    SpanClassifier,
    TextPairClassifier,
    TextPairRegressor,
    TextRegressor,
    TextTripleClassifier,
    TokenClassifier,
)

from support.makers import LABELS, dictionary

ENTITIES = ("PER", "ORG")
TAGS = ("NOUN", "VERB", "ADJ", "PUNCT")


def seeded(make, *arguments, **options):
    """A model whose weights are drawn from a fixed seed, in evaluation mode."""
    torch.manual_seed(7)
    model = make(*arguments, **options)
    model.eval()  # which not every model returns
    return model


def of_texts(make, embeddings, *, separately: bool, **options):
    options = {"label_type": "topic", "label_dictionary": dictionary(), **options}
    return seeded(make, embeddings, embed_separately=separately, **options)


def pair(embeddings, *, separately: bool = False, **options) -> TextPairClassifier:
    return of_texts(TextPairClassifier, embeddings, separately=separately, **options)


def triple(embeddings, *, separately: bool = False, **options) -> TextTripleClassifier:
    return of_texts(TextTripleClassifier, embeddings, separately=separately, **options)


def regressor(embeddings) -> TextRegressor:
    return seeded(TextRegressor, embeddings, label_name="rating")


def pair_regressor(embeddings, *, separately: bool = False) -> TextPairRegressor:
    return seeded(TextPairRegressor, embeddings, label_type="rating", embed_separately=separately)


def relations(embeddings, strategy, **options) -> RelationClassifier:
    options = {"entity_label_types": "ner", "encoding_strategy": strategy, **options}
    return seeded(RelationClassifier, embeddings, dictionary(LABELS), "relation", **options)


def tags_of(spans: bool) -> Dictionary:
    """Tags of words; or labels of spans, which Flair turns into tags."""
    found = dictionary(ENTITIES if spans else TAGS)
    found.span_labels = spans
    return found


def token_classifier(embeddings, *, spans: bool = False, **options) -> TokenClassifier:
    return seeded(TokenClassifier, embeddings, tags_of(spans), "tag", **options)


def tagger(embeddings, *, spans: bool = False, **options) -> SequenceTagger:
    options = {"hidden_size": 8, "use_crf": False, **options}
    return seeded(SequenceTagger, embeddings, tags_of(spans), "tag", **options)


def span_classifier(embeddings, pooling: str, **options) -> SpanClassifier:
    options = {"label_type": "nel", "pooling_operation": pooling, **options}
    return seeded(SpanClassifier, embeddings, dictionary(add_unk=True), **options)
