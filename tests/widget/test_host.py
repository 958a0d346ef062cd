"""The constructor in a real kernel: a first estimate for a person, the final result otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from support.processes import TESTS

LIMIT = 180
"""Seconds until a test gives up: enough to load Flair on a busy machine."""
SETUP = f"""
import json, sys, tempfile, threading
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from support import tiny
from support.texts import NEWS
from flair_lig_widget import LIGWidget, attribute
folder = tiny.save_encoder("bert", Path(tempfile.mkdtemp()) / "bert")
classifier = tiny.classifier(folder)
"""
# The model waits after the first estimate, so that the refinement cannot end before it is seen.
HELD = """
batches, release = [], threading.Event()
def hold(module, args):
    batches.append(len(args[0]))
    if threading.current_thread() is not threading.main_thread():
        release.wait(120)
hook = classifier.embeddings.model.register_forward_pre_hook(hold)
"""
MAKE = """
widget = LIGWidget(classifier, NEWS, tolerance=0.001)
first = widget.attribution
print(json.dumps([first.converged, first.n_evaluations, widget.status, widget.parity is None]))
"""
FINISH = """
release.set()
hook.remove()
last = widget.wait(120)
same = last == attribute(classifier, NEWS, tolerance=0.001)
print(json.dumps([last.converged, widget.status, widget.parity < 1e-5, same]))
"""

SHOW = """
widget = LIGWidget(classifier, NEWS, tolerance=0.001)
widget
"""
SHOW_THE_FINAL_RESULT = """
from IPython.display import HTML
HTML(attribute(classifier, NEWS, tolerance=0.001)._repr_html_())
"""
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel(startup_timeout=LIMIT)
    printed(client, SETUP)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def printed(client: BlockingKernelClient, code: str, *, watched: bool = False) -> str:
    """What a cell prints; a watched cell may ask for input, as those of notebooks do."""
    lines: list[str] = []

    def collect(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            lines.append(content["text"])
        if message["msg_type"] == "error":
            lines.extend(content["traceback"])

    reply = client.execute_interactive(
        code, allow_stdin=watched, timeout=LIMIT, output_hook=collect, stdin_hook=lambda _: None
    )
    assert reply["content"]["status"] == "ok", "".join(lines)
    return "".join(lines)


def test_a_person_gets_the_first_estimate_at_once_and_the_final_result_later(kernel):
    printed(kernel, HELD)
    converged, n_evaluations, status, no_parity = json.loads(printed(kernel, MAKE, watched=True))
    assert (converged, n_evaluations, status, no_parity) == (False, 5, "running", True)
    assert json.loads(printed(kernel, FINISH, watched=True)) == [True, "idle", True, True]


def test_a_notebook_that_is_run_as_a_whole_gets_the_final_result(kernel):
    converged, n_evaluations, status, no_parity = json.loads(printed(kernel, MAKE))
    assert (converged, status, no_parity) == (True, "idle", False)
    assert n_evaluations > 5


def test_in_colab_the_cell_and_the_message_of_a_front_end_do_the_work(kernel):
    code = """
from types import ModuleType
sys.modules["google.colab"] = ModuleType("google.colab")
widget = LIGWidget(classifier, NEWS, tolerance=0.001)
first = widget.attribution.converged, widget.status
widget.set_state({"target": "tech"})  # as a message would
same = widget.attribution == attribute(classifier, NEWS, target="tech", tolerance=0.001)
threads = [thread.name for thread in threading.enumerate() if thread.name == "flair-lig"]
del sys.modules["google.colab"]
print(json.dumps([*first, same, widget.status, threads]))
"""
    found = json.loads(printed(kernel, code, watched=True))
    assert found == [True, "idle", True, "idle", []]


def test_an_error_of_the_constructor_is_raised_in_the_cell_of_a_person(kernel):
    caught = """
try:
    LIGWidget(classifier, NEWS, target="busines")
except ValueError as error:
    print(error)
"""
    assert "unknown target 'busines'" in printed(kernel, caught, watched=True)


def test_a_notebook_that_nbconvert_executes_is_saved_with_the_converged_result(tmp_path):
    saved = executed(tmp_path, SETUP, SHOW_THE_FINAL_RESULT, HELD, SHOW)
    final, shown = (
        next(output.data for output in saved.cells[index].outputs if "data" in output)
        for index in (1, 3)
    )
    model = shown[VIEW]["model_id"]
    state = saved.metadata.widgets[STATE]["state"][model]["state"]
    result = state["result"]
    assert (result["converged"], state["status"], state["error"]) == (True, "idle", "")
    assert result["n_evaluations"] > 5
    assert state["parity"] < 1e-5
    remark = "As it was when the cell ran; run the cell again for the widget. "
    picture = "".join(shown["text/html"])
    assert remark in picture
    assert picture.replace(remark, "") == "".join(final["text/html"])


def executed(folder: Path, *sources: str) -> nbformat.NotebookNode:
    """A notebook of these cells after ``jupyter nbconvert --execute``."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "plain.ipynb")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute"]
    options = ["--output=run.ipynb", f"--ExecutePreprocessor.startup_timeout={LIMIT}"]
    done = subprocess.run(
        [*command, *options, folder / "plain.ipynb"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return nbformat.read(folder / "run.ipynb", as_version=4)
