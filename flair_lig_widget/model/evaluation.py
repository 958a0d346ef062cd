"""Attributes of modules that read differently in the thread that explains a model.

PyTorch keeps the mode of a model in its modules, for all threads at once. A computation beside a
training loop needs a mode for one thread: here a few attributes of modules, ``training`` first of
all, are descriptors. They store what the user sets, and read it back, except in a thread that
explains a model. So nothing of the model is ever changed, and nothing has to be restored.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from flair.embeddings import DocumentCNNEmbeddings, DocumentRNNEmbeddings
from flair.nn import PrototypicalDecoder
from torch.nn import Module, RNNBase


class _ThreadAttribute:
    """An attribute of a class of modules, with another value in some threads.

    Parameters
    ----------
    owner, name
        The class and the attribute.
    value : callable
        The value for a module in a thread that explains.
    explaining : callable
        Whether the current thread does.
    """

    def __init__(
        self,
        owner: type[Module],
        name: str,
        *,
        value: Callable[[Any], Any],
        explaining: Callable[[], bool],
    ) -> None:
        self._owner = owner
        self._name = name
        self._value = value
        self._explaining = explaining

    def __get__(self, module: Module | None, owner: type[Module]) -> Any:
        if module is None:
            return getattr(super(self._owner, owner), self._name)
        if self._is_explaining():
            return self._value(module)
        if self._name in module.__dict__:
            return module.__dict__[self._name]
        return getattr(super(self._owner, module), self._name)

    def __set__(self, module: Module, value: Any) -> None:
        if value is False and module.__dict__.get(self._name) is True and self._is_explaining():
            return  # a model that calls its own eval() whenever it embeds a text
        module.__dict__[self._name] = value

    def __delete__(self, module: Module) -> None:
        try:
            del module.__dict__[self._name]
        except KeyError:
            raise AttributeError(self._name) from None

    def _is_explaining(self) -> bool:
        # The compiler of PyTorch reads this code too, and cannot follow it into locks.
        return not torch.compiler.is_compiling() and self._explaining()


def check_compiled(model: Module) -> None:
    """Raise an error if a part of a model is compiled, and in training mode.

    Compiled code reads the training flag where no descriptor can answer.

    Raises
    ------
    RuntimeError
        The message says what to do.
    """
    for module in model.modules():
        is_compiled = module._compiled_call_impl is not None or "_orig_mod" in module._modules
        if is_compiled and any(part.__dict__.get("training") for part in module.modules()):
            raise RuntimeError(
                f"{type(module).__name__} is compiled and in training mode, and compiled code can "
                "only be explained in evaluation mode; call classifier.eval() and explain again"
            )


def _no_zero_grad(module: Module) -> Callable[..., None]:
    def zero_grad(set_to_none: bool = True) -> None:
        """Leave the gradients of the user's training alone."""

    return zero_grad


_VALUES: tuple[tuple[type[Module], str, Callable[[Any], Any]], ...] = (
    (Module, "training", lambda module: False),
    # cuDNN differentiates an RNN only in training mode, which differs by dropout alone.
    (RNNBase, "training", lambda module: next(module.parameters()).is_cuda),
    (RNNBase, "dropout", lambda module: 0.0),
    # Options of Flair that stop gradients; they change no output.
    (DocumentRNNEmbeddings, "static_embeddings", lambda module: False),
    (DocumentCNNEmbeddings, "static_embeddings", lambda module: False),
    (PrototypicalDecoder, "learning_mode", lambda module: "joint"),
    # Flair clears gradients whenever it embeds a text.
    (RNNBase, "zero_grad", _no_zero_grad),
    (DocumentCNNEmbeddings, "zero_grad", _no_zero_grad),
)
"""What a thread that explains reads, and why it is not what the user set."""


def install(explaining: Callable[[], bool]) -> None:
    """Let the attributes depend on whether the current thread explains a model.

    Parameters
    ----------
    explaining : callable
        Says so; called whenever one of the attributes is read.
    """
    for owner, name, value in _VALUES:
        attribute = _ThreadAttribute(owner, name, value=value, explaining=explaining)
        setattr(owner, name, attribute)
