"""The app of docs/how_to/streamlit.md in a real Streamlit server."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from support.browser.driving import assert_shows, label_of
from support.browser.notebook_page import LONG
from support.browser.published import assert_accessible
from support.browser.servers import ROOT, SCREENSHOTS, free_port, serving
from support.documents import blocks_of

from flair_lig_widget import attribute

PAGE = ROOT / "docs" / "how_to" / "streamlit.md"
TEXT = "The minister scored twice for the shadow cabinet & won <b>5:1</b>."


@pytest.fixture
def streamlit(tmp_path) -> Iterator[str]:
    app = tmp_path / "why_app.py"
    app.write_text(blocks_of(PAGE, "python")[0].code, encoding="utf-8")
    port = free_port()
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(app), "--server.headless=true"),
        *("--server.address=127.0.0.1", f"--server.port={port}"),
    ]
    env = {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false", "HOME": str(tmp_path)}
    url = f"http://127.0.0.1:{port}"
    with serving(command, f"{url}/_stcore/health", tmp_path / "log", env):
        yield url


def test_a_reader_types_a_text_and_sees_why(page, streamlit, outside, errors, demo_classifier):
    page.goto(streamlit)
    root = page.frame_locator("iframe").locator(".flair-lig")
    root.locator(".lig-span").first.wait_for(timeout=LONG)
    text = page.get_by_role("textbox", name="Text")
    text.fill(TEXT)
    text.press("Control+Enter")
    expect(root.locator(".lig-text")).to_have_text(TEXT)
    assert_shows(root, attribute(demo_classifier, TEXT))

    page.get_by_role("combobox", name="Explained label").click()
    page.get_by_role("option", name="tech").click()
    expect(label_of(root, "tech")).to_have_attribute("aria-pressed", "true")
    assert_shows(root, attribute(demo_classifier, TEXT, target="tech"))

    SCREENSHOTS.mkdir(exist_ok=True)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        root.locator(".lig-span", has_text="minister").hover()
        expect(root.get_by_role("tooltip")).to_be_visible()
        assert_accessible(root)
        page.screenshot(path=SCREENSHOTS / f"streamlit-{theme}.png")

    text.fill(" ")
    text.press("Control+Enter")
    expect(page.locator("iframe")).to_have_count(0)
    assert outside == []
    assert errors == []
