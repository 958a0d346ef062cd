"""Without the extras, a sentence says what to install; with them, nothing heavy is loaded early."""

from __future__ import annotations

from importlib.metadata import requires

import pytest
from support.processes import run_python

IMPORT = """
import sys
sys.modules.update(dict.fromkeys({blocked}))
import flair_lig_widget
try:
    {code}
except ImportError as error:
    print(error)
"""


def message(code: str, *blocked: str) -> str:
    """The error of code in a process that lacks some packages."""
    return run_python(IMPORT.format(code=code, blocked=blocked)).strip()


@pytest.mark.parametrize("name", ["explain_corpus", "load_corpus", "Corpus", "CorpusWidget"])
def test_without_the_extra_corpus_a_sentence_names_it(name):
    assert message(f"flair_lig_widget.{name}", "duckdb", "pyarrow") == (
        "a corpus needs duckdb, pyarrow, which are not installed; install with: "
        'pip install "flair_lig_widget[corpus]"'
    )


def test_without_ray_a_sentence_names_the_extra():
    code = "from flair_lig_widget.corpus.ray import import_ray; import_ray()"
    assert message(code, "ray") == (
        "engine='ray' needs Ray Data; install it with: pip install \"flair_lig_widget[ray]\""
    )


def test_the_package_alone_pulls_no_engine():
    needed = [each for each in requires("flair_lig_widget") or () if "extra ==" not in each]
    for name in ("ray", "duckdb", "pyarrow", "pandas"):
        assert not any(each.startswith(name) for each in needed)


def test_a_worker_loads_flair_only_when_it_loads_the_classifier():
    code = """
import sys
from flair_lig_widget.corpus import ray, store
print([name for name in ("flair", "torch", "ray") if name in sys.modules])
"""
    assert run_python(code).strip() == "[]"
