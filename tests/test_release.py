"""A release: its version, addresses, recipe, workflows and forms agree with the package."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from packaging.requirements import Requirement
from support import installing
from support.processes import run_python

import flair_lig_widget
from flair_lig_widget.model.families import FAMILIES

ROOT = Path(__file__).parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
ISSUE_FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
CONDA_NAMES = {"flair": "python-flair", "torch": "pytorch"}
"""The packages that have another name on conda-forge than on PyPI."""

METADATA = ProjectMetadata(str(ROOT), PluginManager())


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def read_yaml(path: Path | str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_the_version_is_written_in_the_package_and_in_the_recipe_alone():
    assert METADATA.version == flair_lig_widget.__version__
    assert read_yaml("conda/recipe.yaml")["context"]["version"] == flair_lig_widget.__version__
    assert "version" not in read_yaml("CITATION.cff")
    assert '"version"' not in read("package.json")


# The conda recipe


def in_conda(requirement: str) -> tuple[str, frozenset[str]]:
    """The name and the bounds of a requirement of the package, as conda-forge names it."""
    parsed = Requirement(requirement)
    return CONDA_NAMES.get(parsed.name, parsed.name), frozenset(map(str, parsed.specifier))


def of_recipe(requirement: str) -> tuple[str, frozenset[str]]:
    name, _, bounds = requirement.partition(" ")
    return name, frozenset(filter(None, bounds.split(",")))


def test_the_recipe_requires_what_the_package_requires():
    recipe = read_yaml("conda/recipe.yaml")
    python = ("python", frozenset([METADATA.core.requires_python]))
    run = {of_recipe(each) for each in recipe["requirements"]["run"]}
    assert run == {in_conda(each) for each in METADATA.core.dependencies} | {python}
    host = {of_recipe(each) for each in recipe["requirements"]["host"]}
    built_with = {in_conda(each) for each in METADATA.build.requires}
    assert host == built_with | {python, ("pip", frozenset())}


def test_the_recipe_installs_the_commands_and_the_licence_of_the_package():
    recipe = read_yaml("conda/recipe.yaml")
    commands = [f"{name} = {target}" for name, target in METADATA.core.scripts.items()]
    assert recipe["build"]["python"]["entry_points"] == commands
    about = recipe["about"]
    assert about["license"] == METADATA.core.license_expression
    assert [about["license_file"]] == METADATA.core.license_files
    assert about["summary"] == METADATA.core.description


# What must be true before a tag is published


ADDRESS = "https://example.org/flair_lig_widget"


@pytest.fixture
def ready(tmp_path) -> Path:
    """The files that a release reads, as they are when it may begin."""
    version = flair_lig_widget.__version__
    files = {
        "flair_lig_widget/__init__.py": read("flair_lig_widget/__init__.py"),
        "CHANGELOG.md": f"{read('CHANGELOG.md')}\n## [{version}] - 2027-01-31\n",
        "pyproject.toml": read("pyproject.toml").replace(
            "[project.urls]\n", f'[project.urls]\nRepository = "{ADDRESS}"\n'
        ),
        "CITATION.cff": f'{read("CITATION.cff")}repository-code: "{ADDRESS}"\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


complaints = runpy.run_path(str(ROOT / ".ci" / "releasable.py"))["complaints"]
TAG = f"v{flair_lig_widget.__version__}"


def test_a_release_begins_if_tag_changelog_and_addresses_agree(ready):
    assert complaints(TAG, ADDRESS, ready) == []


def test_a_tag_that_is_not_the_version_is_refused(ready):
    (sentence,) = complaints("v99.0", ADDRESS, ready)
    assert sentence == (
        f"The tag is 'v99.0' and flair_lig_widget.__version__ is "
        f"{flair_lig_widget.__version__!r}: tag {TAG}."
    )


def test_a_release_without_its_part_of_the_changelog_is_refused(ready):
    (ready / "CHANGELOG.md").write_text("## [Unreleased]\n")
    (sentence,) = complaints(TAG, ADDRESS, ready)
    assert sentence.startswith("CHANGELOG.md has no heading")


def test_a_release_from_a_repository_of_another_address_is_refused(ready):
    first, second = complaints(TAG, "https://example.org/fork", ready)
    assert first.startswith("[project.urls] in pyproject.toml has no Repository")
    assert second.startswith("CITATION.cff has no repository-code")


def test_the_check_of_a_release_fails_with_sentences():
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "releasable.py", "v99.0", ADDRESS],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "tag v" in done.stdout


# Workflows


def jobs() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{path.stem}: {name}", job)
        for path in sorted(WORKFLOWS.glob("*.yml"))
        for name, job in read_yaml(path)["jobs"].items()
    ]


each_job = pytest.mark.parametrize(("name", "job"), jobs(), ids=[name for name, _ in jobs()])


@each_job
def test_the_commands_of_a_workflow_exist(name, job):
    for step in job["steps"]:
        for line in step.get("run", "").splitlines():
            program, *arguments = shlex.split(line, comments=True)
            if program == "make":
                subprocess.run(["make", "--dry-run", *arguments], cwd=ROOT, check=True)
            files = [word for word in (program, *arguments) if word.startswith((".ci", "conda/"))]
            files += [word for word in arguments if word.startswith("tests/")]
            assert all((ROOT / file).is_file() for file in files), f"{name}: {line}"


@each_job
def test_a_job_ends_and_may_write_nothing_unless_it_publishes(name, job):
    assert job["timeout-minutes"] <= 90
    expected = {"id-token": "write"} if name == "release: publish" else None
    assert job.get("permissions") == expected


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.stem)
def test_a_workflow_reads_the_repository_only(path):
    assert read_yaml(path)["permissions"] == {"contents": "read"}


def test_every_workflow_has_the_same_version_of_an_action():
    versions: dict[str, set[str]] = {}
    for _, job in jobs():
        for step in job["steps"]:
            if "uses" in step:
                action, _, version = step["uses"].partition("@")
                versions.setdefault(action, set()).add(version)
    assert {action: found for action, found in versions.items() if len(found) != 1} == {}


def test_publishing_waits_for_every_other_job_and_takes_the_files_that_were_tested():
    release = read_yaml(WORKFLOWS / "release.yml")["jobs"]
    assert set(release["publish"]["needs"]) == release.keys() - {"publish"}
    given = [s["with"] for s in release["build"]["steps"] if "upload-artifact" in s.get("uses", "")]
    for job in ("install", "publish"):
        steps = [s for s in release[job]["steps"] if "download-artifact" in s.get("uses", "")]
        assert [step["with"]["name"] for step in steps] == [given[0]["name"]]


def test_the_pythons_that_the_package_names_are_those_that_it_is_installed_on():
    prefix = "Programming Language :: Python :: "
    named = {c.removeprefix(prefix) for c in METADATA.core.classifiers if c.startswith(prefix)}
    for workflow in ("ci", "release"):
        install = read_yaml(WORKFLOWS / f"{workflow}.yml")["jobs"]["install"]
        assert named <= set(install["strategy"]["matrix"]["python"])
    assert {f"python{version}" for version in named} <= set(installing.PYTHONS)


# Installing


def test_importing_the_package_loads_no_heavy_module():
    """Print how long it takes; `make test-install` does so for other Pythons."""
    assert installing.heavy_modules(sys.executable) == []
    seconds = installing.import_seconds(sys.executable, repeats=3)
    print(f"import flair_lig_widget: {1000 * seconds:.0f} ms")


def test_the_quickstart_that_is_tried_is_that_of_the_readme():
    assert installing.quickstart() in read("README.md")
    assert "LIGWidget(classifier, DEMO_TEXT)" in installing.quickstart()


def test_a_python_that_is_not_there_is_named():
    done = subprocess.run(
        [sys.executable, "-m", "support.installing", "python3.99"],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "There is no python3.99; name Pythons that are in the PATH" in done.stderr


# Citation, issue forms, hooks


def test_the_citation_has_what_its_format_requires():
    """The keys that the Citation File Format 1.2.0 requires of a file and of a reference."""
    citation = read_yaml("CITATION.cff")
    assert {"authors", "cff-version", "message", "title"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["license"] == METADATA.core.license_expression
    for reference in citation["references"]:
        assert {"authors", "title", "type"} <= reference.keys()


@pytest.mark.parametrize("path", sorted(ISSUE_FORMS.glob("*.yml")), ids=lambda path: path.stem)
def test_an_issue_form_has_what_its_format_requires(path):
    form = read_yaml(path)
    assert {"name", "description", "body"} <= form.keys()
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields) > 0
    assert all(field["attributes"]["label"] for field in fields)


def bug_form() -> dict[str, Any]:
    """The attributes of each field."""
    return {
        field["id"]: field["attributes"] for field in read_yaml(ISSUE_FORMS / "bug.yml")["body"]
    }


def test_the_bug_form_asks_for_versions_with_a_command_that_prints_them():
    (code,) = re.findall(r'`python -c "(.+)"`', bug_form()["versions"]["description"])
    printed = run_python(code)
    for package in ("flair_lig_widget", "flair", "torch", "transformers"):
        assert f"'{package}': " in printed


def test_the_bug_form_offers_every_model_that_can_be_explained():
    offered = " ".join(bug_form()["model"]["options"])
    names = [name for family in FAMILIES for name in family.supports.split(", ")]
    assert [name for name in [*names, "MultitaskModel"] if name not in offered] == []


def test_the_hooks_of_pre_commit_are_the_commands_of_make_check():
    """Where pre-commit names the files that changed, make names the whole folder."""
    (recipe,) = re.findall(r"^check:.*\n((?:\t.+\n)+)", read("Makefile"), flags=re.MULTILINE)
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe.splitlines()]
    ((repository,),) = [read_yaml(".pre-commit-config.yaml")["repos"]]
    for hook, command in zip(repository["hooks"], commands, strict=True):
        ending = " ." if hook.get("pass_filenames", True) else ""
        assert hook["entry"] + ending == command
