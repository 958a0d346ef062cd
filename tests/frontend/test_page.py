"""The page in one file: what it holds, what it lets itself do, and that it is always the same."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from test_attribution import make

from flair_lig_widget import AttributionWidget, to_html
from flair_lig_widget.page import as_html

STATIC = Path(__file__).parents[1] / "flair_lig_widget" / "static"


class Page(HTMLParser):
    """The elements of a page, with their attributes and what they hold."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.held: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        self.held.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if self._open:
            self.held[self._open[-1]][-1] += data

    def states(self) -> list[dict]:
        scripts = [attrs for tag, attrs in self.elements if tag == "script"]
        held = zip(scripts, self.held["script"], strict=True)
        return [json.loads(text) for attrs, text in held if attrs.get("type")]

    def policy(self) -> str:
        (policy,) = [a["content"] for _, a in self.elements if "http-equiv" in a]
        return policy


def test_the_page_holds_the_front_end_and_the_explanation():
    page = Page(AttributionWidget(make()).to_html())
    (state,) = page.states()
    assert state["text"] == make().text
    assert state["result"]["scores"] == make().scores.tolist()
    assert (STATIC / "page.js").read_text() in page.held["script"]
    assert page.held["style"][0].endswith((STATIC / "widget.css").read_text())
    assert page.held["title"] == ["Why business?"]


def test_its_own_script_is_all_that_may_run_and_nothing_is_fetched():
    source = AttributionWidget(make()).to_html()
    page = Page(source)
    policy = dict(part.strip().split(" ", 1) for part in page.policy().split(";"))
    for name, element in (
        ("script-src", page.held["script"][-1]),
        ("style-src", page.held["style"][0]),
    ):
        digest = base64.b64encode(hashlib.sha256(element.encode()).digest()).decode()
        assert policy[name] == f"'sha256-{digest}'"
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    for _, attributes in page.elements:
        assert not {"src", "href", "style"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]


def test_several_widgets_share_one_copy_of_the_front_end(tmp_path):
    widgets = [AttributionWidget(make()), AttributionWidget(make(target="sport"))]
    source = to_html(widgets, tmp_path / "page.html", title="Two & more")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == source
    page = Page(source)
    assert [state["target"] for state in page.states()] == ["business", "sport"]
    assert source.count((STATIC / "page.js").read_text()) == 1
    assert page.held["h1"] == page.held["title"] == ["Two & more"]
    with pytest.raises(ValueError, match="no widget; give at least one"):
        to_html([])


def test_every_page_says_what_the_numbers_were_made_with():
    attribution = make(model="TextClassifier over x", weights="abc123", made="2026-11-23T00:00:00Z")
    source = unescape(AttributionWidget(attribution).to_html())
    for fact in ("TextClassifier over x", "abc123", "torch 2.13.0", "2026-11-23T00:00:00Z"):
        assert fact in source
    for fact in ("auto, 9 steps, 9 evaluations", "3.0, 3.5, 0.375", "word_embeddings"):
        assert fact in source


def test_where_no_script_may_run_the_scores_are_still_there():
    source = AttributionWidget(make()).to_html()
    without = re.search(r"<noscript>(.*?)</noscript>", source, re.DOTALL)[1]
    assert "-0.7500 logit" in without
    assert "Predicted business (75.0 %)" in without


def test_the_same_widget_gives_the_same_bytes():
    assert AttributionWidget(make()).to_html() == AttributionWidget(make()).to_html()
    assert AttributionWidget(make()).as_html() == AttributionWidget(make()).as_html()


def test_how_long_the_answer_took_does_not_change_the_page(tiny_classifier):
    from texts import NEWS

    from flair_lig_widget import LIGWidget

    widget = LIGWidget(tiny_classifier("bert"), NEWS)
    before = widget.to_html()
    assert widget.result["seconds"] > 0
    widget.method = "riemann_left"
    widget.wait()
    assert widget.to_html() != before
    widget.method = "auto"
    widget.wait()
    made = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")
    assert made.sub("", widget.to_html()) == made.sub("", before)


def test_the_frame_holds_the_page_and_keeps_it_apart():
    widget = AttributionWidget(make())
    frame = widget.as_html(title='a "quoted" title')
    (tag, attributes), *more = Page(frame).elements
    assert (tag, more) == ("iframe", [])
    assert attributes["srcdoc"] == widget.to_html(title='a "quoted" title')
    assert attributes["sandbox"] == "allow-scripts"
    assert attributes["title"] == 'a "quoted" title'
    assert frame._repr_html_() == frame
    assert Page(as_html([widget], height=123)).elements[0][1]["height"] == "123"
