"""Pairs and triples of texts: read together as one text, or each for itself."""

from __future__ import annotations

from typing import Any

import torch
from flair.data import DataPoint, Sentence, TextPair, TextTriple
from flair.models import TextPairClassifier, TextTripleClassifier

from flair_lig_widget.model.families.whole_text import WholeTextFamily
from flair_lig_widget.model.readers.sentences import Reading, SplitText
from flair_lig_widget.result.texts import split_parts


class PairFamily(WholeTextFamily):
    """``TextPairClassifier`` and ``TextTripleClassifier``.

    Read together (``embed_separately=False``), the texts are one sentence, with a separator that
    does not move. Read separately, each text has an embedding, and these are concatenated.
    """

    supports = "TextPairClassifier, TextTripleClassifier"

    def __init__(self, classifier: Any) -> None:
        super().__init__(classifier)
        self.n_texts = 3 if isinstance(classifier, TextTripleClassifier) else 2

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it classifies pairs or triples."""
        return isinstance(classifier, (TextPairClassifier, TextTripleClassifier))

    def _data_point(self, text: str) -> DataPoint:
        return data_point(split_parts(text, self.n_texts))

    def _readings(self, split: SplitText) -> list[Reading]:
        return readings(self.classifier, split)

    def _decode(self, embedded: torch.Tensor) -> torch.Tensor:
        return super()._decode(joined(self.classifier, embedded, self.n_texts))


def data_point(texts: list[str]) -> DataPoint:
    """What ``predict`` is given for the texts of a pair or triple."""
    sentences = [Sentence(text) for text in texts]
    return TextPair(*sentences) if len(sentences) == 2 else TextTriple(*sentences)


def readings(model: Any, split: SplitText) -> list[Reading]:
    """What a model of pairs or triples reads.

    Raises
    ------
    ValueError
        If Flair reads other words than there are in the texts.
    """
    words: list[list[int | None]] = []
    n_before = 0
    for sentence in split.sentences:
        words.append(list(range(n_before, n_before + len(sentence))))
        n_before += len(sentence)
    if model.embed_separately:
        return [Reading(s, w) for s, w in zip(split.sentences, words, strict=True)]
    parts = [sentence.to_tokenized_string() for sentence in split.sentences]
    sentence = Sentence(model.sep.join(parts), use_tokenizer=False)
    n_words_of_separator = len(model.sep.split())
    joined_words: list[int | None] = []
    for words_of_text in words:
        joined_words += [None] * n_words_of_separator if joined_words else []
        joined_words += words_of_text
    read = [token.text for token in sentence.tokens]
    of_text = [word for word, index in zip(read, joined_words, strict=False) if index is not None]
    if len(read) != len(joined_words) or of_text != split.words:
        raise ValueError(
            "Flair reads other words when it joins these texts; remove unusual whitespace"
        )
    return [Reading(sentence, joined_words)]


def joined(model: Any, embedded: torch.Tensor, n_texts: int) -> torch.Tensor:
    """The embedding of each pair or triple, from that of each reading."""
    return embedded.reshape(len(embedded) // n_texts, -1) if model.embed_separately else embedded
