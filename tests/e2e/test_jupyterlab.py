"""The quickstart notebook in a real JupyterLab: the user sees what Python computed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from support.browser.driving import (
    assert_shows,
    label_of,
    method_of,
    number_of_steps,
    settled,
    steps_of,
)
from support.browser.notebook_page import LONG, NotebookPage
from support.browser.servers import ROOT, SCREENSHOTS

from flair_lig_widget import DEMO_TEXT, attribute


@pytest.fixture
def lab(page: Page, jupyter, outside, errors) -> Iterator[NotebookPage]:
    """JupyterLab with the quickstart notebook, all of whose cells have run."""
    shutil.copy(ROOT / "examples" / "01_quickstart.ipynb", jupyter.folder / "quickstart.ipynb")
    notebook = NotebookPage(page)
    notebook.go(f"{jupyter.url}/lab/tree/quickstart.ipynb?reset")
    notebook.run_all()
    page.locator(".lig-span").first.wait_for(timeout=LONG)
    yield notebook
    assert outside == []
    assert errors == []


def photograph(lab: NotebookPage, root: Locator) -> None:
    """Screenshots of JupyterLab, light and dark, narrow and wide, and of the widget alone."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page = lab.page
    lab.do("application:toggle-left-area")  # more room for the notebook
    for theme in ("light", "dark"):
        lab.theme(theme)
        for width in (600, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            root.scroll_into_view_if_needed()
            root.locator(".lig-span", has_text="prices").hover()
            expect(root.get_by_role("tooltip")).to_be_visible()
            page.wait_for_timeout(500)  # for the screenshot alone: the theme fades in
            page.screenshot(path=SCREENSHOTS / f"jupyterlab-{theme}-{width}.png")
        box = root.bounding_box()
        margin = 5
        page.screenshot(
            path=SCREENSHOTS / f"widget-{theme}.png",
            clip={
                "x": box["x"] - margin,
                "y": box["y"] - margin,
                "width": box["width"] + 2 * margin,
                "height": box["height"] + 2 * margin,
            },
        )
    lab.theme("light")


def test_the_widget_shows_what_attribute_computes_after_every_control(lab, demo_classifier):
    root = lab.page.locator(".jp-OutputArea-output .flair-lig").first
    assert root.locator(".lig-text").inner_text() == DEMO_TEXT
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT))
    photograph(lab, root)

    method, steps, number = method_of(root), steps_of(root), number_of_steps(root)
    assert method.input_value() == "auto"
    expect(steps).to_be_hidden()  # auto has a tolerance instead
    root.get_by_role("slider", name="Tolerance").press("End")
    settled(root)
    assert root.get_by_text("0.1 %", exact=True).is_visible()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, tolerance=0.001))

    method.select_option("riemann_trapezoid")
    number.fill("5")
    number.press("Enter")
    coarse = attribute(demo_classifier, DEMO_TEXT, method="riemann_trapezoid", n_steps=5)
    assert_shows(root, coarse)

    method.select_option("gausslegendre")
    gauss = attribute(demo_classifier, DEMO_TEXT, method="gausslegendre", n_steps=5)
    assert abs(gauss.scores - coarse.scores).max() > 0.01
    assert_shows(root, gauss)

    steps.press("ArrowRight")
    finer = int(number.input_value())
    assert finer > 5
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, method="gausslegendre", n_steps=finer))

    label_of(root, "sport").click()
    sport = {"method": "gausslegendre", "n_steps": finer, "target": "sport"}
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, **sport))

    # A second view of the same widget opens in the same state and stays in step.
    lab.page.locator(".jp-CodeCell", has=root).first.click(position={"x": 5, "y": 5})
    lab.do("notebook:create-output-view")
    second = lab.page.locator(".jp-LinkedOutputView .flair-lig")
    second.wait_for()
    expect(label_of(second, "sport")).to_have_attribute("aria-pressed", "true")
    assert method_of(second).input_value() == "gausslegendre"
    assert number_of_steps(second).input_value() == str(finer)
    method.select_option("auto")
    for view in (root, second):
        settled(view)
        expect(method_of(view)).to_have_value("auto")
    expected = attribute(demo_classifier, DEMO_TEXT, target="sport", tolerance=0.001)
    assert_shows(second, expected)
    shown = second.get_by_role("status").inner_text()
    expect(root.get_by_role("status")).to_have_text(shown, use_inner_text=True)


def test_a_computation_can_be_cancelled_and_the_text_edited(scratch, demo_classifier):
    root = scratch.show("LIGWidget(classifier, DEMO_TEXT)")
    settled(root)
    method_of(root).select_option("riemann_middle")
    steps_of(root).press("End")
    root.get_by_role("button", name="Cancel").click()
    expect(root.locator("progress")).to_be_hidden()
    number_of_steps(root).fill("7")
    number_of_steps(root).press("Enter")
    seven = {"method": "riemann_middle", "n_steps": 7}
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, **seven))

    root.get_by_role("button", name="Edit text").click()
    editor = root.get_by_role("textbox")
    editor.fill("The striker scored twice.")
    editor.press("Control+Enter")
    expect(root.locator(".lig-text")).to_have_text("The striker scored twice.")
    assert_shows(root, attribute(demo_classifier, "The striker scored twice.", **seven))

    root.get_by_role("combobox", name="Granularity").select_option("sentence")
    expect(root.locator(".lig-span")).to_have_count(1)
