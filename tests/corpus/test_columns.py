"""The folder of a corpus is as `docs/format.md` describes it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pyarrow as pa
from support.documents import tables_of

from flair_lig_widget.corpus.columns import SCHEMA
from flair_lig_widget.corpus.manifest import Manifest
from flair_lig_widget.result.request import RequestSettings

PAGE = Path(__file__).parents[2] / "docs" / "format.md"


def table_of(first: str) -> dict[str, str]:
    (table,) = tables_of(PAGE, first)
    return table


def kind_of(type_: pa.DataType) -> str:
    if pa.types.is_list(type_):
        return f"list of {kind_of(type_.value_type)}"
    return "struct" if pa.types.is_struct(type_) else str(type_)


def test_the_page_lists_every_column_with_its_type_in_order():
    columns = [(field.name, kind_of(field.type)) for field in SCHEMA]
    assert list(table_of("column").items()) == columns
    for first, name in (("field of a word", "words"), ("field of a subword", "tokens")):
        struct = SCHEMA.field(name).type.value_type
        fields = [(field.name, str(field.type)) for field in struct]
        assert list(table_of(first).items()) == fields


def test_the_page_lists_every_field_of_the_manifest():
    fields = {field.name for field in dataclasses.fields(Manifest)}
    assert set(table_of("field of `manifest.json`")) == {"schema", *fields}
    (row,) = re.findall(r"^\| `request` \|.*$", PAGE.read_text("utf-8"), re.M)
    options = set(re.findall(r"`(\w+)`", row)) - {"request", "attribute"}
    assert options == set(RequestSettings.__annotations__)
