"""The texts to measure on: checked, cut after some words, with a target for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from flair.data import Sentence

from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.model.encoding import Encoding
from flair_lig_widget.model.given import request_of
from flair_lig_widget.model.readers.sentences import split_text
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.marked import MarkedText, overlap
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import Request, join_labels
from flair_lig_widget.result.shares import FEWEST_WORDS
from flair_lig_widget.result.texts import SEPARATOR, Text, split_parts

Given: TypeAlias = "Text | Sentence | MarkedText"
"""A text to measure on; `MarkedText` names the data point, such as a token, that is explained."""


def read_texts(
    wrapper: ModelWrapper,
    texts: Sequence[Given],
    max_words: int,
    *,
    fewest: int = FEWEST_WORDS,
    purpose: str = "one to delete and one to keep",
) -> list[str | MarkedText]:
    """The texts, cut after so many words.

    For a model that labels data points, such as tokens, each text has the one that is explained: by
    default the first that Flair gives a label.

    Parameters
    ----------
    wrapper : ModelWrapper
    texts : sequence of str, tuple of str, Sentence or MarkedText
    max_words : int
    fewest : int
        The words that a text needs, other than those of a data point.
    purpose : str
        What for, as the error message says it.

    Raises
    ------
    ValueError
        If there is no text, or one has too few words or cannot be explained.
    """
    if isinstance(texts, str):
        raise ValueError(f"texts={shown(texts)} is one text; give a list of texts")
    if len(texts) == 0:
        raise ValueError("texts is empty; give at least one text to measure on")
    read: list[str | MarkedText] = []
    for index, text in enumerate(texts):
        try:
            cut = _cut_marked(_marked(wrapper, text), wrapper.n_texts, max_words)
            encoding = wrapper.encode(cut)
            n_words = _count(encoding)
        except ValueError as error:
            raise ValueError(f"texts[{index}]: {error}") from error
        if n_words < fewest:
            read_words = "1 word is" if n_words == 1 else f"{n_words} words are"
            raise ValueError(
                f"texts[{index}]={shown(text)}: {read_words} read with max_words={max_words}, and "
                f"at least {fewest} are needed, {purpose}; leave the text out or allow more words"
            )
        found = MarkedText(cut.text, encoding.entities, encoding.data_point)
        read.append(found.text if found.is_plain else found)
    return read


def request_for(text: str | MarkedText, **options: Any) -> Request:
    """The request to explain a text that was read."""
    if isinstance(text, str):
        return Request(text=text, **options)
    return Request(text=text.text, entities=text.entities, data_point=text.data_point, **options)


def _marked(wrapper: ModelWrapper, given: Given) -> MarkedText:
    if isinstance(given, MarkedText):
        return request_for(given).marked
    return request_of(wrapper, given, {}).marked


def _count(encoding: Encoding) -> int:
    """The number of words that the model reads, without those of the data point."""
    point = encoding.data_point or ()
    words = {
        token.word
        for token in encoding.tokens
        if not any(overlap((token.start, token.end), each) for each in point)
    }
    return len(words - {None})


def _cut_marked(text: MarkedText, n_texts: int, max_words: int) -> MarkedText:
    """The text up to the end of some word, with the entities that are in it."""
    parts = split_parts(text.text, n_texts)
    cut = SEPARATOR.join(_cut(part, max_words) for part in parts)
    if any(end > len(cut) for _, end in text.data_point or ()):
        raise ValueError(f"its data point is behind the first {max_words} words; allow more words")
    entities = tuple(each for each in text.entities if each[1] <= len(cut))
    return MarkedText(cut, entities, text.data_point)


def _cut(text: str, max_words: int) -> str:
    """The text up to the end of one of Flair's words."""
    split = split_text(text)
    if len(split.word_ranges) <= max_words:
        return text
    last = split.word_ranges[max_words - 1][1] - 1
    return text[: split.original[last] + 1]


def choose_targets(
    wrapper: ModelWrapper,
    predictor: Predictor,
    texts: Sequence[str | MarkedText],
    targets: Sequence[str] | None,
) -> list[str]:
    """The target of each text, by default the most probable label.

    Raises
    ------
    ValueError
        If a target is no label, or there is not one for each text.
    """
    if targets is None:
        best = predictor.probabilities(texts).argmax(axis=1)
        return [wrapper.labels[index] for index in best]
    if isinstance(targets, str):
        raise ValueError(f"targets={shown(targets)} is one label; give a list, one for each text")
    if len(targets) != len(texts):
        raise ValueError(
            f"there are {len(targets)} targets for {len(texts)} texts; give one for each text, "
            "or None for the predicted labels"
        )
    for index, target in enumerate(targets):
        if target not in wrapper.labels:
            raise ValueError(
                f"targets[{index}]={shown(target)} is no label; "
                f"labels are {join_labels(wrapper.labels)}"
            )
    return list(targets)
