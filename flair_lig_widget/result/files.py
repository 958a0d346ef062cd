"""Writing files: the old file stays whole until the new one is complete."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path
from typing import TypeAlias

FilePath: TypeAlias = str | os.PathLike[str]

_STREAMS = ("/dev/std", "/dev/fd/", "/proc/")
"""Names of what the process has open, which may be a file that others write to as well."""


def write_text(path: FilePath, text: str) -> None:
    """Write text as UTF-8, with its line breaks as they are; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def returned(text: str, path: FilePath | None) -> str:
    """The text, which is also written to the path if there is one."""
    if path is not None:
        write_text(path, text)
    return text


def write_bytes(path: FilePath, data: bytes) -> None:
    """Write a file, or replace one in a single step that happens entirely or not at all.

    The data go to a temporary file beside it, which then takes its name. A file that is replaced
    keeps its permissions, and a link its target. A device or a pipe is written to directly.

    Raises
    ------
    OSError
        If it cannot be written; the error names the path, and the old file is unchanged.
    """
    try:
        target = Path(os.path.realpath(path))
        if _is_stream(path):
            with open(path, "wb") as stream:
                stream.write(data)
        elif target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is read-only")
        else:
            _replace(target, data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def _is_stream(path: FilePath) -> bool:
    """Whether it is anything that cannot be replaced, such as a device, a pipe or a folder."""
    if os.path.abspath(path).startswith(_STREAMS):
        return True
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False


def _replace(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:  # a new file gets the permissions that are usual here
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
