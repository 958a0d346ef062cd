"""Several results in JupyterLab: rows that open into their widgets, live ones among them."""

from __future__ import annotations

from playwright.sync_api import expect
from support.browser.driving import assert_shows, label_of
from support.browser.published import photograph

from flair_lig_widget import DEMO_TEXT, attribute

ROWS = """
from flair_lig_widget import AttributionRows, attribute
live = LIGWidget(classifier, DEMO_TEXT, method='riemann_trapezoid', n_steps=5)
other = attribute(classifier, '<b>The striker</b> scored twice.')
AttributionRows([live, other], labels=['sport', 'sport'])
"""


def test_rows_open_into_their_widgets(scratch, demo_classifier):
    output = scratch.run(ROWS).locator(".flair-lig-rows")
    rows = output.locator(".lig-row-of > summary")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("true label: sport ✗")
    expect(rows.first).to_contain_text(DEMO_TEXT)
    expect(rows.last).to_contain_text("<b>The striker</b> scored twice.")
    expect(output.locator(".flair-lig")).to_have_count(0)  # none is drawn before it is opened
    rows.last.click()
    expect(output.locator(".lig-text")).to_have_text("<b>The striker</b> scored twice.")
    rows.last.click()
    rows.first.click()
    root = output.locator(".flair-lig").first
    five = {"method": "riemann_trapezoid", "n_steps": 5}
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, **five))
    label_of(root, "tech").click()  # it still computes
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="tech", **five))
    photograph(scratch.page, "jupyterlab-rows", output)
