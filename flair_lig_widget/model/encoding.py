"""One text as the model reads it: its tokens, and the tensors that Flair made of it."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from flair_lig_widget.result.marked import DataPoint, Entity, Ranges
from flair_lig_widget.result.texts import split_at
from flair_lig_widget.result.tokens import Token


@dataclass(frozen=True, eq=False)
class Encoding:
    """One text as the model reads it.

    A path runs over P positions of the model's input. Usually each position holds one of the T
    tokens. A long text can be split into overlapping windows, and TARS reads the text once for
    each label; then a token has several positions, and some positions hold no token of the text.

    Attributes
    ----------
    text : str
        The text as it was typed.
    tokens : tuple of Token, length T
        Its subwords, with offsets into ``text``.
    tensors : mapping of str to Tensor
        What Flair made of it, such as input ids, attention mask and lengths.
    token_of_position : Tensor of int, shape (P,)
        The index of the token at each position; -1 for a position without one.
    is_truncated : bool
        Whether the model does not read the whole text.
    starts : tuple of int
        Where each text of a pair or triple begins.
    paired_text : mapping of str to str
        For each label, what the model reads next to the text to judge it. Empty if the model
        reads the text alone. The string is empty for a label that did not fit next to the text.
    n_tokens_read : mapping of str to int
        For each label, how many of the tokens the model reads, where a long paired text leaves
        less room.
    entities : tuple of (int, int, str)
        Start, end and label of each entity that the model was given.
    data_point : tuple of (int, int), or None
        Where the data point is that the logits belong to; None for the whole text.
    data_point_words : range
        The words of a token or span.
    find_data_points : callable
        Asks Flair for the `data_points`.
    """

    text: str
    tokens: tuple[Token, ...]
    tensors: Mapping[str, torch.Tensor]
    token_of_position: torch.Tensor
    is_truncated: bool = False
    starts: tuple[int, ...] = (0,)
    paired_text: Mapping[str, str] = field(default_factory=dict)
    n_tokens_read: Mapping[str, int] = field(default_factory=dict)
    entities: tuple[Entity, ...] = ()
    data_point: Ranges | None = None
    data_point_words: range = range(0)
    find_data_points: Callable[[], tuple[DataPoint, ...]] = tuple

    @functools.cached_property
    def data_points(self) -> tuple[DataPoint, ...]:
        """All that Flair gives a label; ``classifier.predict`` is asked at the first reading."""
        return self.find_data_points()

    @property
    def label(self) -> str | None:
        """The label that Flair predicts for the data point; None if there is none."""
        labels = [p.label for p in self.data_points if p.ranges == self.data_point]
        return labels[0] if labels and labels[0] != "O" else None

    @property
    def input_ids(self) -> torch.Tensor:
        """Token ids, one row per window; usually of shape (1, T)."""
        return self.tensors["input_ids"]

    def copies(self, n: int) -> dict[str, torch.Tensor]:
        """The tensors of ``n`` copies of the text, concatenated along the first dimension."""
        return {
            name: tensor.repeat(n, *[1] * (tensor.dim() - 1))
            for name, tensor in self.tensors.items()
        }

    @property
    def movable(self) -> torch.Tensor:
        """True for the tokens of the text, which move along the path; shape (P,)."""
        special = torch.tensor([token.special for token in self.tokens] + [True])
        device = next(iter(self.tensors.values())).device
        return ~special[self.token_of_position].to(device)

    @property
    def length(self) -> int:
        """Number of positions that the model reads to judge one label."""
        return len(self.token_of_position) // max(len(self.paired_text), 1)

    def tokens_for(self, *labels: str) -> tuple[Token, ...]:
        """The tokens that the model reads to judge these labels."""
        counts = [self.n_tokens_read.get(label, len(self.tokens)) for label in labels]
        return self.tokens[: max(counts, default=0)]

    def truncated_ranges(self, *labels: str) -> tuple[tuple[int, int], ...]:
        """The characters that the model does not read to judge these labels; usually none.

        Returns
        -------
        tuple of (int, int)
            Start and end of each range in ``text``: a text of which nothing is read, and what is
            before or behind all that is read of a text.
        """
        tokens = self.tokens_for(*labels)
        read = [token for token in tokens if not token.special]
        reads_all = not self.is_truncated and len(tokens) == len(self.tokens)
        found: list[tuple[int, int]] = []
        for start, text in zip(self.starts, split_at(self.text, self.starts), strict=True):
            end = start + len(text)
            own = [token for token in read if start <= token.start <= end]
            if not own:
                found.append((start, end))
            elif not reads_all:
                first = min(token.start for token in own)
                last = max(token.end for token in own)
                sides = ((start, first), (last, end))
                found += [side for side in sides if _is_readable(self.text[slice(*side)])]
        return tuple(found)

    def sum_per_token(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum over the positions of each token, shapes (N, P) to (N, T)."""
        token_of_position = self.token_of_position.numpy()
        if np.array_equal(token_of_position, np.arange(len(self.tokens))):
            return numbers
        sums = np.zeros((len(self.tokens) + 1, len(numbers)))  # the last row collects -1
        np.add.at(sums, token_of_position, numbers.T)
        return sums[:-1].T


@dataclass(frozen=True, eq=False)
class TextPoints:
    """Points of the path of one text.

    Attributes
    ----------
    encoding : Encoding
    points : Tensor of shape (N, P, D)
    """

    encoding: Encoding
    points: torch.Tensor


def _is_readable(text: str) -> bool:
    """Whether it has a character that is neither whitespace nor zero-width."""
    return any(unicodedata.category(character)[0] not in "ZCM" for character in text)
