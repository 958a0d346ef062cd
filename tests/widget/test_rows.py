"""Several results as one widget."""

from __future__ import annotations

import json

import pytest
from support.attributions import make
from support.texts import NEWS

from flair_lig_widget import AttributionRows, AttributionWidget, LIGWidget
from flair_lig_widget.frontend import rows


def test_each_result_has_its_row_and_its_widget():
    first, second = make(), make(target="sport", text=make().text)
    shown = AttributionRows([first, second], labels=["sport", None])
    assert shown.attributions == (first, second)
    state = json.loads(json.dumps(shown.get_state()))
    assert state["rows"] == json.loads(
        json.dumps([rows.to_wire(first, "sport"), rows.to_wire(second, None)])
    )
    assert state["widgets"] == [f"IPY_MODEL_{each.model_id}" for each in shown.widgets]
    assert "".join(text for text, _ in state["rows"][0]["text"]) == first.text


def test_a_widget_stays_what_it_is_and_is_not_closed_with_the_rows(tiny_classifier):
    live = LIGWidget(tiny_classifier("bert"), NEWS)
    shown = AttributionRows([live, make()])
    assert shown.widgets[0] is live
    own = shown.widgets[1]
    shown.close()
    assert own.comm is None
    assert live.comm is not None
    assert live.wait(60) == live.attribution


def test_readers_without_a_kernel_get_the_pictures():
    (data, _) = AttributionRows([make(), make()])._repr_mimebundle_()
    assert data["text/html"] == make()._repr_html_() * 2


def test_what_cannot_be_shown_is_named():
    with pytest.raises(ValueError, match="nothing to show"):
        AttributionRows([])
    with pytest.raises(ValueError, match="2 labels for 1 texts"):
        AttributionRows([make()], labels=["a", "b"])
    with pytest.raises(TypeError, match="AttributionWidget is not a list of attributions"):
        AttributionRows(AttributionWidget(make()))
    with pytest.raises(TypeError, match="int is not an Attribution"):
        AttributionRows([3])
