"""The baselines x': what replaces every subword of the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from flair_lig_widget.model.encoding import Encoding

BASELINES = ("unk", "pad", "mask", "zero", "mean")
"""The unknown, padding or mask token everywhere, zeros, or the mean of the vocabulary.

The first that a classifier has is its default; `docs/baselines.md` has the measurements behind it.
"""

_WITHOUT_IDS = ("zero", "mean")
_ROWS_AT_ONCE = 8192
"""Rows of the embedding table that are looked up at once for the mean, to limit memory."""


def available(tokenizer: Any) -> tuple[str, ...]:
    """The baselines that a tokenizer has a token for, and those that need no token."""
    return tuple(b for b in BASELINES if b in _WITHOUT_IDS or _token_id(tokenizer, b) is not None)


def check(baseline: str, choices: Sequence[str]) -> None:
    """Raise a ValueError that lists the choices if ``baseline`` is not among them."""
    if baseline not in BASELINES:
        raise ValueError(f"unknown baseline {baseline!r}; baselines are {', '.join(choices)}")
    if baseline not in choices:
        raise ValueError(
            f"baseline={baseline!r} makes no sense for this classifier, whose input has no such "
            f"token or vector; use {', '.join(choices)}"
        )


def reference_ids(baseline: str, encoding: Encoding, tokenizer: Any) -> torch.Tensor:
    """Token ids of the baseline: special tokens stay, every other subword is replaced.

    Returns
    -------
    Tensor of int, of the shape of ``encoding.input_ids``

    Raises
    ------
    ValueError
        If the baseline has no token ids.
    """
    if baseline in _WITHOUT_IDS:
        raise ValueError(
            f"baseline={baseline!r} has no token ids, only embeddings; use a token, such as unk"
        )
    movable = encoding.movable.view_as(encoding.input_ids)
    return encoding.input_ids.masked_fill(movable, _token_id(tokenizer, baseline) or 0)


def reference_embeddings(
    baseline: str, encoding: Encoding, tokenizer: Any, layer: torch.nn.Embedding
) -> torch.Tensor:
    """Output of the input-embedding ``layer`` at the baseline, one row per window.

    Returns
    -------
    Tensor of float, of the shape of ``layer(encoding.input_ids)``
    """
    if baseline not in _WITHOUT_IDS:
        reference: torch.Tensor = layer(reference_ids(baseline, encoding, tokenizer))
        return reference
    embeddings: torch.Tensor = layer(encoding.input_ids)
    movable = encoding.movable.view_as(encoding.input_ids)[..., None]
    if baseline == "zero":
        return embeddings.masked_fill(movable, 0.0)
    return torch.where(movable, _mean_embedding(layer, embeddings.device), embeddings)


@torch.no_grad()
def _mean_embedding(layer: torch.nn.Embedding, device: torch.device) -> torch.Tensor:
    """The mean of what the layer returns for each id; the layer may scale its table."""
    vocabulary = torch.arange(layer.num_embeddings, device=device)
    parts = torch.split(vocabulary, _ROWS_AT_ONCE)
    mean = torch.stack([layer(part).sum(dim=0) for part in parts]).sum(dim=0)
    mean /= layer.num_embeddings
    return mean


def _token_id(tokenizer: Any, baseline: str) -> int | None:
    return getattr(tokenizer, f"{baseline}_token_id", None)
