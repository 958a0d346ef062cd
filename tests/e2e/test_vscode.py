"""The widget in the ipywidgets bundle of VS Code, in a page dressed as its notebook webview."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import assert_accessible
from bridge import Bridge
from driving import assert_follows, assert_shows
from playwright.sync_api import Page, expect
from servers import PACKAGES, SCREENSHOTS

from flair_lig_widget import DEMO_TEXT, LIGWidget, attribute

ADDRESS = "http://localhost/webview/"  # answered by the page's own routes
FILES = {
    "": Path(__file__).parent / "webview" / "index.html",
    "kernel.js": Path(__file__).parent / "webview" / "kernel.js",
    "ipywidgets.js": PACKAGES / "@vscode" / "jupyter-ipywidgets8" / "dist" / "ipywidgets.js",
    "require.js": PACKAGES / "requirejs" / "require.js",
    # VS Code takes the file of the kernel's own environment too.
    "anywidget.js": Path(sys.prefix, "share/jupyter/nbextensions/anywidget/index.js"),
}
# The themes that VS Code has by these names, as far as this page and the widget read them.
THEMES = {
    "light": {
        "kind": "vscode-light",
        "editor-background": "#ffffff",
        "editor-foreground": "#3b3b3b",
        "editorHoverWidget-background": "#f8f8f8",
        "editorHoverWidget-foreground": "#3b3b3b",
        "errorForeground": "#f85149",
    },
    "dark": {
        "kind": "vscode-dark",
        "editor-background": "#1f1f1f",
        "editor-foreground": "#cccccc",
        "editorHoverWidget-background": "#202020",
        "editorHoverWidget-foreground": "#cccccc",
        "errorForeground": "#f85149",
    },
    "hc": {
        "kind": "vscode-high-contrast",
        "editor-background": "#000000",
        "editor-foreground": "#ffffff",
        "editorHoverWidget-background": "#0c141f",
        "editorHoverWidget-foreground": "#ffffff",
        "errorForeground": "#f48771",
    },
    "hc-light": {
        "kind": "vscode-high-contrast-light",
        "editor-background": "#ffffff",
        "editor-foreground": "#292929",
        "editorHoverWidget-background": "#ffffff",
        "editorHoverWidget-foreground": "#292929",
        "errorForeground": "#b5200d",
    },
}
DRESS = """({ kind, ...colours }) => {
    document.body.dataset.vscodeThemeKind = kind;
    // The webview of a high contrast light theme has the class of the dark one too.
    const also = kind === "vscode-high-contrast-light" ? " vscode-high-contrast" : "";
    document.body.className = kind + also;
    const { style } = document.documentElement;
    for (const [name, value] of Object.entries(colours)) {
        style.setProperty(`--vscode-${name}`, value);
    }
    style.setProperty("--vscode-font-family", "system-ui, sans-serif");
    style.setProperty("--vscode-font-size", "13px");
}"""


@pytest.fixture
def kernel(page: Page, outside, errors, monkeypatch) -> Iterator[Bridge]:
    """The webview is open and talks to the widgets that are made from now on."""

    def answer(route):
        name = route.request.url.removeprefix(ADDRESS)
        if name in FILES:
            route.fulfill(path=FILES[name])
        else:
            route.fulfill(status=404)

    page.route(f"{ADDRESS}**", answer)
    bridge = Bridge(monkeypatch)
    bridge.lead_to(page)
    page.goto(ADDRESS)
    yield bridge
    assert outside == []
    assert errors == []


def test_the_widget_follows_its_controls_and_can_be_read_in_every_theme(
    page, kernel, demo_classifier
):
    page.evaluate(DRESS, THEMES["light"])
    widget = LIGWidget(demo_classifier, DEMO_TEXT)
    kernel.show(widget)
    root = page.locator(".flair-lig")
    root.locator(".flair-lig-word").first.wait_for()
    coarse = assert_follows(root, demo_classifier)
    assert (widget.target, widget.n_steps) == ("sport", 5)
    widget.target = "tech"  # and from Python
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="tech", **coarse))

    SCREENSHOTS.mkdir(exist_ok=True)
    page.set_viewport_size({"width": 900, "height": 620})
    box = page.locator(".cell-output-ipywidget-background")
    for name, theme in THEMES.items():
        page.evaluate(DRESS, theme)
        root.locator(".flair-lig-word", has_text="prices").hover()
        expect(root.get_by_role("tooltip")).to_be_visible()
        # The extension paints it white: light text of a dark theme could not be read on it.
        expect(box).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        assert_accessible(root)
        page.screenshot(path=SCREENSHOTS / f"vscode-{name}.png")
