"""Notebook 07 as a page without a kernel: a tag, a pair and a number from the saved state."""

from __future__ import annotations

from dataclasses import dataclass

import nbformat
import pytest
from e2e.test_published_notebook import (
    assert_only_known,
    example,
    executed,
    published_page,
    record,
    serve_cdn,
)
from nbformat import NotebookNode
from playwright.sync_api import Locator, expect

from flair_lig_widget import Attribution
from flair_lig_widget.result.summary import number

pytestmark = pytest.mark.slow

RUN = ("## A tag", "## A pair", "## A number")
"""The sections whose first widget is made; the others would take four times as long."""
# A last cell that saves what Python computed; it is removed before publishing.
SAVE = """
from flair_lig_widget import attribute
widgets = [attribute(tagger, text), attribute(answered, (question, reply)), widget.attribution]
for index, result in enumerate(widgets):
    result.to_json(f"result-{index}.json")
"""


@dataclass(frozen=True)
class Explained:
    """The address of the notebook with widget state, and Python's results."""

    notebook: str
    tag: Attribution
    pair: Attribution
    number: Attribution


def cells_of_widgets(notebook: NotebookNode) -> list[NotebookNode]:
    """The imports, and of some sections the cells up to the first that shows a widget."""
    found, wanted = [], True
    for cell in notebook.cells:
        (heading,) = [line for line in cell.source.splitlines() if line.startswith("## ")] or [""]
        if heading:
            wanted = heading.startswith(RUN)
        if wanted and cell.cell_type == "code":
            found.append(cell)
            wanted = "LIGWidget(" not in cell.source or "import" in cell.source
    return found


@pytest.fixture(scope="module")
def explained(tmp_path_factory) -> Explained:
    """The other cells keep the outputs that are saved with the notebook."""
    folder = tmp_path_factory.mktemp("taggers")
    notebook = example("07_taggers_and_pairs")
    all_cells = notebook.cells
    notebook.cells = [*cells_of_widgets(notebook), nbformat.v4.new_code_cell(SAVE)]
    ran = executed(notebook, folder)
    new = {cell.id: cell for cell in ran.cells}
    ran.cells = [new.get(cell.id, cell) for cell in all_cells]
    paths = sorted(folder.glob("result-*.json"))
    results = [Attribution.from_json(path.read_text(encoding="utf-8")) for path in paths]
    return Explained(published_page(ran, "07_taggers_and_pairs"), *results)


def assert_words(root: Locator, attribution: Attribution) -> None:
    """Each word is drawn, and the ends of the waterfall are those of Python."""
    words = root.locator(".lig-text").first.locator("[data-span]")
    assert words.all_inner_texts() == [word.text for word in attribution.words()]
    expect(root.locator(".lig-waterfall")).to_contain_text(f"f(x) {number(attribution.value, 3)}")


def test_a_tag_a_pair_and_a_number_are_drawn_from_the_saved_state(page, explained):
    found, unknown = record(page), serve_cdn(page)
    page.goto(explained.notebook)
    roots = page.locator(".flair-lig")
    expect(roots).to_have_count(3)
    tag, pair, value = (roots.nth(i) for i in range(3))
    for root, result in ((tag, explained.tag), (pair, explained.pair), (value, explained.number)):
        expect(root.locator(".lig-text").first).to_be_visible()
        assert_words(root, result)

    labels = [each.label for each in explained.tag.data_points if each.label != "O"]
    assert labels == ["PER", "LOC"]
    assert tag.locator(".lig-text .lig-marked .lig-chip").all_inner_texts() == labels

    paragraphs = pair.locator(".lig-text").first.locator("> :not(.lig-caption)")
    shown = [" ".join(text.split()) for text in paragraphs.all_inner_texts()]
    assert shown == list(explained.pair.texts)

    expect(value.locator(".lig-value")).to_be_visible()
    expect(value.locator(".lig-value")).to_contain_text(f"f(x) {number(explained.number.value, 2)}")
    expect(value.locator(".lig-check .lig-verdict")).to_be_visible()
    assert unknown == []
    assert_only_known(found)
