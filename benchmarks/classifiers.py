"""The classifiers that are explained: the demo's, a random one, and some trained ones."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from flair.data import Dictionary
from flair.embeddings import TransformerDocumentEmbeddings
from flair.models import TextClassifier
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from trained import RECIPES, load_trained
from transformers import XLMRobertaConfig, XLMRobertaModel, XLMRobertaTokenizerFast

from flair_lig_widget import load_demo_classifier
from flair_lig_widget.demo.train import CORPUS, read_labelled

# The range makes the integrand as rough as the demo classifier's: from 9 to 17 nodes the scores by
# trapezoid change by about a tenth. With the usual 0.02 every rule is accurate.
BASE = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "initializer_range": 0.085,
}
LARGE = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "initializer_range": 0.06,
}
TOY = {
    "hidden_size": 48,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 12,
    "initializer_range": 0.2,
}

_RANDOM = {"xlmr": BASE, "xlmr-large": LARGE}
_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def load_classifier(
    name: str, *, toy: bool = False, data: Path | None = None, cache: Path | None = None
) -> TextClassifier:
    """The demo classifier, a random one, or one that is trained the first time.

    Parameters
    ----------
    name : str
        ``"demo"``, ``"xlmr"`` or ``"xlmr-large"`` (random, the sizes of XLM-R), or a key of
        `RECIPES`.
    toy : bool
        Make a random one small: it checks that a benchmark runs, and not its speed.
    data, cache : Path, optional
        The folders of `load_trained`, for the trained ones.
    """
    if name == "demo":
        return load_demo_classifier()
    if name in _RANDOM:
        with tempfile.TemporaryDirectory() as folder, torch.random.fork_rng():
            torch.manual_seed(0)
            return _random_xlmr(Path(folder), TOY if toy else _RANDOM[name])
    if name not in RECIPES:
        names = ", ".join(["demo", *_RANDOM, *RECIPES])
        raise ValueError(f"unknown model {name!r}; models are {names}")
    if data is None or cache is None:
        raise ValueError(f"model {name!r} is trained; give the folders of data and cache")
    return load_trained(name, data=data, cache=cache)


def _random_xlmr(folder: Path, size: Mapping[str, float]) -> TextClassifier:
    labels, texts = read_labelled(CORPUS)
    tokenizer = _train_tokenizer(texts)
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=514,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        pad_token_id=tokenizer.pad_token_id,
        **size,
    )
    model = XLMRobertaModel(config)
    with torch.no_grad():  # transformers starts the padding at zero, and training moves it
        padding = model.embeddings.word_embeddings.weight[config.pad_token_id]
        padding.normal_(0, config.initializer_range)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    dictionary = Dictionary(add_unk=False)
    for label in sorted(set(labels)):
        dictionary.add_item(label)
    embeddings = TransformerDocumentEmbeddings(str(folder))
    return TextClassifier(embeddings, label_type="topic", label_dictionary=dictionary).eval()


def _train_tokenizer(texts: Sequence[str]) -> XLMRobertaTokenizerFast:
    raw = Tokenizer(models.Unigram())
    raw.normalizer = normalizers.NFKC()
    raw.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=2000, special_tokens=_SPECIALS, unk_token="<unk>", show_progress=False
    )
    raw.train_from_iterator(texts, trainer)
    raw.post_processor = processors.RobertaProcessing(
        ("</s>", raw.token_to_id("</s>")), ("<s>", raw.token_to_id("<s>"))
    )
    return XLMRobertaTokenizerFast(tokenizer_object=raw, model_max_length=512)
