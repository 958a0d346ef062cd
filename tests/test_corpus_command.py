"""The command for many texts: what it prints, how it ends, and that it goes on."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import models, tiny
from support.corpora import text_row, write_rows
from support.hostile import HOSTILE, is_control
from support.hostile_corpus import write_hostile_corpus
from support.markup import Reader
from support.processes import run_python
from support.runs import PYTHONPATH, TEXTS, count_explained, wait_until

import flair_lig_widget
from flair_lig_widget import DEMO_NEWS, attribute, demo, load_corpus
from flair_lig_widget.__main__ import main
from flair_lig_widget.corpus import run
from flair_lig_widget.corpus.columns import failed_row
from flair_lig_widget.corpus.explaining import Explainer
from flair_lig_widget.corpus.parts import part_files
from flair_lig_widget.corpus_command import report
from flair_lig_widget.result.summary import number

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def saved(encoder_folder, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("model") / "own.pt"
    tiny.classifier(encoder_folder("bert")).save(path)
    return path


def write_csv(path: Path, texts: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "topic", "story", "paper"])
        for number, text in enumerate(texts):
            rows.writerow([f"no {number}", tiny.LABELS[number % 2], text, "Post"])
    return path


def command(file: Path, model: Path, *more: str) -> list[str]:
    columns = ["--text-column=story", "--label-column=topic", "--id-column=name"]
    return ["corpus", str(file), f"--model={model}", *columns, *more]


@pytest.fixture
def counts(monkeypatch) -> Counter:
    """How often each row is explained in this process."""
    return count_explained(monkeypatch)


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_explained_and_summed_up_with_the_numbers_of_the_corpus(
    saved, here, capsys, counts
):
    texts = [*TEXTS[:19], "  "]
    arguments = command(write_csv(here / "news.csv", texts), saved, "--html=why.html")
    assert main(arguments) == 0
    out = capsys.readouterr().out
    corpus = load_corpus("why")
    frame = corpus.to_pandas()
    assert list(frame["id"]) == [f"no {i}" for i in range(20)]
    n_right = int((frame["gold"] == frame["predicted"]).sum())
    assert f"19 texts explained, {n_right} of 19 predicted rightly" in out
    assert "1 could not be explained. Explained: the logit of the predicted label." in out
    assert "no 19: ValueError: text is empty; give at least one word to explain" in out
    lines = [line.split() for line in out.splitlines()]
    matrix = corpus.confusion()
    assert ["gold", "\\", "predicted", *matrix.columns] in lines
    for gold, row in matrix.iterrows():
        assert [gold, *map(str, row)] in lines
    best = corpus.words(frame["predicted"].mode()[0]).iloc[0]
    total, low, high = (number(best[name], 3, "+") for name in ("total", "low", "high"))
    assert [total, low, "to", high, str(best["documents"])] in [line[:5] for line in lines]
    assert f"Folder: {here / 'why'}\nPage: {here / 'why.html'}\n" in out
    assert "Shares in company 0 fell" in Reader(Path("why.html").read_text("utf-8")).text
    assert counts == Counter(range(20))

    assert main(arguments) == 0
    assert capsys.readouterr().out == out
    assert counts == Counter(range(20))  # nothing again
    assert main([*arguments, "--retry-errors"]) == 0
    assert counts == Counter([*range(20), 19])


def test_every_option_is_passed_on(here, monkeypatch):
    given = {}

    def explain(classifier, texts, **options):
        given.update(options, classifier=classifier, texts=texts)
        raise ValueError("enough")

    monkeypatch.setattr(run, "explain_corpus", explain)
    assert main(["corpus", "a.csv", "--model=m.pt"]) == 2
    where = {"classifier": "m.pt", "texts": "a.csv", "text_column": "text", "output_dir": "why"}
    request = {"contrast": None, "output": "logit", "method": "auto", "n_steps": None}
    request |= {"tolerance": 0.01, "baseline": None}
    unnamed = {"labels": None, "ids": None, "retry_errors": False}
    assert given == where | request | unnamed  # the others have the defaults of explain_corpus
    options = {"target": "gold", "engine": "ray", "workers": 4, "gpus": 0.5, "address": "auto"}
    options |= {"batch_size": 8, "contrast": "tech", "output": "probability", "n_steps": 9}
    options |= {"method": "gausslegendre", "tolerance": 0.5, "baseline": "pad", "task": "tone"}
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    assert main(["corpus", "a.csv", "--model=m.pt", "--retry-errors", "--out=x", *words]) == 2
    changed = {**options, "retry_errors": True, "output_dir": "x"}
    assert given == where | request | unnamed | changed

    for columns in (["story"], ["question", "answer"]):
        names = [f"--text-column={name}" for name in columns]
        assert main(["corpus", "a.csv", "--model=m.pt", *names]) == 2
        assert given["text_column"] == (columns if len(columns) > 1 else columns[0])


def test_pairs_in_two_columns_are_explained(here, tiny_classifier, capsys):
    pairs = models.pair(tiny_classifier("bert").embeddings)
    pairs.save("pairs.pt")
    write_csv(here / "news.csv", TEXTS[:3])
    arguments = ["corpus", "news.csv", "--model=pairs.pt", "--text-column=story"]
    assert main(arguments) == 2
    assert "reads 2 texts at once, and text_column names 1; name one" in capsys.readouterr().err
    assert main([*arguments, "--text-column=paper"]) == 0
    corpus = load_corpus("why")
    assert corpus.attribution("0").texts == (TEXTS[0], "Post")
    expected = attribute(pairs, (TEXTS[0], "Post")).scores
    assert corpus.attribution("0").scores == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--text-column=body"], "has no column 'body'; its columns are name, topic, story, paper"),
        (["--target=weather"], "unknown target 'weather'"),
        (["--contrast=weather"], "unknown contrast 'weather'; labels are business"),
        (["--baseline=noise"], "unknown baseline 'noise'"),
        (["--engine=spark"], "unknown engine 'spark'; engines are local, ray"),
        (["--workers=2"], "engine='local' is one process"),
        (["--batch-size=0"], "batch_size=0 is not possible"),
        (["--id-column=paper"], "the id 'Post' is there twice"),
        (["--model=none.pt"], "no file none.pt; give the path of a classifier saved by Flair"),
        (["--html=no/such/why.html"], "no folder no/such for the page; make it"),
        (["--out=news.csv"], "File exists"),
        (["--out=."], "has other files; give a new folder"),
    ],
    ids=str,
)
def test_errors_are_one_sentence(saved, here, capsys, more, message):
    assert main(command(write_csv(here / "news.csv", TEXTS), saved, *more)) == 2
    errors = capsys.readouterr().err
    assert errors.startswith("flair_lig_widget: ")
    assert message in errors
    assert errors.count("\n") == 1
    assert not Path("why").is_dir() or not part_files(Path("why"))


def test_a_file_that_cannot_be_read_is_an_error(saved, here, capsys):
    Path("story\x1b[31m.csv").write_text("text\nx")
    for name, message in (
        ("none.csv", "no file none.csv; give the path of the texts"),
        ("news.doc", "its name must end in .parquet, .csv, .tsv, .jsonl"),
        ("story\x1b[31m.csv", "story�[31m.csv has no column 'name'"),
    ):
        assert main(command(Path(name), saved)) == 2
        assert message in capsys.readouterr().err


def test_a_folder_of_another_run_is_refused(saved, here, capsys):
    file = write_csv(here / "news.csv", TEXTS[:2])
    assert main(command(file, saved)) == 0
    assert main(command(file, saved, "--target=sport")) == 2
    assert "target is 'sport' and was 'predicted'" in capsys.readouterr().err


def test_without_the_extra_a_sentence_names_it():
    code = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == "duckdb" else find(name)
from flair_lig_widget.__main__ import main
sys.stderr = sys.stdout
print(main(["corpus", "news.csv"]))
"""
    message, status = run_python(code).splitlines()
    assert message == (
        "flair_lig_widget: a corpus needs duckdb, which is not installed; install with: "
        'pip install "flair_lig_widget[corpus]"'
    )
    assert status == "2"


def test_an_interrupted_run_says_how_far_it_came(saved, here, capsys, monkeypatch):
    arguments = command(write_csv(here / "news.csv", TEXTS), saved, "--batch-size=5")
    with monkeypatch.context() as patch:
        patch.setattr(run, "_load", interrupted)
        assert main(arguments) == 130
    ended = capsys.readouterr().err
    assert ended == "stopped before the first text; run the same command again to go on\n"
    explain = Explainer.__call__

    def stopped(self, rows):
        return interrupted() if rows[0]["row"] == 10 else explain(self, rows)

    monkeypatch.setattr(Explainer, "__call__", stopped)
    assert main(arguments) == 130
    ended = capsys.readouterr().err.splitlines()[-1]
    assert ended == "stopped; 10 of 20 texts are explained; run the same command again to go on"
    # Ctrl-C once more, while the first one is reported.
    monkeypatch.setattr("flair_lig_widget.corpus_command._stopped", interrupted)
    assert main(arguments) == 130
    ended = capsys.readouterr().err.splitlines()[-1]
    assert ended == "stopped; run the same command again to go on"


def interrupted(*arguments):
    raise KeyboardInterrupt


@pytest.mark.slow
def test_after_ctrl_c_the_same_command_computes_only_the_rest(saved, here, capsys, counts):
    texts = [*TEXTS[:10], "SLOW DOWN a bit.", *TEXTS[11:]]
    arguments = command(write_csv(here / "news.csv", texts), saved, "--batch-size=4")
    process = subprocess.Popen(
        [sys.executable, "-m", "flair_lig_widget", *arguments],
        env=os.environ | {"PYTHONPATH": PYTHONPATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    folder = Path("why")
    wait_until(
        lambda: len(part_files(folder)) == 2 and list(folder.glob("work-*/in-hand*")), process
    )
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert errors.splitlines()[-1] == (
        "stopped; 8 of 20 texts are explained; run the same command again to go on"
    )
    assert "Traceback" not in errors
    assert main(arguments) == 0
    assert counts == Counter(range(8, 20))
    assert "20 texts explained" in capsys.readouterr().out


def test_hostile_texts_labels_and_ids_move_no_cursor(tmp_path):
    """Twelve labels, which are hostile too, with nine hostile words that are in five texts each."""
    storable = [text for text in HOSTILE if text == text.encode("utf-8", "replace").decode()]
    hostile = [text for text in storable if not text.isprintable()]
    strings = [*hostile, *storable[-1:], *storable][:108]
    assert len(hostile) > 50
    labels = strings[:12]
    rows = [
        text_row(
            5 * place + i,
            [(word, score) for score, word in enumerate(strings[9 * place :][:9], start=-3)],
            target=label,
            id=f"{label[:99]} {place} {i}",
            gold=label,
            probabilities=[1 / 12] * 12,
            baseline_probabilities=[1 / 12] * 12,
        )
        for place, label in enumerate(labels)
        for i in range(5)
    ]
    failed = {"row": 60, "id": strings[12], "text": strings[12], "gold": None}
    rows.append(failed_row(failed, f"ValueError: {strings[13]}"))
    corpus = load_corpus(write_rows(tmp_path / "odd", rows, labels=tuple(labels)))
    for each in (corpus, load_corpus(write_hostile_corpus(tmp_path / "other"))):
        shown = report(each, colour=False)
        assert not [c for c in shown if c != "\n" and is_control(c)]
        assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown)
        assert max(map(len, shown.splitlines())) < 400
        coloured = report(each, colour=True)
        assert re.sub("\x1b\\[(34|33|0)m", "", coloured) == shown
        assert "\x1b[34m█" in coloured
    assert "<script>window.pwned=1</" in shown  # as typed


def test_what_does_not_fit_is_counted(tmp_path):
    labels = tuple(f"label {i}" for i in range(14))
    rows = [
        text_row(
            i,
            [("word", 1.0)],
            target=label,
            gold=label,
            probabilities=[1 / 14] * 14,
            baseline_probabilities=[1 / 14] * 14,
        )
        for i, label in enumerate(labels)
    ]
    failed = {"text": "x", "gold": None}
    rows += [
        failed_row({**failed, "row": i, "id": f"bad {i}"}, "ValueError: x") for i in range(14, 19)
    ]
    shown = report(load_corpus(write_rows(tmp_path, rows, labels=labels)), colour=False)
    assert "The matrix of gold and predicted labels is too large to print" in shown
    assert shown.count("no word is in so many of them") == 12
    assert "… and 2 more labels" in shown
    assert shown.count("ValueError: x") == 3
    assert "… and 2 more\n" in shown


def test_the_demo_explains_its_news(here, capsys, monkeypatch, tiny_classifier):
    """A tiny classifier stands in for the demo's, which takes a minute."""
    monkeypatch.setattr(demo, "load_demo_classifier", lambda: tiny_classifier("bert"))
    assert main(["corpus", "--method=riemann_left", "--n-steps=2"]) == 0
    assert "150 texts explained, " in capsys.readouterr().out
    frame = load_corpus("why").to_pandas()
    with DEMO_NEWS.open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    assert list(frame["text"]) == [row["text"] for row in given]
    assert list(frame["gold"]) == [row["label"] for row in given]


def test_the_code_of_the_guide_runs(here, monkeypatch, tiny_classifier):
    """The same stand-in; its labels are those of the demo."""
    guide = (ROOT / "docs" / "corpus.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    monkeypatch.setattr(demo, "load_demo_classifier", lambda: tiny_classifier("bert"))
    monkeypatch.setattr(flair_lig_widget, "load_demo_classifier", demo.load_demo_classifier)
    names: dict = {}
    for block in blocks:
        exec(compile(block, "corpus.md", "exec"), names)
    assert len(blocks) == 3
    assert len(names["corpus"]) == 150
    assert Path("why.html").is_file()


def test_make_explains_the_news_of_the_demo(tmp_path):
    """With a stand-in for Python that prints its arguments, so that nothing is installed."""
    stand_in = tmp_path / "python"
    stand_in.write_text('#!/bin/sh\necho "$@"\n')
    stand_in.chmod(0o755)
    installed = [f"--old-file=.venv/{extra}.done" for extra in ("demo", "corpus")]
    done = subprocess.run(
        ["make", "--silent", *installed, "demo-corpus", f"BIN={tmp_path}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "-m flair_lig_widget corpus --out why --html why.html\n"
