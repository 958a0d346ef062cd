"""The folder of a corpus while it is written: for one run alone, and with a place for its work."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flair_lig_widget.corpus.in_hand import notes, write_note
from flair_lig_widget.corpus.manifest import NAME

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder for this run alone. The lock ends with the process, however it ends."""
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise ValueError(f"{folder} has other files; give a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise ValueError(
            f"another run is writing to {folder}; wait for it, or give another folder"
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """A folder for the time of the run, with the notes that dead processes of earlier runs left.

    Workers of an earlier run that are still there find that theirs is gone, and stop.
    """
    earlier = list(folder.glob("work-*"))
    work = folder / f"work-{secrets.token_hex(8)}"
    work.mkdir()
    for path in earlier:
        for rows in notes(path):
            write_note(work, rows)
        shutil.rmtree(path)
    is_known = bool(notes(work))
    try:
        yield work
    except BaseException as error:
        # What a worker died of is for the next run; but not if it ended because the user stopped.
        is_stopped = isinstance(error, KeyboardInterrupt) and not is_known
        if is_stopped or not notes(work):
            shutil.rmtree(work)
        raise
    shutil.rmtree(work)


def _is_ours(folder: Path) -> bool:
    """Whether it has a corpus, or nothing but what a run begins with."""
    return (folder / NAME).is_file() or all(
        path.name == LOCK or path.name.startswith("work-") for path in folder.iterdir()
    )
