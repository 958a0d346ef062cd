"""Interrupts wherever the interpreter looks for them in some code, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

_PLACES = ("call", "c_return")
"""CPython handles a signal at the beginning of a function and after a call of a C function."""


def interrupted_everywhere(call: Callable[[], Any], *modules: ModuleType) -> Iterator[int]:
    """Call a function again and again, each time interrupted one place of the modules later.

    A real signal arrives at some of these places; here it arrives at all of them. Yields the
    number of places that were passed before each interrupt, and ends when a call runs to its end.
    """
    files = {str(Path(module.__file__ or "")) for module in modules}
    passed = 0
    while _is_interrupted(call, files, passed):
        yield passed
        passed += 1


def _is_interrupted(call: Callable[[], Any], files: set[str], passed: int) -> bool:
    left = passed

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal left
        if event in _PLACES and frame.f_code.co_filename in files:
            left -= 1
            if left < 0:
                sys.setprofile(None)
                raise KeyboardInterrupt

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(before)
    return False
