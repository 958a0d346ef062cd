"""Command lines that the documentation shows, each tried as far as it takes seconds."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from flair_lig_widget import __main__, corpus_command
from support.documents import ROOT

PROJECT = "flair_lig_widget"


def command_lines(console: str) -> list[str]:
    """The commands of a console, which begin with a dollar sign."""
    lines = console.replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def is_command(code: str) -> bool:
    """Whether this is a command line, and not only the name of a program."""
    return bool(_program_of(_command_of(code)))


def try_command(line: str, *, run: bool = False) -> None:
    """Fail if a command line would not work.

    Parameters
    ----------
    line : str
        May begin with variables of the environment, and end with a comment.
    run : bool
        Whether ``flair-lig`` computes, in the working folder; otherwise it only reads its options.
        No other command is run: its targets, files, options and extras must exist.
    """
    command = _command_of(line)
    if run and command.startswith("flair-lig "):
        assert __main__.main(shlex.split(command, comments=True)[1:]) == 0
        return
    program = _program_of(command)
    assert program, f"no test knows how to try {command}"
    _TRIALS[program](shlex.split(command.removeprefix(program), comments=True))


def _command_of(line: str) -> str:
    """The line without variables of the environment and the folder of programs."""
    return re.sub(r"^([A-Z_]+=\S* )*(\.venv/bin/)?", "", line)


def _program_of(command: str) -> str:
    return next((name for name in _TRIALS if command.startswith(f"{name} ")), "")


def _flair_lig(arguments: Sequence[str]) -> None:
    if "--help" in arguments:
        return
    if arguments[:1] == ["corpus"]:
        corpus_command._parser().parse_args(arguments[1:])
    else:
        __main__._parser().parse_args(arguments)


def _make(arguments: Sequence[str]) -> None:
    _printed_by("make", "--dry-run", *arguments)


def _npm(arguments: Sequence[str]) -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert arguments[-1] in package["scripts"]


def _python(arguments: Sequence[str]) -> None:
    if arguments[0] == "-m":
        spec = find_spec(arguments[1])
        assert spec is not None, arguments
        path = Path(str(spec.origin))
    else:
        path = ROOT / arguments[0]
    options = re.findall(r"\"(--[\w-]+)\"", path.read_text("utf-8"))
    assert set(_options(arguments)) <= set(options)


def _pytest(arguments: Sequence[str]) -> None:
    assert all((ROOT / word).exists() for word in arguments if not word.startswith("-"))


def _pip_install(arguments: Sequence[str]) -> None:
    known = _printed_by(sys.executable, "-m", "pip", "install", "--help")
    assert all(option in known for option in _options(arguments))
    for word in arguments:
        if not word.startswith("-"):
            requirement = Requirement(re.sub(r"^\.(?=\[|$)", PROJECT, word))
            assert requirement.name != PROJECT or requirement.extras <= _extras()


def _extras() -> set[str]:
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    section = pyproject.split("[project.optional-dependencies]\n")[1].split("\n[")[0]
    return set(re.findall(r"^(\w+) = ", section, re.MULTILINE))


def _jupyter(arguments: Sequence[str]) -> None:
    _check_options("jupyter", arguments, "--help-all")


def _ray(arguments: Sequence[str]) -> None:
    _check_options("ray", arguments, "--help")


def _check_options(program: str, arguments: Sequence[str], help_option: str) -> None:
    if options := _options(arguments):
        path = Path(sys.executable).with_name(program)
        known = _printed_by(path, arguments[0], help_option)
        assert all(option in known for option in options)


def _options(arguments: Sequence[str]) -> list[str]:
    return [word.partition("=")[0] for word in arguments if word.startswith("--")]


@cache
def _printed_by(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


_TRIALS = {
    "flair-lig": _flair_lig,
    "jupyter": _jupyter,
    "make": _make,
    "npm": _npm,
    "pip install": _pip_install,
    "pytest": _pytest,
    "python": _python,
    "ray": _ray,
}
