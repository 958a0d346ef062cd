"""The layout of an encoder's input embeddings, which differs between architectures."""

from __future__ import annotations

from typing import Any

import torch


def in_layout_of(output: torch.Tensor, rows: torch.Tensor, encoder: Any) -> torch.Tensor:
    """Arrange rows as the encoder arranges the output of its embedding layer.

    Parameters
    ----------
    output : Tensor
        What the layer reads or returns, and what the result replaces.
    rows : Tensor of shape (N, P) or (N, P, D)
        Token ids or embeddings, one row per text.
    encoder : transformers.PreTrainedModel

    Returns
    -------
    Tensor of the shape of ``output``
        XLNet puts positions before rows. Longformer pads texts to a multiple of its attention
        window; the padding is taken from ``output``.
    """
    if encoder.config.model_type == "xlnet":
        return rows.transpose(0, 1)
    padding = output[:, rows.shape[1] :]
    return torch.cat([rows, padding], dim=1) if padding.shape[1] else rows
