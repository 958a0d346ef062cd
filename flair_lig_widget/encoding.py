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
        What the model reads together with the text to judge a label, if it does.
    """

    text: str
    tokens: tuple[Token, ...]
    tensors: Mapping[str, torch.Tensor]
    places: torch.Tensor
    cut: bool = False
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def input_ids(self) -> torch.Tensor:
        """Token ids, one row a window: as a rule of shape (1, T)."""
        return self.tensors["input_ids"]

    @property
    def movable(self) -> torch.Tensor:
        """True for the subwords of the text, which the path moves; shape (P,)."""
        special = torch.tensor([token.special for token in self.tokens] + [True])
        return ~special[self.places].to(self.input_ids.device)

    @property
    def unseen(self) -> tuple[int, int] | None:
        """The characters that the model does not read, None if it reads all."""
        read = [token for token in self.tokens if not token.special]
        if not self.cut or not read:
            return (0, len(self.text)) if self.cut else None
        begin, end = read[0].start, max(token.end for token in read)
        return (end, len(self.text)) if self.text[end:].strip() else (0, begin)

    def per_token(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum over the positions of each token, shapes (N, P) to (N, T)."""
        places = self.places.numpy()
        if np.array_equal(places, np.arange(len(self.tokens))):
            return numbers
        sums = np.zeros((len(self.tokens) + 1, len(numbers)))  # one more, for -1
        np.add.at(sums, places, numbers.T)
        return sums[:-1].T
