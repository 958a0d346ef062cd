"""Document embeddings over the words' embeddings: the path runs in the vectors of the words."""

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

from flair_lig_widget.encoding import Encoding
from flair_lig_widget.families.base import Family, read, spans
from flair_lig_widget.tokens import Token, original_offsets

_DOCUMENTS = (DocumentPoolEmbeddings, DocumentRNNEmbeddings, DocumentCNNEmbeddings)
_TABLES = {
    WordEmbeddings: "embedding",
    BytePairEmbeddings: "embedding",
    OneHotEmbeddings: "embedding_layer",
}
"""Embeddings that look each word up in a table of vectors, and what they call it."""

_STRANGE = "\ue000"
"""A word that no vocabulary has: a character for private use."""


@dataclass(frozen=True, eq=False)
class WordsEncoding(Encoding):
    """A text as its words, with the vector that each embedding of a stack gives them.

    Attributes
    ----------
    words : tuple of str, length T
    widths : dict of str to int
        Name and width of each embedding of the stack, in the order of the joined vector.
    """

    words: tuple[str, ...] = ()
    widths: dict[str, int] = field(default_factory=dict)


class WordsFamily(Family):
    """``TextClassifier`` over pooled, recurrent or convolutional document embeddings.

    A token is one of Flair's words, and its vector joins what the embeddings of the stack give
    it. Where they read the words round it as well, as Flair's character language models and
    transformers do, the score belongs to the word with what its vector took from those.
    """

    supports = (
        "TextClassifier over DocumentPoolEmbeddings, DocumentRNNEmbeddings or DocumentCNNEmbeddings"
    )

    @staticmethod
    def takes(classifier: Any) -> bool:
        """Whether it is a text classifier that makes a document of its words' vectors."""
        return isinstance(classifier, TextClassifier) and isinstance(
            classifier.embeddings, _DOCUMENTS
        )

    @property
    def reason(self) -> str:
        """Why this family was chosen, and where its path runs."""
        inner = ", ".join(type(embedding).__name__ for embedding in self._stack)
        return (
            f"{type(self.classifier).__name__} over {type(self.classifier.embeddings).__name__} "
            f"of {inner}: the path runs in the vectors of the words"
        )

    @property
    def layers(self) -> dict[str, Any]:
        """The words' vectors, which are not the output of a single module."""
        return {"word_embeddings": None}

    @property
    def baselines(self) -> tuple[str, ...]:
        """Zeros; where every vector is looked up in a table, also an unknown word and its mean."""
        if not all(type(embedding) in _TABLES for embedding in self._stack):
            return ("zero",)
        closed = any(
            isinstance(embedding, OneHotEmbeddings) and not embedding.vocab_dictionary.add_unk
            for embedding in self._stack
        )
        return ("zero", "mean") if closed else ("zero", "unk", "mean")

    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does."""
        sentence = read(text)
        vectors, widths = self._embed(sentence)
        original = original_offsets(text, Sentence._handle_problem_characters)
        words = tuple(token.text for token in sentence.tokens)
        tokens = tuple(
            Token(word, original[start], original[end - 1] + 1, place, False)
            for place, (word, (start, end)) in enumerate(zip(words, spans(sentence), strict=True))
        )
        seen = self._seen(list(words), vectors)
        return WordsEncoding(
            text=text,
            tokens=tokens[:seen],
            tensors={"vectors": vectors},
            places=torch.tensor([place if place < seen else -1 for place in range(len(words))]),
            cut=seen < len(words),
            words=words,
            widths=widths,
        )

    def flair_probabilities(self, text: str) -> dict[str, float]:
        """What ``classifier.predict`` itself says of a text, to compare with."""
        with _kept(self.classifier):
            return super().flair_probabilities(text)

    def endpoints(
        self, encoding: Encoding, baseline: str, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path and their logits."""
        vectors = encoding.tensors["vectors"]
        ends = torch.cat([self._reference(encoding, baseline).expand_as(vectors), vectors])
        return ends, self.logits(encoding, ends, layer)

    def logits(
        self,
        encoding: Encoding,
        points: torch.Tensor,
        layer: str,
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits with the vectors of the words replaced: Flair embeds no word that has them."""
        assert isinstance(encoding, WordsEncoding)
        sentences = [Sentence(list(encoding.words)) for _ in range(len(points))]
        parts = torch.split(points, list(encoding.widths.values()), dim=-1)
        for name, part in zip(encoding.widths, parts, strict=True):
            for sentence, vectors in zip(sentences, part.unbind(), strict=True):
                for token, vector in zip(sentence.tokens, vectors.unbind(), strict=True):
                    token.set_embedding(name, vector)
        with _kept(self.classifier):
            documents = self.classifier._encode_data_points(sentences, sentences)
            logits: torch.Tensor = self.classifier.decoder(documents)
        return logits

    @property
    def _stack(self) -> list[Any]:
        """The embeddings that together make the vector of a word."""
        return list(self.classifier.embeddings.embeddings.embeddings)

    def _embed(self, sentence: Sentence) -> tuple[torch.Tensor, dict[str, int]]:
        """The joined vectors of the words, shape (1, T, D), and the width of each part."""
        with torch.no_grad(), _kept(self.classifier):
            self.classifier.embeddings.embeddings.embed(sentence)
            vectors = torch.stack([torch.cat(t.get_each_embedding()) for t in sentence.tokens])
        first = sentence.tokens[0]._embeddings
        widths = {name: len(first[name]) for name in sorted(first)}
        return vectors.to(flair.device)[None], widths

    def _reference(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """What stands in the place of every word, shape (1, 1, D)."""
        if baseline == "zero":
            return torch.zeros_like(encoding.tensors["vectors"][:, :1])
        if baseline == "unk":
            return self._embed(Sentence([_STRANGE]))[0]
        with torch.no_grad():
            means = {embedding.name: _mean(embedding) for embedding in self._stack}
        # Flair may keep a table of words on the CPU and one that it trains on the GPU.
        parts = [means[name].to(flair.device) for name in sorted(means)]
        return torch.cat(parts)[None, None]

    def _seen(self, words: list[str], vectors: torch.Tensor) -> int:
        """How many words the model read: transformers give zeros for what they cut off."""
        for embedding in self._stack:
            if not isinstance(embedding, TransformerEmbeddings) or embedding.allow_long_sentences:
                continue
            ask = {"is_split_into_words": True, "truncation": False}
            length = len(embedding.tokenizer(words, **ask)["input_ids"])
            if embedding.truncate and length > embedding.tokenizer.model_max_length:
                return int(vectors[0].any(dim=-1).nonzero()[-1]) + 1
        return len(words)


def _mean(embedding: Any) -> torch.Tensor:
    """The vector of a word whose row in the table is the mean of all."""
    mean: torch.Tensor = getattr(embedding, _TABLES[type(embedding)]).weight.mean(dim=0)
    if getattr(embedding, "layer_norm", None) is not None:
        mean = embedding.layer_norm(mean)
    # Byte pair embeddings join those of a word's first and last subword.
    return torch.cat([mean, mean]) if isinstance(embedding, BytePairEmbeddings) else mean


@contextlib.contextmanager
def _kept(classifier: torch.nn.Module) -> Iterator[None]:
    """Give back what Flair changes where it only reads.

    Its RNNs and CNNs clear their gradients, and pooled embeddings remember every word.
    """
    gradients = [(p, p.grad) for p in classifier.parameters() if p.grad is not None]
    pooled = [m for m in classifier.modules() if isinstance(m, PooledFlairEmbeddings)]
    memories = [(dict(m.word_embeddings), dict(m.word_count)) for m in pooled]
    try:
        yield
    finally:
        for parameter, gradient in gradients:
            parameter.grad = gradient
        for module, (vectors, counts) in zip(pooled, memories, strict=True):
            module.word_embeddings, module.word_count = vectors, counts
