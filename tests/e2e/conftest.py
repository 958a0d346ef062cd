"""Chromium driven by Playwright, one JupyterLab on loopback, and one notebook in it.

Every test here is marked ``e2e``. Timeouts only end a test that would fail anyway: nothing here
asserts how long something takes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from support.browser.guards import block_other_hosts, errors_of
from support.browser.jupyter import Jupyter, open_scratch, run_jupyter
from support.browser.notebook_page import LONG, NotebookPage

HERE = Path(__file__).parent
# Chromium as root, without a graphics card, and without requests to its vendor.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=LONG)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = os.environ.get("E2E_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail(
            "no Chromium: run `make chromium`, or set E2E_CHROMIUM to its path", pytrace=False
        )
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1400, "height": 900}}


@pytest.fixture
def context(context) -> BrowserContext:
    context.set_default_timeout(LONG)
    return context


@pytest.fixture
def outside(context) -> list[str]:
    """The requests to other machines, all refused."""
    return block_other_hosts(context)


@pytest.fixture
def errors(page) -> list[str]:
    """The errors of the page."""
    return errors_of(page)


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory) -> Iterator[Jupyter]:
    with run_jupyter(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture(scope="session")
def shared_scratch(
    browser, browser_context_args, jupyter
) -> Iterator[tuple[NotebookPage, list[str], list[str]]]:
    context = browser.new_context(**browser_context_args)
    context.set_default_timeout(LONG)
    requests = block_other_hosts(context)
    page: Page = context.new_page()
    errors = errors_of(page)
    yield open_scratch(page, jupyter, "scratch.ipynb"), requests, errors
    context.close()


@pytest.fixture
def scratch(shared_scratch) -> Iterator[NotebookPage]:
    """An empty notebook in JupyterLab; its kernel is that of the earlier tests."""
    notebook, requests, errors = shared_scratch
    notebook.reset("scratch.ipynb")
    errors.clear()
    yield notebook
    assert requests == []
    assert errors == []
