"""Debian's Chromium driven by Playwright, one JupyterLab on loopback, and one notebook in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from notebook_page import LONG, NotebookPage
from playwright.sync_api import BrowserContext, Page
from servers import free_port, serving

# Chromium as root, without a graphics card, and without calling home.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AT_HOME = re.compile(r"^(file|data|blob):|^(https?|wss?)://(127\.0\.0\.1|localhost)(:\d+)?/")
SETUP = """\
from flair_lig_widget import DEMO_TEXT, LIGWidget, load_demo_classifier
classifier = load_demo_classifier()
"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = os.environ.get("E2E_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("no Chromium: run `make chromium`, or let E2E_CHROMIUM name one", pytrace=False)
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1400, "height": 900}}


def keep_at_home(context: BrowserContext) -> list[str]:
    """Every request that would leave this machine, of now and later; each is refused."""
    requests: list[str] = []

    def guard(route):
        if AT_HOME.match(route.request.url):
            route.fallback()
        else:
            requests.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    return requests


def complaints(page: Page) -> list[str]:
    """Every error of the page and of its console, of now and later."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    return errors


@pytest.fixture
def outside(context) -> list[str]:
    return keep_at_home(context)


@pytest.fixture
def errors(page) -> list[str]:
    return complaints(page)


@dataclass(frozen=True)
class Jupyter:
    """A running server: where it is, and where its notebooks are."""

    url: str
    folder: Path


@contextmanager
def run_jupyter(root: Path, *options: str) -> Iterator[Jupyter]:
    """JupyterLab and Notebook 7, which one server shows."""
    folder = root / "notebooks"
    folder.mkdir()
    settings = root / "config" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
    settings.write_text(json.dumps({"@jupyterlab/apputils-extension:notification": quiet}))
    port = free_port()
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        *("--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", "--IdentityProvider.token="),
        *("--ServerApp.password=", f"--ServerApp.root_dir={folder}"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        *options,
    ]
    env = {name: str(root / place) for name, place in places.items()}
    url = f"http://127.0.0.1:{port}"
    with serving(command, f"{url}/api/status", root / "server.log", env):
        yield Jupyter(url, folder)


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory) -> Iterator[Jupyter]:
    with run_jupyter(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


def open_scratch(page: Page, jupyter: Jupyter, name: str) -> NotebookPage:
    """A new notebook in JupyterLab, whose kernel has the demo classifier."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    nbformat.write(notebook, jupyter.folder / name)
    opened = NotebookPage(page)
    opened.go(f"{jupyter.url}/lab/tree/{name}?reset")
    opened.ask(SETUP)
    return opened


@pytest.fixture(scope="session")
def shared_scratch(browser, browser_context_args, jupyter):
    context = browser.new_context(**browser_context_args)
    requests = keep_at_home(context)
    page = context.new_page()
    page.set_default_timeout(LONG)
    errors = complaints(page)
    yield open_scratch(page, jupyter, "scratch.ipynb"), requests, errors
    context.close()


@pytest.fixture
def scratch(shared_scratch) -> Iterator[NotebookPage]:
    """An empty notebook in JupyterLab; its kernel is that of the tests before."""
    notebook, requests, errors = shared_scratch
    notebook.clear()
    errors.clear()
    yield notebook
    assert requests == []
    assert errors == []
