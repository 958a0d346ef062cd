"""The widget in a real marimo app, where it lives in a shadow root."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.browser.accessibility import assert_accessible
from support.browser.driving import assert_follows
from support.browser.notebook_page import LONG
from support.browser.servers import SCREENSHOTS, free_port, serving

APP = Path(__file__).with_name("marimo_app.py")


@pytest.fixture
def marimo(tmp_path) -> Iterator[str]:
    port = free_port()
    command = [
        *(sys.executable, "-m", "marimo", "-y", "run", str(APP), "--headless", "--no-token"),
        *("--host", "127.0.0.1", "--port", str(port)),
    ]
    settings = tmp_path / "marimo" / "marimo.toml"
    settings.parent.mkdir()
    settings.write_text('[display]\ntheme = "system"\n')
    env = {"XDG_CONFIG_HOME": str(tmp_path), "MARIMO_SKIP_UPDATE_CHECK": "1"}
    url = f"http://127.0.0.1:{port}"
    with serving(command, f"{url}/health", tmp_path / "log", env):
        yield url


def test_the_widget_shows_what_attribute_computes_and_follows_its_controls(
    page, marimo, outside, errors, demo_classifier
):
    page.goto(marimo)
    root = page.locator(".flair-lig")
    root.locator(".lig-span").first.wait_for(timeout=LONG)
    assert root.evaluate("node => node.getRootNode() instanceof ShadowRoot")
    assert_follows(root, demo_classifier)

    SCREENSHOTS.mkdir(exist_ok=True)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("body")).to_have_class(re.compile(rf"\b{theme}\b"))
        root.locator(".lig-span", has_text="prices").hover()
        expect(root.get_by_role("tooltip")).to_be_visible()
        expect(root).to_have_css("color-scheme", theme)
        assert_accessible(root)
        page.screenshot(path=SCREENSHOTS / f"marimo-{theme}.png")

    assert outside == []
    assert errors == []
