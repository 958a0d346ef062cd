"""How Flair's embeddings read a text; one file for each kind, and how to find it."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.model.readers.base import Reader
from flair_lig_widget.model.readers.sentence_transformer import SentenceTransformerReader
from flair_lig_widget.model.readers.transformer import TransformerReader
from flair_lig_widget.model.readers.word_level import TransformerWordsReader, WordVectorsReader
from flair_lig_widget.model.readers.words import WordsReader

OF_TEXTS: tuple[type[Reader], ...] = (TransformerReader, WordsReader, SentenceTransformerReader)
"""Readers with an embedding for each text."""

OF_WORDS: tuple[type[Reader], ...] = (TransformerWordsReader, WordVectorsReader)
"""Readers with an embedding for each word."""

__all__ = ["OF_TEXTS", "OF_WORDS", "Reader", "find_reader"]


def find_reader(embeddings: Any, readers: tuple[type[Reader], ...]) -> type[Reader] | None:
    """The first of some readers that accepts the embeddings; None if there is none."""
    return next((reader for reader in readers if reader.accepts(embeddings)), None)
