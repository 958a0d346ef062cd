"""Where words of a text are: from characters to Flair's words, and back."""

from __future__ import annotations

from flair.data import Span

from flair_lig_widget.model.encoding import Encoding
from flair_lig_widget.model.readers.sentences import SplitText
from flair_lig_widget.result.marked import Range
from flair_lig_widget.result.messages import shown


def words_in(split: SplitText, characters: Range) -> range:
    """The indexes of the words in a range of characters; empty if it cuts one or has none."""
    start, end = characters
    found = [
        index
        for index, (low, high) in enumerate(split.word_ranges)
        if split.original[low] < end and start <= split.original[high - 1]
    ]
    if not found:
        return range(0)
    words = range(found[0], found[-1] + 1)
    low, high = characters_of(split, words)
    return words if start <= low and high <= end else range(0)


def characters_of(split: SplitText, words: range) -> Range:
    """The characters of neighbouring words in the text as typed."""
    (start, _), (_, end) = split.word_ranges[words[0]], split.word_ranges[words[-1]]
    return split.original[start], split.original[end - 1] + 1


def words_of(span: Span) -> range:
    """The indexes of the words of a span of Flair's."""
    return range(span[0].idx - 1, span[-1].idx)


def words_read(encoding: Encoding) -> set[int]:
    """The words of the text of which the model reads anything."""
    return {token.word for token in encoding.tokens if token.word is not None}


def not_read(words: str) -> str:
    """The error message for a data point that the model does not read."""
    return (
        f"the model does not read {shown(words)}: the text is longer than its input, or its "
        "tokenizer drops these characters; choose another data point"
    )
