"""Points of several texts as one batch of an encoder's input, padded on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from flair_lig_widget.model.encoding import Encoding, TextPoints

TEXT_OF_WINDOW = "overflow_to_sample_mapping"
"""The tensor that holds, for each window, the text that it belongs to (a Transformers name)."""


def padding_values(tokenizer: Any) -> dict[str, int]:
    """What a tokenizer fills each of its tensors with; other tensors are filled with zeros."""
    values = {"input_ids": tokenizer.pad_token_id, "token_type_ids": tokenizer.pad_token_type_id}
    return {name: value for name, value in values.items() if value is not None}


def repeat_tensors(encoding: Encoding, n: int) -> dict[str, torch.Tensor]:
    """What Flair prepares for n copies of the text."""
    tensors = encoding.copies(n)
    if TEXT_OF_WINDOW in tensors:
        text_of_window = encoding.tensors[TEXT_OF_WINDOW]
        n_texts = int(text_of_window.max()) + 1
        copies = torch.arange(n, device=text_of_window.device)
        copy_of_window = copies.repeat_interleave(len(text_of_window))
        tensors[TEXT_OF_WINDOW] = tensors[TEXT_OF_WINDOW] + n_texts * copy_of_window
    return tensors


def can_pad(encoding: Encoding) -> bool:
    """Whether a text is one row with a mask, and its tensors are one value a position or a text."""
    tensors = encoding.tensors
    shapes = {(1,), (1, encoding.input_ids.shape[-1])}
    return "attention_mask" in tensors and all(
        tuple(tensor.shape) in shapes for tensor in tensors.values()
    )


def joined_tensors(
    texts: Sequence[TextPoints], padding: Mapping[str, int]
) -> dict[str, torch.Tensor]:
    """What Flair prepares for all points of some texts, each of which can be padded.

    Parameters
    ----------
    texts : sequence of TextPoints
    padding : mapping of str to int
        What to fill each tensor with; see `padding_values`.
    """
    tables = [repeat_tensors(text.encoding, len(text.points)) for text in texts]
    if len(tables) == 1:
        return tables[0]
    longest = max(table["input_ids"].shape[-1] for table in tables)
    joined: dict[str, torch.Tensor] = {}
    for name in tables[0]:
        parts = [table[name] for table in tables]
        if parts[0].dim() == 2:
            value = padding.get(name, 0)
            parts = [_pad(part, longest - part.shape[1], value) for part in parts]
        joined[name] = torch.cat(parts)
    if TEXT_OF_WINDOW in joined:  # one window for each point
        joined[TEXT_OF_WINDOW] = torch.arange(
            len(joined[TEXT_OF_WINDOW]), device=joined[TEXT_OF_WINDOW].device
        )
    return joined


def joined_rows(texts: Sequence[TextPoints]) -> torch.Tensor:
    """All points of some texts, one row for each window, with zeros where there is padding."""
    rows = [
        text.points.reshape(-1, text.encoding.input_ids.shape[-1], text.points.shape[-1])
        for text in texts
    ]
    longest = max(each.shape[1] for each in rows)
    return torch.cat([_pad(each.mT, longest - each.shape[1], 0).mT for each in rows])


def _pad(tensor: torch.Tensor, n: int, value: int) -> torch.Tensor:
    """Append n values along the last dimension."""
    return torch.nn.functional.pad(tensor, (0, n), value=value) if n else tensor
