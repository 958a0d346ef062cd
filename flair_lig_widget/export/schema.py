"""An attribution as plain data and as JSON, and back; `docs/format.md` describes the fields."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.objective import OUTPUTS
from flair_lig_widget.tokens import Token

SCHEMA = 1
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
        "gains": None if a.gains is None else a.gains.tolist(),
        "prediction": dict(a.prediction),
        "baseline_prediction": dict(a.baseline_prediction),
        "predicted": list(a.predicted),
        "sentence_starts": list(a.sentence_starts),
        "unseen": None if a.unseen is None else list(a.unseen),
        "versions": dict(a.versions),
    }


def from_dict(data: Mapping[str, Any]) -> Attribution:
    """The Attribution that `to_dict` wrote.

    Raises
    ------
    ValueError
        If the data are of another schema, or a field is missing, unknown or not what it should be.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"not an attribution: {type(data).__name__} in place of a dict")
    if data.get("schema") != SCHEMA:
        raise ValueError(f"not an attribution of schema {SCHEMA}: schema is {data.get('schema')!r}")
    fields = {name: value for name, value in data.items() if name != "schema"}
    _check_names(fields, Attribution, "an attribution")
    for name, value in fields.items():
        expected, right = _KINDS[name]
        if not right(value):
            raise ValueError(f"not an attribution: {name} is {_shown(value)}, not {expected}")
    tokens = []
    for place, token in enumerate(fields.pop("tokens")):
        _check_names(token, Token, f"an attribution: tokens[{place}]")
        tokens.append(_token(token, place, len(fields["text"])))
    if fields["target"] not in fields["prediction"]:
        raise ValueError(f"not an attribution: no prediction for {_shown(fields['target'])}")
    for label in fields["predicted"]:
        if label not in fields["prediction"]:
            raise ValueError(f"not an attribution: no prediction for {_shown(label)}")
    return Attribution(tokens=tuple(tokens), **fields)


def to_json(attribution: Attribution) -> str:
    """The attribution as JSON of ASCII characters, one field a line; always the same bytes.

    Raises
    ------
    ValueError
        If a string holds both halves of a character apart, which JSON has no way to write.
    """
    data = {**to_dict(attribution), "delta": attribution.delta}
    if _PAIR.search(json.dumps(data, ensure_ascii=False)):
        raise ValueError(
            "a string holds a character in two halves (surrogates), which JSON cannot keep apart; "
            "join them with text.encode('utf-16', 'surrogatepass').decode('utf-16') and explain "
            "the text anew"
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
        delta = data.pop("delta", 0.0)  # for other readers; it follows from the rest
        if not _number(delta):
            raise ValueError(f"not an attribution: delta is {_shown(delta)}, not a finite number")
    return from_dict(data)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")


def _check_names(data: Any, kind: type[Any], what: str) -> None:
    """``data`` has the fields of ``kind``, may lack those with a default, and has no others."""
    if not isinstance(data, Mapping):
        raise ValueError(f"not {what}: {type(data).__name__} in place of a dict")
    known = {f.name: f for f in dataclasses.fields(kind)}
    if unknown := [name for name in data if name not in known]:
        raise ValueError(f"not {what}: unknown field {_shown(unknown[0])}")
    unset = dataclasses.MISSING
    for name, f in known.items():
        if name not in data and f.default is unset and f.default_factory is unset:
            raise ValueError(f"not {what}: {name!r} is missing")


def _token(data: Mapping[str, Any], place: int, length: int) -> Token:
    """The token, whose characters must be in a text of ``length`` characters."""
    token = Token(**data)
    checks = {
        "text": _text(token.text),
        "start": _count(token.start) and token.start <= length,
        "end": _count(token.end) and _count(token.start) and token.start <= token.end <= length,
        "word": token.word is None or _count(token.word),
        "special": isinstance(token.special, bool),
    }
    for name, right in checks.items():
        if not right:
            raise ValueError(
                f"not an attribution: {name} of tokens[{place}] is {_shown(data[name])} "
                f"in a text of {length} characters"
            )
    return token


def _shown(value: Any) -> str:
    """What was found, short enough for a message."""
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
_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("text", "target", "method", "baseline", "layer", "precision"), _STRING),
    **dict.fromkeys(("model", "weights", "made"), _STRING),
    **dict.fromkeys(("contrast", "beside"), ("a string or null", _or_none(_text))),
    **dict.fromkeys(("n_steps", "n_evaluations"), _COUNT),
    **dict.fromkeys(("value", "baseline_value"), _NUMBER),
    **dict.fromkeys(("rounding", "error_estimate", "tolerance"), _PERHAPS),
    **dict.fromkeys(("prediction", "baseline_prediction"), _LABELS),
    "output": (f"one of {', '.join(OUTPUTS)}", lambda value: _text(value) and value in OUTPUTS),
    "tokens": ("a list", _list(lambda token: True)),
    "scores": ("a list of finite numbers", _list(_number)),
    "gains": ("a list of equally long lists of finite numbers, or null", _or_none(_matrix)),
    "predicted": ("a list of strings", _list(_text)),
    "independent": ("true or false", lambda value: isinstance(value, bool)),
    "sentence_starts": ("a list of whole numbers, 0 or more", _list(_count)),
    "unseen": ("a list of two places in their order, or null", _or_none(_range)),
    "versions": ("an object of strings", _dict(_text)),
}
