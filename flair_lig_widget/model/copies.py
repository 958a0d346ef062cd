"""A copy of a model's modules, for what would change the modules themselves."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, TypeVar

from torch.nn import Module

AnyModule = TypeVar("AnyModule", bound=Module)


def copy_of_modules(model: AnyModule) -> AnyModule:
    """A model with its own modules, and the same weights.

    A hook or an attribute of a copied module does not reach the model, which other threads may use
    at the same time. Tensors, tokenizers and all else are shared, so the copy takes hardly any
    memory. (`copy.deepcopy` would load the encoder again: Flair's embeddings say so.)

    Parameters
    ----------
    model : torch.nn.Module
    """
    copied: AnyModule = _copy(model, {})
    return copied


def _copy(value: Any, copies: dict[int, Module]) -> Any:
    """A copy of a module, or of a container that may hold modules; all else as it is."""
    if isinstance(value, Module):
        if id(value) not in copies:
            module = copies[id(value)] = object.__new__(type(value))
            for name, attribute in vars(value).items():
                module.__dict__[name] = _copy(attribute, copies)
        return copies[id(value)]
    if type(value) in (dict, OrderedDict):
        return type(value)((key, _copy(item, copies)) for key, item in value.items())
    if type(value) in (list, tuple):
        return type(value)(_copy(item, copies) for item in value)
    return value
