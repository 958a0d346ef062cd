"""Exclusive use of a model in evaluation mode, for the thread that explains it.

An interrupt can arrive between any two lines of Python, and a ``finally`` may then never run. So
nothing here has to be undone: who holds what is the state of a lock, and the interpreter takes and
releases a lock of the standard library without looking for interrupts in between.
"""

from __future__ import annotations

import contextlib
import operator
import os
import threading
import weakref
from typing import Any, cast

from torch.nn import Module

from flair_lig_widget.model import evaluation


class _Locks:
    """The lock of every model that was explained."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.of_model: weakref.WeakKeyDictionary[Module, Any] = weakref.WeakKeyDictionary()


class _Thread(threading.local):
    """The locks that the current thread may hold."""

    locks: tuple[Any, ...] = ()


_locks = _Locks()
_thread = _Thread()
_is_owned = operator.methodcaller("_is_owned")
"""Whether the current thread holds a lock."""


def exclusive_eval(model: Module) -> contextlib.AbstractContextManager[object]:
    """Hold a model in evaluation mode, and make other threads that explain it wait.

    Use it in a ``with`` statement. Calls can be nested in one thread. Only the thread that holds
    the model sees it in evaluation mode; the training flags themselves are not touched. Another
    thread can train the model or predict with it at the same time, and a call of ``train`` or
    ``eval`` in any thread counts as if nothing were explained.

    Returns
    -------
    threading.RLock
        The lock of the model.

    Raises
    ------
    RuntimeError
        If a part of the model is compiled and in training mode.
    """
    evaluation.check_compiled(model)
    with _locks.guard:
        lock = _locks.of_model.setdefault(model, threading.RLock())
    _thread.locks = (*filter(_is_owned, _thread.locks), lock)
    return cast(contextlib.AbstractContextManager[object], lock)


def _is_explaining() -> bool:
    """Whether the current thread holds a model."""
    return any(map(_is_owned, _thread.locks))


def _forget() -> None:
    """Begin with new locks: after a fork, nobody would release those of other threads."""
    global _locks
    _locks = _Locks()


evaluation.install(_is_explaining)
if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forget)
