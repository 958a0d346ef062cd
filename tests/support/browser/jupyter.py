"""A Jupyter server on loopback, and a new notebook in its JupyterLab."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from playwright.sync_api import Page

from support.browser.notebook_page import NotebookPage
from support.browser.servers import free_port, serving

SETUP = """\
from flair_lig_widget import DEMO_TEXT, LIGWidget, load_demo_classifier
classifier = load_demo_classifier()
"""


@dataclass(frozen=True)
class Jupyter:
    """A running server: its address, the folder of its notebooks, and where its settings are."""

    url: str
    folder: Path
    env: Mapping[str, str]


@contextmanager
def run_jupyter(root: Path, *options: str) -> Iterator[Jupyter]:
    """One server for JupyterLab and Notebook 7, with its settings in a new folder."""
    folder = root / "notebooks"
    folder.mkdir()
    settings = root / "config" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
    settings.write_text(json.dumps({"@jupyterlab/apputils-extension:notification": quiet}))
    port = free_port()
    folders = {
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
    env = {name: str(root / folder) for name, folder in folders.items()}
    url = f"http://127.0.0.1:{port}"
    with serving(command, f"{url}/api/status", root / "server.log", env):
        yield Jupyter(url, folder, env)


def open_scratch(page: Page, jupyter: Jupyter, name: str) -> NotebookPage:
    """A new notebook in JupyterLab, whose kernel has the demo classifier."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    nbformat.write(notebook, jupyter.folder / name)
    opened = NotebookPage(page)
    opened.go(f"{jupyter.url}/lab/tree/{name}?reset")
    opened.execute(SETUP)
    return opened
