"""The quickstart notebook in a real Notebook 7."""

from __future__ import annotations

import shutil

from support.browser.driving import assert_follows
from support.browser.notebook_page import LONG, NotebookPage
from support.browser.servers import ROOT

# Errors that Notebook 7.6 itself reports when it opens any notebook.
KNOWN = ("reading 'schema'", "filebrowser:open-path")


def test_the_widget_shows_what_attribute_computes_and_follows_its_controls(
    page, jupyter, outside, errors, demo_classifier
):
    shutil.copy(ROOT / "examples" / "01_quickstart.ipynb", jupyter.folder / "notebook7.ipynb")
    notebook = NotebookPage(page)
    notebook.go(f"{jupyter.url}/notebooks/notebook7.ipynb")
    notebook.run_all()
    root = page.locator(".jp-OutputArea-output .flair-lig").first
    root.locator(".lig-span").first.wait_for(timeout=LONG)
    assert_follows(root, demo_classifier)

    assert outside == []
    assert [e for e in errors if not any(known in e for known in KNOWN)] == []
