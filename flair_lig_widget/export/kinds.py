"""What each field of the JSON must be: in words, and as a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flair_lig_widget.result.algorithms import ALGORITHMS
from flair_lig_widget.result.numbers import LARGEST
from flair_lig_widget.result.units import OUTPUTS

_LARGEST_COUNT = 2**53
"""Up to here every whole number is a float, which is what JavaScript has."""

_MOST = 1000
"""The most bins of a path profile, and the most packages with a version."""


_MOST_TEXTS = 10
"""The most texts that a model reads at once; Flair's read up to three."""

_MOST_RANGES = 2 * _MOST_TEXTS
"""The most ranges that were not read: at both ends of every text."""


_MOST_RANGES_OF_DATA_POINT = 2
"""Head and tail of a relation."""


def is_text(value: Any) -> bool:
    """Whether it is a string."""
    return isinstance(value, str)


def is_count(value: Any) -> bool:
    """Whether it is a whole number, 0 or more, that every language can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_COUNT


def is_number(value: Any, most: float = LARGEST) -> bool:
    """Whether it is a number, and not beyond ``most``; a bool is none, nor is NaN."""
    right = isinstance(value, (int, float)) and not isinstance(value, bool)
    return right and -most <= value <= most


def is_size(value: Any) -> bool:
    """Whether it is a number, and not negative."""
    return is_number(value) and value >= 0


def list_of(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A test for a list of such values."""
    return lambda value: isinstance(value, (list, tuple)) and all(map(of, value))


def _dict(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, Mapping) and all(map(is_text, value)) and all(map(of, value.values()))
    )


def or_none(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A test for such a value, or none."""
    return lambda value: value is None or of(value)


def _starts(value: Any) -> bool:
    return list_of(is_count)(value) and 0 in value[:1] and list(value) == sorted(set(value))


def is_range(value: Any) -> bool:
    """Whether it is a start and an end."""
    return list_of(is_count)(value) and len(value) == 2 and value[0] <= value[1]


def _few_starts(value: Any) -> bool:
    return _starts(value) and len(value) <= _MOST_TEXTS


def _ranges(value: Any) -> bool:
    if not list_of(is_range)(value) or len(value) > _MOST_RANGES:
        return False
    offsets = [offset for each in value for offset in each]
    return offsets == sorted(offsets)


def _entity(value: Any) -> bool:
    is_list = isinstance(value, (list, tuple)) and len(value) == 3
    return is_list and is_range(value[:2]) and is_text(value[2])


def _place(value: Any) -> bool:
    return list_of(is_range)(value) and 0 < len(value) <= _MOST_RANGES_OF_DATA_POINT


def _matrix(value: Any) -> bool:
    few = isinstance(value, (list, tuple)) and len(value) <= _MOST
    return few and list_of(list_of(is_number))(value) and len({len(row) for row in value}) <= 1


def _versions(value: Any) -> bool:
    return _dict(is_text)(value) and len(value) <= _MOST


STRING = ("a string", is_text)
_PLACE = "a list of one or two ranges, each a list of two offsets"
_COUNT = ("a whole number from 0 to 2**53", is_count)
NUMBER = (f"a number of at most ±{LARGEST:g}", is_number)
_PERHAPS = (f"a number from 0 to {LARGEST:g}, or null", or_none(is_size))
OBJECT = ("an object", lambda value: isinstance(value, Mapping))
STRINGS = ("a list of strings", list_of(is_text))
NUMBERS = (f"a list of numbers of at most ±{LARGEST:g}", list_of(is_number))
OUTPUT = (f"one of {', '.join(OUTPUTS)}", lambda value: is_text(value) and value in OUTPUTS)
DATA_POINT = (_PLACE, or_none(_place))
ALGORITHM = (
    f"one of {', '.join(ALGORITHMS)}",
    lambda value: is_text(value) and value in ALGORITHMS,
)
_LABELS = (
    "an object of a probability or value for each label",
    lambda v: bool(v) and _dict(is_number)(v),
)
Kinds = Mapping[str, tuple[str, Callable[[Any], bool]]]
"""For each field what it must be, in words, and a test of it."""
KINDS: Kinds = {
    **dict.fromkeys(("text", "target", "method", "baseline", "layer", "precision"), STRING),
    **dict.fromkeys(("contrast", "paired_text"), ("a string or null", or_none(is_text))),
    **dict.fromkeys(("n_steps", "n_evaluations"), _COUNT),
    **dict.fromkeys(("value", "baseline_value"), NUMBER),
    **dict.fromkeys(("rounding", "error_estimate", "tolerance"), _PERHAPS),
    **dict.fromkeys(("prediction", "baseline_prediction"), _LABELS),
    "output": OUTPUT,
    "tokens": ("a list", list_of(lambda token: True)),
    "scores": NUMBERS,
    "path_profile": (
        f"a list of equally long lists, at most {_MOST:,}, of numbers of at most ±{LARGEST:g}, "
        "or null",
        or_none(_matrix),
    ),
    "predicted": STRINGS,
    "multi_label": ("true or false", lambda value: isinstance(value, bool)),
    "sentence_starts": ("a list of offsets in ascending order, the first 0", _starts),
    "text_starts": (
        f"a list of at most {_MOST_TEXTS} offsets in ascending order, the first 0",
        _few_starts,
    ),
    "truncated": (
        f"a list of at most {_MOST_RANGES} ranges in ascending order, each a list of two offsets",
        _ranges,
    ),
    "entities": ("a list of entities, each a start, an end and a label", list_of(_entity)),
    "data_point": DATA_POINT,
    "data_points": ("a list", list_of(lambda point: True)),
    "algorithm": ALGORITHM,
    "seed": ("a whole number from 0 to 2**53, or null", or_none(is_count)),
    "provenance": OBJECT,
}
DATA_POINT_KINDS: Kinds = {
    "ranges": (_PLACE, _place),
    "label": STRING,
    "probability": ("a number, or null", or_none(is_number)),
}
PROVENANCE_KINDS: Kinds = {
    **dict.fromkeys(("model", "weights_digest", "created_at"), STRING),
    "versions": (f"an object of strings, at most {_MOST:,}", _versions),
}
