"""Two versions of the package on one page: each widget has its own code, and no style is lost."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from playwright.sync_api import Locator, expect
from support.attributions import make
from support.browser.accessibility import assert_accessible
from support.browser.driving import tooltip
from support.browser.notebook_page import NotebookPage
from support.browser.servers import ANYWIDGET, HTML_MANAGER, REQUIRE, ROOT, SCREENSHOTS

import flair_lig_widget

THIS, OTHER = flair_lig_widget.__version__, "999.0"
# What the other version changes: its number, a colour, a sentence, and the name of a class.
CHANGES = {
    "__init__.py": [(f'__version__ = "{THIS}"', f'__version__ = "{OTHER}"')],
    "frontend/static/widget.css": [
        ("--lig-for: 20 125 195", "--lig-for: 20 150 80"),
        (".lig-legend{", ".lig-key{"),
    ],
    "frontend/static/widget.js": [('"Top words"', '"Leading words"'), ('("legend"', '("key"')],
}
TOP = {THIS: "Top words", OTHER: "Leading words"}
LEGEND = {THIS: ".lig-legend", OTHER: ".lig-key"}
SHOW = """
import flair_lig_widget
print("This is version", flair_lig_widget.__version__)
widget = flair_lig_widget.load_attribution("saved.json")
widget
"""
# What a page reads that shows widgets without a network.
FILES = {
    "require.js": REQUIRE,
    "embed-amd.js": HTML_MANAGER,
    "anywidget.js": ANYWIDGET,
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """The variables with which a kernel imports the other version."""
    folder = tmp_path_factory.mktemp("other")
    package = folder / "flair_lig_widget"
    shutil.copytree(
        ROOT / "flair_lig_widget", package, ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, changes in CHANGES.items():
        source = (package / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert source.count(old) == 1, f"{old} is not in {name}"
            source = source.replace(old, new)
        (package / name).write_text(source, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def notebook_of(kernel: str) -> NotebookNode:
    cells = [nbformat.v4.new_code_cell(SHOW)]
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    return nbformat.v4.new_notebook(metadata={"kernelspec": spec}, cells=cells)


def assert_whole(root: Locator, version: str) -> None:
    """The widget has the code and the styles of its version, and can be used and read."""
    expect(root.locator(LEGEND[version])).to_have_css("display", "flex")
    expect(root.get_by_text(TOP[version], exact=True)).to_be_visible()
    assert tooltip(root, root.locator(".lig-span").first)[0] == make().words()[0].text
    assert_accessible(root)


def test_notebooks_of_two_versions_in_jupyterlab_do_not_disturb_each_other(
    page, jupyter, outside, errors, environment
):
    make().to_json(jupyter.folder / "saved.json")
    spec = Path(jupyter.env["JUPYTER_DATA_DIR"], "kernels", "other", "kernel.json")
    spec.parent.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "other", "env": environment}))
    for name, kernel in (("this", "python3"), ("other", "other")):
        nbformat.write(notebook_of(kernel), jupyter.folder / f"{name}.ipynb")

    notebook = NotebookPage(page)
    notebook.go(f"{jupyter.url}/lab/tree/this.ipynb?reset")
    notebook.do("application:toggle-left-area")
    roots = {}
    for version, name in ((THIS, "this"), (OTHER, "other"), (THIS, "this")):
        notebook.do("docmanager:open", path=f"{name}.ipynb", options={"mode": "split-right"})
        notebook.wait_until_idle()
        notebook.do("notebook:run-all-cells")  # the third time, of a widget that was there before
        panel = page.locator(".jp-NotebookPanel", has_text=f"This is version {version}")
        roots[version] = panel.locator(".jp-OutputArea-output .flair-lig")
        roots[version].locator(".lig-span").first.wait_for()
        for each, root in roots.items():
            assert_whole(root, each)
        roots[version].get_by_role("combobox", name="Granularity").select_option("subword")
        expect(roots[version].locator(".lig-span")).to_have_count(4)
        assert notebook.execute("print(widget.granularity)") == "subword\n"
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "two-versions-lab.png")
    assert outside == []
    assert errors == []


def test_a_published_page_draws_the_widgets_of_two_versions_as_they_were_saved(
    page, outside, errors, environment, tmp_path
):
    make().to_json(tmp_path / "saved.json")
    notebook, other = notebook_of("python3"), notebook_of("python3")
    for each, env in ((notebook, {}), (other, environment)):
        client = NotebookClient(each, resources={"metadata": {"path": str(tmp_path)}})
        client.execute(env={**os.environ, **env})
    notebook.cells += other.cells
    (saved,), (more,) = (each.metadata["widgets"].values() for each in (notebook, other))
    saved["state"] |= more["state"]
    for name, path in FILES.items():
        shutil.copy(path, tmp_path / name)
    exporter = HTMLExporter(
        require_js_url="require.js", widget_renderer_url="embed-amd.js", mathjax_url=""
    )
    (tmp_path / "page.html").write_text(exporter.from_notebook_node(notebook)[0], encoding="utf-8")

    page.goto((tmp_path / "page.html").as_uri())
    roots = page.locator(".flair-lig")
    expect(roots).to_have_count(2)
    for root, version in zip(roots.all(), (THIS, OTHER), strict=True):
        assert_whole(root, version)
    page.screenshot(path=SCREENSHOTS / "two-versions-page.png", full_page=True)
    assert outside == []
    assert errors == []
