"""The JSON that Python sends of a corpus: a golden state, read by the tests of Python and JS.

`PYTHONPATH=tests python tests/frontend/test_corpus_wire.py` writes it.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from support.attributions import make
from support.corpora import LABELS as FIVE
from support.corpora import text_row, write_attributions, write_generated, write_rows
from support.hostile_corpus import (
    FAILED,
    IDS,
    LABELS,
    MARKUP,
    N_EXPLAINED,
    RIGHT_TO_LEFT,
    WITHOUT_GOLD,
    WRONG,
    hostile_row,
    write_hostile_corpus,
)

from flair_lig_widget.corpus.store import Corpus, load_corpus
from flair_lig_widget.frontend import corpus_snapshot, corpus_wire
from flair_lig_widget.frontend.corpus_query import Query, completed
from flair_lig_widget.frontend.wire import state_of
from flair_lig_widget.result.summary import number

GOLDEN = Path(__file__).parents[1] / "fixtures" / "corpus.json"
ASKED = Query(label=LABELS[0], word=MARKUP)


def golden_payload(folder: Path) -> dict:
    """Everything that a widget of the hostile corpus sends, with the occurrences of a word."""
    corpus = load_corpus(write_hostile_corpus(folder))
    answers = corpus_snapshot.words_of_labels(corpus)
    return {
        "overview": corpus_wire.overview(corpus),
        "query": ASKED.to_wire(),
        "words": corpus_wire.words(corpus, ASKED),
        "concordance": corpus_wire.concordance(corpus, ASKED),
        "found": corpus_wire.found(corpus, ASKED),
        "opened": {},
        "opened_widget": None,
        "snapshot": corpus_snapshot.snapshot(corpus, answers),
        "computes": True,
        "status": "idle",
        "error": "",
    }


def as_json(payload: dict) -> str:
    return json.dumps(payload, ensure_ascii=False, allow_nan=False) + "\n"


@pytest.fixture
def hostile(tmp_path) -> Corpus:
    return load_corpus(write_hostile_corpus(tmp_path / "corpus"))


def test_the_golden_state_is_what_python_sends(tmp_path):
    sent = json.loads(as_json(golden_payload(tmp_path)))
    assert sent == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_words_have_the_sums_and_means_of_their_scores(hostile):
    """By adding up the scores that the rows were written with."""
    rows = [hostile_row(n) for n in range(N_EXPLAINED) if hostile_row(n)["target"] == LABELS[0]]
    answer = corpus_wire.words(hostile, Query(label=LABELS[0]))
    shown = {row["word"]: row for row in answer["rows"]}
    assert set(shown) == {"airline", MARKUP, RIGHT_TO_LEFT, "profit"}  # in at least five texts
    for word, row in shown.items():
        scores = [w["score"] for each in rows for w in each["words"] if w["text"] == word]
        positive = 100 * sum(score > 0 for score in scores) / len(scores)
        assert row["total"] == number(sum(scores) / len(rows), 3, "+")
        assert row["mean"] == number(sum(scores) / len(scores), 3, "+")
        assert row["positive"] == f"{positive:.1f} %"
        assert row["documents"] == row["occurrences"] == str(len(scores))
        assert row["low"] <= row["bar"] <= row["high"]
        assert row["mean_low"] <= row["mean_bar"] <= row["mean_high"]
    bars = [abs(row[name]) for row in shown.values() for name in ("bar", "low", "high")]
    assert max(bars) == 1
    mean = sum(row["value"] for row in rows) / len(rows)
    assert answer["sentence"].startswith("6 texts: explained for business. Mean f(x) ")
    assert (
        f"Mean f(x) {number(mean, 3)}, mean f(x′) 1.250, mean delta −0.250 logit."
        in (answer["sentence"])
    )
    assert answer["more"] == 0


def test_bars_are_ordered_as_asked_and_words_that_are_not_sent_are_counted(tmp_path):
    corpus = load_corpus(write_generated(tmp_path / "corpus", n_texts=300, vocabulary=200))
    for order, bar in (("total", "bar"), ("mean", "mean_bar")):
        answer = corpus_wire.words(corpus, Query(label=FIVE[0], order=order), most=10)
        sizes = [abs(row[bar]) for row in answer["rows"]]
        assert sizes == sorted(sizes, reverse=True)
        assert len(sizes) == 10
        assert answer["more"] == len(corpus.words(FIVE[0])) - 10


def test_occurrences_are_on_the_scale_of_the_corpus(hostile):
    answer = corpus_wire.concordance(hostile, ASKED)
    assert answer["sentence"] == f"6 occurrences of “{MARKUP}” in texts explained for business"
    assert [row["word"] for row in answer["rows"]] == [MARKUP] * 6
    # The largest score of all is that of the first word of the first text: 0.5.
    by_id = {row["id"]: row for row in answer["rows"]}
    assert by_id["text 0"]["score"] == "−0.2500"
    assert by_id["text 0"]["strength"] == -0.5
    assert by_id["text 0"]["before"] == "Airline "
    assert by_id["text 0"]["after"] == f" {RIGHT_TO_LEFT} profit word0"
    assert by_id["text 6"]["score"] == "−0.1562"
    two = corpus_wire.concordance(hostile, ASKED, most=2)
    assert two["sentence"].endswith("explained for business, 2 shown")
    assert two["rows"] == answer["rows"][:2]


def test_the_texts_are_whole_coloured_and_errors_first(hostile):
    answer = corpus_wire.found(hostile, Query(label=LABELS[0]))
    assert answer["sentence"] == "19 texts"
    assert answer["total"] == len(answer["rows"]) == 19
    wrong, failed, *others = answer["rows"]
    assert (wrong["id"], wrong["right"], wrong["error"]) == (IDS[WRONG], False, None)
    assert (wrong["gold"], wrong["predicted"], wrong["target"]) == (
        LABELS[0],
        [LABELS[1]],
        LABELS[1],
    )
    assert wrong["probability"] == "56.2 %"
    assert (failed["id"], failed["right"], failed["predicted"]) == (FAILED, None, [])
    assert failed["error"] == f"ValueError: {MARKUP} is not possible"
    assert {row["right"] for row in others if row["id"] != f"text {WITHOUT_GOLD}"} == {True}
    assert next(row for row in others if row["id"] == f"text {WITHOUT_GOLD}")["right"] is None
    for row in (wrong, *others):
        number_of_text = next(n for n in range(N_EXPLAINED) if hostile_row(n)["id"] == row["id"])
        written = hostile_row(number_of_text)
        assert "".join(part for part, _ in row["text"]) == written["text"]
        strengths = [size for part, size in row["text"] if part != " "]
        assert strengths == [round(word["score"] / 0.5, 3) for word in written["words"]]


def test_a_long_text_ends_with_an_ellipsis_in_the_list(tmp_path):
    row = text_row(0, [("word", 0.5)] * 1000)
    corpus = load_corpus(write_rows(tmp_path / "corpus", [row, text_row(1, [("x" * 5000, 1.0)])]))
    for found in corpus_wire.found(corpus, Query())["rows"]:
        shown = "".join(part for part, _ in found["text"])
        assert len(shown) == 1001
        assert shown.endswith("…")


def test_every_answer_is_about_the_texts_of_the_filter(hostile):
    wrong = {"gold": LABELS[0], "predicted": LABELS[1]}
    assert corpus_wire.found(hostile, Query(**wrong))["total"] == 1
    words = corpus_wire.words(hostile, Query(label=LABELS[1], **wrong))
    assert words["sentence"].startswith("1 text: gold business, predicted <b>sport</b> & 'more'")
    asked = Query(label=LABELS[1], word=MARKUP, **wrong)
    assert [row["id"] for row in corpus_wire.concordance(hostile, asked)["rows"]] == [IDS[WRONG]]
    nothing = corpus_wire.words(hostile, Query(label=LABELS[0], only="failed"))
    assert nothing["rows"] == []
    assert nothing["sentence"].startswith("0 texts: ")
    beyond = corpus_wire.found(hostile, Query(first=100))
    assert (beyond["first"], beyond["total"], beyond["rows"]) == (19, 19, [])


def test_the_overview_counts_what_was_written(hostile):
    known = corpus_wire.overview(hostile)
    assert known["sentence"] == (
        "18 texts explained, 16 of 17 predicted rightly (94.1 %), 1 could not be explained."
    )
    assert known["explained"] == "the logit of the predicted label"
    matrix = known["matrix"]
    assert matrix["gold"] == matrix["predicted"] == list(LABELS)
    # One text of the second label has the first as gold label, another of it no gold label.
    assert matrix["counts"] == [[6, 1, 0], [0, 4, 0], [0, 0, 6]]
    assert (known["n_texts"], known["n_failed"]) == (19, 1)


@pytest.mark.parametrize(
    ("target", "contrast", "said"),
    [
        ("gold", None, "the log-odds of the gold label"),
        ("sport", "world", "the log-odds of sport minus that of world"),
    ],
)
def test_what_is_explained_is_said(tmp_path, target, contrast, said):
    request = {"output": "log_odds", "contrast": contrast}
    folder = write_rows(
        tmp_path / "corpus", [text_row(0, [("a", 1.0)])], target=target, request=request
    )
    assert corpus_wire.overview(load_corpus(folder))["explained"] == said


def test_a_snapshot_has_the_state_of_every_text_that_a_widget_of_it_has(hostile):
    answers = corpus_snapshot.words_of_labels(hostile)
    sent = corpus_snapshot.snapshot(hostile, answers)
    assert sent["words"] == answers
    texts = {row["id"] for row in sent["found"]["rows"] if row["error"] is None}
    lines = {row["id"] for each in sent["concordances"] for row in each["rows"]}
    assert lines <= texts == set(sent["states"])
    for id, state in sent["states"].items():
        assert {**sent["common"], **state} == state_of(hostile.attribution(id))
    assert sent["found"]["rows"] == corpus_wire.found(hostile, Query())["rows"]
    assert sent["found"]["sentence"] == "19 texts"


def test_a_snapshot_of_a_large_corpus_is_bounded(tmp_path, monkeypatch):
    corpus = load_corpus(write_generated(tmp_path / "corpus", n_texts=600, vocabulary=200))
    for name, most in (("MOST_TEXTS", 30), ("FIRST_TEXTS", 10), ("MOST_WORDS", 4)):
        monkeypatch.setattr(corpus_snapshot, name, most)
    answers = corpus_snapshot.words_of_labels(corpus)
    sent = corpus_snapshot.snapshot(corpus, answers)
    assert [len(each["rows"]) for each in sent["words"]] == [4] * len(FIVE)
    assert sent["words"][0]["more"] == len(corpus.words(FIVE[0])) - 4
    assert {len(each["rows"]) for each in sent["concordances"]} <= set(range(5, 21))
    assert len(sent["states"]) == 30
    rows = sent["found"]["rows"]
    assert rows[:10] == corpus_wire.found(corpus, Query())["rows"][:10]
    assert sent["found"]["sentence"] == (
        "30 of 600 texts: the first, and those with the strongest words"
    )
    strongest = {each["rows"][0]["id"] for each in sent["concordances"]}
    assert strongest <= set(sent["states"])
    assert corpus_snapshot.snapshot(corpus, answers, cancelled=lambda: True) == {}


def test_texts_of_several_labels_and_of_none_are_shown(tmp_path):
    prediction = {"a": 0.9, "b": 0.8}
    both = make(prediction=prediction, predicted=("a", "b"), target="a", multi_label=True)
    none = make(prediction=prediction, predicted=(), target="a", multi_label=True)
    folder = write_attributions(
        tmp_path / "corpus", [both, none], golds=["b", "b"], multi_label=True
    )
    corpus = load_corpus(folder)
    wrong, right = corpus_wire.found(corpus, Query())["rows"]
    assert (wrong["predicted"], wrong["right"]) == ([], False)
    assert (right["predicted"], right["right"]) == (["a", "b"], True)
    line = corpus_wire.concordance(corpus, Query(label="a", word="Oil"))["rows"]
    assert sorted(row["predicted"] for row in line) == [[], ["a", "b"]]
    # A text counts for each of its labels, and the last column is no label.
    assert corpus_wire.overview(corpus)["matrix"] == {
        "gold": ["a", "b"],
        "predicted": ["a", "b", ""],
        "counts": [[0, 0, 0], [1, 1, 1]],
    }


@pytest.mark.parametrize("rows", [[], ["ValueError: too long", "ValueError: blank"]])
def test_a_corpus_without_an_explained_text_is_no_error(tmp_path, rows):
    corpus = load_corpus(write_attributions(tmp_path / "corpus", rows, n_texts=5))
    known = corpus_wire.overview(corpus)
    assert known["matrix"] is None
    assert known["sentence"].startswith("0 texts explained")
    assert known["sentence"].endswith(f"{5 - len(rows)} still to be explained.")
    answers = corpus_snapshot.words_of_labels(corpus)
    sent = corpus_snapshot.snapshot(corpus, answers)
    assert [row["error"] for row in sent["found"]["rows"]] == rows
    assert (sent["states"], sent["common"], sent["concordances"]) == ({}, {}, [])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"only": "some"}, "unknown only 'some'; use all, wrong, right, failed"),
        ({"order": ""}, "unknown order ''; use total, mean"),
        ({"sort": "id"}, "unknown sort 'id'; use errors, probability, input"),
        ({"gold": 3}, "gold=3 is not possible; give a string or None"),
        ({"search": None}, "search=None is not possible; give a string"),
        ({"fold_case": 1}, "fold_case=1 is not possible; give True or False"),
        ({"first": True}, "first=True is not possible; give an integer"),
        ({"first": -1}, "first=-1 is not the position of a text; they start at 0"),
        ({"open": ["a"]}, "open=a list is not possible; give a string or None"),
    ],
)
def test_a_query_that_is_not_possible_is_named(wrong, said):
    with pytest.raises(ValueError, match=said):
        Query(**wrong)


def test_a_part_of_a_query_is_completed():
    present = ASKED.to_wire()
    assert completed({"word": "airline"}, present) == {**present, "word": "airline"}
    with pytest.raises(ValueError, match="unknown query 'lable'; use gold, predicted, only"):
        completed({"lable": "sport"}, present)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        GOLDEN.write_text(as_json(golden_payload(Path(folder))), encoding="utf-8")
