"""The same runs with the real Ray: actors, their death, and that of the driver."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import tiny
from support.runs import PYTHONPATH, TEXTS, frame_of, start, wait_until

from flair_lig_widget import attribute, explain_corpus, load_corpus
from flair_lig_widget.corpus.parts import part_files

pytestmark = pytest.mark.slow


CLUSTER = """
import sys, ray
context = ray.init(num_cpus=2, include_dashboard=False, object_store_memory=100_000_000)
print(context.address_info["gcs_address"], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address():
    """A cluster that is running, in which texts can cause trouble."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        env=os.environ
        | {"PYTHONPATH": PYTHONPATH, "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process.stdout.readline().strip()
    process.communicate()


def process_with(row: int, folder: Path) -> int | None:
    """The process that has a row in hand, by the notes on disk."""
    for note in folder.glob("work-*/in-hand-*.json"):
        data = json.loads(note.read_text())
        if row in data["rows"]:
            return data["process"]
    return None


def test_bad_and_deadly_texts_and_a_killed_actor_leave_all_other_texts_explained(
    address, model_file, encoder_folder, tmp_path
):
    texts = [*TEXTS]
    texts[2], texts[9], texts[14] = " ", "KILL ME, said the text.", "SLOW DOWN a bit."
    run = start(model_file, texts, tmp_path, engine="ray", workers=2, address=address)
    wait_until(lambda: process_with(14, tmp_path), run)
    os.kill(process_with(14, tmp_path), signal.SIGKILL)
    out, errors = run.communicate()
    assert run.returncode == 0, errors
    assert out.splitlines()[-1] == "20"  # after what Ray says about the deaths
    frame = frame_of(tmp_path)
    assert sorted(frame.index, key=int) == [str(i) for i in range(20)]
    assert frame[frame["error"].notna()]["error"].to_dict() == {
        "2": "ValueError: text is empty; give at least one word to explain",
        "9": "the process that explained this text was killed (SIGKILL)",
    }
    corpus, classifier = load_corpus(tmp_path), tiny.classifier(encoder_folder("bert"))
    for id_ in ("0", "8", "10", "13", "14", "19"):  # also from the batches of both deaths
        found, expected = corpus.attribution(id_), attribute(classifier, texts[int(id_)])
        assert found.n_steps == expected.n_steps
        np.testing.assert_allclose(found.scores, expected.scores, atol=1e-5)


def test_a_driver_that_is_killed_loses_the_batches_in_hand_and_another_engine_goes_on(
    model_file, tmp_path
):
    texts = [*TEXTS[:14], "SLOW DOWN a bit.", *TEXTS[15:]]
    run = start(model_file, texts, tmp_path, engine="ray")
    wait_until(lambda: process_with(14, tmp_path), run)
    run.kill()
    run.wait()
    n_before = len(part_files(tmp_path))
    assert n_before >= 2
    corpus = explain_corpus(model_file, texts, output_dir=tmp_path, batch_size=4)
    frame = corpus.to_pandas()
    assert sorted(frame["id"], key=int) == [str(i) for i in range(20)]
    assert frame["error"].isna().all()


def test_a_full_disk_ends_the_run_in_words_and_loses_nothing(address, model_file, tmp_path):
    texts = [*TEXTS[:13], "FILL THE DISK, said the text.", *TEXTS[14:]]
    run = start(model_file, texts, tmp_path, engine="ray", address=address)
    _, errors = run.communicate()
    assert run.returncode == 1
    assert "\nRuntimeError: a worker failed: OSError: [Errno 27] File too large: " in errors
    assert errors.strip().endswith("run again with the same arguments to go on")
    n_before = len(load_corpus(tmp_path))
    assert n_before >= 8
    corpus = explain_corpus(model_file, texts, output_dir=tmp_path, batch_size=4)
    assert sorted(corpus.to_pandas()["id"], key=int) == [str(i) for i in range(20)]
