"""The request: what is to be explained, and how."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass

from flair_lig_widget.objective import OUTPUTS
from flair_lig_widget.quadrature import RULES

METHODS = ("auto", *RULES)
PRECISIONS = ("float32", "auto")
LAYERS = ("word_embeddings", "embeddings")
DEFAULT_STEPS = 50
"""Nodes of a fixed rule when none are asked for, as in Captum."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to explain and how; the options of `attribute`, which documents them.

    What can be told without a model is checked here, the rest where it is used.

    Raises
    ------
    ValueError
        If the text is blank, or an option is not one that can be.
    """

    text: str
    target: str | None = None
    contrast: str | None = None
    output: str = "logit"
    method: str = "auto"
    n_steps: int | None = None
    tolerance: float = 0.01
    baseline: str | None = None
    layer: str = "word_embeddings"
    precision: str = "float32"

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise ValueError(f"text must be a string, not {type(self.text).__name__}")
        if not self.text.strip():
            raise ValueError("text is empty; give at least one word to explain")
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"text has half a character (a lone surrogate) at place {error.start}; "
                "remove it, or decode the text with errors='replace'"
            ) from error
        _check_choice("output", self.output, tuple(OUTPUTS))
        _check_choice("method", self.method, METHODS)
        if self.n_steps is not None:
            object.__setattr__(self, "n_steps", whole_number("n_steps", self.n_steps))
        if not (isinstance(self.tolerance, (int, float)) and 0 < self.tolerance < math.inf):
            raise ValueError(
                f"tolerance={self.tolerance!r} cannot be met; give a share such as 0.01"
            )
        _check_choice("layer", self.layer, LAYERS)
        _check_choice("precision", self.precision, PRECISIONS)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"unknown {name} {value!r}; {name}s are {', '.join(choices)}")


def listed(labels: Sequence[str], most: int = 20) -> str:
    """The labels in a row, as an error message has room for them."""
    more = len(labels) - most
    return ", ".join(labels[:most]) + (f", … and {more} more" if more > 0 else "")


def whole_number(name: str, value: object) -> int:
    """``value`` as an int, or a ValueError that names the option if it is none from 1 on."""
    try:
        number = 0 if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"{name}={value!r} cannot be; give a whole number from 1 on")
    return number
