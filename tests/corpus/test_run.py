"""A run in one process: the scores of `attribute`, each text once, and nothing lost."""

from __future__ import annotations

import signal
import tracemalloc
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from support import models, tiny
from support.attributions import make
from support.runs import TEXTS, count_explained, frame_of, start, wait_until
from support.tasks import TONES, multitask
from support.texts import TEXTS as ODD

from flair_lig_widget import attribute, explain_corpus, load_corpus
from flair_lig_widget.corpus import batches
from flair_lig_widget.corpus.columns import explained_row
from flair_lig_widget.corpus.explaining import Explainer
from flair_lig_widget.corpus.job import Job
from flair_lig_widget.corpus.parts import part_files
from flair_lig_widget.corpus.source import source_of
from flair_lig_widget.corpus.staging import stage


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


@pytest.mark.parametrize("target", ["predicted", "gold", "sport"])
def test_scores_are_those_of_attribute(target, classifier, tmp_path):
    texts = [*TEXTS, *ODD]
    labels = [tiny.LABELS[i % 5] for i in range(len(texts))]
    corpus = explain_corpus(
        classifier, texts, labels=labels, target=target, output_dir=tmp_path, tolerance=0.02
    )
    assert len(corpus) == len(texts)
    frame = frame_of(tmp_path)
    for number, (text, gold) in enumerate(zip(texts, labels, strict=True)):
        wanted = {"predicted": None, "gold": gold, "sport": "sport"}[target]
        if frame.loc[str(number), "error"] is not None:
            with pytest.raises(ValueError, match="text") as error:
                attribute(classifier, text, target=wanted)
            assert frame.loc[str(number), "error"] == f"ValueError: {error.value}"
            continue
        expected = attribute(classifier, text, target=wanted, tolerance=0.02)
        found = corpus.attribution(str(number))
        assert found.target == expected.target
        # The last bits depend on the batch, so that auto can take other nodes.
        same = found.n_steps == expected.n_steps
        tolerance = 1e-5 if same else 0.04 * np.abs(expected.scores).max()
        np.testing.assert_allclose(found.scores, expected.scores, atol=tolerance)
        assert found.prediction == pytest.approx(dict(expected.prediction), abs=1e-5)
        assert (found.tokens, found.truncated) == (expected.tokens, expected.truncated)


@pytest.mark.parametrize("algorithm", ["gradient_x_input", "feature_ablation"])
def test_another_algorithm_gives_the_scores_of_attribute(algorithm, classifier, tmp_path):
    corpus = explain_corpus(classifier, TEXTS[:3], output_dir=tmp_path, algorithm=algorithm)
    for number, text in enumerate(TEXTS[:3]):
        found, expected = (
            corpus.attribution(str(number)),
            attribute(classifier, text, algorithm=algorithm),
        )
        np.testing.assert_allclose(found.scores, expected.scores, atol=1e-6)
        assert found.provenance.versions == expected.provenance.versions
        assert (found.algorithm, found.seed) == (algorithm, expected.seed)


def test_pairs_are_explained_as_by_attribute(classifier, tmp_path):
    pairs = models.pair(classifier.embeddings)
    texts = [(text, "The price changed.") for text in TEXTS[:3]]
    corpus = explain_corpus(pairs, texts, output_dir=tmp_path / "list")
    expected = [attribute(pairs, text) for text in texts]
    for number, result in enumerate(expected):
        found = corpus.attribution(str(number))
        np.testing.assert_allclose(found.scores, result.scores, atol=1e-5)
        assert (found.text, found.texts) == (result.text, texts[number])
    assert list(corpus.to_pandas()["text"]) == [result.text for result in expected]

    frame = pd.DataFrame(texts, columns=["first", "second"])
    of_frame = explain_corpus(
        pairs, frame, text_column=["first", "second"], output_dir=tmp_path / "frame"
    )
    assert of_frame.manifest.texts_digest == corpus.manifest.texts_digest


def test_texts_of_another_number_than_the_model_reads_are_refused(classifier, tmp_path):
    with pytest.raises(ValueError, match="reads 2 texts at once, and 'Shares in company 0"):
        explain_corpus(models.pair(classifier.embeddings), TEXTS, output_dir=tmp_path / "a")
    frame = pd.DataFrame({"a": TEXTS, "b": TEXTS})
    with pytest.raises(ValueError, match="reads 1 text at once, and text_column names 2"):
        explain_corpus(classifier, frame, text_column=["a", "b"], output_dir=tmp_path / "b")


def test_a_task_is_explained_of_a_model_and_of_its_file(encoder_folder, tmp_path):
    model = multitask(encoder_folder("bert"))
    corpus = explain_corpus(model, TEXTS[:3], task="tone", output_dir=tmp_path / "model")
    assert corpus.manifest.model.startswith("task tone: TextClassifier over ")
    assert corpus.manifest.labels == TONES
    expected = attribute(model, TEXTS[0], task="tone")
    np.testing.assert_allclose(corpus.attribution("0").scores, expected.scores, atol=1e-5)
    assert corpus.attribution("0").provenance.model == expected.provenance.model

    model.save(tmp_path / "model.pt")
    saved = explain_corpus(
        tmp_path / "model.pt", TEXTS[:3], task="tone", output_dir=tmp_path / "file"
    )
    assert list(saved.to_pandas()["predicted"]) == list(corpus.to_pandas()["predicted"])
    with pytest.raises(ValueError, match=r"model is 'task topic: .* and was 'task tone: "):
        explain_corpus(model, TEXTS[:3], task="topic", output_dir=tmp_path / "model")


def test_a_worker_explains_the_task_of_the_file(encoder_folder, tmp_path):
    model = multitask(encoder_folder("bert"))
    model.save(tmp_path / "model.pt")
    job = Job(
        folder=tmp_path,
        work=tmp_path,
        model=tmp_path / "model.pt",
        task="tone",
        target="predicted",
        request={"algorithm": "integrated_gradients", "output": "logit"},
    )
    assert Job.from_json(job.to_json()).explainer().engine.wrapper.labels == TONES


def test_a_bad_text_is_a_row_with_an_error_and_can_be_tried_again(classifier, tmp_path):
    texts = ["Shares fell.", "   ", "", None, "half \ud83c", "x" * 100_001, "Rain fell."]
    frame = explain_corpus(classifier, texts, output_dir=tmp_path, batch_size=2).to_pandas()
    errors = dict(zip(frame["id"], frame["error"], strict=True))
    assert errors["0"] is None
    assert errors["6"] is None
    assert errors["1"] == "ValueError: text is empty; give at least one word to explain"
    assert errors["3"] == "ValueError: text must be a string, not NoneType"
    assert "lone surrogate" in errors["4"]
    assert "100,001 characters" in errors["5"]
    again = explain_corpus(
        classifier, texts, output_dir=tmp_path, batch_size=2, retry_errors=True
    ).to_pandas()
    assert dict(zip(again["id"], again["error"], strict=True)) == errors


def test_a_gold_label_that_is_unknown_or_missing_is_an_error_of_its_row(classifier, tmp_path):
    labels = ["sport", None, "weather"]
    frame = explain_corpus(
        classifier, TEXTS[:3], labels=labels, target="gold", output_dir=tmp_path
    ).to_pandas()
    first, second, third = frame.sort_values("id")["error"]
    assert first is None
    assert second == "ValueError: the text has no gold label to explain"
    assert third.startswith("ValueError: unknown target 'weather'; labels are business")


def test_a_run_that_is_stopped_goes_on_where_it_was(classifier, tmp_path, monkeypatch):
    explain = Explainer.__call__

    def stopped(self, rows):
        if any(row["row"] == 12 for row in rows):
            raise KeyboardInterrupt
        return explain(self, rows)

    arguments = {"output_dir": tmp_path, "batch_size": 5}
    with monkeypatch.context() as patch:
        patch.setattr(Explainer, "__call__", stopped)
        with pytest.raises(KeyboardInterrupt):
            explain_corpus(classifier, TEXTS, **arguments)
    assert len(load_corpus(tmp_path)) == 10
    counts = count_explained(monkeypatch)
    corpus = explain_corpus(classifier, TEXTS, **arguments)
    assert counts == Counter(range(10, 20))
    assert sorted(corpus.to_pandas()["id"], key=int) == [str(i) for i in range(20)]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("work-")] == []


def test_a_run_that_is_complete_computes_nothing_again(classifier, tmp_path, monkeypatch):
    explain_corpus(classifier, TEXTS, output_dir=tmp_path)
    counts = count_explained(monkeypatch)
    assert len(explain_corpus(classifier, TEXTS, output_dir=tmp_path)) == 20
    assert counts == Counter()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"texts": [*TEXTS[:-1], "Another text."]}, "texts_digest is"),
        ({"texts": TEXTS[:-1]}, "n_texts is 19 and was 20"),
        ({"labels": ["sport"] * 20}, "texts_digest is"),
        ({"target": "sport"}, "target is 'sport' and was 'predicted'"),
        ({"output": "log_odds"}, "output is 'log_odds' and was 'logit'"),
        ({"tolerance": 0.5}, "tolerance is 0.5 and was 0.01"),
    ],
)
def test_a_folder_of_another_run_is_refused_and_kept(changed, message, classifier, tmp_path):
    explain_corpus(classifier, TEXTS, output_dir=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    arguments = {"texts": TEXTS, "output_dir": tmp_path} | changed
    with pytest.raises(ValueError, match=message):
        explain_corpus(classifier, **arguments)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_other_weights_are_refused(classifier, encoder_folder, tmp_path):
    explain_corpus(classifier, TEXTS[:2], output_dir=tmp_path)
    other = tiny.classifier(encoder_folder("bert"))
    other.decoder.weight.data *= 1.5
    with pytest.raises(ValueError, match="weights_digest is"):
        explain_corpus(other, TEXTS[:2], output_dir=tmp_path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"engine": "spark"}, "unknown engine 'spark'; engines are local, ray"),
        ({"workers": 2}, "engine='local' is one process"),
        ({"engine": "ray", "workers": 0}, "workers=0 is not possible"),
        ({"engine": "ray", "gpus": -1}, "gpus=-1 is not possible"),
        ({"batch_size": 0}, "batch_size=0 is not possible"),
        ({"target": "weather"}, "unknown target 'weather'; it is 'predicted', 'gold' or one"),
        ({"contrast": "weather"}, "unknown contrast 'weather'"),
        ({"baseline": "noise"}, "noise"),
        ({"method": "simpson"}, "unknown method 'simpson'"),
        ({"texts": []}, "there is no text"),
    ],
)
def test_an_argument_that_is_not_possible_is_refused(changed, message, classifier, tmp_path):
    arguments = {"texts": TEXTS, "output_dir": tmp_path / "out"} | changed
    with pytest.raises(ValueError, match=message):
        explain_corpus(classifier, **arguments)


@pytest.mark.parametrize("content", [None, "not a model"])
def test_a_file_that_is_no_classifier_is_refused(content, tmp_path):
    path = tmp_path / "model.pt"
    if content:
        path.write_text(content)
    with pytest.raises(ValueError, match=r"no file|is not a classifier saved by Flair"):
        explain_corpus(path, TEXTS, output_dir=tmp_path / "out")


def test_a_folder_with_other_files_is_refused(classifier, tmp_path):
    (tmp_path / "thesis.txt").write_text("important")
    with pytest.raises(ValueError, match="has other files; give a new folder"):
        explain_corpus(classifier, TEXTS, output_dir=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_two_runs_cannot_write_to_one_folder(classifier, tmp_path, monkeypatch):
    explain = Explainer.__call__

    def start_another(self, rows):
        with pytest.raises(ValueError, match="another run is writing to"):
            explain_corpus(classifier, TEXTS, output_dir=tmp_path)
        return explain(self, rows)

    monkeypatch.setattr(Explainer, "__call__", start_another)
    assert len(explain_corpus(classifier, TEXTS, output_dir=tmp_path)) == 20


@pytest.mark.slow
def test_a_text_that_kills_the_process_is_found_out_by_the_next_run(model_file, tmp_path):
    texts = [*TEXTS[:9], "KILL ME, said the text.", *TEXTS[10:]]
    process = start(model_file, texts, tmp_path)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert len(load_corpus(tmp_path)) == 8
    process = start(model_file, texts, tmp_path)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    frame = frame_of(tmp_path)
    assert sorted(frame.index, key=int) == [str(i) for i in range(20)]
    assert frame[frame["error"].notna()]["error"].to_dict() == {
        "9": "the process that explained this text was killed (SIGKILL)"
    }


@pytest.mark.slow
def test_a_driver_that_is_killed_loses_the_batch_in_hand_alone(model_file, tmp_path, monkeypatch):
    texts = [*TEXTS[:10], "SLOW DOWN a bit.", *TEXTS[11:]]
    process = start(model_file, texts, tmp_path)
    wait_until(
        lambda: len(part_files(tmp_path)) == 2 and list(tmp_path.glob("work-*/in-hand*")), process
    )
    process.kill()
    process.wait()
    before = part_files(tmp_path)
    counts = count_explained(monkeypatch)
    frame = explain_corpus(model_file, texts, output_dir=tmp_path, batch_size=4).to_pandas()
    assert counts == Counter(range(12, 20))  # 8 to 11 in a process that explains single texts
    assert len(before) == 2
    assert sorted(frame["id"], key=int) == [str(i) for i in range(20)]
    assert frame["error"].isna().all()


@pytest.mark.slow
def test_a_full_disk_ends_the_run_in_words_and_loses_nothing(model_file, tmp_path):
    texts = [*TEXTS[:5], "FILL THE DISK, said the text.", *TEXTS[6:]]
    process = start(model_file, texts, tmp_path)
    _, errors = process.communicate()
    assert process.returncode == 1
    assert "OSError: [Errno 27] File too large: " in errors
    assert str(tmp_path) in errors
    assert len(load_corpus(tmp_path)) == 4
    explain_corpus(model_file, texts, output_dir=tmp_path, batch_size=4)
    frame = frame_of(tmp_path)
    assert sorted(frame.index, key=int) == [str(i) for i in range(20)]
    assert frame["error"].isna().all()


def test_memory_does_not_grow_with_the_number_of_texts(tmp_path):
    """10,000 rows through a function that gives each the same explanation."""

    def stub(rows):
        return [explained_row(row, make()) for row in rows]

    def peak(n_texts: int) -> int:
        work = tmp_path / str(n_texts) / "work-0"
        work.mkdir(parents=True)
        job = Job(folder=work.parent, work=work, model=work, target="predicted", request={})
        read = source_of(
            [str(i) for i in range(n_texts)], labels=None, ids=None, text_column="text"
        )
        tracemalloc.start()
        staged = stage(read, job.pending, done=np.zeros(0, bool), batch_size=64)
        for number in range(-(-staged.n_pending // 64)):
            batches.run_batch(job, stub, number)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(100)  # loads what is loaded once
    assert peak(10_000) < 1.5 * peak(1_000)
