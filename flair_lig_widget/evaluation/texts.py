"""The texts to measure on: checked, cut after some words, with a target for each."""

from __future__ import annotations

from collections.abc import Sequence

from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.model.families.sentences import (
    offsets_before_cleanup,
    read_sentence,
    word_ranges,
)
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import Request, join_labels
from flair_lig_widget.result.shares import FEWEST_WORDS


def read_texts(
    wrapper: ModelWrapper,
    texts: Sequence[str],
    max_words: int,
    *,
    fewest: int = FEWEST_WORDS,
    purpose: str = "one to delete and one to keep",
) -> list[str]:
    """The texts, cut after so many words.

    Parameters
    ----------
    wrapper : ModelWrapper
    texts : sequence of str
    max_words : int
    fewest : int
        The words that a text needs.
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
    read = []
    for index, text in enumerate(texts):
        try:
            cut = _cut(Request(text=text).text, max_words)
            n_words = len({t.word for t in wrapper.encode(cut).tokens if t.word is not None})
        except ValueError as error:
            raise ValueError(f"texts[{index}]: {error}") from error
        if n_words < fewest:
            read_words = "1 word is" if n_words == 1 else f"{n_words} words are"
            raise ValueError(
                f"texts[{index}]={shown(text)}: {read_words} read with max_words={max_words}, and "
                f"at least {fewest} are needed, {purpose}; leave the text out or allow more words"
            )
        read.append(cut)
    return read


def _cut(text: str, max_words: int) -> str:
    """The text up to the end of one of Flair's words."""
    ranges = word_ranges(read_sentence(text))
    if len(ranges) <= max_words:
        return text
    last = ranges[max_words - 1][1] - 1
    return text[: offsets_before_cleanup(text)[last] + 1]


def choose_targets(
    wrapper: ModelWrapper,
    predictor: Predictor,
    texts: Sequence[str],
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
