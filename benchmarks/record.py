"""What a benchmark records: the machine, the options and the numbers, as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Mapping
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

Data = dict[str, Any]


def begin(name: str, options: argparse.Namespace) -> Data:
    """The record of a benchmark before its first number."""
    return {
        "benchmark": name,
        "machine": machine(),
        "options": {
            key: value.name if isinstance(value, Path) else value
            for key, value in vars(options).items()
        },
    }


def finish(data: Data, path: Path | None) -> None:
    """Add the load at the end, and write the record."""
    data["machine"]["load_average_at_end"] = [round(load, 2) for load in os.getloadavg()]
    save(data, path)


def machine() -> dict[str, Any]:
    """The machine, its load and the versions."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "torch_threads": torch.get_num_threads(),
        "load_average_at_start": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "versions": {
            name: _version(name)
            for name in (
                "flair_lig_widget",
                "torch",
                "flair",
                "transformers",
                "captum",
                "transformers-interpret",
                "numpy",
            )
        },
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }


def machine_in_words(machine: Mapping[str, Any]) -> str:
    """One line above a table."""
    versions = ", ".join(f"{k} {v}" for k, v in machine["versions"].items() if v)
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['torch_threads']} torch threads, "
        f"load {machine['load_average_at_start'][0]} at the start; {versions}; {machine['date']}"
    )


def save(data: Mapping[str, Any], path: Path | None) -> None:
    """Write JSON, if a path is given."""
    if path is not None:
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
