"""A copy of a classifier, and random weights for its layers, from the output to the input."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from flair.embeddings.base import Embeddings
from flair.nn import Model
from torch.nn import Module, ModuleDict, ModuleList, Parameter

from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.lock import exclusive_eval

AnyModule = TypeVar("AnyModule", bound=Module)

_LISTS = (ModuleList, ModuleDict)


def copy_classifier(classifier: AnyModule) -> AnyModule:
    """A classifier that predicts the same, and shares no weight with the first.

    ``copy.deepcopy`` asks each module how to copy it. Flair's transformers answer with their
    settings, from which they build another encoder, and its recurrent embeddings with a state that
    they cannot read back. So the attributes of every module are copied here, whatever it answers.
    Weights that are tied stay tied. Gradients are not copied, and a compiled module is copied as
    the module that was compiled.

    Parameters
    ----------
    classifier : torch.nn.Module

    Raises
    ------
    UnsupportedClassifierError
        If an attribute of a module cannot be copied.
    """
    with exclusive_eval(classifier):
        modules = [module for module in classifier.modules() if not _is_compiled(module)]
        copies: dict[int, Any] = {id(module): _blank(module) for module in modules}
        for module in classifier.modules():
            if _is_compiled(module):
                copies[id(module)] = copies[id(module._modules["_orig_mod"])]
        for module in modules:
            for value in module.__dict__.values():
                if isinstance(value, torch.Tensor) and not value.is_leaf:
                    # Computed from weights; ``deepcopy`` refuses a tensor with a graph.
                    copies[id(value)] = value.detach().clone()
        for module in modules:
            _copy_attributes(module, copies)
        copied: AnyModule = copies[id(classifier)]
    return copied


def _is_compiled(module: Module) -> bool:
    return "_orig_mod" in module._modules


def _blank(module: Module) -> Module:
    """A module of the same class without attributes."""
    blank: Module = type(module).__new__(type(module))
    return blank


def _copy_attributes(module: Module, copies: dict[int, Any]) -> None:
    """Give the copy of a module its attributes.

    Parameters
    ----------
    module : torch.nn.Module
    copies : dict
        From the id of what was copied to its copy; `copy.deepcopy` reads it and adds to it.
    """
    copied = copies[id(module)]
    for name, value in module.__dict__.items():
        if name == "_compiled_call_impl":
            continue  # it would run the first module
        try:
            copied.__dict__[name] = copy.deepcopy(value, copies)
        except Exception as error:
            raise UnsupportedClassifierError(
                f"the classifier cannot be copied because of {name!r} of its "
                f"{type(module).__name__} ({error}); remove it, or load the classifier from its "
                "file"
            ) from error


@dataclass(frozen=True, eq=False)
class Layer:
    """A part of a classifier whose weights become random together.

    Attributes
    ----------
    name : str
        The name of its module in ``classifier.named_modules()``.
    weights : tuple of Parameter
        Those that no layer above it has as well.
    """

    name: str
    weights: tuple[Parameter, ...]

    def randomise(self, generator: np.random.Generator) -> None:
        """Replace each weight by normal numbers with the mean and standard deviation it had.

        So the scale stays that of the trained model. Weights that are all equal stay as they are.
        """
        with torch.no_grad():
            for weight in self.weights:
                numbers = generator.standard_normal(weight.numel(), dtype=np.float32)
                spread, mean = weight.float().std(correction=0), weight.float().mean()
                random = torch.from_numpy(numbers).to(weight.device) * spread + mean
                weight.copy_(random.view_as(weight))


def layers_of(model: Module, run: Callable[[], object]) -> list[Layer]:
    """The layers of a model, the last that is called first.

    A layer is an entry of a list of modules, such as a layer of an encoder, or the largest module
    that contains no such list, such as a GRU, a decoder or a block of input embeddings. Weights
    that are used without a call of their module come last.

    Parameters
    ----------
    model : torch.nn.Module
    run : callable
        Runs the model once.

    Raises
    ------
    UnsupportedClassifierError
        If weights are not floating-point numbers.
    """
    modules = dict(model.named_modules())
    called = list(dict.fromkeys(reversed(_calls(modules, run))))
    never_called = [name for name in reversed(modules) if name not in called]
    weights: dict[str, list[Parameter]] = {}
    seen: set[int] = set()
    for name in (*called, *never_called):
        for weight in modules[name].parameters(recurse=False):
            if id(weight) in seen:
                continue
            if not weight.is_floating_point():
                raise UnsupportedClassifierError(
                    f"the weights of {name} are {weight.dtype}, which cannot be replaced by random "
                    "numbers; load the classifier without quantization"
                )
            seen.add(id(weight))
            weights.setdefault(_layer_of(name, modules), []).append(weight)
    return [Layer(name, tuple(found)) for name, found in weights.items()]


def _calls(modules: dict[str, Module], run: Callable[[], object]) -> list[str]:
    """The names of the modules in the order in which they are called."""
    calls: list[str] = []
    handles = [
        module.register_forward_pre_hook(lambda *args, name=name: calls.append(name))
        for name, module in modules.items()
    ]
    try:
        run()
    finally:
        for handle in handles:
            handle.remove()
    return calls


def _layer_of(name: str, modules: dict[str, Module]) -> str:
    """The name of the layer that a module belongs to."""
    parent = modules[""]
    for prefix in _prefixes(name):
        module = modules[prefix]
        is_entry = isinstance(parent, _LISTS) and not isinstance(module, _LISTS)
        if is_entry or not _has_layers(module):
            return prefix
        parent = module
    return name


def _prefixes(name: str) -> Iterator[str]:
    """``"a.b.c"`` gives ``"a"``, ``"a.b"`` and ``"a.b.c"``."""
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _has_layers(module: Module) -> bool:
    """Whether a module holds layers, and is none."""
    return isinstance(module, (Model, Embeddings)) or any(
        isinstance(inner, _LISTS) for inner in module.modules()
    )
