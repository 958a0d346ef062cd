"""Reading and writing the JSON of a result, whatever its kind: strict, and with errors in words."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import sys
from collections.abc import Mapping
from typing import Any

from flair_lig_widget.export.kinds import PROVENANCE_KINDS, Kinds, is_number
from flair_lig_widget.result.files import FilePath
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.provenance import Provenance

_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclasses.dataclass(frozen=True)
class Form:
    """One kind of JSON document.

    Attributes
    ----------
    name : str
        What it describes, such as ``"an attribution"``; every error names it.
    schema : int
        The version that is written and read.
    repeat : str
        How to get a new one, such as ``"explain the text again"``.
    derived : tuple of str
        Numbers that are written for other readers. They follow from the rest and are not read.
    """

    name: str
    schema: int
    repeat: str
    derived: tuple[str, ...] = ()

    def error(self, what: str) -> ValueError:
        """The error that the data are not of this kind, and why."""
        return ValueError(f"not {self.name}: {what}")

    def fields_of(self, data: Any) -> dict[str, Any]:
        """What is in the data next to the version of the schema, which must be right."""
        if not isinstance(data, Mapping):
            raise self.error(f"{type(data).__name__} instead of a dict")
        if data.get("schema") != self.schema:
            raise ValueError(
                f"not {self.name} of schema {self.schema}: schema is {shown(data.get('schema'))}, "
                f"which this version does not read; {self.repeat}, or use the version that wrote it"
            )
        return {name: value for name, value in data.items() if name != "schema"}

    def check_names(self, data: Any, kind: Any, where: str = "") -> None:
        """Raise unless the data have the fields of ``kind``; those with a default may be missing.

        Parameters
        ----------
        data : object
        kind : dataclass
        where : str
            Where in the document, such as ``"tokens[3]: "``.
        """
        if not isinstance(data, Mapping):
            raise self.error(f"{where}{type(data).__name__} instead of a dict")
        required = _fields(kind)
        if not required.keys() >= data.keys():
            unknown = next(name for name in data if name not in required)
            raise self.error(f"{where}unknown field {shown_json(unknown)}")
        for name, is_required in required.items():
            if is_required and name not in data:
                raise self.error(f"{where}{name!r} is missing")

    def check_kinds(self, fields: Mapping[str, Any], kinds: Kinds, prefix: str = "") -> None:
        """Raise unless every field has a value of its kind."""
        for name, value in fields.items():
            expected, is_right = kinds[name]
            if not is_right(value):
                raise self.error(f"{prefix}{name} is {shown_json(value)}, not {expected}")

    def provenance(self, data: Any) -> Provenance:
        """The provenance that `Provenance.to_dict` wrote."""
        self.check_names(data, Provenance, "provenance: ")
        self.check_kinds(data, PROVENANCE_KINDS, "provenance.")
        return Provenance(**data)

    def write(self, data: Mapping[str, Any]) -> str:
        """JSON of ASCII characters, one field per line; always the same bytes.

        Raises
        ------
        ValueError
            If a string contains a surrogate pair, which JSON cannot tell from one character, or a
            number is not finite.
        """
        if _PAIR.search(json.dumps(data, ensure_ascii=False)):
            raise ValueError(
                "a string contains a surrogate pair, which JSON cannot tell from one character; "
                "join it with text.encode('utf-16', 'surrogatepass').decode('utf-16') and "
                f"{self.repeat}"
            )
        lines = (f"{json.dumps(name)}: {json.dumps(data[name], allow_nan=False)}" for name in data)
        return "{\n " + ",\n ".join(lines) + "\n}\n"

    def read(self, text: str, most: int) -> Any:
        """What `write` wrote, without the derived numbers, as it is in the JSON.

        Parameters
        ----------
        text : str
        most : int
            Characters; more are refused before they are parsed.
        """
        self.check_length(text, most)
        try:
            data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise self.error(
                f"not JSON that can be read ({error or 'nested too deep'}); "
                "from_json takes what to_json returned, and a file's text rather than its path"
            ) from error
        for name in self.derived if isinstance(data, dict) else ():
            value = data.pop(name, 0.0)
            if not is_number(value, most=sys.float_info.max):
                raise self.error(f"{name} is {shown_json(value)}, not a finite number")
        return data

    def text_of(self, path: FilePath, most: int) -> str:
        """The JSON in a file.

        Parameters
        ----------
        path : path
        most : int
            Bytes; a longer file is refused, and no more of it is read.

        Raises
        ------
        ValueError
            If it is too long, or not text.
        OSError
            If it cannot be read.
        """
        with open(path, "rb") as file:
            data = file.read(most + 1)
        self.check_length(data, most)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.error(f"not text in UTF-8 ({error})") from error

    def check_length(self, source: str | bytes, most: int) -> None:
        """Raise if the JSON is longer than that of any result."""
        if len(source) > most:
            raise self.error(f"more than {most:,} characters, which no explanation has")


def shown_json(value: Any) -> str:
    """The value as error messages show it, in the words of JSON."""
    return "null" if value is None else shown(value)


@functools.cache
def _fields(kind: Any) -> dict[str, bool]:
    """Its fields, and whether each must be given: it has neither of both defaults."""
    return {f.name: f.default is f.default_factory for f in dataclasses.fields(kind)}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name appears twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
