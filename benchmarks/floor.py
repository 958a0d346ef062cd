"""The floor: the time of the bare encoder for the batches that an explanation needed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from common import Batch, Subject


class FloorTime(NamedTuple):
    """Seconds for the rows that only went forward, and for those that were differentiated."""

    forward_only: float
    with_gradient: float


@contextlib.contextmanager
def watched(encoder: torch.nn.Module) -> Iterator[list[Batch]]:
    """Record every call of an encoder: how many rows, and whether for a gradient."""
    batches: list[Batch] = []

    def record(_: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        rows = next(x for x in (*args, *kwargs.values()) if isinstance(x, torch.Tensor))
        batches.append(Batch(len(rows), torch.is_grad_enabled()))

    handle = encoder.register_forward_pre_hook(record, with_kwargs=True)
    try:
        yield batches
    finally:
        handle.remove()


def bare_encoder(subject: Subject) -> FloorTime:
    """Run the batches of `Subject.batches` through the encoder alone.

    The encoder gets points of the path as ``inputs_embeds``, and the attention mask; a fixed
    weighted sum of its last hidden states is differentiated with respect to them.
    """
    encoder = subject.encoder
    ends, _ = subject.wrapper.endpoints(subject.encoding)
    mask = subject.encoding.tensors["attention_mask"]
    direction = torch.linspace(-1, 1, ends.shape[-1], device=ends.device)
    spent = {False: 0.0, True: 0.0}
    for rows, gradient in subject.batches:
        at = torch.linspace(0, 1, rows, device=ends.device)[:, None, None]
        points = (ends[:1] + at * (ends[1:] - ends[:1])).requires_grad_(gradient)
        masks = mask.expand(rows, -1)
        started = time.perf_counter()
        with torch.set_grad_enabled(gradient):
            hidden = encoder(inputs_embeds=points, attention_mask=masks)[0]
            if gradient:
                torch.autograd.grad((hidden * direction).sum(), points)
        spent[gradient] += time.perf_counter() - started
    return FloorTime(spent[False], spent[True])
