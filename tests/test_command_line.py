"""The command line: any text, one's own classifier, readable errors."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flair.embeddings import TransformerDocumentEmbeddings
from flair.models import TextRegressor
from flair.nn import Classifier
from support import models, regressors, tiny
from support.attributions import make, make_pair
from support.markup import Reader
from support.tasks import TONES, multitask
from support.texts import NEWS

import flair_lig_widget
from flair_lig_widget import Token
from flair_lig_widget.__main__ import main, table
from flair_lig_widget.result.summary import amount

ROOT = Path(__file__).parents[1]


def run(*arguments: str, stdin: str = "", cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "flair_lig_widget", *arguments],
        input=stdin,
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.slow
def test_a_text_given_on_the_command_line_is_explained_by_the_demo(tmp_path):
    done = run("The striker scored twice in the cup final.", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Predicted sport" in done.stdout
    assert re.search(r"^ +1 +\+\d\.\d{4} +[\d.]+% +█+ +\w+$", done.stdout, re.MULTILINE)
    assert "\x1b" not in done.stdout  # no colours into a pipe
    page = tmp_path / "explanation.html"
    assert f"Page: {page}" in done.stdout
    assert "The striker scored twice in the cup final." in Reader(page.read_text("utf-8")).text


@pytest.mark.slow
def test_standard_input_is_explained_too(tmp_path):
    done = run("--page", "out.html", stdin="Zinsen steigen 🎉\nund 'Kurse' fallen", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        "Zinsen steigen 🎉\nund 'Kurse' fallen"
        in Reader((tmp_path / "out.html").read_text("utf-8")).text
    )


def test_the_package_is_a_program(tmp_path):
    version = run("--version", cwd=tmp_path)
    assert (version.returncode, version.stdout) == (0, f"{flair_lig_widget.__version__}\n")
    usage = run("--help", cwd=tmp_path)
    assert usage.returncode == 0
    for option in ("TEXT", "--model", "--target", "--contrast", "--output", "--page", "corpus"):
        assert option in usage.stdout


@pytest.fixture
def saved(encoder_folder, tmp_path) -> Path:
    path = tmp_path / "own.pt"
    tiny.classifier(encoder_folder("distilbert"), cls_pooling="mean").save(path)
    return path


def test_a_users_own_classifier_is_explained(saved, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = ["--target", "sport", "--method", "gausslegendre", "--n-steps", "9"]
    assert main([NEWS, "--model", str(saved), *options]) == 0
    assert "where f is the logit of sport" in capsys.readouterr().out
    options += ["--contrast", "tech", "--output", "log_odds"]
    assert main([NEWS, "--model", str(saved), *options]) == 0
    assert "where f is the log-odds of sport minus that of tech" in capsys.readouterr().out
    assert "log-odds" in Path("explanation.html").read_text()


def test_the_value_of_a_regressor_is_printed(encoder_folder, tmp_path, capsys, monkeypatch):
    """The reference is Flair's own predict."""
    monkeypatch.chdir(tmp_path)
    regressor = TextRegressor(TransformerDocumentEmbeddings(str(encoder_folder("bert"))), "rating")
    regressor.eval().save("regressor.pt")
    assert main([NEWS, "--model", "regressor.pt"]) == 0
    printed = capsys.readouterr().out
    value = amount(regressors.value(regressor, NEWS))
    assert printed.startswith(f"Predicted {value} (rating).")
    assert "where f is the value of rating" in printed
    assert main([NEWS, "--model", "regressor.pt", "--output", "probability"]) == 2
    assert "output='probability' is not possible" in capsys.readouterr().err


def test_the_text_corpus_is_explained_after_two_dashes(saved, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "flair_lig_widget.__main__._classifier", lambda model: Classifier.load(saved)
    )
    assert main(["--", "corpus"]) == 0
    assert capsys.readouterr().out.splitlines()[3].endswith("  corpus")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "busines"], "unknown target 'busines'; labels are business"),
        (["--baseline", "blank"], "unknown baseline 'blank'"),
        (["--n-steps", "0"], "n_steps=0 is not possible"),
        (["--n-steps", "300000000"], "n_steps=300000000 is not possible; give a whole"),
        (["--top", "0"], "k=0 is too few"),
        (["--page", "no/such/folder/x.html"], "No such file or directory"),
    ],
    ids=str,
)
def test_errors_are_one_sentence(saved, tmp_path, capsys, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert main([NEWS, "--model", str(saved), *arguments]) == 2
    errors = capsys.readouterr().err
    assert errors.startswith("flair_lig_widget: ")
    assert message in errors
    assert errors.count("\n") == 1


def test_a_file_that_is_no_classifier_is_an_error(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("not a model")
    assert main([NEWS, "--model", "notes.txt"]) == 2
    assert "notes.txt is not a classifier saved by Flair" in capsys.readouterr().err
    assert main([NEWS, "--model", "none.pt"]) == 2
    assert "no file none.pt; give the path" in capsys.readouterr().err


def test_a_task_of_a_model_is_explained(encoder_folder, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    multitask(encoder_folder("bert")).save("tasks.pt")
    assert main([NEWS, "--model=tasks.pt", "--task=tone"]) == 0
    out = capsys.readouterr().out
    assert any(f"Predicted {label} " in out for label in TONES)
    assert main([NEWS, "--model=tasks.pt"]) == 2
    assert "several tasks; give task=, one of topic, tone" in capsys.readouterr().err
    assert main([NEWS, "--task=tone", "--model", "tasks.pt", "--target=sport"]) == 2
    assert "unknown target 'sport'; labels are glad" in capsys.readouterr().err


def test_several_texts_are_a_pair(tiny_classifier, saved, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    models.pair(tiny_classifier("bert").embeddings).save("pairs.pt")
    assert main([NEWS, "Oil rose.", "--model=pairs.pt"]) == 0
    assert "rank      score    share  text" in capsys.readouterr().out
    page = Reader(Path("explanation.html").read_text("utf-8")).text
    assert NEWS in page
    assert "Oil rose." in page
    assert main([NEWS, "--model=pairs.pt"]) == 2
    assert "reads 2 TEXT at once, and 1 is given; give 2, each in quotes" in capsys.readouterr().err
    assert main([NEWS, "Oil rose.", "--model", str(saved)]) == 2
    assert "reads 1 TEXT at once, and 2 are given; give 1, each in" in capsys.readouterr().err


def test_a_blank_text_is_an_error(saved, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["  ", "--model", str(saved)]) == 2
    assert "text is empty" in capsys.readouterr().err


def test_a_blank_standard_input_shows_the_demo_text(monkeypatch):
    from flair_lig_widget import DEMO_TEXT
    from flair_lig_widget.__main__ import _texts

    monkeypatch.setattr(sys, "stdin", io.StringIO(" \n"))
    assert _texts([]) == (DEMO_TEXT,)
    assert _texts(["given"]) == ("given",)


def test_the_table_lists_the_largest_words_and_counts_the_rest():
    lines = table(make(), top=2, colour=False).splitlines()
    assert lines[2].split() == ["rank", "score", "share", "word"]
    assert lines[3].split() == ["1", "−0.7500", "150.0%", "▒" * 12, "<rose>"]
    assert lines[4].split() == ["2", "+0.5000", "-100.0%", "█" * 8, "Oil"]
    assert lines[5] == "      … and 1 more word"


def test_the_table_of_a_pair_says_which_text_a_word_is_from():
    lines = table(make_pair(), top=3, colour=False).splitlines()
    assert "Text 1 contributes −0.25 logit, text 2 +1.12." in lines[0]
    assert lines[2].split() == ["rank", "score", "share", "text", "word"]
    assert lines[3].split() == ["1", "−0.7500", "-100.0%", "1", "▒" * 12, "<rose>"]
    assert lines[4].split() == ["2", "+0.7500", "100.0%", "2", "█" * 12, "fell"]
    assert lines[5].split() == ["3", "+0.5000", "66.7%", "1", "█" * 8, "Oil"]


def test_control_characters_of_a_text_do_not_reach_the_terminal():
    tokens = (Token("x", 0, 5, 0, False), Token("y", 5, 10, 1, False))
    text = "a\x1b[1mb\u202e👩\u200d👩"
    label = "\x1b[31mred"  # a label comes from a file
    attribution = make(
        text=text[:10],
        tokens=tokens,
        scores=[1.0, 0.5],
        target=label,
        prediction={label: 1.0},
        predicted=(label,),
    )
    shown = table(attribution, top=5, colour=False)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "👩\u200d👩" in shown  # the parts of an emoji stay together


def test_a_terminal_gets_colours_unless_no_color_is_set(saved, tmp_path, capsys, monkeypatch):
    lines = table(make(), top=2, colour=True).splitlines()
    assert "\x1b[33m▒" in lines[3]  # against: yellow
    assert "\x1b[34m█" in lines[4]  # for: blue
    assert all(line.endswith("\x1b[0m") for line in lines[3:5])

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert main([NEWS, "--model", str(saved)]) == 0
    assert "\x1b[34m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert main([NEWS, "--model", str(saved)]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.slow
def test_characters_that_the_output_cannot_encode_are_replaced(saved, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flair_lig_widget", "Zinsen 🎉", "--model", str(saved)],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert b"Zinsen" in done.stdout


def test_make_passes_a_text_on_as_it_was_typed(tmp_path):
    """With a stand-in for Python that prints its arguments, so that nothing is installed."""
    stand_in = tmp_path / "python"
    stand_in.write_text('#!/bin/sh\nfor word in "$@"; do echo "[$word]"; done; cat\n')
    stand_in.chmod(0o755)
    text = "Shares rose to $40m, up 5% \"in\" 'all' $(shell echo made) `date`"
    command = ["make", "--silent", "--old-file=.venv/demo.done", "demo", f"BIN={tmp_path}"]
    for words, piped, expected in (
        ([f"TEXT={text}"], "", f"[-m]\n[flair_lig_widget]\n[{text}]\n"),
        ([], "from a pipe", "[-m]\n[flair_lig_widget]\nfrom a pipe"),
    ):
        done = subprocess.run(
            [*command, *words], cwd=ROOT, input=piped, capture_output=True, text=True, check=True
        )
        assert done.stdout == expected
