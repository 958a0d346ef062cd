"""Many texts in JupyterLab: three clicks to a live text, and what is left without a kernel."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect
from support.browser.driving import assert_shows, label_of
from support.browser.guards import block_other_hosts, errors_of
from support.browser.jupyter import open_scratch
from support.browser.notebook_page import LONG, NotebookPage
from support.browser.published import photograph

from flair_lig_widget import attribute

BUSINESS = [f"The bank said that profit rose {n} % on Monday." for n in range(1, 7)]
SPORT = [f"The striker scored {n} goals in the cup final." for n in range(1, 7)]
CORPUS = f"""
from tempfile import mkdtemp
from flair_lig_widget import CorpusWidget, explain_corpus
corpus = explain_corpus(classifier, {BUSINESS + SPORT},
    labels={["business"] * 6 + ["sport"] * 5 + ["tech"]},
    output_dir=mkdtemp(), method='riemann_trapezoid', n_steps=5)
"""
FIVE = {"method": "riemann_trapezoid", "n_steps": 5}


def corpus_of(notebook: NotebookPage, source: str) -> Locator:
    """The view of a corpus in the output of a new cell."""
    root = notebook.run(source).locator(".lig-corpus")
    root.locator(".lig-matrix").wait_for(timeout=LONG)
    return root


def word(root: Locator, text: str) -> Locator:
    return root.locator(".lig-words .lig-list button", has_text=text)


def test_three_clicks_lead_to_a_live_text(scratch, demo_classifier):
    scratch.execute(CORPUS)
    root = corpus_of(scratch, "CorpusWidget(corpus, classifier)")
    status = root.get_by_role("status").first
    root.get_by_role("button", name="6 texts: gold business, predicted business").click()
    expect(status).to_contain_text("6 texts: gold business, predicted business")
    word(root, "profit").click()
    lines = root.locator(".lig-occurrence:visible")
    expect(lines).to_have_count(6)
    number = re.search(r"rose (\d)", lines.first.inner_text())[1]
    lines.first.click()
    text = BUSINESS[int(number) - 1]
    opened = root.locator(".lig-opened .flair-lig")
    expect(opened.locator(".lig-text")).to_have_text(text, timeout=LONG)
    assert_shows(opened, attribute(demo_classifier, text, **FIVE))
    label_of(opened, "tech").click()  # it computes
    assert_shows(opened, attribute(demo_classifier, text, target="tech", **FIVE))
    photograph(scratch.page, "jupyterlab-corpus", opened)


def test_without_its_kernel_the_view_still_answers(browser, browser_context_args, jupyter):
    context = browser.new_context(**browser_context_args)
    context.set_default_timeout(LONG)
    outside, page = block_other_hosts(context), context.new_page()
    errors = errors_of(page)
    notebook = open_scratch(page, jupyter, "corpus.ipynb")
    notebook.execute(CORPUS)
    root = corpus_of(notebook, "widget = CorpusWidget(corpus)\nwidget")
    notebook.execute("widget.wait()")  # for the snapshot
    word(root, "profit").click()
    expect(root.locator(".lig-occurrence:visible")).to_have_count(6)
    kill(notebook)
    page.locator(".jp-Dialog .jp-mod-accept").click()  # JupyterLab says that it has died
    expect(root.locator(".lig-status")).to_contain_text(re.compile("kernel", re.I), timeout=LONG)
    root.get_by_role("combobox", name="Label").select_option("sport")
    word(root, "striker").click()
    lines = root.locator(".lig-occurrence:visible")
    expect(lines).to_have_count(6)
    number = re.search(r"scored (\d)", lines.first.inner_text())[1]
    lines.first.click()
    expect(root.locator(".lig-opened .lig-text")).to_have_text(SPORT[int(number) - 1])
    assert errors == []
    assert outside == []
    context.close()


def kill(notebook: NotebookPage) -> None:
    """As the system does when memory runs out; the server then starts another kernel."""
    notebook.page.evaluate(
        """void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
            .requestExecute({ code: "import os, signal; os.kill(os.getpid(), signal.SIGKILL)" })
            .done.catch(() => {})"""
    )
