"""Install the package into empty environments and run the quickstart: ``make test-install``.

It needs nothing but a Python with pip: all else comes from the index that pip knows. Each Python
gets an environment in a temporary folder, without Node, which is deleted before the next.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.documents import ROOT, blocks_of

PYTHONS = ("python3.10", "python3.11", "python3.12", "python3.13")
HEAVY = ("torch", "flair", "captum", "transformers", "ray", "matplotlib", "pandas", "anywidget")
"""What ``import flair_lig_widget`` never loads."""
LONGEST_IMPORT = 0.5  # seconds


class InstallError(Exception):
    """A command failed; its last lines say why."""


def quickstart() -> str:
    """The one block of Python in the README."""
    (block,) = blocks_of(ROOT / "README.md", "python")
    return block.code


def pinned_torch() -> str:
    """The version of torch in ``constraints.txt``."""
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    (version,) = re.findall(r"^torch==(\S+)$", constraints, flags=re.MULTILINE)
    return version


def heavy_modules(python: str) -> list[str]:
    """The heavy packages that an import of the package loads in a new process."""
    code = "import sys, flair_lig_widget; print(*(m for m in sys.argv[1:] if m in sys.modules))"
    return _run(python, "-I", "-c", code, *HEAVY).split()


def import_seconds(python: str, *, repeats: int = 7) -> float:
    """How much longer a new process takes if it imports the package, as a median."""
    medians = []
    for code in ("pass", "import flair_lig_widget"):
        seconds = []
        for _ in range(repeats):
            start = time.perf_counter()
            _run(python, "-I", "-c", code)
            seconds.append(time.perf_counter() - start)
        medians.append(statistics.median(seconds))
    return medians[1] - medians[0]


def build_wheel(folder: Path) -> Path:
    """Build the sdist of the checkout, and the wheel from the sdist."""
    python = _empty_environment(sys.executable, folder / "build")
    _pip(python, "--constraint", str(ROOT / "constraints.txt"), "hatchling")
    _run(python, "-I", "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder), cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    _run(python, "-I", "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(sdist))
    (wheel,) = folder.glob("*.whl")
    return wheel


def install_and_try(python: str, wheel: Path, *, any_torch: bool) -> str:
    """Install the wheel into an empty environment, run the quickstart, and say how long it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        installed = _empty_environment(python, folder / "env")
        start = time.perf_counter()
        # On Linux a build without the label is one for CUDA. Torch comes first, so that where there
        # is no build for the CPU nothing is fetched.
        label = "" if any_torch or sys.platform != "linux" else "+cpu"
        constraints = str(ROOT / "constraints.txt")
        try:
            _pip(installed, "--no-deps", f"torch=={pinned_torch()}{label}")
        except InstallError as error:
            raise InstallError(
                f"torch {pinned_torch()}{label} cannot be installed. If the index has no build "
                f"for the CPU, INSTALL=--any-torch takes one for CUDA.\n{error}"
            ) from error
        _pip(installed, "--constraint", constraints, f"{wheel}[demo]")
        install = time.perf_counter() - start
        _run(installed, "-I", "-m", "pip", "check")

        start = time.perf_counter()
        code = f"{quickstart()}\nimport platform, torch\n"
        code += "print(*widget.result['predicted'], platform.python_version(), torch.__version__)"
        said = _run(installed, "-I", "-c", code, cwd=folder, HOME=str(folder))
        run = time.perf_counter() - start
        predicted, version, torch = said.splitlines()[-1].split()
        if predicted != "business":
            raise InstallError(f"The quickstart predicts {predicted!r} and not 'business'.")

        loaded, seconds = heavy_modules(installed), import_seconds(installed)
        if loaded:
            raise InstallError(f"import flair_lig_widget loads {', '.join(loaded)}.")
        if seconds > LONGEST_IMPORT:
            raise InstallError(f"import flair_lig_widget takes {seconds:.2f} s.")
    return (
        f"Python {version}, torch {torch}: installed in {install:.0f} s, "
        f"quickstart in {run:.0f} s, import in {1000 * seconds:.0f} ms without torch"
    )


def _empty_environment(python: str, folder: Path) -> str:
    _run(str(shutil.which(python)), "-I", "-m", "venv", str(folder))
    return str(folder / "bin" / "python")


def _pip(python: str, *arguments: str) -> None:
    _run(python, "-I", "-m", "pip", "install", "-q", *arguments)


def _run(python: str, *arguments: str, cwd: Path | None = None, **variables: str) -> str:
    """What a command prints; it finds no other program, so also no Node."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [python, *arguments],
        cwd=cwd,
        env=kept | {"PATH": str(Path(python).parent)} | variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise InstallError((done.stderr or done.stdout).strip()[-2000:])
    return done.stdout


def found_pythons() -> list[str]:
    """Those of 3.10 to 3.13 that start; a shim of a version manager may be there and not start."""
    paths = [path for name in PYTHONS if (path := shutil.which(name))]
    return [
        path for path in paths if not subprocess.run([path, "-V"], capture_output=True).returncode
    ]


def main() -> int:
    """Try each Python; the exit status is 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="make test-install", description=__doc__)
    parser.add_argument("pythons", nargs="*", help="default: those of 3.10 to 3.13 in the PATH")
    parser.add_argument("--wheel", type=Path, help="a wheel that is built already")
    parser.add_argument(
        "--any-torch", action="store_true", help="take a build of torch for CUDA, of some GB, too"
    )
    chosen = parser.parse_args()
    pythons = chosen.pythons or found_pythons()
    for python in pythons:
        if not shutil.which(python):
            parser.error(
                f"There is no {python}; name Pythons that are in the PATH, or their paths."
            )
    if not pythons:
        parser.error(f"None of {', '.join(PYTHONS)} is in the PATH; name one.")

    failed = False
    with tempfile.TemporaryDirectory() as name:
        wheel = chosen.wheel.resolve() if chosen.wheel else build_wheel(Path(name))
        for python in pythons:
            try:
                print(install_and_try(python, wheel, any_torch=chosen.any_torch), flush=True)
            except InstallError as error:
                failed = True
                print(f"{python} failed.\n{error}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
