"""The page in one file: what it contains, what it may do, and that it is always the same."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser

import comm
import ipywidgets
import pytest
from support.attributions import make

from flair_lig_widget import (
    Attribution,
    AttributionWidget,
    Provenance,
    load_attribution,
    to_html,
)
from flair_lig_widget.frontend.page import STATIC, as_html


class Page(HTMLParser):
    """The elements of a page, with their attributes and their text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if self._open:
            self.texts[self._open[-1]][-1] += data

    def states(self) -> list[dict]:
        scripts = [attrs for tag, attrs in self.elements if tag == "script"]
        pairs = zip(scripts, self.texts["script"], strict=True)
        return [json.loads(text) for attrs, text in pairs if attrs.get("type")]

    def policy(self) -> str:
        (policy,) = [a["content"] for _, a in self.elements if "http-equiv" in a]
        return policy


def open_widgets_and_comms() -> tuple[set[str], set[str]]:
    """The ids of all widgets and of all comms that exist now."""
    return (
        set(ipywidgets.widgets.widget._instances),
        set(comm.get_comm_manager().comms),
    )


def test_the_page_contains_the_front_end_and_the_result():
    page = Page(AttributionWidget(make()).to_html())
    (state,) = page.states()
    assert state["text"] == make().text
    assert state["result"]["scores"] == make().scores.tolist()
    assert (STATIC / "page.js").read_text() in page.texts["script"]
    assert page.texts["style"][0].endswith((STATIC / "widget.css").read_text())
    assert page.texts["title"] == ["Why business?"]


def test_the_page_may_run_its_own_script_only_and_fetches_nothing():
    source = AttributionWidget(make()).to_html()
    page = Page(source)
    policy = dict(part.strip().split(" ", 1) for part in page.policy().split(";"))
    for name, element in (
        ("script-src", page.texts["script"][-1]),
        ("style-src", page.texts["style"][0]),
    ):
        digest = base64.b64encode(hashlib.sha256(element.encode()).digest()).decode()
        assert policy[name] == f"'sha256-{digest}'"
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    for _, attributes in page.elements:
        assert not {"src", "href", "style"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]


def test_several_results_share_one_copy_of_the_front_end(tmp_path):
    widgets = [AttributionWidget(make()), AttributionWidget(make(target="sport"))]
    source = to_html(widgets, tmp_path / "page.html", title="Two & more")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == source
    page = Page(source)
    assert [state["target"] for state in page.states()] == ["business", "sport"]
    assert source.count((STATIC / "page.js").read_text()) == 1
    assert page.texts["h1"] == page.texts["title"] == ["Two & more"]
    with pytest.raises(ValueError, match="nothing to show; give at least one"):
        to_html([])


def test_every_page_says_how_the_numbers_were_made():
    provenance = Provenance(
        model="TextClassifier over x",
        weights_digest="abc123",
        versions={"torch": "2.13.0"},
        created_at="2026-11-23T00:00:00Z",
    )
    source = unescape(AttributionWidget(make(provenance=provenance)).to_html())
    for fact in ("TextClassifier over x", "abc123", "torch 2.13.0", "2026-11-23T00:00:00Z"):
        assert fact in source
    for fact in ("auto, 9 steps, 9 evaluations", "3.0, 3.5, 0.375", "word_embeddings"):
        assert fact in source


def test_the_title_names_an_empty_label():
    labels = {"": 0.75, "sport": 0.25}
    a = make(target="", predicted=("",), prediction=labels, baseline_prediction=labels)
    assert Page(a.to_html()).texts["title"] == ["Why (empty)?"]


def test_the_scores_can_be_read_where_scripts_are_blocked():
    source = AttributionWidget(make()).to_html()
    without = re.search(r"<noscript>(.*?)</noscript>", source, re.DOTALL)[1]
    assert "−0.7500 logit" in without
    assert "Predicted business (75.0 %)" in without


def test_equal_results_give_the_same_bytes():
    assert AttributionWidget(make()).to_html() == AttributionWidget(make()).to_html()
    assert AttributionWidget(make()).as_html() == AttributionWidget(make()).as_html()


def test_the_page_of_an_attribution_is_that_of_its_widget(tmp_path):
    for attribution in (make(), make(method="riemann_left", tolerance=None, n_steps=7)):
        widget = AttributionWidget(attribution)
        assert attribution.to_html() == widget.to_html() == to_html([attribution])
        assert attribution.to_html(title="A title") == widget.to_html(title="A title")
        assert as_html([attribution]) == widget.as_html()
        assert to_html([attribution, widget]) == to_html([widget, attribution])
        attribution.to_html(tmp_path / "page.html")
        assert (tmp_path / "page.html").read_text(encoding="utf-8") == widget.to_html()


def test_a_page_is_made_without_opening_a_widget_or_a_comm(tmp_path):
    attribution = make()
    attribution.to_json(tmp_path / "why.json")
    before = open_widgets_and_comms()
    assert Page(attribution.to_html()).states()[0]["text"] == attribution.text
    to_html([attribution, Attribution.from_json(attribution.to_json())], tmp_path / "page.html")
    as_html([attribution])
    attribution._repr_html_()
    assert open_widgets_and_comms() == before

    widget = load_attribution(tmp_path / "why.json")  # this opens one, and its page none
    loaded = open_widgets_and_comms()
    widgets, _ = loaded
    assert widget.model_id in widgets
    widget.to_html()
    widget.as_html()
    to_html([widget, attribution])
    as_html([widget, attribution])
    assert open_widgets_and_comms() == loaded


def test_the_time_of_the_computation_does_not_change_the_page(tiny_classifier):
    from support.texts import NEWS

    from flair_lig_widget import LIGWidget

    widget = LIGWidget(tiny_classifier("bert"), NEWS)
    before = widget.to_html()
    assert widget.result["seconds"] > 0
    widget.method = "riemann_left"
    widget.wait()
    assert widget.to_html() != before
    widget.method = "auto"
    widget.wait()
    created_at = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")
    assert created_at.sub("", widget.to_html()) == created_at.sub("", before)


def test_the_frame_contains_the_page_and_isolates_it():
    widget = AttributionWidget(make())
    frame = widget.as_html(title='a "quoted" title')
    (tag, attributes), *more = Page(frame).elements
    assert (tag, more) == ("iframe", [])
    assert attributes["srcdoc"] == widget.to_html(title='a "quoted" title')
    assert attributes["sandbox"] == "allow-scripts"
    assert attributes["title"] == 'a "quoted" title'
    assert frame._repr_html_() == frame
    assert Page(as_html([widget], height=123)).elements[0][1]["height"] == "123"
