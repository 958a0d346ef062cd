"""The request: what to explain, and how. Every default of an option is written here, once."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from flair_lig_widget.result.algorithms import ALGORITHMS, INTEGRATED_GRADIENTS
from flair_lig_widget.result.marked import (
    Entity,
    MarkedText,
    Ranges,
    checked_entities,
    checked_ranges,
)
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.numbers import LARGEST
from flair_lig_widget.result.units import OUTPUTS

RULES = (
    "gausslegendre",
    "riemann_left",
    "riemann_right",
    "riemann_middle",
    "riemann_trapezoid",
)
"""The fixed integration rules, by Captum's names."""

METHODS = ("auto", *RULES)
PRECISIONS = ("float32", "auto")
LAYERS = ("word_embeddings", "embeddings")
DEFAULT_STEPS = 50
"""Points of a fixed rule if ``n_steps`` is not given, as in Captum."""

MAX_STEPS = 10_000
"""The most points on a path; tutorials use up to 7,000."""

MAX_CHARACTERS = 100_000
"""The longest text; reading a longer one would block for seconds before it can be cancelled."""


class RequestSettings(TypedDict, total=False):
    """The options of a request that can be the same for many texts; `attribute` documents them."""

    contrast: str | None
    output: str
    method: str
    n_steps: int | None
    tolerance: float
    baseline: str | None
    layer: str
    precision: str
    algorithm: str


class RequestOptions(RequestSettings, total=False):
    """The options of a request as keyword arguments."""

    target: str | None
    entities: Sequence[Entity]
    data_point: Ranges | None


@dataclass(frozen=True, kw_only=True)
class Request:
    """A text and the options of `attribute`, which documents them.

    What can be checked without a model is checked here, the rest where it is used.

    Raises
    ------
    ValueError
        If the text is blank or too long, or an option has a value that is not possible.
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
    algorithm: str = INTEGRATED_GRADIENTS
    entities: Sequence[Entity] = ()
    data_point: Ranges | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON has them: lists in place of tuples."""
        fields = dict(vars(self))
        fields["entities"] = [list(each) for each in self.entities]
        if self.data_point is not None:
            fields["data_point"] = [list(each) for each in self.data_point]
        return fields

    @property
    def marked(self) -> MarkedText:
        """The text with its entities and the data point."""
        return MarkedText(self.text, tuple(self.entities), self.data_point)

    def __post_init__(self) -> None:
        _check_text(self.text)
        object.__setattr__(self, "entities", checked_entities(self.entities, self.text))
        if self.data_point is not None:
            ranges = checked_ranges(self.data_point, self.text, "data_point")
            object.__setattr__(self, "data_point", ranges)
        _check_choice("output", self.output, tuple(OUTPUTS))
        _check_choice("method", self.method, METHODS)
        if self.n_steps is not None:
            n_steps = positive_int("n_steps", self.n_steps, most=MAX_STEPS)
            object.__setattr__(self, "n_steps", n_steps)
        if not (isinstance(self.tolerance, (int, float)) and 0 < self.tolerance <= LARGEST):
            raise ValueError(
                f"tolerance={shown(self.tolerance)} is not possible; give a fraction such as 0.01"
            )
        _check_choice("layer", self.layer, LAYERS)
        _check_choice("precision", self.precision, PRECISIONS)
        _check_choice("algorithm", self.algorithm, tuple(ALGORITHMS))


def join_labels(labels: Sequence[str], most: int = 20) -> str:
    """The labels as one string, shortened to fit an error message."""
    more = len(labels) - most
    return ", ".join(labels[:most]) + (f", … and {more} more" if more > 0 else "")


def positive_int(name: str, value: object, *, most: int | None = None) -> int:
    """``value`` as an int.

    Parameters
    ----------
    name : str
        The option, for the error message.
    value : object
    most : int, optional
        The largest that is possible.

    Raises
    ------
    ValueError
        If it is not a whole number from 1 to ``most``; the message names the option.
    """
    try:
        number = 0 if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if number < 1 or (most is not None and number > most):
        which = "of at least 1" if most is None else f"from 1 to {most:,}"
        raise ValueError(f"{name}={shown(value)} is not possible; give a whole number {which}")
    return number


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, not {type(text).__name__}")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"text has {len(text):,} characters, which is too long; give at most "
            f"{MAX_CHARACTERS:,}, such as a passage of it"
        )
    if not text.strip():
        raise ValueError("text is empty; give at least one word to explain")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"text has a lone surrogate at position {error.start}; "
            "remove it, or decode the text with errors='replace'"
        ) from error


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"unknown {name} {value!r}; {name}s are {', '.join(choices)}")
