"""Borrowing a model: alone, in evaluation mode, with hooks that leave no trace."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from torch.nn import Module
from torch.utils.hooks import RemovableHandle


class _Loan:
    """The lock of one model, and how many calls of the thread that holds it are under way."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.depth = 0


_loans: weakref.WeakKeyDictionary[Module, _Loan] = weakref.WeakKeyDictionary()
_loans_guard = threading.Lock()


@contextlib.contextmanager
def borrowed(model: Module) -> Iterator[None]:
    """Hold a model in evaluation mode, and keep other explanations of it out meanwhile.

    Weights and their ``requires_grad`` are not touched. A thread may borrow what it has borrowed.

    Raises
    ------
    RuntimeError
        If somebody else, such as a cell that trains, put the model into training mode meanwhile:
        then dropout was at work, and the numbers are worth nothing.
    """
    with _loans_guard:
        loan = _loans.setdefault(model, _Loan())
    with loan.lock:
        training = [m for m in model.modules() if m.training] if loan.depth == 0 else []
        loan.depth += 1
        try:
            for module in training:
                module.training = False
            yield
            if loan.depth == 1 and any(module.training for module in model.modules()):
                raise RuntimeError(
                    "the classifier was put into training mode while it was explained; "
                    "explain it again when the training is over"
                )
        finally:
            loan.depth -= 1
            for module in training:
                module.training = True


@contextlib.contextmanager
def hooked(register: Callable[..., RemovableHandle], hook: Callable[..., Any]) -> Iterator[None]:
    """Put a hook on a module, for this thread alone.

    A cell may call ``predict`` while the widget computes; it must not meet the widget's hooks.

    Parameters
    ----------
    register : callable
        Such as ``module.register_forward_hook``.
    hook : callable
        What that takes; it is removed at the end.
    """
    thread = threading.get_ident()
    handle = register(lambda *args: hook(*args) if threading.get_ident() == thread else None)
    try:
        yield
    finally:
        handle.remove()
