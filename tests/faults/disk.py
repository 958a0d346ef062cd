"""A full disk while a file is written: the old file stays as it was, and nothing is left beside it.

The limit on the size of a file (RLIMIT_FSIZE) makes the disk full after any number of bytes. Every
method ``to_*`` with a ``path`` is found by its signature.
"""

from __future__ import annotations

import inspect
import random
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

from support.attributions import make

from faults.children import in_own_process
from faults.outcome import Budget, Fault, Outcome, Tally
from flair_lig_widget.frontend import page
from flair_lig_widget.widget.base import AttributionWidget

OLD = b"the file of before, which is good\n" * 5


def exporters() -> dict[str, Callable[[Path], object]]:
    """Every call that writes a file, by its name."""
    found: dict[str, Callable[[Path], object]] = {}
    attribution = make()
    for value in (attribution, AttributionWidget(attribution)):
        for name, function in inspect.getmembers(type(value), inspect.isfunction):
            if name.startswith("to_") and "path" in inspect.signature(function).parameters:
                found[f"{type(value).__name__}.{name}"] = getattr(value, name)
    found["page.to_html"] = lambda path: page.to_html([attribution, attribution], path)
    return found


def run(budget: Budget) -> Outcome:
    """Each exporter at several sizes of the disk, in a child process."""
    return in_own_process("disk", "disk:fill", budget)


def fill(count: int | None, seconds: float | None, seed: int) -> Outcome:
    """Write to full disks until the budget is spent; runs in its own process."""
    tally, rng = Tally("disk", Budget(count, seconds, seed)), random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder, whole = Path(name), {}
        writers = exporters()
        for writer, write in writers.items():  # and loads every library while the disk has room
            write(folder / "whole")
            whole[writer] = (folder / "whole").read_bytes()
            (folder / "whole").unlink()
        rounds = 0
        while tally.goes_on():
            for writer, write in writers.items():
                length = len(whole[writer])
                for size in (0, 1, length - 1) if rounds == 0 else [rng.randrange(length)]:
                    tally.add()
                    with tally.watch(f"{writer} on a disk with room for {size} bytes"):
                        check_full(write, folder, size)
                with tally.watch(f"{writer} afterwards"):
                    check_written(write, folder, whole[writer])
            rounds += 1
    return tally.outcome()


def check_full(write: Callable[[Path], object], folder: Path, size: int) -> None:
    """Raise a `Fault` unless the write fails in words and leaves the folder as it was."""
    path = folder / "result"
    path.write_bytes(OLD)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    message = None
    try:
        write(path)
    except OSError as error:
        message = str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    content = path.read_bytes() if path.exists() else None
    rest = [each.name for each in folder.iterdir() if each != path]
    for each in folder.iterdir():
        each.unlink()
    if content != OLD:
        raise Fault("wrong", "the old file is lost" if content is None else "half a file is left")
    if rest:
        raise Fault("leaked", f"left beside it: {rest}")
    if message is None:
        raise Fault("wrong", "nothing says that the file is not written")
    if str(path) not in message:
        raise Fault("crashed", f"the error does not name the file: {message}")


def check_written(write: Callable[[Path], object], folder: Path, whole: bytes) -> None:
    """Raise a `Fault` unless the same call with room replaces the old file by a whole one."""
    path = folder / "result"
    path.write_bytes(OLD)
    write(path)
    if path.read_bytes() != whole:
        raise Fault("wrong", "another file than the first time")
    if rest := [each.name for each in folder.iterdir() if each != path]:
        raise Fault("leaked", f"left beside it: {rest}")
    path.unlink()
