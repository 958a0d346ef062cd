"""The widget in the ipywidgets bundle of VS Code, in an imitation of its notebook webview."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support.browser.accessibility import assert_accessible, painted
from support.browser.bridge import Bridge
from support.browser.driving import assert_follows, assert_shows, label_of
from support.browser.servers import ANYWIDGET, PACKAGES, REQUIRE, SCREENSHOTS

from flair_lig_widget import DEMO_TEXT, LIGWidget, attribute

ADDRESS = "http://localhost/webview/"  # routed to the files below
FILES = {
    "": Path(__file__).parent / "webview" / "index.html",
    "kernel.js": Path(__file__).parent / "webview" / "kernel.js",
    "ipywidgets.js": PACKAGES / "@vscode" / "jupyter-ipywidgets8" / "dist" / "ipywidgets.js",
    "require.js": REQUIRE,
    # VS Code also loads the file from the kernel's environment.
    "anywidget.js": ANYWIDGET,
}
# The variables of VS Code's themes that this page and the widget read.
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
SET_THEME = """({ kind, ...colours }) => {
    document.body.dataset.vscodeThemeKind = kind;
    // The webview of the light high-contrast theme also has the class of the dark one.
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
    """The open webview, connected to the widgets that are made from now on."""

    def serve(route):
        name = route.request.url.removeprefix(ADDRESS)
        if name in FILES:
            route.fulfill(path=FILES[name])
        else:
            route.fulfill(status=404)

    page.route(f"{ADDRESS}**", serve)
    bridge = Bridge(monkeypatch)
    bridge.connect(page)
    page.goto(ADDRESS)
    yield bridge
    assert outside == []
    assert errors == []


def test_the_widget_follows_its_controls_and_is_readable_in_every_theme(
    page, kernel, demo_classifier
):
    page.evaluate(SET_THEME, THEMES["light"])
    widget = LIGWidget(demo_classifier, DEMO_TEXT)
    kernel.show(widget)
    root = page.locator(".flair-lig")
    root.locator(".lig-span").first.wait_for()
    coarse = assert_follows(root, demo_classifier)
    assert (widget.target, widget.n_steps) == ("sport", 5)
    widget.target = "tech"  # and from Python
    expect(label_of(root, "tech")).to_have_attribute("aria-pressed", "true")  # it has arrived
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="tech", **coarse))

    light, shown = painted(root), widget.attribution
    SCREENSHOTS.mkdir(exist_ok=True)
    page.set_viewport_size({"width": 900, "height": 620})
    box = page.locator(".cell-output-ipywidget-background")
    for name, theme in THEMES.items():
        page.evaluate(SET_THEME, theme)
        root.locator(".lig-span", has_text="prices").hover()
        expect(root.get_by_role("tooltip")).to_be_visible()
        # The extension paints it white, on which the light text of a dark theme is unreadable.
        expect(box).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        assert name == "light" or painted(root) != light
        assert_accessible(root)
        page.screenshot(path=SCREENSHOTS / f"vscode-{name}.png")
    page.evaluate(SET_THEME, THEMES["light"])
    assert painted(root) == light
    assert widget.attribution is shown  # nothing was computed
