"""Embeddings of words: a vector for each word of a sentence, for models that label words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from flair.embeddings import StackedEmbeddings, TokenEmbeddings
from flair.embeddings.transformer import TransformerEmbeddings

from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.readers.sentences import Reading, SplitText
from flair_lig_widget.model.readers.transformer import TransformerReader
from flair_lig_widget.model.readers.words import WordsReader
from flair_lig_widget.result.messages import shown


class TransformerWordsReader(TransformerReader):
    """``TransformerWordEmbeddings``: `embed` returns shape (N, W, E), a vector for each word."""

    supports = ("TransformerWordEmbeddings",)

    @staticmethod
    def accepts(embeddings: Any) -> bool:
        """Whether it is a transformer that embeds words."""
        return isinstance(embeddings, TransformerEmbeddings) and bool(embeddings.token_embedding)

    def encode(self, split: SplitText, readings: Sequence[Reading]) -> Encoding:
        """Read a text as Flair does.

        Raises
        ------
        ValueError
            If Flair's mean over the subwords of each word cannot be differentiated.
        """
        encoding = super().encode(split, readings)
        if self.embeddings.subtoken_pooling == "mean" and 0 not in encoding.tensors["word_ids"]:
            raise ValueError(
                f"the tokenizer drops the first word, {shown(split.words[0])}, and the gradient of "
                "Flair's subtoken_pooling='mean' is then not a number; remove that word"
            )
        return encoding

    def embed_ids(self, encoding: Encoding | None, ids: torch.Tensor) -> torch.Tensor:
        """The embeddings of token ids that the input-embedding layer looks up.

        Raises
        ------
        ValueError
            If there is no encoding, which says where words and the data point are.
        """
        if encoding is None:
            raise ValueError(
                "token ids do not say which of them are a word; give the encoding of the text"
            )
        return super().embed_ids(encoding, ids)

    def _embed(self, tensors: dict[str, torch.Tensor]) -> torch.Tensor:
        vectors: torch.Tensor = self.embeddings._forward_tensors(tensors)["token_embeddings"]
        return vectors


class WordVectorsReader(WordsReader):
    """Word embeddings and stacks of them: the path runs in the vectors that `embed` returns."""

    supports = ("WordEmbeddings", "FlairEmbeddings", "StackedEmbeddings")

    @staticmethod
    def accepts(embeddings: Any) -> bool:
        """Whether they are word embeddings, but not a transformer alone."""
        is_transformer = isinstance(embeddings, TransformerEmbeddings)
        return isinstance(embeddings, TokenEmbeddings) and not is_transformer

    def embed(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """The points themselves, shape (N, W, E), of one text."""
        (text,) = texts
        return text.points

    @property
    def _stack(self) -> list[Any]:
        """The embeddings whose vectors are concatenated."""
        if isinstance(self.embeddings, StackedEmbeddings):
            return list(self.embeddings.embeddings)
        return [self.embeddings]

    @property
    def _word_embeddings(self) -> Any:
        return self.embeddings
