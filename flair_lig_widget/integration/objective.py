"""What is explained: one number made of the logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a saved explanation is read without torch
    import torch

OUTPUTS = {"logit": "logit", "probability": "probability", "log_odds": "log-odds"}
"""What can be explained of a label, and the unit of its scores."""


@dataclass(frozen=True)
class Objective:
    """A function from logits to the number that is explained.

    Attributes
    ----------
    output : str
        One of `OUTPUTS`. The log-odds of a label are log p / (1 - p).
    target : int
        Place of the label among the logits.
    contrast : int or None
        Place of the label whose output is subtracted.
    multi_label : bool
        Whether a probability is the sigmoid of its own logit or the softmax over all.
    """

    output: str
    target: int
    contrast: int | None
    multi_label: bool

    def __call__(self, logits: torch.Tensor) -> torch.Tensor:
        """One number a row: logits of shape (N, C) in, shape (N,) out."""
        explained = self._of(logits, self.target)
        return explained if self.contrast is None else explained - self._of(logits, self.contrast)

    @property
    def needs(self) -> frozenset[int] | None:
        """The labels whose logits it reads; None for all of them."""
        if self.output != "logit" and not self.multi_label:
            return None
        return frozenset(label for label in (self.target, self.contrast) if label is not None)

    def _of(self, logits: torch.Tensor, label: int) -> torch.Tensor:
        logit = logits[:, label]
        if self.output == "logit" or (self.output == "log_odds" and self.multi_label):
            return logit
        if self.output == "probability":
            return logit.sigmoid() if self.multi_label else logits.softmax(dim=-1)[:, label]
        others = [place for place in range(logits.shape[-1]) if place != label]
        return logit - logits[:, others].logsumexp(dim=-1)


def explained(output: str, target: str, contrast: str | None) -> str:
    """The number that is explained, in words."""
    less = "" if contrast is None else f" less that of {contrast}"
    return f"the {OUTPUTS[output]} of {target}{less}"
