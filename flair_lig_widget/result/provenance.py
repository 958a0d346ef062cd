"""Which model and packages a result comes from, and when."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

_EPOCH = "SOURCE_DATE_EPOCH"
_PACKAGES = ("flair_lig_widget", "flair", "torch", "transformers")


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The model and the packages that made a result, and when.

    Attributes
    ----------
    model : str
        The model explained, such as ``"TextClassifier over transformer-xlm-roberta-base"``; empty
        if it is not known.
    weights_digest : str
        A hash of the model's weights; empty if it is not known.
    versions : mapping of str to str
        Versions of the packages whose code the numbers depend on.
    created_at : str
        Time in UTC, in ISO 8601. Two results that differ in nothing else are equal.
    """

    model: str = ""
    weights_digest: str = ""
    versions: Mapping[str, str] = field(default_factory=dict, hash=False)
    created_at: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "versions", MappingProxyType(dict(self.versions)))

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only mapping cannot be pickled or copied, so both go through plain data.
        return functools.partial(Provenance, **self.to_dict()), ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data."""
        return {
            "model": self.model,
            "weights_digest": self.weights_digest,
            "versions": dict(self.versions),
            "created_at": self.created_at,
        }


@functools.cache
def package_versions(*more: str) -> dict[str, str]:
    """The versions of this package, of those that all numbers depend on, and of some more."""
    return {name: version(name) for name in (*_PACKAGES, *more)}


def without_time(data: Mapping[str, Any]) -> dict[str, Any]:
    """The plain data of a result without the time of its provenance, to compare results."""
    return {**data, "provenance": {**data["provenance"], "created_at": ""}}


def reproducible() -> bool:
    """Whether two runs must give the same bits: ``SOURCE_DATE_EPOCH`` is set."""
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
