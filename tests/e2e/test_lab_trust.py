"""A notebook that was run elsewhere, in JupyterLab: a picture until it is trusted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Locator, expect
from support.browser.accessibility import assert_accessible
from support.browser.driving import label_of, tooltip
from support.browser.notebook_page import NotebookPage
from support.browser.published import DRAWING, assert_results
from support.browser.servers import SCREENSHOTS

from flair_lig_widget import Attribution
from flair_lig_widget.export.html import NEGATIVE, POSITIVE, STRONGEST

LONG_WORD = "unbreakable" * 40
# Two labels at two tolerances; what Python computed is saved for the comparison.
MAKE = f"""
from flair_lig_widget import DEMO_TEXT, LIGWidget, load_demo_classifier
widget = LIGWidget(load_demo_classifier(), DEMO_TEXT + " {LONG_WORD}")
results = widget.precompute(
    methods=["auto"], tolerances=[0.05, 0.01], targets=["business", "sport"]
)
for index, result in enumerate([widget.attribution, *results]):
    result.to_json(f"result-{{index}}.json")
"""
# Added to the saved code of the widget, so that the page shows whether it ran.
TRACE = "window.ranSavedCode = true;\n"
RAN = "window.ranSavedCode === true"
PAINTED = """(all) => all.map((word) => {
    const { backgroundColor, borderBottomStyle } = getComputedStyle(word);
    return [word.title, backgroundColor, borderBottomStyle];
})"""


@dataclass(frozen=True)
class Executed:
    """Where the notebook is, and what Python computed: shown, and precomputed."""

    path: Path
    shown: Attribution
    results: list[Attribution]


@pytest.fixture(scope="module")
def executed(jupyter, tmp_path_factory) -> Executed:
    """A notebook in the server's folder that was run headless, with its widget state."""
    folder = tmp_path_factory.mktemp("executed")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in (MAKE, "widget")]
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel}, cells=cells)
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
    (saved,) = notebook.metadata["widgets"].values()
    for model in saved["state"].values():
        if "_esm" in model["state"]:
            model["state"]["_esm"] = TRACE + model["state"]["_esm"]
    path = jupyter.folder / "elsewhere.ipynb"
    nbformat.write(notebook, path)
    shown, *results = (
        Attribution.from_json(each.read_text()) for each in sorted(folder.glob("result-*.json"))
    )
    return Executed(path, shown, results)


def assert_picture(picture: Locator, shown: Attribution) -> None:
    """Every word has its colour, line and score, and a long one is broken."""
    expect(picture).to_be_visible()
    words = shown.words()
    spans = picture.locator("span[title]")
    assert spans.all_inner_texts() == [word.text for word in words]
    most = max(abs(word.score) for word in words)
    for word, (title, colour, line) in zip(words, spans.evaluate_all(PAINTED), strict=True):
        assert title.startswith(f"{word.score:+.4f} logit".replace("-", "−"))
        *rgb, opacity = (float(part) for part in re.findall(r"[\d.]+", colour))
        positive = word.score >= 0
        assert tuple(rgb) == (POSITIVE if positive else NEGATIVE)
        # A browser has 256 steps of opacity.
        assert opacity == pytest.approx(STRONGEST * abs(word.score) / most, abs=1 / 255)
        assert line == ("solid" if positive else "dotted")
    assert picture.evaluate("node => node.scrollWidth <= node.clientWidth")


def assert_widget(root: Locator, shown: Attribution, results: list[Attribution]) -> None:
    """Hovering, the precomputed results and the display work; what needs a kernel says so."""
    expect(root.locator(".lig-badge")).to_have_attribute(
        "title", f"No kernel: the controls choose among {len(results)} precomputed results."
    )
    (most,) = shown.top(1)
    word = root.locator(".lig-span").nth(shown.words().index(most))
    assert tooltip(root, word)[0] == most.text
    expect(label_of(root, "politics")).to_be_disabled()
    expect(label_of(root, "politics")).to_have_attribute("title", re.compile("^No kernel is conn"))
    expect(root.get_by_role("button", name="Edit text")).to_be_disabled()
    root.get_by_text("Top words", exact=True).click()
    assert_results(root, results)
    root.get_by_role("combobox", name="Granularity").select_option("sentence")
    expect(root.locator(".lig-span")).to_have_count(len(shown.spans("sentence")))


def photograph(notebook: NotebookPage, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    notebook.page.wait_for_timeout(DRAWING)
    notebook.page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_a_notebook_shows_the_picture_until_it_is_trusted_and_then_the_widget(
    page, jupyter, outside, errors, executed
):
    notebook, address = NotebookPage(page), f"{jupyter.url}/lab/tree/{executed.path.name}?reset"
    notebook.go(address)
    picture = page.locator(".jp-OutputArea-output .flair-lig-static")
    for theme in ("dark", "light"):
        notebook.theme(theme)
        assert_picture(picture, executed.shown)
        photograph(notebook, f"lab-untrusted-{theme}")
        assert_accessible(picture)
    expect(page.locator(".flair-lig")).to_have_count(0)
    # JupyterLab makes the models of the saved state without asking for trust, and anywidget then
    # runs their code, although nothing is drawn. docs/publishing.md warns of it.
    page.wait_for_function(RAN)

    trust = [sys.executable, "-m", "jupyter", "trust", executed.path]
    subprocess.run(trust, env={**os.environ, **jupyter.env}, check=True)
    notebook.go(address)  # its new kernel knows nothing of the widget
    root = page.locator(".jp-OutputArea-output .flair-lig")
    root.locator(".lig-span").first.wait_for()
    photograph(notebook, "lab-trusted")
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    assert_widget(root, executed.shown, executed.results)
    assert outside == []
    assert errors == []
