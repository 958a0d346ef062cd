"""Encoders of every architecture in wide use: small, random, with real tokenizers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
import transformers as hf

from support import subwords, tiny

LONGEST = 64
"""Subwords that these encoders read at once."""

_WIDE = {"initializer_range": 0.15}  # a nearly linear model would test nothing
_USUAL = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": LONGEST + 2,
    **_WIDE,
}


def save(kind: str, folder: Path) -> Path:
    """Write an encoder of random weights, and a tokenizer trained on the demo's sentences."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer_in, model_with = ENCODERS[kind]
    tokenizer = tokenizer_in(folder)
    torch.manual_seed(list(ENCODERS).index(kind))
    model = model_with(tokenizer)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _usual(name: str, **more: object) -> Callable:
    """A model of the architecture ``name``, for those whose sizes have the usual names."""

    def model_with(tokenizer):
        config = getattr(hf, f"{name}Config")(
            vocab_size=len(tokenizer),
            pad_token_id=tokenizer.pad_token_id,
            **{**_USUAL, **more},
        )
        return getattr(hf, f"{name}Model")(config)

    return model_with


def _xlnet(tokenizer):
    sizes = {"d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 64}
    return hf.XLNetModel(hf.XLNetConfig(vocab_size=len(tokenizer), **sizes, **_WIDE))


def _t5(tokenizer):
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}
    return hf.T5EncoderModel(
        hf.T5Config(vocab_size=len(tokenizer), initializer_factor=1.0, **sizes)
    )


def _xlm(tokenizer):
    sizes = {"emb_dim": 32, "n_layers": 2, "n_heads": 4, "max_position_embeddings": LONGEST}
    languages = {"en": 0, "de": 1}
    return hf.XLMModel(
        hf.XLMConfig(
            vocab_size=len(tokenizer),
            n_langs=2,
            use_lang_emb=True,
            lang2id=languages,
            id2lang={index: name for name, index in languages.items()},
            pad_index=tokenizer.pad_token_id,
            init_std=0.15,
            embed_init_std=0.15,
            **sizes,
        )
    )


def _gpt2(tokenizer):
    sizes = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": LONGEST}
    return hf.GPT2Model(hf.GPT2Config(vocab_size=len(tokenizer), **sizes, **_WIDE))


def _tiny(kind: str) -> Callable:
    """The tokenizer of one of the kinds in `tiny`."""
    return lambda folder: tiny.tokenizer_of(kind, folder, LONGEST)


def _recast(name: str, kind: str, **specials: str) -> Callable:
    """The tokenizer class ``name`` over the subwords of a kind in `tiny`."""

    def tokenizer_in(folder: Path):
        backend = _tiny(kind)(folder).backend_tokenizer
        return getattr(hf, name)(tokenizer_object=backend, model_max_length=LONGEST, **specials)

    return tokenizer_in


def _slow_bert(folder: Path):
    """A tokenizer in plain Python, which returns no offsets."""
    _tiny("bert")(folder).save_pretrained(folder)
    (folder / "tokenizer.json").unlink()
    return hf.BertTokenizer(str(folder / "vocab.txt"), model_max_length=LONGEST)


def _sentencepiece(name: str, **specials: object) -> Callable:
    """The tokenizer class ``name`` over a SentencePiece model of the demo's sentences."""
    return lambda folder: subwords.sentencepiece_tokenizer(
        name, folder, longest=LONGEST, **specials
    )


def _xlm_bpe(folder: Path):
    """XLM's own tokenizer, which exists in plain Python only."""
    text = "".join(subwords.sentences()).lower()
    characters = sorted({c for c in text if c.isalnum() or c in ",.'-%£$"})
    symbols = ["<s>", "</s>", "<pad>", "<unk>", "<special0>", "<special1>"]
    merges = ["t h", "i n", "a n", "e r</w>", "th e</w>", "in g</w>", "an d</w>", "o n</w>"]
    joined = [merge.replace(" ", "") for merge in merges]
    parts = [*symbols, *characters, *(f"{c}</w>" for c in characters), *joined]
    vocab = ",\n".join(f'"{part}": {index}' for index, part in enumerate(dict.fromkeys(parts)))
    (folder / "vocab.json").write_text(f"{{{vocab}}}", encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(merges) + "\n", encoding="utf-8")
    return hf.XLMTokenizer(
        str(folder / "vocab.json"),
        str(folder / "merges.txt"),
        model_max_length=LONGEST,
        lang2id={"en": 0, "de": 1},
        id2lang={"0": "en", "1": "de"},
        do_lowercase_and_remove_accent=True,
    )


_MPNET = {"cls_token": "[CLS]", "sep_token": "[SEP]", "bos_token": "[CLS]", "eos_token": "[SEP]"}

ENCODERS: dict[str, tuple[Callable, Callable]] = {
    "albert": (_sentencepiece("AlbertTokenizerFast"), _usual("Albert", embedding_size=16)),
    "bert": (_tiny("bert"), _usual("Bert")),
    "bert, slow tokenizer": (_slow_bert, _usual("Bert")),
    "camembert": (_sentencepiece("CamembertTokenizerFast"), _usual("Camembert")),
    "deberta-v2": (
        _sentencepiece("DebertaV2TokenizerFast"),
        _usual("DebertaV2", relative_attention=True, pos_att_type=["p2c", "c2p"]),
    ),
    "distilbert": (
        _tiny("distilbert"),
        lambda tokenizer: hf.DistilBertModel(
            hf.DistilBertConfig(
                vocab_size=len(tokenizer), dim=32, hidden_dim=64, n_layers=2, n_heads=4, **_WIDE
            )
        ),
    ),
    "electra": (_recast("ElectraTokenizerFast", "bert"), _usual("Electra", embedding_size=16)),
    "gpt2": (_recast("GPT2TokenizerFast", "roberta", pad_token="<pad>"), _gpt2),
    "longformer": (
        _recast("LongformerTokenizerFast", "roberta", add_prefix_space=True),
        _usual("Longformer", attention_window=[8, 8], max_position_embeddings=LONGEST + 10),
    ),
    "mpnet": (
        _recast("MPNetTokenizerFast", "bert", mask_token="[MASK]", pad_token="[PAD]", **_MPNET),
        _usual("MPNet"),
    ),
    "roberta": (_tiny("roberta"), _usual("Roberta")),
    "t5": (_sentencepiece("T5TokenizerFast", extra_ids=0), _t5),
    "xlm": (_xlm_bpe, _xlm),
    "xlm-roberta": (_sentencepiece("XLMRobertaTokenizerFast"), _usual("XLMRoberta")),
    "xlnet": (_sentencepiece("XLNetTokenizerFast"), _xlnet),
}
