"""The quickstart notebook in a real Notebook 7."""

from __future__ import annotations

import shutil

from driving import assert_shows, label_of, method_of, number_of_steps
from notebook_page import LONG, NotebookPage
from servers import ROOT

from flair_lig_widget import DEMO_TEXT, attribute

# What Notebook 7.6 itself throws when it opens any notebook.
ITS_OWN = ("reading 'schema'", "filebrowser:open-path")


def test_the_widget_shows_what_attribute_computes_and_follows_its_controls(
    page, jupyter, outside, errors, demo_classifier
):
    shutil.copy(ROOT / "examples" / "01_quickstart.ipynb", jupyter.folder / "notebook7.ipynb")
    notebook = NotebookPage(page)
    notebook.go(f"{jupyter.url}/notebooks/notebook7.ipynb")
    notebook.run_all()
    root = page.locator(".jp-OutputArea-output .flair-lig").first
    root.locator(".flair-lig-word").first.wait_for(timeout=LONG)
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT))

    method_of(root).select_option("riemann_trapezoid")
    number_of_steps(root).fill("5")
    number_of_steps(root).press("Enter")
    coarse = {"method": "riemann_trapezoid", "n_steps": 5}
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, **coarse))
    label_of(root, "sport").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **coarse))

    assert outside == []
    assert [e for e in errors if not any(known in e for known in ITS_OWN)] == []
