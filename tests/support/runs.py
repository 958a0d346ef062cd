"""Runs of `explain_corpus` in processes that can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from flair_lig_widget import load_corpus
from flair_lig_widget.corpus.explaining import Explainer
from support.processes import TESTS

TEXTS = [f"Shares in company {i} fell by {i % 7} percent on Tuesday." for i in range(20)]

PYTHONPATH = os.pathsep.join([str(Path(__file__).with_name("trouble")), str(TESTS)])
"""Where Python finds `support`, and `sitecustomize` that lets texts cause trouble."""

_CODE = """
import json, sys
from flair_lig_widget import explain_corpus
model, texts, folder, options = sys.argv[1], *map(json.loads, sys.argv[2:])
print(len(explain_corpus(model, texts, output_dir=folder, batch_size=4, **options)))
"""


def start(model: Path, texts: list[str], folder: Path, **options: object) -> subprocess.Popen:
    """A run in which texts can cause trouble; see `support/trouble/sitecustomize.py`."""
    arguments = [str(model), *map(json.dumps, (texts, str(folder), options))]
    return subprocess.Popen(
        [sys.executable, "-c", _CODE, *arguments],
        env=os.environ | {"PYTHONPATH": PYTHONPATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def frame_of(folder: Path) -> pd.DataFrame:
    """The corpus, by id."""
    return load_corpus(folder).to_pandas().set_index("id")


def wait_until(condition: Callable[[], object], run: subprocess.Popen) -> None:
    """Wait for what a run does."""
    while not condition():
        if run.poll() is not None and not condition():
            raise AssertionError(run.communicate()[1])
        time.sleep(0.02)


def count_explained(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """Counts how often each row is explained in this process from now on."""
    counts: Counter[int] = Counter()
    explain = Explainer.__call__

    def counted(self, rows):
        counts.update(row["row"] for row in rows)
        return explain(self, rows)

    monkeypatch.setattr(Explainer, "__call__", counted)
    return counts
