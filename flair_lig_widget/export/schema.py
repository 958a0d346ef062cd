"""An attribution as plain data and as JSON, and back; `docs/format.md` describes the fields."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.provenance import Provenance
from flair_lig_widget.result.tokens import Token
from flair_lig_widget.result.units import OUTPUTS

SCHEMA = 2
_LONG = 60
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def to_dict(attribution: Attribution) -> dict[str, Any]:
    """Plain dicts, lists, strings and numbers, ready for JSON; `from_dict` reads them."""
    a = attribution
    return {
        "schema": SCHEMA,
        **{f.name: getattr(a, f.name) for f in dataclasses.fields(a)},
        "tokens": [dataclasses.asdict(token) for token in a.tokens],
        "scores": a.scores.tolist(),
        "path_profile": None if a.path_profile is None else a.path_profile.tolist(),
        "prediction": dict(a.prediction),
        "baseline_prediction": dict(a.baseline_prediction),
        "predicted": list(a.predicted),
        "sentence_starts": list(a.sentence_starts),
        "truncated": None if a.truncated is None else list(a.truncated),
        "provenance": a.provenance.to_dict(),
    }


def from_dict(data: Mapping[str, Any]) -> Attribution:
    """The Attribution that `to_dict` wrote.

    Raises
    ------
    ValueError
        If the data are of another schema, or a field is missing, unknown or not what it should be.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"not an attribution: {type(data).__name__} instead of a dict")
    if data.get("schema") != SCHEMA:
        raise ValueError(
            f"not an attribution of schema {SCHEMA}: schema is {data.get('schema')!r}, which this "
            "version does not read; explain the text again, or use the version that wrote it"
        )
    fields = {name: value for name, value in data.items() if name != "schema"}
    _check_names(fields, Attribution, "an attribution")
    _check_kinds(fields, _KINDS)
    tokens = []
    for index, token in enumerate(fields.pop("tokens")):
        _check_names(token, Token, f"an attribution: tokens[{index}]")
        tokens.append(_token(token, index, len(fields["text"])))
    provenance = fields.pop("provenance", {})
    _check_names(provenance, Provenance, "an attribution: provenance")
    _check_kinds(provenance, _PROVENANCE_KINDS, "provenance.")
    for label in (fields["target"], *fields["predicted"]):
        if label not in fields["prediction"]:
            raise ValueError(f"not an attribution: no prediction for {_shown(label)}")
    return Attribution(tokens=tuple(tokens), provenance=Provenance(**provenance), **fields)


def to_json(attribution: Attribution) -> str:
    """The attribution as JSON of ASCII characters, one field per line; always the same bytes.

    Raises
    ------
    ValueError
        If a string contains a surrogate pair, which JSON cannot tell from one character.
    """
    data = {**to_dict(attribution), "delta": attribution.delta}
    if _PAIR.search(json.dumps(data, ensure_ascii=False)):
        raise ValueError(
            "a string contains a surrogate pair, which JSON cannot tell from one character; "
            "join it with text.encode('utf-16', 'surrogatepass').decode('utf-16') and explain "
            "the text again"
        )
    lines = (f"{json.dumps(name)}: {json.dumps(data[name], allow_nan=False)}" for name in data)
    return "{\n " + ",\n ".join(lines) + "\n}\n"


def from_json(text: str) -> Attribution:
    """The Attribution that `to_json` wrote; the same to the last bit.

    Raises
    ------
    ValueError
        If the text is not JSON, or not an attribution; see `from_dict`.
    """
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"not an attribution: not JSON that can be read ({error or 'nested too deep'}); "
            "from_json takes what to_json returned, and a file's text rather than its path"
        ) from error
    if isinstance(data, dict):
        delta = data.pop("delta", 0.0)  # written for other readers; it follows from the rest
        if not _number(delta):
            raise ValueError(f"not an attribution: delta is {_shown(delta)}, not a finite number")
    return from_dict(data)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name appears twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _check_names(data: Any, kind: type[Any], what: str) -> None:
    """Raise unless ``data`` has the fields of ``kind``; those with a default may be missing."""
    if not isinstance(data, Mapping):
        raise ValueError(f"not {what}: {type(data).__name__} instead of a dict")
    known = {f.name: f for f in dataclasses.fields(kind)}
    if unknown := [name for name in data if name not in known]:
        raise ValueError(f"not {what}: unknown field {_shown(unknown[0])}")
    unset = dataclasses.MISSING
    for name, f in known.items():
        if name not in data and f.default is unset and f.default_factory is unset:
            raise ValueError(f"not {what}: {name!r} is missing")


def _check_kinds(fields: Mapping[str, Any], kinds: _Kinds, prefix: str = "") -> None:
    """Raise unless every field has a value of its kind."""
    for name, value in fields.items():
        expected, is_right = kinds[name]
        if not is_right(value):
            raise ValueError(
                f"not an attribution: {prefix}{name} is {_shown(value)}, not {expected}"
            )


def _token(data: Mapping[str, Any], index: int, length: int) -> Token:
    """The token, whose characters must be in a text of ``length`` characters."""
    token = Token(**data)
    checks = {
        "text": _text(token.text),
        "start": _count(token.start) and token.start <= length,
        "end": _count(token.end) and _count(token.start) and token.start <= token.end <= length,
        "word": token.word is None or _count(token.word),
        "special": isinstance(token.special, bool),
    }
    for name, is_right in checks.items():
        if not is_right:
            raise ValueError(
                f"not an attribution: {name} of tokens[{index}] is {_shown(data[name])} "
                f"in a text of {length} characters"
            )
    return token


def _shown(value: Any) -> str:
    """The value, shortened to fit a message."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return repr(value) if len(value) <= _LONG else f"{value[:_LONG]!r}…"
    return repr(value) if isinstance(value, (int, float)) else f"a {type(value).__name__}"


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer that no float can hold
        return False


def _list(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, (list, tuple)) and all(map(of, value))


def _dict(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, Mapping) and all(map(_text, value)) and all(map(of, value.values()))
    )


def _or_none(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or of(value)


def _range(value: Any) -> bool:
    return _list(_count)(value) and len(value) == 2 and value[0] <= value[1]


def _matrix(value: Any) -> bool:
    return _list(_list(_number))(value) and len({len(row) for row in value}) <= 1


_STRING = ("a string", _text)
_COUNT = ("a whole number, 0 or more", _count)
_NUMBER = ("a finite number", _number)
_PERHAPS = ("a finite number or null", _or_none(_number))
_LABELS = ("an object of a finite number for each label", lambda v: bool(v) and _dict(_number)(v))
_Kinds = Mapping[str, tuple[str, Callable[[Any], bool]]]
"""For each field what it must be, in words, and a test of it."""
_KINDS: _Kinds = {
    **dict.fromkeys(("text", "target", "method", "baseline", "layer", "precision"), _STRING),
    **dict.fromkeys(("contrast", "paired_text"), ("a string or null", _or_none(_text))),
    **dict.fromkeys(("n_steps", "n_evaluations"), _COUNT),
    **dict.fromkeys(("value", "baseline_value"), _NUMBER),
    **dict.fromkeys(("rounding", "error_estimate", "tolerance"), _PERHAPS),
    **dict.fromkeys(("prediction", "baseline_prediction"), _LABELS),
    "output": (f"one of {', '.join(OUTPUTS)}", lambda value: _text(value) and value in OUTPUTS),
    "tokens": ("a list", _list(lambda token: True)),
    "scores": ("a list of finite numbers", _list(_number)),
    "path_profile": (
        "a list of equally long lists of finite numbers, or null",
        _or_none(_matrix),
    ),
    "predicted": ("a list of strings", _list(_text)),
    "multi_label": ("true or false", lambda value: isinstance(value, bool)),
    "sentence_starts": ("a list of whole numbers, 0 or more", _list(_count)),
    "truncated": ("a list of two offsets in ascending order, or null", _or_none(_range)),
    "provenance": ("an object", lambda value: isinstance(value, Mapping)),
}
_PROVENANCE_KINDS: _Kinds = {
    **dict.fromkeys(("model", "weights_digest", "created_at"), _STRING),
    "versions": ("an object of strings", _dict(_text)),
}
