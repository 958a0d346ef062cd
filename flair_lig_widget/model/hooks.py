"""Hooks that act in one thread while one computation runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from torch.nn import Module

Result = TypeVar("Result")


class _Hook:
    """A hook that does nothing in other threads, and nothing once its computation is over."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._thread = threading.get_ident()
        self.running = threading.Lock()
        """Held while the computation runs. An interrupt cannot leave it held."""

    def __call__(self, *args: Any) -> Any:
        if self.running.locked() and threading.get_ident() == self._thread:
            return self._function(*args)
        return None

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy of the model, made while it is explained, belongs to no computation.
        return _Hook, (_do_nothing,)


def _do_nothing(*args: Any) -> None:
    """The function of a hook that was copied."""


def call_with_hook(
    module: Module, hook: Callable[..., Any], function: Callable[[], Result]
) -> Result:
    """The result of a function during which a module has a forward hook.

    Another thread may call ``predict`` in the meantime; the hook must not affect it.

    Parameters
    ----------
    module : torch.nn.Module
    hook : callable
        As for ``register_forward_hook``.
    function : callable
        The computation.
    """
    return _call(module.register_forward_hook, module, hook, function)


def call_with_pre_hook(
    module: Module, hook: Callable[..., Any], function: Callable[[], Result]
) -> Result:
    """As `call_with_hook`, with a hook as for ``register_forward_pre_hook``."""
    return _call(module.register_forward_pre_hook, module, hook, function)


def _call(
    register: Callable[[Any], Any],
    module: Module,
    hook: Callable[..., Any],
    function: Callable[[], Result],
) -> Result:
    ours, interrupt = _Hook(hook), None
    try:
        register(ours)
        with ours.running:
            return function()
    finally:
        while True:  # until it is done, even if an interrupt arrives now
            try:
                for hooks in (module._forward_hooks, module._forward_pre_hooks):
                    for key, found in list(hooks.items()):
                        if found is ours:
                            del hooks[key]
                break
            except KeyboardInterrupt as error:
                interrupt = error
        if interrupt is not None:
            raise interrupt
