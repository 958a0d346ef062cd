"""Small classifiers with random weights, real encoder classes and real tokenizer classes."""

from __future__ import annotations

from pathlib import Path

import torch
from flair.data import Dictionary
from flair.embeddings import TransformerDocumentEmbeddings
from flair.models import TextClassifier
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
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
    XLMRobertaTokenizerFast,
)

from flair_lig_widget.demo.train import CORPUS, read_labelled

KINDS = ("bert", "distilbert", "roberta", "xlm-roberta")
POOLINGS = ("cls", "mean", "max")
LABELS = ("business", "entertainment", "politics", "sport", "tech")

_LONGEST = 128
_BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_ROBERTA_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def save_encoder(kind: str, folder: Path) -> Path:
    """Write an encoder of random weights and a tokenizer trained on the demo's sentences."""
    torch.manual_seed(KINDS.index(kind))
    tokenizer = _wordpiece(kind) if kind.endswith("bert") else _sentencepiece_or_bytes(kind)
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
                max_position_embeddings=_LONGEST + 2,
                pad_token_id=tokenizer.pad_token_id,
                **size,
            )
        )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


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


def _wordpiece(kind: str) -> PreTrainedTokenizerFast:
    raw = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    raw.normalizer = normalizers.BertNormalizer(lowercase=True)
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=800, special_tokens=_BERT_SPECIALS)
    raw.train_from_iterator(read_labelled(CORPUS)[1], trainer)
    raw.post_processor = processors.BertProcessing(
        ("[SEP]", raw.token_to_id("[SEP]")), ("[CLS]", raw.token_to_id("[CLS]"))
    )
    cls = DistilBertTokenizerFast if kind == "distilbert" else BertTokenizerFast
    return cls(tokenizer_object=raw, model_max_length=_LONGEST)


def _sentencepiece_or_bytes(kind: str) -> PreTrainedTokenizerFast:
    if kind == "roberta":
        raw = Tokenizer(models.BPE())
        raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(
            vocab_size=800, special_tokens=_ROBERTA_SPECIALS, initial_alphabet=alphabet
        )
        cls = RobertaTokenizerFast
    else:
        raw = Tokenizer(models.Unigram())
        raw.normalizer = normalizers.NFKC()
        raw.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=800, special_tokens=_ROBERTA_SPECIALS, unk_token="<unk>"
        )
        cls = XLMRobertaTokenizerFast
    raw.train_from_iterator(read_labelled(CORPUS)[1], trainer)
    raw.post_processor = processors.RobertaProcessing(
        ("</s>", raw.token_to_id("</s>")), ("<s>", raw.token_to_id("<s>"))
    )
    return cls(tokenizer_object=raw, model_max_length=_LONGEST, add_prefix_space=True)
