"""One text as the model reads it: its subwords, and the tensors that Flair made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from flair_lig_widget.tokens import Token


@dataclass(frozen=True, eq=False)
class Encoding:
    """One text as the model reads it.

    A path runs over P positions of the model's input. As a rule each holds one of the T tokens;
    a long text may stand in several windows and a text for TARS beside several labels, so that
    a token has several positions, and a position may have no token.

    Attributes
    ----------
    text : str
        The text as it was typed.
    tokens : tuple of Token, length T
        Its subwords, with offsets into ``text``.
    tensors : mapping of str to Tensor
        What Flair made of it, such as input ids, attention mask and lengths.
    places : Tensor of int, shape (P,)
        For each position its token; -1 where there is none.
    cut : bool
        Whether the model does not read the whole text.
    beside : mapping of str to str
        What the model reads together with the text to judge each label, if it does; empty text
        for a label that found no room beside it.
    tokens_read : mapping of str to int
        How many of the tokens it reads then, where a long label leaves less room than others.
    """

    text: str
    tokens: tuple[Token, ...]
    tensors: Mapping[str, torch.Tensor]
    places: torch.Tensor
    cut: bool = False
    beside: Mapping[str, str] = field(default_factory=dict)
    tokens_read: Mapping[str, int] = field(default_factory=dict)

    @property
    def input_ids(self) -> torch.Tensor:
        """Token ids, one row a window: as a rule of shape (1, T)."""
        return self.tensors["input_ids"]

    def copies(self, n: int) -> dict[str, torch.Tensor]:
        """The tensors of ``n`` copies of the text, one after the other."""
        return {
            name: tensor.repeat(n, *[1] * (tensor.dim() - 1))
            for name, tensor in self.tensors.items()
        }

    @property
    def movable(self) -> torch.Tensor:
        """True for the subwords of the text, which the path moves; shape (P,)."""
        special = torch.tensor([token.special for token in self.tokens] + [True])
        device = next(iter(self.tensors.values())).device
        return ~special[self.places].to(device)

    @property
    def length(self) -> int:
        """Positions that the model reads to judge one label."""
        return len(self.places) // max(len(self.beside), 1)

    def seen(self, *labels: str) -> tuple[Token, ...]:
        """The tokens that the model reads for some labels."""
        counts = [self.tokens_read.get(label, len(self.tokens)) for label in labels]
        return self.tokens[: max(counts, default=0)]

    def unseen(self, *labels: str) -> tuple[int, int] | None:
        """The characters that the model does not read for some labels, None if it reads all."""
        tokens = self.seen(*labels)
        read = [token for token in tokens if not token.special]
        if not read:
            return (0, len(self.text))
        if not self.cut and len(tokens) == len(self.tokens):
            return None
        begin, end = read[0].start, max(token.end for token in read)
        if self.text[end:].strip():
            return (end, len(self.text))
        return (0, begin) if self.text[:begin].strip() else None

    def per_token(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum over the positions of each token, shapes (N, P) to (N, T)."""
        places = self.places.numpy()
        if np.array_equal(places, np.arange(len(self.tokens))):
            return numbers
        sums = np.zeros((len(self.tokens) + 1, len(numbers)))  # one more, for -1
        np.add.at(sums, places, numbers.T)
        return sums[:-1].T
