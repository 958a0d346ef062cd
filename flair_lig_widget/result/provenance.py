"""What made the numbers, and when."""

from __future__ import annotations

import functools
import os
from datetime import datetime, timezone
from importlib.metadata import version

from flair_lig_widget import __version__

_EPOCH = "SOURCE_DATE_EPOCH"


@functools.cache
def versions() -> dict[str, str]:
    """The versions of this package and of those whose code the numbers depend on."""
    packages = {name: version(name) for name in ("flair", "torch", "transformers")}
    return {"flair_lig_widget": __version__, **packages}


def reproducible() -> bool:
    """Whether the same question must get the same bits: ``SOURCE_DATE_EPOCH`` is set."""
    return _EPOCH in os.environ


def now() -> str:
    """The time in UTC; ``SOURCE_DATE_EPOCH`` fixes it (reproducible-builds.org).

    Raises
    ------
    ValueError
        If ``SOURCE_DATE_EPOCH`` is set to something that is not a number of seconds.
    """
    epoch = os.environ.get(_EPOCH)
    if epoch is None:
        time = datetime.now(timezone.utc)
    elif epoch.isascii() and epoch.isdigit():
        time = datetime.fromtimestamp(int(epoch), timezone.utc)
    else:
        raise ValueError(f"{_EPOCH}={epoch!r} is not a number of seconds since 1970")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
