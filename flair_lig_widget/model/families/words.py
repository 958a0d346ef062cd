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
from flair.models import TextClassifier

from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.families.base import Family
from flair_lig_widget.model.families.sentences import (
    offsets_before_cleanup,
    read_sentence,
    word_ranges,
)
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
    """A text as its words, with a vector for each word.

    Attributes
    ----------
    words : tuple of str, length P
        All words of the text, also those that the model does not read.
    widths : dict of str to int
        Name and width of each embedding of the stack, in the order in which their vectors are
        concatenated.
    """

    words: tuple[str, ...] = ()
    widths: dict[str, int] = field(default_factory=dict)


class WordsFamily(Family):
    """``TextClassifier`` over pooled, recurrent or convolutional document embeddings.

    A token is one of Flair's words. Its vector is the concatenation of the vectors that the
    embeddings of the stack return for it. Contextual embeddings, such as Flair's character
    language models and transformers, read the words around it as well. The score of a word then
    includes what its vector took from its context.
    """

    supports = (
        "TextClassifier over DocumentPoolEmbeddings, DocumentRNNEmbeddings or DocumentCNNEmbeddings"
    )

    @staticmethod
    def accepts(classifier: Any) -> bool:
        """Whether it is a text classifier over document embeddings made of word vectors."""
        return isinstance(classifier, TextClassifier) and isinstance(
            classifier.embeddings, _DOCUMENTS
        )

    @property
    def reason(self) -> str:
        """One sentence: what the classifier is, and where the path runs."""
        inner = ", ".join(type(embedding).__name__ for embedding in self._stack)
        return (
            f"{type(self.classifier).__name__} over {type(self.classifier.embeddings).__name__} "
            f"of {inner}: the path runs in the vectors of the words"
        )

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

    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does."""
        sentence = read_sentence(text)
        vectors, widths = self._embed(sentence)
        words = tuple(token.text for token in sentence.tokens)
        n_read = self._n_words_read(list(words), vectors)
        return WordsEncoding(
            text=text,
            tokens=_tokens(text, sentence)[:n_read],
            tensors={"vectors": vectors},
            token_of_position=torch.tensor([i if i < n_read else -1 for i in range(len(words))]),
            is_truncated=n_read < len(words),
            words=words,
            widths=widths,
        )

    def _predict(self, sentences: list[Sentence]) -> None:
        """Let ``classifier.predict`` add all its labels to sentences."""
        with _restored(self.classifier):
            super()._predict(sentences)

    def text_point(self, encoding: Encoding) -> torch.Tensor:
        """The vectors of the words, shape (1, P, D)."""
        return encoding.tensors["vectors"]

    def endpoints(
        self, encoding: Encoding, baseline: str, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path and their logits, the baseline first."""
        vectors = self.text_point(encoding)
        reference = self._reference(encoding, baseline).expand_as(vectors)
        ends = torch.cat([reference, vectors])
        return ends, self.logits(encoding, ends, layer)

    def can_share_batch(self, encoding: Encoding) -> bool:
        """True: Flair pads the vectors of shorter texts."""
        return True

    def logits_of_texts(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """Logits with the vectors of the words replaced.

        Flair does not embed a word that already has its vectors.
        """
        sentences = [sentence for text in texts for sentence in _with_vectors(text)]
        with _restored(self.classifier):
            documents = self.classifier._encode_data_points(sentences, sentences)
            logits: torch.Tensor = self.classifier.decoder(documents)
        return logits

    @property
    def _stack(self) -> list[Any]:
        """The embeddings whose vectors are concatenated."""
        return list(self.classifier.embeddings.embeddings.embeddings)

    def _embed(self, sentence: Sentence) -> tuple[torch.Tensor, dict[str, int]]:
        """The vectors of the words, shape (1, P, D), and the width of each embedding."""
        with torch.no_grad(), _restored(self.classifier):
            self.classifier.embeddings.embeddings.embed(sentence)
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


def _tokens(text: str, sentence: Sentence) -> tuple[Token, ...]:
    """Each word of a text as a token, with offsets into the text as typed."""
    original = offsets_before_cleanup(text)
    tokens: list[Token] = []
    for index, (start, end) in enumerate(word_ranges(sentence)):
        word = sentence.tokens[index].text
        tokens.append(
            Token(word, original[start], original[end - 1] + 1, word=index, special=False)
        )
    return tuple(tokens)


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
    """A sentence for each point, whose words have their vectors."""
    encoding = text.encoding
    assert isinstance(encoding, WordsEncoding)
    sentences = [Sentence(list(encoding.words)) for _ in range(len(text.points))]
    parts = torch.split(text.points, list(encoding.widths.values()), dim=-1)
    for name, part in zip(encoding.widths, parts, strict=True):
        for sentence, vectors in zip(sentences, part.unbind(), strict=True):
            for token, vector in zip(sentence.tokens, vectors.unbind(), strict=True):
                token.set_embedding(name, vector)
    return sentences


@contextlib.contextmanager
def _restored(classifier: torch.nn.Module) -> Iterator[None]:
    """Restore the memory of pooled embeddings, in which Flair keeps every word it embeds."""
    pooled = [m for m in classifier.modules() if isinstance(m, PooledFlairEmbeddings)]
    memories = [(dict(m.word_embeddings), dict(m.word_count)) for m in pooled]
    try:
        yield
    finally:
        for module, (vectors, counts) in zip(pooled, memories, strict=True):
            module.word_embeddings, module.word_count = vectors, counts
