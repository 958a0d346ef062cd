"""The names of styles in a page, by which those of another version are kept apart."""

from __future__ import annotations

from support.attributions import make

from flair_lig_widget import AttributionRows, AttributionWidget


class Restyled(AttributionWidget):
    """As a later version might be."""

    _css = AttributionWidget._css + ".flair-lig { color: red; }"


def name(widget) -> str:
    return widget.get_state()["_anywidget_id"]


def test_styles_have_the_same_name_only_if_they_are_the_same():
    widget, again, changed = AttributionWidget(make()), AttributionWidget(make()), Restyled(make())
    assert name(widget) == name(again)
    assert len({name(each) for each in (widget, changed, AttributionRows([make()]))}) == 3
