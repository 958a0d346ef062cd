"""Python code in a new process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]


def run_python(
    code: str, *arguments: str, stdin: str = "", env: dict[str, str] | None = None
) -> str:
    """What a new process prints, which can import `support`; a failure shows its errors.

    Parameters
    ----------
    code : str
    *arguments
        ``sys.argv[1:]``.
    stdin : str
    env : dict of str to str, optional
        Variables in addition to those of this process.
    """
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=stdin,
        env=os.environ | {"PYTHONPATH": str(TESTS)} | (env or {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
