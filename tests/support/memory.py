"""The memory that a piece of work takes, as Linux counts it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

PEAK = Path("/proc/self/clear_refs")
"""A file that is there where the peak can be measured."""

# glibc returns large blocks at once, so that what is resident is what is in use.
NO_POOLS = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0"}
"""Variables for the environment of a process whose memory is measured."""


def peak(work: Callable[[], object]) -> float:
    """The peak of resident memory above what was resident before, in MiB."""
    gc.collect()
    PEAK.write_text("5")  # the peak is now what is in use
    before = _resident("VmRSS")
    work()
    return _resident("VmHWM") - before


def _resident(name: str) -> float:
    return int(Path("/proc/self/status").read_text().split(f"{name}:")[1].split()[0]) / 1024
