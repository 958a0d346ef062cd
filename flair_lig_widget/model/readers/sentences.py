"""A text as Flair splits it into sentences and words."""

from __future__ import annotations

from dataclasses import dataclass

from flair.data import Sentence
from flair.splitter import SegtokSentenceSplitter
from flair.tokenization import Tokenizer

from flair_lig_widget.model.alignment import original_offsets
from flair_lig_widget.result.texts import SEPARATOR, split_at, split_parts


@dataclass(frozen=True, eq=False)
class SplitText:
    """A text, or the texts of a pair or triple, as Flair splits them into words.

    Attributes
    ----------
    text : str
        As it was typed.
    sentences : tuple of Sentence
        One for each of its texts.
    word_ranges : list of (int, int)
        Character range of each word, in the text after Flair's clean-up.
    original : list of int
        For each character after the clean-up, its index in ``text``.
    starts : tuple of int
        Where each of its texts begins.
    """

    text: str
    sentences: tuple[Sentence, ...]
    word_ranges: list[tuple[int, int]]
    original: list[int]
    starts: tuple[int, ...] = (0,)

    @property
    def words(self) -> list[str]:
        """The words of all texts."""
        return [token.text for sentence in self.sentences for token in sentence.tokens]


@dataclass(frozen=True, eq=False)
class Reading:
    """One sentence that Flair embeds, made of words of the text and words that do not move.

    Attributes
    ----------
    sentence : Sentence
    words : sequence of int or None
        For each word of the sentence the index of the word of the text; None for a word that is
        not in the text, such as the name of a label or a marker.
    """

    sentence: Sentence
    words: list[int | None]


def split_text(text: str, n_texts: int = 1, tokenizer: Tokenizer | None = None) -> SplitText:
    """Split a text, or the texts of a pair or triple, into Flair's words.

    Parameters
    ----------
    text : str
        Several texts are joined by `SEPARATOR`.
    n_texts : int
    tokenizer : flair.tokenization.Tokenizer, optional
        What splits them; None is Flair's default.

    Raises
    ------
    ValueError
        If there are no words, or another number of texts.
    """
    sentences: list[Sentence] = []
    word_ranges: list[tuple[int, int]] = []
    original: list[int] = []
    starts: list[int] = []
    start = 0
    for each in split_parts(text, n_texts):
        sentence = read_sentence(each, tokenizer)
        n_before = len(original)
        word_ranges += [(n_before + low, n_before + high) for low, high in word_ranges_of(sentence)]
        original += [start + offset for offset in _offsets_before_cleanup(each)]
        sentences.append(sentence)
        starts.append(start)
        start += len(each) + len(SEPARATOR)
    return SplitText(text, tuple(sentences), word_ranges, original, tuple(starts))


def read_sentence(text: str, tokenizer: Tokenizer | None = None) -> Sentence:
    """Split a text into Flair's words; parameters are those of `split_text`.

    Raises
    ------
    ValueError
        If there are no words.
    """
    sentence = Sentence(text, use_tokenizer=True if tokenizer is None else tokenizer)
    if len(sentence) == 0:
        raise ValueError("text is empty; give at least one word to explain")
    return sentence


def whole_text(split: SplitText) -> Reading:
    """The reading of a text that is read as it is."""
    (sentence,) = split.sentences
    return Reading(sentence, list(range(len(sentence))))


def sentence_starts(text: str, starts: tuple[int, ...] = (0,)) -> tuple[int, ...]:
    """The offset at which each sentence begins; the first is 0.

    Parameters
    ----------
    text : str
    starts : tuple of int
        Where each text of a pair or triple begins.
    """
    found: list[int] = []
    for start, part in zip(starts, split_at(text, starts), strict=True):
        sentences = SegtokSentenceSplitter().split(part)
        offsets = [start + s.start_position for s in sentences if len(s)]
        found += [start, *offsets[1:]]
    return tuple(found)


def word_ranges_of(sentence: Sentence) -> list[tuple[int, int]]:
    """Character range of each word, in the text after Flair's clean-up."""
    return [(token.start_position, token.end_position) for token in sentence.tokens]


def _offsets_before_cleanup(text: str) -> list[int]:
    """For each character of a text after Flair's clean-up, its index in the text as typed."""
    return original_offsets(text, Sentence._handle_problem_characters)
