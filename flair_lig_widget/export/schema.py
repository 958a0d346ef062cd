"""An attribution as plain data and as JSON, and back; `docs/format.md` describes the fields."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any

from flair_lig_widget.export.kinds import DATA_POINT_KINDS, KINDS, is_count, is_text
from flair_lig_widget.export.reading import Form, shown_json
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.marked import DataPoint
from flair_lig_widget.result.tokens import Token

SCHEMA = 3

MAX_LENGTH = 100_000_000
"""The most characters of JSON that are read. The longest text that can be explained takes 24 MB
with one token per character, and 75 MB with three (Chinese in a byte-level vocabulary)."""

_MOST_PER_CHARACTER, _MOST_SPECIAL = 8, 100_000
"""The most tokens: of the text, and special ones such as padding."""

_FORM = Form("an attribution", SCHEMA, "explain the text again", derived=("delta",))


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
        "text_starts": list(a.text_starts),
        "truncated": [list(each) for each in a.truncated],
        "entities": [list(each) for each in a.entities],
        "data_point": None if a.data_point is None else [list(each) for each in a.data_point],
        "data_points": [_data_point_to_dict(point) for point in a.data_points],
        "provenance": a.provenance.to_dict(),
    }


def from_dict(data: Mapping[str, Any]) -> Attribution:
    """The Attribution that `to_dict` wrote.

    Raises
    ------
    ValueError
        If the data are of another schema, or a field is missing, unknown or not what it should be.
    """
    fields = _FORM.fields_of(data)
    _FORM.check_names(fields, Attribution)
    _FORM.check_kinds(fields, KINDS)
    text, tokens = fields["text"], []
    if len(fields["tokens"]) > _MOST_PER_CHARACTER * len(text) + _MOST_SPECIAL:
        raise _FORM.error(
            f"{len(fields['tokens']):,} tokens, which no text of {len(text):,} characters has"
        )
    for index, token in enumerate(fields.pop("tokens")):
        _FORM.check_names(token, Token, f"tokens[{index}]: ")
        tokens.append(_token(token, index, len(text)))
    points = []
    for index, point in enumerate(fields.pop("data_points", ())):
        _FORM.check_names(point, DataPoint, f"data_points[{index}]: ")
        _FORM.check_kinds(point, DATA_POINT_KINDS, f"data_points[{index}].")
        points.append(DataPoint(**{**point, "ranges": _tuples(point["ranges"])}))
    provenance = _FORM.provenance(fields.pop("provenance", {}))
    offsets = {
        "sentence_starts": fields.get("sentence_starts", ()),
        "truncated": [offset for each in fields.get("truncated", ()) for offset in each],
        "entities": [offset for each in fields.get("entities", ()) for offset in each[:2]],
        "data_point": [offset for each in fields.get("data_point") or () for offset in each],
        "data_points": [offset for point in points for each in point.ranges for offset in each],
    }
    for name, numbers in offsets.items():
        if any(offset > len(text) for offset in numbers):
            raise _FORM.error(f"{name} is beyond the end of the text")
    for label in (fields["target"], *fields["predicted"], fields.get("contrast")):
        if label is not None and label not in fields["prediction"]:
            raise _FORM.error(f"no prediction for {shown_json(label)}")
    if fields.get("data_point") is not None:
        fields["data_point"] = _tuples(fields["data_point"])
    fields["entities"] = _tuples(fields.get("entities", ()))
    try:
        return Attribution(
            tokens=tuple(tokens), data_points=tuple(points), provenance=provenance, **fields
        )
    except ValueError as error:
        raise _FORM.error(str(error)) from error


def to_json(attribution: Attribution) -> str:
    """The attribution as JSON of ASCII characters, one field per line; always the same bytes.

    Raises
    ------
    ValueError
        If a string contains a surrogate pair, which JSON cannot tell from one character.
    """
    derived = {} if attribution.delta is None else {"delta": attribution.delta}
    return _FORM.write({**to_dict(attribution), **derived})


def from_json(text: str) -> Attribution:
    """The Attribution that `to_json` wrote; the same to the last bit.

    Raises
    ------
    ValueError
        If the text is not JSON, or not an attribution; see `from_dict`.
    """
    return from_dict(_FORM.read(text, MAX_LENGTH))


def read_json(path: str | os.PathLike[str]) -> Attribution:
    """The Attribution in a file that `to_json` wrote.

    Raises
    ------
    ValueError
        As for `from_json`.
    OSError
        If the file cannot be read.
    """
    return from_json(_FORM.text_of(path, MAX_LENGTH))


def _data_point_to_dict(point: DataPoint) -> dict[str, Any]:
    return {**vars(point), "ranges": [list(each) for each in point.ranges]}


def _tuples(lists: Any) -> Any:
    return tuple(tuple(each) for each in lists)


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
            raise _FORM.error(
                f"{name} of tokens[{index}] is {shown_json(data[name])} "
                f"in a text of {length} characters"
            )
    return token
