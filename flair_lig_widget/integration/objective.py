"""The function f that is explained: one number computed from the logits."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from flair_lig_widget.result.units import VALUE


@dataclass(frozen=True)
class Objective:
    """A function from logits to the number that is explained.

    Attributes
    ----------
    output : str
        One of `OUTPUTS`. The log-odds of a label are log p / (1 - p); a value is the logit of a
        regressor.
    target : int
        Index of the label among the logits.
    contrast : int or None
        Index of the label whose output is subtracted.
    multi_label : bool
        Whether a probability is the sigmoid of its own logit or the softmax over all.
    """

    output: str
    target: int
    contrast: int | None
    multi_label: bool

    def __call__(self, logits: torch.Tensor) -> torch.Tensor:
        """One number per row: logits of shape (N, C) in, shape (N,) out."""
        value = self._output_of(logits, self.target)
        return value if self.contrast is None else value - self._output_of(logits, self.contrast)

    @property
    def needs(self) -> frozenset[int] | None:
        """The labels whose logits it reads; None for all of them."""
        if self.output in ("probability", "log_odds") and not self.multi_label:
            return None
        return frozenset(label for label in (self.target, self.contrast) if label is not None)

    def _output_of(self, logits: torch.Tensor, label: int) -> torch.Tensor:
        logit = logits[:, label]
        if self.output in ("logit", VALUE) or (self.output == "log_odds" and self.multi_label):
            return logit
        if self.output == "probability":
            return logit.sigmoid() if self.multi_label else logits.softmax(dim=-1)[:, label]
        others = [index for index in range(logits.shape[-1]) if index != label]
        return logit - logits[:, others].logsumexp(dim=-1)
