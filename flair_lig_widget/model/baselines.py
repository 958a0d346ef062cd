"""The reference input x' of each kind: what stands in the place of every subword of the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from flair_lig_widget.encoding import Encoding

BASELINES = ("pad", "mask", "unk", "zero", "mean")
"""Padding, mask or unknown token everywhere, an embedding of zeros, the vocabulary's mean."""

_WITHOUT_IDS = ("zero", "mean")


def available(tokenizer: Any) -> tuple[str, ...]:
    """The baselines that a tokenizer has a token for, and those that need none."""
    return tuple(b for b in BASELINES if b in _WITHOUT_IDS or _token_id(tokenizer, b) is not None)


def check(baseline: str, choices: Sequence[str]) -> None:
    """Raise a ValueError that lists the choices if ``baseline`` is not among them."""
    if baseline not in BASELINES:
        raise ValueError(f"unknown baseline {baseline!r}; baselines are {', '.join(choices)}")
    if baseline not in choices:
        raise ValueError(
            f"baseline={baseline!r} makes no sense for this classifier, whose input has nothing "
            f"of the kind; use {', '.join(choices)}"
        )


def reference_ids(baseline: str, encoding: Encoding, tokenizer: Any) -> torch.Tensor:
    """Input ids with every subword of the text replaced, special tokens kept; as `input_ids`.

    Raises
    ------
    ValueError
        If the baseline has no token ids.
    """
    if baseline in _WITHOUT_IDS:
        raise ValueError(f"baseline={baseline!r} has no token ids; it is an embedding")
    movable = encoding.movable.view_as(encoding.input_ids)
    return encoding.input_ids.masked_fill(movable, _token_id(tokenizer, baseline) or 0)


def reference_embeddings(
    baseline: str, encoding: Encoding, tokenizer: Any, layer: torch.nn.Embedding
) -> torch.Tensor:
    """Output of the input-embedding ``layer`` at the reference input; a row a window."""
    if baseline not in _WITHOUT_IDS:
        reference: torch.Tensor = layer(reference_ids(baseline, encoding, tokenizer))
        return reference
    embeddings: torch.Tensor = layer(encoding.input_ids)
    movable = encoding.movable.view_as(encoding.input_ids)[..., None]
    if baseline == "zero":
        return embeddings.masked_fill(movable, 0.0)
    with torch.no_grad():  # through the layer, which may scale what it looks up
        vocabulary = torch.arange(layer.num_embeddings, device=embeddings.device)
        parts = torch.split(vocabulary, 8192)  # not a copy of the whole table at once
        mean = torch.stack([layer(part).sum(dim=0) for part in parts]).sum(dim=0)
        mean /= layer.num_embeddings
    return torch.where(movable, mean, embeddings)


def _token_id(tokenizer: Any, baseline: str) -> int | None:
    return getattr(tokenizer, f"{baseline}_token_id", None)
