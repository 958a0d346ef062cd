"""What is shipped: a light import, an sdist with its tests, and a wheel that needs no Node.

That the bundle is fresh and small is tested where it is built, in `js/test/bundle.test.js`.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from support.attributions import make
from support.corpora import write_generated
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


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build an sdist or a wheel of a folder of sources, with Hatchling of this environment."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def sdist(tmp_path_factory) -> Path:
    """The unpacked sdist."""
    packed = build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"flair_lig_widget-{flair_lig_widget.__version__}"


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory) -> Path:
    """The wheel that is built from the sdist."""
    return build("wheel", sdist, tmp_path_factory.mktemp("wheel"))


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def files_of_the_repository(*folders: str) -> set[str]:
    """Those that git tracks, or would if they were added: no file that a command generates."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}


needs_git = pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="an sdist does not say which files git tracks"
)


@needs_git
def test_the_sdist_contains_the_files_of_the_repository_and_nothing_that_was_generated(sdist):
    names = files_in(sdist)
    print(f"{len(names)} files")
    assert names == files_of_the_repository() | {"PKG-INFO"}
    assert {
        *("CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"),
        *("Makefile", "constraints.txt", "package-lock.json", ".ci/run", "conda/recipe.yaml"),
        *("docs/guide.md", "examples/01_quickstart.ipynb", "js/widget.js", "tests/conftest.py"),
    } <= names
    generated = ("node_modules/", ".venv/", "dist/", "docs/_build/", "tests/screenshots/")
    assert not [name for name in names if name.startswith(generated) or "__pycache__" in name]


def test_the_sdist_builds_the_wheel_of_the_checkout(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as ours, zipfile.ZipFile(build("wheel", ROOT, tmp_path)) as theirs:
        assert {n: ours.read(n) for n in ours.namelist()} == {
            n: theirs.read(n) for n in theirs.namelist()
        }


def test_the_metadata_is_valid_and_shows_the_readme(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        metadata = Metadata.from_email(archive.read(name), validate=True)
    assert str(metadata.version) == flair_lig_widget.__version__
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description == (ROOT / "README.md").read_text(encoding="utf-8")
    assert metadata.license_expression == "MIT"


@needs_git
def test_the_wheel_contains_the_files_of_the_package_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    of_the_package = files_of_the_repository("flair_lig_widget")
    assert {n for n in names if ".dist-info/" not in n} == of_the_package
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


@pytest.mark.slow
def test_results_open_where_neither_torch_nor_flair_is_installed(wheel, tmp_path):
    """With the packages that `docs/publishing.md` names, in an environment of nothing else."""
    guide = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    ((packages,),) = [re.findall(r"pip install (\"anywidget.*)", guide)]
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    for what in (["--no-deps", str(wheel)], shlex.split(packages)):
        subprocess.run([str(python), "-m", "pip", "install", "-q", *what], check=True)
    make().to_json(tmp_path / "why.json")
    write_generated(tmp_path / "why", n_texts=8, n_words=6)
    code = """
import sys
from flair_lig_widget import CorpusWidget, load_attribution, load_corpus
widget = load_attribution("why.json")
print(widget.attribution.target, len(widget.to_html()) > 50_000)
corpus = load_corpus("why")
print(len(corpus.to_pandas()), len(corpus.to_html()) > 50_000)
print(type(CorpusWidget(corpus)).__name__)
print(sorted({"torch", "flair", "captum", "transformers"} & sys.modules.keys()))
"""
    done = subprocess.run(
        [str(python), "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["business True", "8 True", "CorpusWidget", "[]"]
