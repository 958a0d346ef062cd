"""Notebooks 04 and 05 as HTML, 04 as a book too: from the saved state, as a picture, in a frame."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from playwright.sync_api import Page, expect
from support.browser import accessibility
from support.browser.published import (
    VIOLATIONS,
    assert_accessible,
    assert_explores,
    assert_results,
    assert_top_words,
    photograph,
)
from support.browser.servers import ANYWIDGET, HTML_MANAGER, REQUIRE, ROOT

from flair_lig_widget import DEMO_TEXT, Attribution
from flair_lig_widget.result.summary import number

PUBLISHED = ROOT / "tests" / "published"
# The files that the pages fetch. MathJax is for formulas, and there are none.
CDN = {
    r"https://cdnjs\.cloudflare\.com/.*/require\.min\.js": REQUIRE,
    r"https://(unpkg\.com|cdn\.jsdelivr\.net/npm)/@jupyter-widgets/html-manager@.*/embed-amd\.js": (
        HTML_MANAGER
    ),
    r"https://cdn\.jsdelivr\.net/npm/anywidget@.*/dist/index\.js": ANYWIDGET,
    r"https://cdnjs\.cloudflare\.com/ajax/libs/mathjax/.*": None,
}
BOOK = {
    "_config.yml": 'title: Explanations\nexecute: {execute_notebooks: "off"}\n',
    "_toc.yml": "format: jb-book\nroot: run\n",
}
OTHER_TEXT = "The minister defended the new tax on software firms."  # as the notebook has it
# A cell that shows another result and the widget as rows; a label is markup.
ROWS = """
from flair_lig_widget import AttributionRows
AttributionRows([other.attribution, widget], labels=["<b>politics</b>", "sport"])
"""
# A last cell that saves what Python computed; it is removed before publishing.
SAVE = """
for index, result in enumerate([widget.attribution, *results]):
    result.to_json(f"result-{index:03}.json")
"""


@dataclass(frozen=True)
class Published:
    """Addresses of the notebook with widget state, without, and in a book; and Python's results."""

    with_state: str
    without_state: str
    book: str
    shown: Attribution
    results: list[Attribution]


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Published:
    folder = tmp_path_factory.mktemp("published")
    notebook = example("04_publishing")
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in (ROWS, SAVE)]
    notebook = executed(notebook, folder)
    del notebook.cells[-1]
    book = folder / "book"
    book.mkdir()
    nbformat.write(notebook, book / "run.ipynb")
    for name, source in BOOK.items():
        (book / name).write_text(source)
    subprocess.run([Path(sys.prefix, "bin/jupyter-book"), "build", book], check=True)
    page = book / "_build" / "html" / "run.html"
    # The installed files are of later versions than those whose hashes the page contains.
    page.write_text(re.sub(r' integrity="[^"]*"', "", page.read_text()))
    with_state = published_page(notebook, "04_publishing")
    del notebook.metadata["widgets"]
    without_state = published_page(notebook, "04_publishing_without_state")
    shown, *results = (
        Attribution.from_json(path.read_text()) for path in sorted(folder.glob("result-*.json"))
    )
    assert len(results) == 25
    return Published(with_state, without_state, page.as_uri(), shown, results)


@pytest.fixture(scope="session")
def checked(tmp_path_factory) -> str:
    """The address of notebook 05 with widget state.

    Its cells are run up to the flip. The others, which take as long again, keep the outputs that
    are saved with it.
    """
    notebook = example("05_is_it_true")
    (end,) = (i for i, cell in enumerate(notebook.cells) if cell.source.startswith("## A bad one"))
    rest = notebook.cells[end:]
    del notebook.cells[end:]
    notebook = executed(notebook, tmp_path_factory.mktemp("checked"))
    notebook.cells += rest
    return published_page(notebook, "05_is_it_true")


def example(name: str) -> NotebookNode:
    """An example as it is in the repository."""
    return nbformat.read(ROOT / "examples" / f"{name}.ipynb", as_version=4)


def executed(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook with the outputs of a new kernel, and with its widget state."""
    nbformat.write(notebook, folder / "plain.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook"]
    subprocess.run([*command, "--output=run.ipynb", folder / "plain.ipynb"], check=True)
    return nbformat.read(folder / "run.ipynb", as_version=4)


def published_page(notebook: NotebookNode, name: str) -> str:
    """The address of the notebook as nbconvert's HTML."""
    source, _ = HTMLExporter().from_notebook_node(notebook)
    PUBLISHED.mkdir(exist_ok=True)
    (PUBLISHED / f"{name}.html").write_text(source, encoding="utf-8")
    return (PUBLISHED / f"{name}.html").as_uri()


@dataclass
class Record:
    """The requests of a page, those of its frame, and errors and warnings with their sources."""

    requests: list[str]
    requests_of_frame: list[str]
    problems: list[tuple[str, str]]


def record(page: Page) -> Record:
    found = Record([], [], [])
    page.add_init_script(VIOLATIONS)
    page.on("request", lambda r: found.requests.append(r.url))
    page.on(
        "request",
        lambda r: found.requests_of_frame.append(r.url) if r.frame != page.main_frame else None,
    )
    page.on("pageerror", lambda error: found.problems.append(("page", str(error))))
    page.on(
        "console",
        lambda m: (
            found.problems.append((m.location["url"], m.text))
            if m.type in ("error", "warning")
            else None
        ),
    )
    return found


def serve_cdn(page: Page) -> list[str]:
    """Serve the CDN's files from the installed packages; returns the list of unknown addresses."""
    unknown = []

    def serve(route):
        for pattern, path in CDN.items():
            if re.fullmatch(pattern + r"(\?.*)?", route.request.url):
                headers = {"access-control-allow-origin": "*", "content-type": "text/javascript"}
                body = path.read_bytes() if path else b""
                return route.fulfill(body=body, headers=headers)
        unknown.append(route.request.url)
        return route.abort()

    page.context.route(re.compile("^https?:"), serve)
    return unknown


def assert_only_known(found: Record) -> None:
    """The page has no problem but those that nbconvert's template and html-manager have anyway."""
    # RequireJS looks for anywidget in the folder of the page before it asks the CDN.
    local = (PUBLISHED / "anywidget.js").as_uri()
    # html-manager's JSON validator warns about its own schema.
    others = [
        (by, what)
        for by, what in found.problems
        if local not in by + what and not ("html-manager" in by and "strict mode" in what)
    ]
    assert others == []


def test_the_widget_is_drawn_from_the_saved_state_and_shows_its_snapshots(page, published):
    found, unknown = record(page), serve_cdn(page)
    page.goto(published.with_state)
    roots = page.locator(".flair-lig")
    expect(roots).to_have_count(2)  # the widget, and that of the saved result
    root = roots.first
    expect(root.locator(".lig-text")).to_have_text(DEMO_TEXT)
    expect(root).to_contain_text("Snapshot")
    root.get_by_text("Top words").click()
    assert_top_words(root, published.shown)
    assert_results(root, published.results)
    photograph(page, "notebook-state", root)
    last = roots.last
    expect(last.get_by_role("combobox", name="Method")).to_be_disabled()
    assert unknown == []
    assert_only_known(found)


def test_rows_open_into_their_widgets_from_the_saved_state(page, published):
    found, unknown = record(page), serve_cdn(page)
    page.goto(published.with_state)
    output = page.locator(".flair-lig-rows")
    rows = output.locator(".lig-row-of > summary")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("true label: <b>politics</b> ✗")
    total = number(sum(published.shown.scores), 2, "+")
    expect(rows.last).to_contain_text(f"sum of the scores: {total} logit")
    expect(rows.last).to_contain_text(DEMO_TEXT)
    expect(output.locator(".flair-lig")).to_have_count(0)  # none is drawn before it is opened
    rows.last.press("Enter")
    root = output.locator(".flair-lig")
    expect(root).to_contain_text("Snapshot")
    root.get_by_text("Top words").click()
    assert_results(root, published.results[1::5])  # one label, at every stop
    rows.first.click()
    single = output.locator(".lig-row-of").first.locator(".flair-lig")
    expect(single.locator(".lig-text")).to_have_text(OTHER_TEXT)
    expect(single.get_by_role("combobox", name="Method")).to_be_disabled()
    photograph(page, "notebook-rows", output)
    assert unknown == []
    assert_only_known(found)


def test_the_panel_check_of_notebook_05_shows_what_its_cells_print(page, checked):
    found, unknown = record(page), serve_cdn(page)
    page.goto(checked)
    panel = page.locator(".flair-lig .lig-check")
    expect(panel).to_have_count(1)
    # The widget was checked when it was saved, so its panel is open.
    expect(panel).to_contain_text("from 50 random orders")
    printed = page.locator(".jp-OutputArea-output pre")
    for part, beginning in ((".lig-verdict", "Without its"), (".lig-flip", "Without ")):
        sentence = panel.locator(part).inner_text().removeprefix("✓ ")
        assert sentence.startswith(beginning)
        expect(printed.filter(has_text=sentence)).to_have_count(1)
    expect(panel.get_by_role("img")).to_have_count(2)
    baselines = panel.locator(".lig-baseline")
    expect(baselines).to_have_count(5)
    assert all(button.is_disabled() for button in baselines.all())
    assert unknown == []
    assert_only_known(found)


def test_without_the_state_the_picture_has_every_score(page, published):
    found = record(page)
    serve_cdn(page)
    page.goto(published.without_state)
    expect(page.locator(".flair-lig")).to_have_count(0)
    pictures = page.locator(".flair-lig-static")
    expect(pictures).to_have_count(4)  # the widget, the saved result, and the two rows
    expect(pictures.nth(2).locator("div").first).to_have_text(OTHER_TEXT)
    expect(pictures.nth(3).locator("div").first).to_have_text(DEMO_TEXT)
    words = pictures.first.locator("span[title*=logit]")
    expected = published.shown.words()
    assert words.all_inner_texts() == [word.text for word in expected]
    for word, title in zip(
        expected,
        words.evaluate_all("all => all.map((each) => each.title)"),
        strict=True,
    ):
        assert title.startswith(f"{word.score:+.4f} logit".replace("-", "−"))
    photograph(page, "notebook-picture", pictures.first)
    assert not [url for url in found.requests if "html-manager" in url or "anywidget" in url]
    assert found.problems == []


def test_the_frame_in_the_notebook_works_with_the_network_off(page, published):
    found = record(page)
    page.context.set_offline(True)
    page.goto(published.without_state)
    frame = page.frame_locator("iframe[srcdoc]")
    root = frame.locator(".flair-lig")
    expect(root).to_contain_text("Snapshot")
    (inside,) = [each for each in page.frames if each.parent_frame]
    for width in (1400, 700):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(inside)
        photograph(page, f"notebook-frame-{width}", page.locator("iframe[srcdoc]"))
    assert_explores(page, root, published.shown)
    assert_accessible(root)
    root.get_by_text("Top words").click()
    assert_results(root, published.results)
    assert inside.evaluate("window.violations") == []
    assert found.requests_of_frame == []
    # nbconvert's own page requests RequireJS and MathJax, in vain.
    others = [
        (by, what)
        for by, what in found.problems
        if not (by.startswith("https://cdnjs.") and "ERR_INTERNET_DISCONNECTED" in what)
    ]
    assert others == []


def test_a_jupyter_book_draws_the_widget_from_the_saved_state(page, published):
    unknown = serve_cdn(page)
    page.goto(published.book)
    roots = page.locator(".flair-lig")
    expect(roots).to_have_count(2)
    root = roots.first
    expect(root).to_contain_text("Snapshot")
    photograph(page, "book-state", root)
    root.get_by_text("Top words").click()
    assert_results(root, published.results)
    for theme in ("dark", "light"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        # The dark theme of the book has a light box with dark text for every widget.
        box = page.locator(".widget-subarea").first
        expect(box).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        expect(root).to_have_css("color", page.evaluate("getComputedStyle(document.body).color"))
        accessibility.assert_accessible(root)
    assert unknown == []


def test_the_frame_in_a_jupyter_book_works_with_the_network_off(page, published):
    found = record(page)
    page.context.set_offline(True)
    page.goto(published.book)
    root = page.frame_locator("iframe[srcdoc]").locator(".flair-lig")
    expect(root).to_contain_text("Snapshot")
    photograph(page, "book-frame", page.locator("iframe[srcdoc]"))
    root.get_by_text("Top words").click()
    assert_results(root, published.results)
    (inside,) = [each for each in page.frames if each.parent_frame]
    assert inside.evaluate("window.violations") == []
    assert found.requests_of_frame == []


def assert_fits(frame) -> None:
    """The page is nearly as high as its frame: nothing to scroll, and not half empty."""
    content, height = frame.evaluate(
        "[document.body.getBoundingClientRect().bottom, window.innerHeight]"
    )
    print(f"frame: {height} px high, content {content:.0f} px")
    assert content <= height
    assert content > 0.6 * height
