"""An attribution as plain data and as JSON, and back; `docs/format.md` describes the fields."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
from collections.abc import Mapping
from typing import Any

from flair_lig_widget.export.kinds import (
    KINDS,
    PROVENANCE_KINDS,
    Kinds,
    is_count,
    is_number,
    is_text,
)
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.provenance import Provenance
from flair_lig_widget.result.tokens import Token

SCHEMA = 2

MAX_LENGTH = 100_000_000
"""The most characters of JSON that are read. The longest text that can be explained takes 24 MB
with one token per character, and 75 MB with three (Chinese in a byte-level vocabulary)."""

_MOST_PER_CHARACTER, _MOST_SPECIAL = 8, 100_000
"""The most tokens: of the text, and special ones such as padding."""

_FIELDS: dict[type[Any], dict[str, bool]] = {
    kind: {f.name: f.default is f.default_factory for f in dataclasses.fields(kind)}
    for kind in (Attribution, Token, Provenance)
}
"""The fields of each kind, and whether each must be given: it has neither of both defaults."""

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
            f"not an attribution of schema {SCHEMA}: schema is {shown(data.get('schema'))}, which "
            "this version does not read; explain the text again, or use the version that wrote it"
        )
    fields = {name: value for name, value in data.items() if name != "schema"}
    _check_names(fields, Attribution, "an attribution")
    _check_kinds(fields, KINDS)
    text, tokens = fields["text"], []
    if len(fields["tokens"]) > _MOST_PER_CHARACTER * len(text) + _MOST_SPECIAL:
        raise ValueError(
            f"not an attribution: {len(fields['tokens']):,} tokens, which no text of {len(text):,} "
            "characters has"
        )
    for index, token in enumerate(fields.pop("tokens")):
        _check_names(token, Token, f"an attribution: tokens[{index}]")
        tokens.append(_token(token, index, len(text)))
    provenance = fields.pop("provenance", {})
    _check_names(provenance, Provenance, "an attribution: provenance")
    _check_kinds(provenance, PROVENANCE_KINDS, "provenance.")
    for name in ("sentence_starts", "truncated"):
        if any(offset > len(text) for offset in fields.get(name) or ()):
            raise ValueError(f"not an attribution: {name} is beyond the end of the text")
    for label in (fields["target"], *fields["predicted"], fields.get("contrast")):
        if label is not None and label not in fields["prediction"]:
            raise ValueError(f"not an attribution: no prediction for {_shown(label)}")
    try:
        return Attribution(tokens=tuple(tokens), provenance=Provenance(**provenance), **fields)
    except ValueError as error:
        raise ValueError(f"not an attribution: {error}") from error


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
    _check_length(text)
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"not an attribution: not JSON that can be read ({error or 'nested too deep'}); "
            "from_json takes what to_json returned, and a file's text rather than its path"
        ) from error
    if isinstance(data, dict):
        delta = data.pop("delta", 0.0)  # written for other readers; it follows from the rest
        if not is_number(delta, most=sys.float_info.max):
            raise ValueError(f"not an attribution: delta is {_shown(delta)}, not a finite number")
    return from_dict(data)


def read_json(path: str | os.PathLike[str]) -> Attribution:
    """The Attribution in a file that `to_json` wrote.

    Raises
    ------
    ValueError
        As for `from_json`.
    OSError
        If the file cannot be read.
    """
    with open(path, "rb") as file:
        data = file.read(MAX_LENGTH + 1)  # no more of a file that is too long
    _check_length(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not an attribution: not text in UTF-8 ({error})") from error
    return from_json(text)


def _check_length(source: str | bytes) -> None:
    if len(source) > MAX_LENGTH:
        raise ValueError(
            f"not an attribution: more than {MAX_LENGTH:,} characters, which no explanation has"
        )


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
    is_required = _FIELDS[kind]
    if not is_required.keys() >= data.keys():
        unknown = next(name for name in data if name not in is_required)
        raise ValueError(f"not {what}: unknown field {_shown(unknown)}")
    for name, required in is_required.items():
        if required and name not in data:
            raise ValueError(f"not {what}: {name!r} is missing")


def _check_kinds(fields: Mapping[str, Any], kinds: Kinds, prefix: str = "") -> None:
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
        "text": is_text(token.text),
        "start": is_count(token.start) and token.start <= length,
        "end": is_count(token.end) and is_count(token.start) and token.start <= token.end <= length,
        "word": token.word is None or is_count(token.word),
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
    return "null" if value is None else shown(value)
