"""Words around a data point, such as a token: it stays, and keeps its place among what is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flair_lig_widget.evaluation.deletion import TextWords
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.marked import MarkedText, Range, joined_ranges, overlap
from flair_lig_widget.result.messages import shown


def words_of(attribution: Attribution) -> TextWords:
    """The words that can be deleted: those that the model read, without those of the data point."""
    a = attribution
    if a.data_point is None:
        return TextWords.of(a)
    words = a.words()
    ranges = tuple((words[index].start, words[index].end) for index in deletable(a))
    return MarkedWords(a.text, ranges, a.text_starts, marked=a.marked)


def deletable(attribution: Attribution) -> tuple[int, ...]:
    """The indexes of the words that can be deleted: all but those of the data point."""
    kept = attribution.data_point or ()
    return tuple(
        index
        for index, word in enumerate(attribution.words())
        if not any(overlap((word.start, word.end), each) for each in kept)
    )


@dataclass(frozen=True)
class MarkedWords(TextWords):
    """The words around a data point, which is always kept: without it nothing could be asked.

    An entity that is not part of the data point goes with the first of its words that is deleted.

    Attributes
    ----------
    marked : MarkedText
        The text with its entities and the data point.
    """

    marked: MarkedText = field(kw_only=True)

    @property
    def fewest_kept(self) -> int:
        """None of the words: the data point is left."""
        return 0

    def deletable_first(self, order: Sequence[int]) -> tuple[int, ...]:
        """The order as it is: all words can be deleted."""
        return tuple(order)

    @property
    def _fixed(self) -> tuple[Range, ...]:
        return joined_ranges(self.marked.data_point or ())

    @property
    def _pieces(self) -> list[Range]:
        """All words and the data point, in the order of the text."""
        return sorted({*self.ranges, *self._fixed})

    def keep(self, words: Iterable[int]) -> MarkedText:
        """The data point with some words, given by their indexes, joined as by `TextWords`."""
        stays = {*self._fixed, *(self.ranges[word] for word in words)}
        pieces = self._pieces
        chosen = [index for index, piece in enumerate(pieces) if piece in stays]
        text, starts = "", dict[Range, int]()
        for before, piece in self._parts(pieces, chosen):
            starts[piece] = len(text) + len(before)
            text += before + self.text[slice(*piece)]
        return self.marked.moved(text, lambda place: _place_among(place, pieces, starts))

    def replace(self, characters: Range, replacement: str) -> MarkedText:
        """The text with a replacement in the exact place of some characters.

        A data point or entity whose words are replaced has the replacement in their place.

        Raises
        ------
        ValueError
            If some of the characters are in the data point, and others are not.
        """
        start, end = characters
        pieces = self._pieces
        first, last = pieces[0][0], pieces[-1][1]
        text = self.text[first:start] + replacement + self.text[end:last]
        grown = len(replacement) - (end - start)

        def place(old: Range) -> Range | None:
            low, high = max(old[0], first), min(old[1], last)
            if low >= high:
                return None  # the model did not read it
            if end <= low:
                low, high = low + grown, high + grown
            elif low <= start and end <= high:
                high += grown
            elif start < high:
                return None
            return _without_whitespace(text, low - first, high - first)

        if any(place(each) is None for each in self.marked.data_point or ()):
            raise ValueError(
                f"{shown(self.text[start:end])} has words of the data point and others, so the "
                "data point would have no place in the new text; replace its words alone, or those "
                "around it"
            )
        return self.marked.moved(text, place)


def _place_among(old: Range, pieces: Sequence[Range], starts: Mapping[Range, int]) -> Range | None:
    """Where a range is among the pieces that are left; None if a piece of it is not."""
    own = [piece for piece in pieces if overlap(piece, old)]
    if not own or any(piece not in starts for piece in own):
        return None
    first, last = own[0], own[-1]
    start = starts[first] + max(old[0] - first[0], 0)
    return start, starts[last] + min(old[1], last[1]) - last[0]


def _without_whitespace(text: str, start: int, end: int) -> Range:
    own = text[start:end]
    return end - len(own.lstrip()), start + len(own.rstrip())
