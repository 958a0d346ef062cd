"""Exclusive use of a model in evaluation mode, and hooks that are removed afterwards."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from torch.nn import Module
from torch.utils.hooks import RemovableHandle


class _ModelLock:
    """The lock of one model, and how many nested calls the thread that holds it has made."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.depth = 0


_locks: weakref.WeakKeyDictionary[Module, _ModelLock] = weakref.WeakKeyDictionary()
_locks_guard = threading.Lock()


@contextlib.contextmanager
def exclusive_eval(model: Module) -> Iterator[None]:
    """Hold a model in evaluation mode, and make other threads that explain it wait.

    Weights and their ``requires_grad`` do not change. Calls can be nested in one thread. On exit
    the training flag of every module is as it was.

    Raises
    ------
    RuntimeError
        If other code, such as a training loop in a notebook cell, put the model into training
        mode in the meantime. Dropout was then active and the results are not valid.
    """
    with _locks_guard:
        held = _locks.setdefault(model, _ModelLock())
    with held.lock:
        training = [m for m in model.modules() if m.training] if held.depth == 0 else []
        held.depth += 1
        try:
            for module in training:
                module.training = False
            yield
            if held.depth == 1 and any(module.training for module in model.modules()):
                raise RuntimeError(
                    "the classifier was put into training mode while it was explained; "
                    "explain it again when the training is over"
                )
        finally:
            held.depth -= 1
            for module in training:
                module.training = True


@contextlib.contextmanager
def temporary_hook(
    register: Callable[..., RemovableHandle], hook: Callable[..., Any]
) -> Iterator[None]:
    """Put a hook on a module that runs in the current thread only, and remove it on exit.

    Another thread may call ``predict`` in the meantime; the hook must not affect it.

    Parameters
    ----------
    register : callable
        Registers a hook, such as ``module.register_forward_hook``.
    hook : callable
        The hook, with the arguments that ``register`` requires.
    """
    thread = threading.get_ident()
    handle = register(lambda *args: hook(*args) if threading.get_ident() == thread else None)
    try:
        yield
    finally:
        handle.remove()
