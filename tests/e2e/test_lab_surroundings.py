"""The widget in JupyterLab with themes, other widgets and a strict policy of the server."""

from __future__ import annotations

from playwright.sync_api import expect
from support.browser.accessibility import assert_accessible, painted
from support.browser.driving import assert_shows, label_of, number_of_steps, settled
from support.browser.jupyter import open_scratch, run_jupyter

from flair_lig_widget import DEMO_TEXT, attribute

FIVE = {"method": "riemann_trapezoid", "n_steps": 5}
MAKE = "widget = LIGWidget(classifier, DEMO_TEXT, method='riemann_trapezoid', n_steps=5)\n"
COUNT = """
batches = []
hook = classifier.embeddings.model.register_forward_pre_hook(
    lambda module, args: batches.append(1)
)
"""
# JupyterLab cannot start without eval, nor anywidget without blob:. It works without its one inline
# script.
STRICTEST = "script-src 'self' 'unsafe-eval' blob:"


def test_a_change_of_theme_and_back_is_followed_with_contrast_and_without_computing(scratch):
    root = scratch.show(f"{MAKE}widget")
    settled(root)
    scratch.execute(COUNT)
    root.get_by_text("More", exact=True).click()
    root.get_by_text("Top words", exact=True).click()
    word, tip = root.locator(".lig-span", has_text="prices"), root.get_by_role("tooltip")
    word.hover()
    expect(tip.locator("svg")).to_be_visible()
    assert_accessible(root)
    light = painted(root)
    scratch.theme("dark")
    word.hover()
    expect(tip.locator("svg")).to_be_visible()
    assert_accessible(root)
    assert painted(root) != light
    scratch.theme("light")
    word.hover()
    expect(tip.locator("svg")).to_be_visible()
    assert painted(root) == light
    assert scratch.execute("hook.remove(); print(len(batches))") == "0\n"


def test_the_widget_works_in_boxes_and_linked_to_other_widgets(scratch, demo_classifier):
    cell = scratch.run(
        "import ipywidgets\n"
        f"{MAKE}"
        "slider = ipywidgets.IntSlider(5, min=2, max=20, description='Points')\n"
        "label = ipywidgets.Dropdown(options=['sport', 'tech'], description='Label')\n"
        "ipywidgets.link((slider, 'value'), (widget, 'n_steps'))\n"
        "def explain(target):\n"
        "    widget.target = target\n"
        "    print(f'requested {target}')\n"
        "out = ipywidgets.interactive_output(explain, {'target': label})\n"
        "ipywidgets.VBox([ipywidgets.HBox([slider, label]), widget, out])"
    )
    root = cell.locator(".flair-lig")
    root.locator(".lig-span").first.wait_for()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **FIVE))

    cell.locator(".noUi-handle").press("ArrowRight")
    expect(number_of_steps(root)).to_have_value("6")
    six = {**FIVE, "n_steps": 6}
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **six))
    number_of_steps(root).fill("7")
    number_of_steps(root).press("Enter")
    expect(cell.locator(".widget-readout")).to_have_text("7")
    cell.get_by_role("combobox", name="Label").select_option("tech")
    expect(cell).to_contain_text("requested tech")
    seven = {**FIVE, "n_steps": 7}
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="tech", **seven))
    box = root.bounding_box()
    assert box["x"] + box["width"] <= cell.bounding_box()["x"] + cell.bounding_box()["width"]


def test_the_strictest_policy_that_jupyterlab_allows_refuses_nothing_of_the_widget(
    page, outside, errors, tmp_path, demo_classifier
):
    page.add_init_script(
        "window.refused = [];"
        "addEventListener('securitypolicyviolation', (event) =>"
        " refused.push([event.violatedDirective, event.blockedURI, event.sourceFile]))"
    )
    headers = {"headers": {"Content-Security-Policy": STRICTEST}}
    with run_jupyter(tmp_path, f"--ServerApp.tornado_settings={headers!r}") as strict:
        notebook = open_scratch(page, strict, "policy.ipynb")
        inline = ["script-src-elem", "inline"]
        assert inline in [violation[:2] for violation in page.evaluate("refused")]  # in force
        errors.clear()
        page.evaluate("refused.length = 0")
        root = notebook.show(f"{MAKE}widget")
        settled(root)
        label_of(root, "sport").click()
        assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **FIVE))
        assert page.evaluate("refused") == []
        assert errors == []
        assert outside == []
