"""Words that are deleted from a text, or kept alone, in the order of their scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.marked import MarkedText, Range
from flair_lig_widget.result.texts import SEPARATOR, text_at


@dataclass(frozen=True)
class TextWords:
    """A text and where its words are.

    Of a pair or triple of texts each keeps at least one word, because Flair cannot read an empty
    text.

    Attributes
    ----------
    text : str
    ranges : tuple of (int, int), length m
        Word i is ``text[start:end]``. In the order of the text.
    text_starts : tuple of int
        Where each text of a pair or triple begins.
    """

    text: str
    ranges: tuple[tuple[int, int], ...]
    text_starts: tuple[int, ...] = (0,)

    @classmethod
    def of(cls, attribution: Attribution) -> TextWords:
        """The words that the model read, as the attribution scores them."""
        ranges = tuple((word.start, word.end) for word in attribution.words())
        return cls(attribution.text, ranges, attribution.text_starts)

    def __len__(self) -> int:
        return len(self.ranges)

    @property
    def fewest_kept(self) -> int:
        """How many words must be kept: one of each text."""
        return len(self.text_starts)

    def text_of(self, word: int) -> int:
        """The index of the text that a word belongs to."""
        return text_at(self.text_starts, self.ranges[word][0])

    def deletable_first(self, order: Sequence[int]) -> tuple[int, ...]:
        """An order of all words in which those come last that must be kept.

        Of each text it is the word that is last in the order, so the order of a single text stays
        as it is. All but the last `fewest_kept` words can be deleted, one after the other.
        """
        kept = set({self.text_of(word): word for word in order}.values())
        return (
            *(word for word in order if word not in kept),
            *(word for word in order if word in kept),
        )

    def keep(self, words: Iterable[int]) -> str | MarkedText:
        """The text of some words alone, given by their indexes.

        Words that are neighbours in the text keep the characters between them, often a space.
        Where words are missing in between, a space takes their place. What the model did not
        read is left out. Several texts stay separate; one that none of the words is in keeps its
        first word.

        Raises
        ------
        ValueError
            If the model reads no word of one of several texts.
        """
        kept = set(words)
        if len(self.text_starts) == 1:
            return self._joined(sorted(kept))
        texts = []
        for index in range(len(self.text_starts)):
            own = self._words_of(index)
            texts.append(self._joined([word for word in own if word in kept] or own[:1]))
        return SEPARATOR.join(texts)

    def _words_of(self, index: int) -> list[int]:
        """The words of one of several texts."""
        own = [word for word in range(len(self)) if self.text_of(word) == index]
        if not own:
            raise ValueError(
                f"the model reads no word of text {index + 1}, and Flair cannot read a text "
                "without words; use erase='mask' or 'baseline', or give shorter texts"
            )
        return own

    def _joined(self, words: Sequence[int]) -> str:
        """Words of one text, in its order."""
        parts = self._parts(self.ranges, words)
        return "".join(before + self.text[slice(*word)] for before, word in parts)

    def _parts(self, pieces: Sequence[Range], chosen: Sequence[int]) -> Iterator[tuple[str, Range]]:
        """Some pieces of the text, each behind the characters that separate it from the last."""
        previous = -1
        for index in chosen:
            before = ""
            if previous >= 0:
                is_neighbour = index == previous + 1
                between = self.text[pieces[previous][1] : pieces[index][0]]
                before = between if is_neighbour else " "
            yield before, pieces[index]
            previous = index

    def delete(self, words: Iterable[int]) -> str | MarkedText:
        """The text without some words, given by their indexes."""
        return self.keep(set(range(len(self))) - set(words))

    def replace(self, characters: Range, replacement: str) -> str | MarkedText:
        """The text with a replacement in the exact place of some characters.

        Parameters
        ----------
        characters : (int, int)
            Those of one word or of neighbours, all of one text.
        replacement : str
            Taken as it is: no space is added.
        """
        start, end = characters
        texts = []
        for index in range(len(self.text_starts)):
            own = self._words_of(index)
            if index == text_at(self.text_starts, start):
                before = self.text[self.ranges[own[0]][0] : start]
                after = self.text[end : self.ranges[own[-1]][1]]
                texts.append(before + replacement + after)
            else:
                texts.append(self._joined(own))
        return SEPARATOR.join(texts)

    @property
    def whole(self) -> str | MarkedText:
        """The text of all words."""
        return self.keep(range(len(self)))


def best_first(scores: ArrayLike, generator: np.random.Generator) -> tuple[int, ...]:
    """The indexes of the words by descending score; a random key breaks ties.

    Parameters
    ----------
    scores : array of shape (m,)
        Signed: evidence for the target comes first, evidence against it last.
    generator : numpy.random.Generator
        Draws one key for each word.
    """
    scores = np.asarray(scores, dtype=np.float64)
    keys = generator.random(len(scores))
    return tuple(int(index) for index in np.lexsort((keys, -scores)))


@dataclass(frozen=True)
class Deletions:
    """What is left of a text when its first words are deleted, or they alone are kept.

    Attributes
    ----------
    without, only : tuple of str or MarkedText
        One text for each number of words.
    """

    without: tuple[str | MarkedText, ...]
    only: tuple[str | MarkedText, ...]

    @classmethod
    def along(cls, words: TextWords, order: Sequence[int], counts: Sequence[int]) -> Deletions:
        """Delete, and keep, the first words of an order; of several texts one word of each stays.

        Parameters
        ----------
        words : TextWords
        order : sequence of int, length m
            The indexes of the words, the most important first.
        counts : sequence of int
            How many of them; `words_of_shares` gives those of ERASER.
        """
        deleted = words.deletable_first(order)
        kept = words.deletable_first(order[::-1])[::-1]
        fewest = words.fewest_kept
        return cls(
            without=tuple(words.delete(deleted[:count]) for count in counts),
            only=tuple(words.keep(kept[: max(count, fewest)]) for count in counts),
        )


def mean_drop(value: float, values: NDArray[np.float64]) -> float:
    """By how much f falls from its value at the text, as a mean over the edited texts.

    Over `Deletions.without` this is ERASER's comprehensiveness, over `Deletions.only` its
    sufficiency (DeYoung et al., "ERASER: A Benchmark to Evaluate Rationalized NLP Models", 2020).
    The divisor is the number of shares, as in ERASER's code; the paper divides by one more.
    """
    return float(value - values.mean())
