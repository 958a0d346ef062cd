"""Explaining texts in a separate process, so that a text that kills it kills nothing else.

``python -m flair_lig_widget.corpus.apart`` is that process: it reads a job and rows from standard
input, and prints a line when the classifier is loaded and before each text.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from flair_lig_widget.corpus.columns import failed_row
from flair_lig_widget.corpus.job import Job
from flair_lig_widget.corpus.parts import part_of, write_part


def explain_apart(job: Job, rows: Sequence[Mapping[str, Any]]) -> None:
    """Explain each row as a batch of one. If a process dies, its row has that as its error.

    Raises
    ------
    RuntimeError
        If the process ends for a reason that is not a text; the message has its last lines.
    """
    left = [row for row in rows if not part_of(job.folder, [row["row"]]).exists()]
    while left:
        process = _run(job, left)
        if process.returncode == 0:
            return
        n_begun = process.stdout.count("\n") - 1  # the first line says that it is loaded
        if process.returncode > 0 or n_begun < 1:
            raise RuntimeError(
                f"the process that explains single texts failed:\n{process.stderr[-2000:]}"
            )
        row = left[n_begun - 1]
        if not part_of(job.folder, [row["row"]]).exists():
            write_part(job.folder, [failed_row(row, _death(process.returncode))])
        left = left[n_begun:]


def _run(job: Job, rows: Sequence[Mapping[str, Any]]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flair_lig_widget.corpus.apart"],
        input=json.dumps({"job": job.to_json(), "rows": list(rows)}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _death(returncode: int) -> str:
    """How a process died, as the error of a row."""
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    return f"the process that explained this text was killed ({name})"


def main() -> None:
    """Explain the rows of standard input one by one."""
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what Flair and others print is not counted
    given = json.load(sys.stdin)
    job = Job.from_json(given["job"])
    explain = job.explainer()
    print("loaded", file=lines)
    for row in given["rows"]:
        print(row["row"], file=lines)
        rows = explain([row])
        job.check()
        write_part(job.folder, rows)


if __name__ == "__main__":
    main()
