"""The JSON that is written is as `docs/format.md` describes it."""

from __future__ import annotations

import json

from support import attributions, faithfulness
from support.documents import ROOT, tables_of

from flair_lig_widget.result.marked import DataPoint

PAGE = ROOT / "docs" / "format.md"


def table_of(first: str) -> list[str]:
    (table,) = tables_of(PAGE, first)
    return list(table)


def test_the_page_lists_every_field_of_a_result_in_order():
    point = DataPoint(((0, 3),), "PER", 0.5)
    written = json.loads(attributions.make(data_points=(point,)).to_json())
    result, _ = tables_of(PAGE, "field")
    assert list(result) == list(written)
    assert result["schema"] == str(written["schema"])
    assert table_of("field of `provenance`") == list(written["provenance"])
    assert table_of("field of a token") == list(written["tokens"][0])
    assert table_of("field of a data point") == list(written["data_points"][0])


def test_the_page_lists_every_field_of_a_faithfulness_result():
    written = json.loads(faithfulness.example().to_json())
    _, result = tables_of(PAGE, "field")
    assert set(result) == set(written)
    assert result["schema"] == str(written["schema"])
    assert table_of("field of a curve") == list(written["without"])
    assert table_of("field of a curve")[-1] == "band"
    (band,) = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `band`")]
    assert all(f"`{name}`" in band for name in written["without"]["band"])
