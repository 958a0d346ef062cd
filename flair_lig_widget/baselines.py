"""The reference input x' of each kind: what stands in the place of every subword of the text."""

from __future__ import annotations

from typing import Any

import torch

from flair_lig_widget.encoding import Encoding

BASELINES = ("pad", "mask", "unk", "zero")
"""Padding, mask or unknown token in every place, or an embedding of zeros."""


def available(tokenizer: Any) -> tuple[str, ...]:
    """The baselines that a tokenizer has a token for; ``"zero"`` needs none."""
    return tuple(b for b in BASELINES if b == "zero" or _token_id(tokenizer, b) is not None)


def check(baseline: str, tokenizer: Any) -> None:
    """Raise a ValueError that lists the choices if ``baseline`` is not among them."""
    choices = available(tokenizer)
    if baseline not in BASELINES:
        raise ValueError(f"unknown baseline {baseline!r}; baselines are {', '.join(choices)}")
    if baseline not in choices:
        raise ValueError(
            f"baseline={baseline!r} needs a {baseline} token and the tokenizer of this classifier "
            f"({type(tokenizer).__name__}) has none; use {', '.join(choices)}"
        )


def reference_ids(baseline: str, encoding: Encoding, tokenizer: Any) -> torch.Tensor:
    """Input ids with every subword of the text replaced, special tokens kept; shape (1, T).

    Raises
    ------
    ValueError
        If the baseline is unknown, is ``"zero"`` (which has no ids), or needs a token that the
        tokenizer lacks.
    """
    check(baseline, tokenizer)
    token = _token_id(tokenizer, baseline)
    if token is None:
        raise ValueError("baseline='zero' has no token ids; it is an embedding of zeros")
    return encoding.input_ids.masked_fill(encoding.movable, token)


def reference_embeddings(
    baseline: str, encoding: Encoding, tokenizer: Any, layer: torch.nn.Module
) -> torch.Tensor:
    """Output of the input-embedding ``layer`` at the reference input; shape (1, T, D)."""
    if baseline != "zero":
        reference: torch.Tensor = layer(reference_ids(baseline, encoding, tokenizer))
        return reference
    embeddings: torch.Tensor = layer(encoding.input_ids)
    return embeddings.masked_fill(encoding.movable[None, :, None], 0.0)


def _token_id(tokenizer: Any, baseline: str) -> int | None:
    return getattr(tokenizer, f"{baseline}_token_id", None)
