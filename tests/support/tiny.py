"""Small classifiers with random weights, real encoder classes and real tokenizer classes."""

from __future__ import annotations

from pathlib import Path

import torch
from flair.data import Dictionary
from flair.embeddings import TransformerDocumentEmbeddings
from flair.models import TextClassifier
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizerFast,
    DistilBertConfig,
    DistilBertModel,
    DistilBertTokenizerFast,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
    RobertaTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from support import subwords

KINDS = ("bert", "distilbert", "roberta", "xlm-roberta")
POOLINGS = ("cls", "mean", "max")
LABELS = ("business", "entertainment", "politics", "sport", "tech")

LONGEST = 128
"""Subwords that these encoders read at once."""


def save_encoder(kind: str, folder: Path) -> Path:
    """Write an encoder of random weights and a tokenizer trained on the demo's sentences."""
    tokenizer = tokenizer_of(kind, folder)
    torch.manual_seed(KINDS.index(kind))
    # Weights wide enough for the path to bend: a nearly linear model would test nothing.
    size = {"vocab_size": len(tokenizer), "initializer_range": 0.15}
    if kind == "distilbert":
        model = DistilBertModel(
            DistilBertConfig(dim=32, hidden_dim=64, n_layers=2, n_heads=4, **size)
        )
    else:
        config, cls = {
            "bert": (BertConfig, BertModel),
            "roberta": (RobertaConfig, RobertaModel),
            "xlm-roberta": (XLMRobertaConfig, XLMRobertaModel),
        }[kind]
        model = cls(
            config(
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=4,
                max_position_embeddings=LONGEST + 2,
                pad_token_id=tokenizer.pad_token_id,
                **size,
            )
        )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tokenizer_of(kind: str, folder: Path, longest: int = LONGEST) -> PreTrainedTokenizerFast:
    """The tokenizer of one of the `KINDS`; ``folder`` is for its files."""
    if kind == "xlm-roberta":
        return subwords.sentencepiece_tokenizer("XLMRobertaTokenizerFast", folder, longest=longest)
    cls, vocabulary = {
        "bert": (BertTokenizerFast, subwords.wordpiece),
        "distilbert": (DistilBertTokenizerFast, subwords.wordpiece),
        "roberta": (RobertaTokenizerFast, subwords.byte_level),
    }[kind]
    options = {"add_prefix_space": True} if kind == "roberta" else {}
    return cls(tokenizer_object=vocabulary(), model_max_length=longest, **options)


def classifier(
    folder: Path,
    *,
    multi_label: bool = False,
    labels: tuple[str, ...] = LABELS,
    **embedding: object,
) -> TextClassifier:
    """A classifier over a saved encoder, its decoder drawn from a fixed seed."""
    dictionary = Dictionary(add_unk=False)
    for label in labels:
        dictionary.add_item(label)
    torch.manual_seed(7)  # Flair draws the embedding of its own special token
    embeddings = TransformerDocumentEmbeddings(str(folder), **embedding)
    torch.manual_seed(7)
    model = TextClassifier(
        embeddings, label_type="topic", label_dictionary=dictionary, multi_label=multi_label
    )
    return model.eval()
