"""The request: what is to be explained, and how."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass

from flair_lig_widget.quadrature import RULES

METHODS = ("auto", *RULES)
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
        If the text is blank, or the method, the number of steps, the tolerance or the layer is
        not one that can be.
    """

    text: str
    target: str | None = None
    method: str = "auto"
    n_steps: int | None = None
    tolerance: float = 0.01
    baseline: str = "pad"
    layer: str = "word_embeddings"

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
        if self.method not in METHODS:
            raise ValueError(f"unknown method {self.method!r}; methods are {', '.join(METHODS)}")
        if self.n_steps is not None:
            object.__setattr__(self, "n_steps", whole_number("n_steps", self.n_steps))
        if not (isinstance(self.tolerance, (int, float)) and 0 < self.tolerance < math.inf):
            raise ValueError(
                f"tolerance={self.tolerance!r} cannot be met; give a share such as 0.01"
            )
        if self.layer not in LAYERS:
            raise ValueError(f"unknown layer {self.layer!r}; layers are {', '.join(LAYERS)}")


def whole_number(name: str, value: object) -> int:
    """``value`` as an int, or a ValueError that names the option if it is none from 1 on."""
    try:
        number = 0 if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"{name}={value!r} cannot be; give a whole number from 1 on")
    return number
