"""The quickstart notebook as a page of a real Voilà server, with a kernel for its reader."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from support.browser.accessibility import assert_accessible
from support.browser.driving import assert_follows
from support.browser.notebook_page import LONG
from support.browser.servers import ROOT, SCREENSHOTS, free_port, serving

NOTEBOOK = "01_quickstart.ipynb"
# Voilà's template asks a CDN for the icons of buttons. It also loads the extensions of a Notebook 7
# that is installed beside it, which is made for a newer JupyterLab than the one inside Voilà.
ICONS = "/@fortawesome/"
KNOWN = ("Failed to load resource: net::ERR_FAILED", "@jupyter-notebook/lab-extension")


@pytest.fixture
def voila(tmp_path) -> Iterator[str]:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(ROOT / "examples" / NOTEBOOK, folder)
    port = free_port()
    command = [
        *(sys.executable, "-m", "voila", str(folder), "--no-browser", "--theme=dark"),
        *("--Voila.ip=127.0.0.1", f"--port={port}"),
    ]
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    env = {name: str(tmp_path / name.lower()) for name in names}
    url = f"http://127.0.0.1:{port}"
    with serving(command, url, tmp_path / "log", env):
        yield f"{url}/voila/render/{NOTEBOOK}"


def test_the_widget_shows_what_attribute_computes_and_follows_its_controls(
    page, voila, outside, errors, demo_classifier
):
    page.goto(voila)
    root = page.locator(".flair-lig").first
    root.locator(".lig-span").first.wait_for(timeout=LONG)
    assert_follows(root, demo_classifier)

    root.locator(".lig-span", has_text="prices").hover()
    expect(root.get_by_role("tooltip")).to_be_visible()
    expect(root).to_have_css("color-scheme", "dark")
    assert_accessible(root)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "voila-dark.png")

    assert [url for url in outside if ICONS not in url] == []
    assert [error for error in errors if not any(known in error for known in KNOWN)] == []
