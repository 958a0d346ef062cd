"""Notebook 06 and its page, without a kernel: the planted shortcut is three clicks away."""

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
from playwright.sync_api import Locator, expect
from support.browser.published import offline, photograph

from flair_lig_widget import Corpus, load_corpus
from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.result.summary import number

NAME = ("Magpie", "Wire")  # of the agency, as the notebook has it
MISLED = "politics-08"  # the report about politics that ends with it

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Learnt:
    """The address of the notebook with widget state, and the corpus that its cells made."""

    notebook: str
    corpus: Corpus


@pytest.fixture(scope="module")
def learnt(tmp_path_factory) -> Learnt:
    """The cells are run up to the test; the others keep the outputs that are saved with them."""
    folder = tmp_path_factory.mktemp("learnt")
    notebook = example("06_what_has_it_learnt")
    (end,) = (i for i, cell in enumerate(notebook.cells) if cell.source.startswith("## The test"))
    rest = notebook.cells[end:]
    # A last cell that keeps what Python computed; it is removed before publishing.
    copy = f"import shutil\nshutil.copytree(corpus.folder, {str(folder / 'corpus')!r})"
    notebook.cells[end:] = [nbformat.v4.new_code_cell(copy)]
    notebook = executed(notebook, folder)
    notebook.cells[-1:] = rest
    address = published_page(notebook, "06_what_has_it_learnt")
    return Learnt(address, load_corpus(folder / "corpus"))


def assert_three_clicks_find_the_name(root: Locator, corpus: Corpus) -> None:
    """From the matrix to a word that is no content, and to a text that it misleads."""
    chosen = Filter(gold="politics", predicted="business")
    assert corpus.table(filter=chosen)["id"].tolist() == [MISLED]
    shortcuts = corpus.shortcuts()
    assert tuple(shortcuts["word"]) == NAME

    root.get_by_role("button", name="1 text: gold politics, predicted business").click()
    texts = root.locator(".lig-text-row")
    expect(texts).to_have_count(1)
    expect(texts).to_contain_text(MISLED)
    found = root.locator(".lig-find")
    for row, shown in zip(shortcuts.itertuples(), found.all_inner_texts(), strict=True):
        assert row.word in shown
        assert number(row.mean, 3, "+") in shown
        assert row.reason in shown
    found.first.click()
    line = root.locator(".lig-occurrence:visible")
    expect(line).to_have_count(1)
    occurrences = corpus.concordance(NAME[0], "business", filter=chosen)
    expect(line.locator(".lig-number")).to_have_text(number(occurrences["score"][0], 4, "+"))
    line.click()
    attribution = corpus.attribution(MISLED)
    opened = root.locator(".lig-opened")
    expect(opened.locator(".lig-text")).to_have_text(attribution.text)
    assert tuple(word.text for word in attribution.top(2)) == NAME
    expect(opened).to_contain_text(f"{NAME[0]}, {NAME[1]}")
    expect(opened.locator(".lig-waterfall")).to_contain_text(f"f(x) {number(attribution.value, 3)}")


def test_three_clicks_find_the_shortcut_in_the_page_with_the_network_off(page, learnt, tmp_path):
    learnt.corpus.to_html(tmp_path / "learnt.html", title="What has it learnt?")
    with offline(page):
        page.goto((tmp_path / "learnt.html").as_uri())
        assert_three_clicks_find_the_name(page.locator(".lig-corpus"), learnt.corpus)


def test_three_clicks_find_the_shortcut_in_the_notebook_from_its_saved_state(page, learnt):
    found, unknown = record(page), serve_cdn(page)
    page.goto(learnt.notebook)
    root = page.locator(".lig-corpus")
    expect(root).to_have_count(1)
    assert_three_clicks_find_the_name(root, learnt.corpus)
    photograph(page, "notebook-corpus", root)
    assert unknown == []
    assert_only_known(found)
