"""Words that are deleted from a text, or kept alone, in the order of their scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from flair_lig_widget.result.attribution import Attribution


@dataclass(frozen=True)
class TextWords:
    """A text and where its words are.

    Attributes
    ----------
    text : str
    ranges : tuple of (int, int), length m
        Word i is ``text[start:end]``. In the order of the text.
    """

    text: str
    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, attribution: Attribution) -> TextWords:
        """The words that the model read, as the attribution scores them."""
        words = attribution.words()
        return cls(attribution.text, tuple((word.start, word.end) for word in words))

    def __len__(self) -> int:
        return len(self.ranges)

    def keep(self, words: Iterable[int]) -> str:
        """The text of some words alone, given by their indexes.

        Words that are neighbours in the text keep the characters between them, often a space.
        Where words are missing in between, a space takes their place. What the model did not
        read is left out.
        """
        parts: list[str] = []
        previous = -1
        for word in sorted(set(words)):
            start, end = self.ranges[word]
            if parts:
                is_neighbour = word == previous + 1
                parts.append(self.text[self.ranges[previous][1] : start] if is_neighbour else " ")
            parts.append(self.text[start:end])
            previous = word
        return "".join(parts)

    def delete(self, words: Iterable[int]) -> str:
        """The text without some words, given by their indexes."""
        return self.keep(set(range(len(self))) - set(words))

    def replace(self, words: range, replacement: str) -> str:
        """The text with a replacement in the exact place of words that are neighbours.

        Parameters
        ----------
        words : range
            Their indexes, at least one.
        replacement : str
            Taken as it is: no space is added.
        """
        before = self.text[self.ranges[0][0] : self.ranges[words[0]][0]]
        after = self.text[self.ranges[words[-1]][1] : self.ranges[-1][1]]
        return before + replacement + after

    @property
    def whole(self) -> str:
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
    without, only : tuple of str
        One text for each number of words.
    """

    without: tuple[str, ...]
    only: tuple[str, ...]

    @classmethod
    def along(cls, words: TextWords, order: Sequence[int], counts: Sequence[int]) -> Deletions:
        """Delete, and keep, the first words of an order.

        Parameters
        ----------
        words : TextWords
        order : sequence of int, length m
            The indexes of the words, the most important first.
        counts : sequence of int
            How many of them; `words_of_shares` gives those of ERASER.
        """
        return cls(
            without=tuple(words.delete(order[:count]) for count in counts),
            only=tuple(words.keep(order[:count]) for count in counts),
        )


def mean_drop(value: float, values: NDArray[np.float64]) -> float:
    """By how much f falls from its value at the text, as a mean over the edited texts.

    Over `Deletions.without` this is ERASER's comprehensiveness, over `Deletions.only` its
    sufficiency (DeYoung et al., "ERASER: A Benchmark to Evaluate Rationalized NLP Models", 2020).
    The divisor is the number of shares, as in ERASER's code; the paper divides by one more.
    """
    return float(value - values.mean())
