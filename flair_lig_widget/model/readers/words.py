"""Document embeddings over word embeddings: the path runs in the vectors of the words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import flair
import torch
from flair.data import Sentence
from flair.embeddings import (
    BytePairEmbeddings,
    DocumentCNNEmbeddings,
    DocumentPoolEmbeddings,
    DocumentRNNEmbeddings,
    OneHotEmbeddings,
    PooledFlairEmbeddings,
    WordEmbeddings,
)
from flair.embeddings.transformer import TransformerEmbeddings

from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.readers.base import Reader
from flair_lig_widget.model.readers.sentences import Reading, SplitText
from flair_lig_widget.result.tokens import Token

_DOCUMENTS = (DocumentPoolEmbeddings, DocumentRNNEmbeddings, DocumentCNNEmbeddings)
_TABLES = {
    WordEmbeddings: "embedding",
    BytePairEmbeddings: "embedding",
    OneHotEmbeddings: "embedding_layer",
}
"""Embeddings that look each word up in a table of vectors, and their name for the table."""

_UNKNOWN_WORD = "\ue000"
"""A word that is in no vocabulary: a private-use character."""


@dataclass(frozen=True, eq=False)
class WordsEncoding(Encoding):
    """A text as words with a vector for each.

    Attributes
    ----------
    words : tuple of tuples of str
        For each reading all its words, also those that the model does not read; P words in all.
    widths : dict of str to int
        Name and width of each embedding of the stack, in the order in which their vectors are
        concatenated.
    """

    words: tuple[tuple[str, ...], ...] = ()
    widths: dict[str, int] = field(default_factory=dict)


class WordsReader(Reader):
    """Pooled, recurrent or convolutional document embeddings over word embeddings.

    A token is one of Flair's words. Its vector is the concatenation of the vectors that the
    embeddings of the stack return for it. Contextual embeddings, such as Flair's character
    language models and transformers, read the words around it as well. The score of a word then
    includes what its vector took from its context.
    """

    supports = ("DocumentPoolEmbeddings", "DocumentRNNEmbeddings", "DocumentCNNEmbeddings")

    @staticmethod
    def accepts(embeddings: Any) -> bool:
        """Whether they are document embeddings made of word vectors."""
        return isinstance(embeddings, _DOCUMENTS)

    @property
    def reason(self) -> str:
        """What the embeddings are, and where the path runs."""
        inner = ", ".join(type(embedding).__name__ for embedding in self._stack)
        name = type(self.embeddings).__name__
        return f"{name} of {inner}: the path runs in the vectors of the words"

    @property
    def layers(self) -> dict[str, Any]:
        """The vectors of the words, which are not the output of a single module."""
        return {"word_embeddings": None}

    @property
    def baselines(self) -> tuple[str, ...]:
        """Zeros. If all vectors come from tables, also an unknown word and the mean of a table."""
        if not all(type(embedding) in _TABLES for embedding in self._stack):
            return ("zero",)
        for embedding in self._stack:
            if isinstance(embedding, OneHotEmbeddings) and not embedding.vocab_dictionary.add_unk:
                return ("zero", "mean")
        return ("zero", "unk", "mean")

    def encode(self, split: SplitText, readings: Sequence[Reading]) -> Encoding:
        """Read a text as Flair does."""
        words_of_text = [word for reading in readings for word in reading.words]
        parts: list[torch.Tensor] = []
        tokens: list[Token] = []
        token_of_position: list[int] = []
        for reading in readings:
            vectors, widths = self._embed(reading.sentence)
            words = [token.text for token in reading.sentence.tokens]
            n_read = self._n_words_read(words, vectors)
            found = _tokens(split, words[:n_read], reading.words[:n_read])
            token_of_position += range(len(tokens), len(tokens) + n_read)
            token_of_position += [-1] * (len(words) - n_read)
            tokens += found
            parts.append(vectors)
        n_words_read = sum(not token.special for token in tokens)
        return WordsEncoding(
            text=split.text,
            starts=split.starts,
            tokens=tuple(tokens),
            tensors={"vectors": torch.cat(parts, dim=1)},
            token_of_position=torch.tensor(token_of_position),
            is_truncated=n_words_read < sum(word is not None for word in words_of_text),
            words=tuple(tuple(t.text for t in reading.sentence.tokens) for reading in readings),
            widths=widths,
        )

    def text_point(self, encoding: Encoding) -> torch.Tensor:
        """The vectors of the words, shape (1, P, D)."""
        return encoding.tensors["vectors"]

    def baseline_point(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """The same vector for every word of the text, shape (1, P, D)."""
        vectors = self.text_point(encoding)
        reference = self._reference(encoding, baseline).expand_as(vectors)
        return torch.where(encoding.movable[:, None], reference, vectors)

    def can_share_batch(self, encoding: Encoding) -> bool:
        """Whether there is one reading: Flair pads the vectors of shorter texts."""
        assert isinstance(encoding, WordsEncoding)
        return len(encoding.words) == 1

    def embed(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """The embeddings of texts whose words have other vectors.

        Flair does not embed a word that already has its vectors.
        """
        sentences = [sentence for text in texts for sentence in _with_vectors(text)]
        with restored(self.embeddings):
            self.embeddings.embed(sentences)
        names = self.embeddings.get_names()
        return torch.stack([sentence.get_embedding(names) for sentence in sentences])

    @property
    def _stack(self) -> list[Any]:
        """The embeddings whose vectors are concatenated."""
        return list(self.embeddings.embeddings.embeddings)

    @property
    def _word_embeddings(self) -> Any:
        """What embeds the words of a sentence."""
        return self.embeddings.embeddings

    def _embed(self, sentence: Sentence) -> tuple[torch.Tensor, dict[str, int]]:
        """The vectors of the words, shape (1, P, D), and the width of each embedding."""
        with torch.no_grad(), restored(self.embeddings):
            self._word_embeddings.embed(sentence)
            vectors = torch.stack([torch.cat(t.get_each_embedding()) for t in sentence.tokens])
        first = sentence.tokens[0]._embeddings
        widths = {name: len(first[name]) for name in sorted(first)}
        return vectors.to(flair.device)[None], widths

    def _reference(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """The vector that replaces every word, shape (1, 1, D)."""
        if baseline == "zero":
            return torch.zeros_like(encoding.tensors["vectors"][:, :1])
        if baseline == "unk":
            unknown, _ = self._embed(Sentence([_UNKNOWN_WORD]))
            return unknown
        with torch.no_grad():
            means = {embedding.name: _mean(embedding) for embedding in self._stack}
        # Flair may keep some tables on the CPU and others, which it trains, on the GPU.
        parts = [means[name].to(flair.device) for name in sorted(means)]
        return torch.cat(parts)[None, None]

    def _n_words_read(self, words: list[str], vectors: torch.Tensor) -> int:
        """How many words the model reads: a transformer returns zeros for truncated words."""
        for embedding in self._stack:
            if isinstance(embedding, TransformerEmbeddings) and _truncates(embedding, words):
                return int(vectors[0].any(dim=-1).nonzero()[-1]) + 1
        return len(words)


def _tokens(
    split: SplitText, words: Sequence[str], words_of_text: Sequence[int | None]
) -> list[Token]:
    """Each word that is read as a token, with offsets into the text as typed."""
    tokens: list[Token] = []
    end = 0  # where a word is placed that is not in the text
    for text, word in zip(words, words_of_text, strict=True):
        if word is None:
            tokens.append(Token(text, end, end, word=None, special=True))
            continue
        first, last = split.word_ranges[word]
        start, end = split.original[first], split.original[last - 1] + 1
        tokens.append(Token(text, start, end, word=word, special=False))
    return tokens


def _truncates(embedding: Any, words: list[str]) -> bool:
    """Whether a transformer reads only a part of these words."""
    if embedding.allow_long_sentences or not embedding.truncate:
        return False
    ids = embedding.tokenizer(words, is_split_into_words=True, truncation=False)["input_ids"]
    return len(ids) > int(embedding.tokenizer.model_max_length)


def _mean(embedding: Any) -> torch.Tensor:
    """The vector of a word whose row in the table is the mean of all rows."""
    mean: torch.Tensor = getattr(embedding, _TABLES[type(embedding)]).weight.mean(dim=0)
    if getattr(embedding, "layer_norm", None) is not None:
        mean = embedding.layer_norm(mean)
    # Byte-pair embeddings concatenate the vectors of a word's first and last subword.
    return torch.cat([mean, mean]) if isinstance(embedding, BytePairEmbeddings) else mean


def _with_vectors(text: TextPoints) -> list[Sentence]:
    """For each point a sentence of each reading, whose words have their vectors."""
    encoding = text.encoding
    assert isinstance(encoding, WordsEncoding)
    widths = list(encoding.widths.values())
    lengths = [len(words) for words in encoding.words]
    sentences: list[Sentence] = []
    for point in text.points:
        for words, vectors in zip(encoding.words, point.split(lengths), strict=True):
            sentence = Sentence(list(words))
            for token, vector in zip(sentence.tokens, vectors, strict=True):
                for name, part in zip(encoding.widths, vector.split(widths), strict=True):
                    token.set_embedding(name, part)
            sentences.append(sentence)
    return sentences


@contextlib.contextmanager
def restored(embeddings: torch.nn.Module) -> Iterator[None]:
    """Restore the memory of pooled embeddings, in which Flair keeps every word it embeds."""
    pooled = [m for m in embeddings.modules() if isinstance(m, PooledFlairEmbeddings)]
    memories = [(dict(m.word_embeddings), dict(m.word_count)) for m in pooled]
    try:
        yield
    finally:
        for module, (vectors, counts) in zip(pooled, memories, strict=True):
            module.word_embeddings, module.word_count = vectors, counts
