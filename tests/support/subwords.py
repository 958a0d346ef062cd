"""Tokenizers trained on the demo's sentences, with the same vocabulary in every process.

The WordPiece and Unigram trainers of Hugging Face's ``tokenizers`` walk through hash tables in
random order, so the ids of their subwords, and some of the subwords, differ from run to run. With
random weights, other ids are another model.
"""

from __future__ import annotations

import functools
from pathlib import Path

import sentencepiece
import transformers as hf
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from flair_lig_widget.demo.train import CORPUS, read_labelled

SIZE = 800
"""Subwords in each vocabulary."""

_BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_ROBERTA_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


@functools.cache
def sentences() -> tuple[str, ...]:
    """The sentences of the demo's corpus."""
    return tuple(read_labelled(CORPUS)[1])


def wordpiece() -> Tokenizer:
    """BERT's tokenizer, its vocabulary from byte pairs of words that begin with a mark."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    text = tokenizer.normalizer.normalize_str(" ".join(sentences()))
    words = [f"▁{word}" for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)]
    pairs = Tokenizer(models.BPE())
    pairs.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    pairs.train_from_iterator(words, trainers.BpeTrainer(vocab_size=SIZE, show_progress=False))
    characters = sorted(set(text) - {" "})
    learned = sorted(pairs.get_vocab(), key=pairs.token_to_id)
    parts = [part[1:] if part.startswith("▁") else f"##{part}" for part in learned if part != "▁"]
    parts = [*_BERT_SPECIALS, *characters, *(f"##{c}" for c in characters), *parts]
    vocabulary = {part: index for index, part in enumerate(list(dict.fromkeys(parts))[:SIZE])}
    tokenizer.model = models.WordPiece(vocabulary, unk_token="[UNK]")
    tokenizer.add_special_tokens(_BERT_SPECIALS)
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    return tokenizer


def byte_level() -> Tokenizer:
    """RoBERTa's tokenizer: byte pairs."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        special_tokens=_ROBERTA_SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sentences(), trainer)
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", tokenizer.token_to_id("</s>")), ("<s>", tokenizer.token_to_id("<s>"))
    )
    return tokenizer


def sentencepiece_model(
    folder: Path,
    *,
    name: str = "spiece",
    size: int = SIZE,
    model_type: str = "unigram",
    **options: object,
) -> Path:
    """A SentencePiece model in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = folder / "sentences.txt"
    text.write_text("\n".join(sentences()), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / name),
        vocab_size=size,
        model_type=model_type,
        num_threads=1,
        minloglevel=2,
        **options,
    )
    text.unlink()
    return folder / f"{name}.model"


def sentencepiece_tokenizer(
    name: str, folder: Path, *, longest: int, **specials: object
) -> hf.PreTrainedTokenizerFast:
    """The tokenizer class ``name`` over a SentencePiece model."""
    symbols = ["[CLS]", "[SEP]", "[MASK]"] if name.startswith("Deberta") else []
    model = sentencepiece_model(
        folder, pad_id=0, unk_id=1, bos_id=2, eos_id=3, user_defined_symbols=symbols
    )
    return getattr(hf, name)(vocab_file=str(model), model_max_length=longest, **specials)
