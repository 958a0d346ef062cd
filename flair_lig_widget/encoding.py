"""One text as the model reads it: its subwords, and the tensors that Flair made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from flair_lig_widget.tokens import Token


@dataclass(frozen=True, eq=False)
class Encoding:
    """One text as the model reads it.

    Attributes
    ----------
    text : str
        The text as it was typed.
    tokens : tuple of Token, length T
        Its subwords, with offsets into ``text``.
    tensors : mapping of str to Tensor
        What Flair's ``prepare_tensors`` made of it: one row of input ids, attention mask, lengths.
    """

    text: str
    tokens: tuple[Token, ...]
    tensors: Mapping[str, torch.Tensor]

    @property
    def input_ids(self) -> torch.Tensor:
        """Token ids, shape (1, T)."""
        return self.tensors["input_ids"]

    @property
    def movable(self) -> torch.Tensor:
        """True for the subwords of the text, which the path moves; shape (T,)."""
        special = [token.special for token in self.tokens]
        return ~torch.tensor(special, device=self.input_ids.device)

    def rows(self, n: int) -> dict[str, torch.Tensor]:
        """The tensors of ``n`` copies of the text."""
        rows = {k: t.expand(n, *t.shape[1:]) for k, t in self.tensors.items()}
        if "overflow_to_sample_mapping" in rows:  # which text each row belongs to
            rows["overflow_to_sample_mapping"] = torch.arange(n, device=self.input_ids.device)
        return rows
