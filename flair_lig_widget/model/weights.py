"""Values that change when the weights of a model change."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable

from torch.nn import Module

_NUMBERS_PER_WEIGHT = 4096


def fingerprint(model: Module) -> Hashable:
    """A value that changes when a weight is updated, replaced or moved; valid in one process.

    It is read from the tensors' addresses and versions, so it costs no pass over the weights.
    """
    tensors = (*model.parameters(), *model.buffers())
    return tuple((t.data_ptr(), t._version, t.device, t.dtype) for t in tensors)


def digest(model: Module) -> str:
    """SHA-256 of the name, shape and up to 4,096 evenly spaced numbers of each weight.

    Hashing all numbers of a large model would take longer than its first result. A training step
    changes so many numbers that the sample contains some of them.
    """
    state = hashlib.sha256()
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        numbers = tensor.detach().reshape(-1)
        step = max(1, -(-len(numbers) // _NUMBERS_PER_WEIGHT))
        state.update(f"{name} {tuple(tensor.shape)} ".encode())
        state.update(numbers[::step].cpu().double().numpy().tobytes())
    return state.hexdigest()
