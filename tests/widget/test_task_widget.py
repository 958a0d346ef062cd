"""The widget of a model with several tasks: each explains the same text, and loses nothing."""

from __future__ import annotations

import copy

import pytest
from flair.data import Sentence
from flair.models import MultitaskModel
from flair.models.relation_classifier_model import TypedEntityMarker
from support import families, models, regressors, tiny
from support.counting import counted_rows
from support.tasks import TONES, multitask, tone
from support.texts import NEWS

from flair_lig_widget import AttributionWidget, LIGWidget, attribute
from flair_lig_widget.evaluation.random_weights import copy_classifier

LIMIT = 60
"""Seconds until a test gives up; what it waits for takes a fraction of one."""

FIXED = {"method": "riemann_middle", "n_steps": 3}


@pytest.fixture(scope="module")
def model(encoder_folder) -> MultitaskModel:
    return multitask(encoder_folder("bert"))


@pytest.fixture(scope="module")
def various(model) -> MultitaskModel:
    """Tasks whose models have other baselines, outputs or texts, and one that has none."""
    tfidf = families.fe.DocumentTFIDFEmbeddings([Sentence("Profit fell"), Sentence("Oil rose")])
    tasks = {
        "topic": model.tasks["topic"],
        "words": families.pool(families.word_vectors()),
        "rating": regressors.over_words(),
        "counts": tone(tfidf),
    }
    return MultitaskModel([*tasks.values()], [*tasks]).eval()


def test_another_task_explains_the_same_text_for_its_most_probable_label(model):
    widget = LIGWidget(model, NEWS, task="topic", target="sport", contrast="tech")
    assert (widget.task, widget.tasks) == ("topic", ["topic", "tone"])
    assert widget.result["request"]["task"] == "topic"

    widget.set_state({"task": "tone"})  # as the front end does
    found = widget.wait(LIMIT)
    expected = attribute(model.tasks["tone"], NEWS)
    assert found.scores == pytest.approx(expected.scores)
    assert (found.text, found.target) == (NEWS, expected.target)
    assert (widget.target, widget.contrast, widget.data_point) == (None, None, None)
    assert (widget.labels, widget.result["request"]["task"]) == (list(TONES), "tone")
    assert widget.parity < 1e-5
    assert (widget.status, widget.error) == ("idle", "")


def test_a_task_that_comes_with_its_target_explains_that(model):
    widget = LIGWidget(model, NEWS, task="topic", target="sport", **FIXED)
    widget.set_state({"target": "sad", "task": "tone", "n_steps": 4})
    found = widget.wait(LIMIT)
    assert (found.target, found.n_steps, widget.target) == ("sad", 4, "sad")


def test_going_back_to_a_task_costs_no_call_of_its_model(model):
    widget = LIGWidget(model, NEWS, task="topic")
    first = copy.deepcopy({**widget.result, "seconds": None})
    widget.task = "tone"
    widget.wait(LIMIT)
    with counted_rows(model.tasks["topic"]) as rows:  # the tasks share their embeddings
        widget.task = "topic"
        widget.wait(LIMIT)
    assert rows == []
    assert {**widget.result, "seconds": None} == first


def test_the_newest_task_wins(model):
    widget = LIGWidget(model, NEWS, task="topic", **FIXED)
    shown = []
    widget.observe(lambda change: shown.append(change["new"]), names="result")
    for task in ["tone", "topic"] * 10 + ["tone"]:
        widget.task = task
    assert set(widget.wait(LIMIT).prediction) == set(TONES)
    for result in shown:
        labels = TONES if result["request"]["task"] == "tone" else tiny.LABELS
        assert {label for label, _ in result["prediction"]} == set(labels)


def test_checks_snapshots_and_edits_of_the_task_before_are_dropped(model):
    widget = LIGWidget(model, "Profit fell by 7% on Tuesday.", task="topic", **FIXED)
    widget.precompute(targets=["sport"], n_steps=[2], methods=["riemann_left"])
    assert widget.snapshots["request"]["task"] == "topic"
    topic = widget.check()
    widget.edit = {"request": widget.result["request"], "words": [0], "replacement": None}
    widget.wait(LIMIT)
    assert widget.edited["edit"]["request"]["task"] == "topic"
    widget.checking = False

    widget.task = "tone"
    widget.wait(LIMIT)
    assert (widget.snapshots, widget.checked, widget.edited) == ({}, {}, {})
    assert widget.faithfulness is None

    tone = widget.check()
    assert (topic.target in tiny.LABELS, tone.target in TONES) == (True, True)
    widget.task = "topic"
    widget.wait(LIMIT)
    assert widget.faithfulness == topic


def test_another_model_is_compared_by_the_task_of_the_same_name(model):
    other = copy_classifier(model)
    widget = LIGWidget(model, NEWS, task="topic", compare=other, **FIXED)
    assert set(widget.other_attribution.prediction) == set(tiny.LABELS)
    assert widget.other["request"]["task"] == "topic"
    widget.task = "tone"
    widget.wait(LIMIT)
    assert widget.other_attribution.provenance.model.startswith("task tone: ")
    assert widget.other["request"] == widget.result["request"]

    alone = LIGWidget(model, NEWS, task="topic", compare=model.tasks["topic"], **FIXED)
    alone.task = "tone"
    with pytest.raises(ValueError, match="the classifier to compare with: unknown target"):
        alone.wait(LIMIT)
    assert (alone.other, alone.other_attribution) == ({}, None)


def test_a_task_that_cannot_be_explained_is_an_error_and_the_picture_stays(various):
    widget = LIGWidget(various, NEWS, task="topic", **FIXED)
    before = copy.deepcopy(widget.result)
    for task, message in {
        "counts": "cannot explain a TextClassifier over DocumentTFIDFEmbeddings",
        "mood": "unknown task 'mood'; tasks are topic, words, rating, counts",
        None: "several tasks; give task=, one of topic, words, rating, counts",
    }.items():
        widget.task = task
        with pytest.raises(ValueError, match=message):
            widget.wait(LIMIT)
        assert message in widget.error
        assert (widget.status, widget.result) == ("error", before)
        assert widget.labels == list(tiny.LABELS)
    widget.task = "topic"
    assert set(widget.wait(LIMIT).prediction) == set(tiny.LABELS)
    assert (widget.status, widget.error) == ("idle", "")


def test_settings_that_the_model_of_a_task_does_not_have_are_its_defaults(various):
    widget = LIGWidget(
        various, NEWS, task="topic", baseline="mask", layer="embeddings", output="probability"
    )
    widget.task = "words"
    found = widget.wait(LIMIT)
    assert (found.baseline, found.layer, found.output) == ("zero", "word_embeddings", "probability")
    assert (widget.baselines, widget.layers) == (["zero", "unk", "mean"], ["word_embeddings"])

    widget.task = "rating"
    found = widget.wait(LIMIT)
    assert (found.output, widget.output) == ("value", "value")
    assert list(widget.choices["outputs"]) == ["value"]
    assert found.value == pytest.approx(regressors.value(various.tasks["rating"], NEWS), abs=1e-5)

    widget.task = "topic"
    assert widget.wait(LIMIT).output == "logit"
    assert "probability" in widget.choices["outputs"]
    assert "mask" in widget.baselines


def test_a_task_of_pairs_says_so_where_the_text_is_one(model):
    pairs = models.pair(model.tasks["topic"].embeddings)
    both = MultitaskModel([model.tasks["topic"], pairs], ["topic", "pairs"])
    widget = LIGWidget(both, NEWS, task="topic", **FIXED)
    widget.task = "pairs"
    with pytest.raises(ValueError, match="the model reads 2 texts at once"):
        widget.wait(LIMIT)
    pair = (NEWS, "Profit fell.")
    assert LIGWidget(both, pair, task="pairs", **FIXED).attribution.texts == pair


def test_a_task_that_reads_entities_gets_those_of_the_text(model):
    embeddings = model.tasks["topic"].embeddings
    relations = models.relations(embeddings, TypedEntityMarker())
    both = MultitaskModel([model.tasks["topic"], relations], ["topic", "relation"])
    entities = [(0, 5, "PER"), (14, 18, "ORG")]
    widget = LIGWidget(both, "Smith founded Acme.", task="relation", entities=entities, **FIXED)
    first = widget.attribution
    widget.data_point = [list(each) for each in first.data_point]
    widget.wait(LIMIT)
    widget.task = "topic"
    assert set(widget.wait(LIMIT).prediction) == set(tiny.LABELS)
    assert (widget.entities, widget.data_point) == ([], None)
    widget.task = "relation"
    assert widget.wait(LIMIT) == first
    assert widget.entities == [list(each) for each in entities]


def test_pages_and_saved_state_have_the_task(model):
    widget = LIGWidget(model, NEWS, task="tone", **FIXED)
    for state in (widget.get_state(), widget.page_state()):
        assert (state["task"], state["tasks"]) == ("tone", ["topic", "tone"])
    alone = AttributionWidget(widget.attribution)
    for state in (alone.get_state(), alone.page_state()):
        assert (state["task"], state["tasks"]) == (None, [])
    assert "task" not in alone.result["request"]


def test_a_model_without_tasks_has_none_to_choose_from(model):
    widget = LIGWidget(model.tasks["topic"], NEWS, **FIXED)
    assert (widget.task, widget.tasks) == (None, [])
    assert "task" not in widget.result["request"]
    only = LIGWidget(MultitaskModel([model.tasks["topic"]], ["topic"]), NEWS, **FIXED)
    assert (only.task, only.tasks) == ("topic", ["topic"])


def test_a_closed_widget_ignores_its_task(model):
    widget = LIGWidget(model, NEWS, task="topic", **FIXED)
    widget.close()
    widget.task = "tone"
    assert widget.status == "idle"
