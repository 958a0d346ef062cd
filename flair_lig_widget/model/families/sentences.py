"""A text as Flair splits it into sentences and words."""

from __future__ import annotations

from flair.data import Sentence
from flair.splitter import SegtokSentenceSplitter

from flair_lig_widget.model.alignment import original_offsets


def read_sentence(text: str) -> Sentence:
    """Split a text into Flair's words.

    Raises
    ------
    ValueError
        If there are no words.
    """
    sentence = Sentence(text)
    if len(sentence) == 0:
        raise ValueError("text is empty; give at least one word to explain")
    return sentence


def sentence_starts(text: str) -> tuple[int, ...]:
    """The offset at which each sentence begins; the first is 0."""
    starts = [s.start_position for s in SegtokSentenceSplitter().split(text) if len(s)]
    return (0, *starts[1:])


def word_ranges(sentence: Sentence) -> list[tuple[int, int]]:
    """Character range of each word, in the text after Flair's clean-up."""
    return [(token.start_position, token.end_position) for token in sentence.tokens]


def offsets_before_cleanup(text: str) -> list[int]:
    """For each character of a text after Flair's clean-up, its index in the text as typed."""
    return original_offsets(text, Sentence._handle_problem_characters)
