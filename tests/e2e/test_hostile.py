"""Texts and names that attack the page, in every view that a browser draws."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page
from support.browser.published import offline
from support.hostile import HOSTILE, LONGEST, hostile_attribution

from flair_lig_widget import AttributionRows, AttributionWidget, Provenance, to_html
from flair_lig_widget.frontend.page import as_html, bundle

SHORT = tuple(text for text in HOSTILE if text != LONGEST)
AT_ONCE = 60
PAGES = [SHORT[first : first + AT_ONCE] for first in range(0, len(SHORT), AT_ONCE)]

# Runs before the page. It records the calls that hostile code would make.
WATCH = """
    window.ran = [];
    for (const name of ["alert", "confirm", "prompt", "open"])
        window[name] = (...given) => window.ran.push(name + " " + given);
"""
# What hostile code ran, and elements and attributes that would run or fetch something.
SUSPECTS = """() => {
    const all = [...document.querySelectorAll("*")];
    return [
        ...window.ran,
        ...("pwned" in window ? ["pwned"] : []),
        ...all.filter((each) => each.matches("img, object, embed, link, base, form, video, audio"))
            .map((each) => each.outerHTML.slice(0, 80)),
        ...all.flatMap((each) => [...each.attributes])
            .filter(({ name, value }) => name.startsWith("on")
                || (/^(href|src|action|formaction|data|xlink:href)$/.test(name) && value))
            .map(({ name, value }) => name + "=" + value),
    ];
}"""

# Opens everything that a reader can open, and the tooltip of a word of each text.
UNFOLD = """() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const text of document.querySelectorAll(".lig-text")) {
        text.querySelector(".lig-span")?.focus();
    }
    return [...document.querySelectorAll(".lig-class[aria-pressed=true]")]
        .map((label) => label.textContent);
}"""

# Draws rows as anywidget does. None of their widgets is opened.
DRAW_ROWS = """async ({ source, state }) => {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: rows } = await import(url);
    rows.render({ model: { get: (name) => state[name] }, el: document.body });
}"""


def as_drawn(text: str) -> str:
    """The text as a script can show it: without lone surrogates."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def as_markup(text: str) -> str:
    """The text as HTML can contain it: also without NUL, and every end of a line is U+000A."""
    return re.sub("\r\n?", "\n", as_drawn(text).replace("\0", "\N{REPLACEMENT CHARACTER}"))


def widget_of(text: str) -> AttributionWidget:
    return AttributionWidget(hostile_attribution(text, label=text, model=text))


def texts_of_rows(page: Page, row: str, fact: str) -> tuple[list[str], list[str]]:
    """The first fact and the text of each row, by the classes of rows and facts."""
    facts = page.locator(f".{row} > summary > .{fact}:first-child")
    texts = page.locator(f".{row} > summary > :last-child")
    read = "all => all.map((each) => each.textContent)"
    return facts.evaluate_all(read), texts.evaluate_all(read)


@pytest.mark.parametrize("texts", PAGES, ids=lambda texts: f"{len(texts)} from {texts[0][:12]!a}")
def test_a_page_shows_hostile_texts_as_typed_and_runs_nothing_of_them(page, texts, tmp_path):
    page.add_init_script(WATCH)
    path = tmp_path / "page.html"
    to_html([widget_of(text) for text in texts], path, title=texts[-1], labels=texts)
    with offline(page) as requests:
        page.goto(path.as_uri())
        shown = page.locator(".lig-text").evaluate_all("all => all.map((t) => t.textContent)")
        assert shown == [as_drawn(hostile_attribution(text).text) for text in texts]
        facts, rows = texts_of_rows(page, "flair-lig-row", "flair-lig-fact")
        assert rows == [as_markup(text) for text in texts]
        assert facts == [f"true label: {as_markup(text)} ✓" for text in texts]
        labels = page.evaluate(UNFOLD)
        assert len(labels) == len(texts)
        assert [
            text for text, label in zip(texts, labels, strict=True) if as_drawn(text) not in label
        ] == []
        assert page.evaluate(SUSPECTS) == []
        # One script draws, and each widget has one with its data; there are no others.
        assert page.evaluate("document.scripts.length") == len(texts) + 1
        assert page.locator("h1").text_content() == as_markup(texts[-1])
        assert requests == [path.as_uri()]  # no other file was opened


def test_rows_show_hostile_texts_as_typed_and_run_nothing_of_them(page):
    page.add_init_script(WATCH)
    shown = AttributionRows([hostile_attribution(text, label=text) for text in SHORT], labels=SHORT)
    with offline(page):
        page.goto("about:blank")
        state = json.loads(json.dumps({"rows": shown.rows, "widgets": []}))
        page.evaluate(DRAW_ROWS, {"source": bundle("rows.js"), "state": state})
        facts, rows = texts_of_rows(page, "lig-row-of", "lig-fact")
        assert rows == [as_drawn(text) for text in SHORT]
        assert facts == [f"true label: {as_drawn(text)} ✓" for text in SHORT]
        assert page.evaluate(SUSPECTS) == []


def test_pictures_without_a_policy_run_nothing_of_hostile_texts(page, tmp_path):
    page.add_init_script(WATCH)
    pictures = [hostile_attribution(text, label=text, model=text)._repr_html_() for text in SHORT]
    path = tmp_path / "pictures.html"
    path.write_text("<!doctype html><meta charset=utf-8>" + "".join(pictures), encoding="utf-8")
    with offline(page) as requests:
        page.goto(path.as_uri())
        shown = page.locator(".flair-lig-static > div:first-child").evaluate_all(
            "all => all.map((text) => text.textContent)"
        )
        assert shown == [as_markup(hostile_attribution(text).text) for text in SHORT]
        assert page.evaluate(SUSPECTS) == []
        assert page.evaluate("document.scripts.length") == 0
        assert requests == [path.as_uri()]


def test_hostile_texts_in_a_frame_cannot_leave_it(page, tmp_path):
    page.add_init_script(WATCH)
    frame = as_html([widget_of(text) for text in SHORT[::9]], title=SHORT[0])
    path = tmp_path / "frame.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{frame}<p>after", encoding="utf-8")
    with offline(page):
        page.goto(path.as_uri())
        inside = page.frame_locator("iframe")
        inside.locator(".lig-text").last.wait_for(state="attached")  # in a closed row
        shown = inside.locator(".lig-text").evaluate_all(
            "all => all.map((text) => text.textContent)"
        )
        assert shown == [as_drawn(hostile_attribution(text).text) for text in SHORT[::9]]
        page.frames[1].evaluate(UNFOLD)
        for each in page.frames:
            assert each.evaluate(SUSPECTS) == []
        assert page.locator("body > *").evaluate_all("all => all.map((e) => e.tagName)") == [
            "IFRAME",
            "P",
        ]


def test_hostile_names_of_files_are_only_names(tmp_path):
    names = [text for text in SHORT if not set(text) & set("/\0") and 0 < len(text) < 60]
    assert len(names) > 100
    widget = AttributionWidget(hostile_attribution("A text."))
    for name in names:
        try:
            encoded = name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            continue  # no file can have this name
        if len(encoded) > 250 or name in (".", ".."):
            continue
        path = tmp_path / name
        assert path.parent == tmp_path
        assert widget.to_html(path) == path.read_text(encoding="utf-8")


def test_a_word_of_a_megabyte_is_drawn_in_a_page_and_in_a_picture(page, tmp_path):
    names = ("method", "baseline", "layer", "precision", "paired_text")
    provenance = Provenance(model="model", weights_digest="digest", created_at="created_at")
    harmless = {"label": "label", "provenance": provenance, **{name: name for name in names}}
    attribution = hostile_attribution(LONGEST, **harmless)
    views = {
        ".lig-text": AttributionWidget(attribution).to_html(),
        ".flair-lig-static > div:first-child": f"<!doctype html>{attribution._repr_html_()}",
    }
    with offline(page):
        for index, (text, source) in enumerate(views.items()):
            path = tmp_path / f"{index}.html"
            path.write_text(source, encoding="utf-8")
            page.goto(path.as_uri())
            assert page.locator(text).text_content() == LONGEST
            assert page.locator(text).evaluate("(text) => text.scrollHeight") > 10_000  # wrapped
