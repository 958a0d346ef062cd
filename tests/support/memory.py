"""The memory that a piece of work takes, as Linux counts it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from support.processes import run_python

_PEAK = Path("/proc/self/clear_refs")

# glibc returns large blocks at once, so that what is resident is what is in use.
_NO_POOLS = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0"}

measures_memory = pytest.mark.skipif(not _PEAK.exists(), reason="needs Linux")


def printed_peaks(code: str) -> tuple[float, float]:
    """Run a script whose last line prints two peaks, in a process whose memory is measured."""
    few, many = run_python(code, env=_NO_POOLS).split()[-2:]
    return float(few), float(many)


def peak(work: Callable[[], object]) -> float:
    """The peak of resident memory above what was resident before, in MiB."""
    gc.collect()
    _PEAK.write_text("5")  # the peak is now what is in use
    before = _resident("VmRSS")
    work()
    return _resident("VmHWM") - before


def _resident(name: str) -> float:
    return int(Path("/proc/self/status").read_text().split(f"{name}:")[1].split()[0]) / 1024
