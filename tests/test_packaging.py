"""What is shipped: a light import, and a wheel that needs no Node.

That the bundle is fresh and small is tested where it is built, in `js/test/bundle.test.js`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.processes import run_python

import flair_lig_widget

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "statement",
    [
        "import flair_lig_widget",
        "import flair_lig_widget.demo",
        "from flair_lig_widget import Attribution, Provenance, Request, Span, Token, DEMO_TEXT",
        "from flair_lig_widget.result import Attribution",
        "import flair_lig_widget.__main__",
    ],
)
def test_importing_loads_neither_flair_nor_torch_nor_captum(statement):
    heavy = "{'flair', 'torch', 'captum', 'transformers', 'anywidget'}"
    code = f"{statement}\nimport sys\nprint(sorted({heavy} & sys.modules.keys()))"
    assert run_python(code) == "[]\n"


def test_loading_a_saved_attribution_loads_neither_flair_nor_torch_nor_captum():
    code = """
import sys
from flair_lig_widget import load_attribution
print(sorted({'flair', 'torch', 'captum', 'transformers'} & sys.modules.keys()))
"""
    assert run_python(code) == "[]\n"


def test_every_public_name_exists_and_no_other():
    for name in flair_lig_widget.__all__:
        assert getattr(flair_lig_widget, name) is not None
    assert set(dir(flair_lig_widget)) == set(flair_lig_widget.__all__)
    with pytest.raises(AttributeError, match="no attribute 'LigWidget'"):
        _ = flair_lig_widget.LigWidget


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            str(folder),
            str(ROOT),
        ],
        check=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_contains_the_tracked_files_of_the_package_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "flair_lig_widget"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    tracked = set(listed.stdout.split())
    assert {n for n in names if ".dist-info/" not in n} == tracked
    assert {
        "flair_lig_widget/frontend/static/widget.js",
        "flair_lig_widget/frontend/static/widget.css",
        "flair_lig_widget/frontend/static/corpus.js",
        "flair_lig_widget/frontend/static/corpus-page.js",
        "flair_lig_widget/demo/head.npz",
        "flair_lig_widget/demo/news.csv",
        "flair_lig_widget/py.typed",
    } <= names
    assert any(n.endswith("licenses/LICENSE") for n in names)


def test_the_wheel_installs_the_command(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        assert b"flair-lig = flair_lig_widget.__main__:main" in archive.read(name)


@pytest.mark.slow
def test_the_installed_wheel_has_its_widget_without_node(wheel, tmp_path):
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--target",
            str(tmp_path),
            str(wheel),
        ],
        check=True,
    )
    code = (
        "import flair_lig_widget; from flair_lig_widget import LIGWidget; "
        "print(flair_lig_widget.__file__, len(str(LIGWidget._esm)) > 1000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/nonexistent", "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert done.stdout.split() == [str(tmp_path / "flair_lig_widget" / "__init__.py"), "True"]


def test_lock_files_name_no_registry_and_no_folder_of_a_machine():
    lock = (ROOT / "package-lock.json").read_text()
    assert not re.search(r'"resolved": "http|file:', lock)
    assert json.loads(lock)["lockfileVersion"] == 3
    constraints = (ROOT / "constraints.txt").read_text()
    assert re.search(r"^torch==2\.13\.0$", constraints, re.MULTILINE)
    assert not re.search(r"://|file:", constraints)
