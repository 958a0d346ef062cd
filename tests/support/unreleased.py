"""What Flair's main branch does and its release 0.15.1 does not, on top of that release.

Written after ``flairNLP/flair``: ``prepare_tensors`` of ``flair/embeddings/transformer.py`` at
commit 02208da, and ``predict`` of ``flair/nn/model.py`` and of
``flair/models/sequence_tagger_model.py`` at commit e33014e (pull requests 3641 and 3668). In a
Flair that remembers tokenizers, `with_tokenizer` sets that of the model and adds nothing.
"""

from __future__ import annotations

import flair
import torch
from flair.data import Sentence
from flair.embeddings import TransformerDocumentEmbeddings
from flair.embeddings.transformer import combine_strided_tensors
from flair.tokenization import Tokenizer


class RawTextEmbeddings(TransformerDocumentEmbeddings):
    """The tokenizer reads the text of a sentence, whatever its words and its context are."""

    def prepare_tensors(self, sentences, device=None) -> dict[str, torch.Tensor]:
        batch = self.tokenizer(
            [sentence.text for sentence in sentences],
            stride=self.stride,
            return_overflowing_tokens=self.allow_long_sentences,
            truncation=self.truncate,
            padding="max_length" if self.force_max_length else "longest",
            return_tensors="pt",
        )
        names = ("input_ids", "attention_mask", "overflow_to_sample_mapping")
        tensors = {name: batch[name].to(flair.device) for name in names if name in batch}
        ids, padding = tensors["input_ids"], self.tokenizer.pad_token_id
        if self.allow_long_sentences:
            longest = self.tokenizer.model_max_length
            mapping = tensors["overflow_to_sample_mapping"]
            ids = combine_strided_tensors(ids, mapping, self.stride // 2, longest, padding)
        if not (self.cls_pooling == "cls" and self.initial_cls_token):
            tensors["sub_token_lengths"] = (ids != padding).sum(dim=1)
        return tensors


def with_tokenizer(model, tokenizer: Tokenizer):
    """The model with a tokenizer, with which it splits every sentence that it predicts for."""
    kind = type(model)
    if not hasattr(kind, "tokenizer"):
        model.__class__ = type(kind.__name__, (_RemembersTokenizer, kind), {})
    model.tokenizer = tokenizer
    return model


class _RemembersTokenizer:
    """A model of the release, whose ``predict`` does what the setter of a sentence does in main."""

    @property
    def tokenizer(self) -> Tokenizer | None:
        return self._tokenizer

    @tokenizer.setter
    def tokenizer(self, tokenizer: Tokenizer | None) -> None:
        self._tokenizer = tokenizer

    def predict(self, sentences, *arguments, **options):
        for sentence in sentences if isinstance(sentences, list) else [sentences]:
            _split_again(sentence, self.tokenizer)
        return super().predict(sentences, *arguments, **options)


def _split_again(sentence: Sentence, tokenizer: Tokenizer) -> None:
    """Give a sentence the words of a tokenizer, unless it has them."""
    words = Sentence(sentence.text, use_tokenizer=tokenizer).tokens
    if [word.text for word in words] == [word.text for word in sentence.tokens]:
        return
    sentence.tokens, sentence.tokenized = [], None
    for word in words:
        word.sentence = None
        sentence._add_token(word)
