"""Models of several tasks: each is explained as its model alone, and named where it must be."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from flair.data import Sentence
from flair.models import MultitaskModel
from flair.nn import Model
from support import tiny
from support.model_state import state_of
from support.tasks import TONES, multitask
from support.texts import NEWS

from flair_lig_widget import (
    LIGEngine,
    LIGWidget,
    ModelWrapper,
    Request,
    UnsupportedClassifierError,
    attribute,
    attribute_each,
    edit,
    evaluate,
    explain_corpus,
    rank_baselines,
    sanity_check,
)
from flair_lig_widget.model.families import family_of
from flair_lig_widget.model.tasks import model_of_task, tasks_of

TEXTS = ["Profit fell by 7% on a Tuesday.", "The striker scored twice in the cup final."]


@pytest.fixture(scope="module")
def model(encoder_folder) -> MultitaskModel:
    return multitask(encoder_folder("bert"))


@pytest.fixture(scope="module")
def tones(model):
    """The result of the task "tone", explained by its model alone."""
    return attribute(model.tasks["tone"], NEWS)


def without_name(attribution):
    """The name of the model has its task."""
    provenance = dataclasses.replace(attribution.provenance, model="")
    return dataclasses.replace(attribution, provenance=provenance)


def test_a_task_is_explained_as_its_model_alone(model, tones):
    before = state_of(model)
    found = attribute(model, NEWS, task="tone")
    assert without_name(found) == without_name(tones)
    assert set(found.prediction) == set(TONES)
    alone = tones.provenance.model
    assert (alone[:14], found.provenance.model) == ("TextClassifier", f"task tone: {alone}")
    assert state_of(model) == before


@pytest.mark.parametrize("task", ["topic", "tone"])
def test_the_prediction_is_that_of_the_whole_model(model, task):
    """The model of several tasks predicts each under the label type of its model."""
    sentence = Sentence(NEWS)
    model.predict(sentence, return_probabilities_for_all_classes=True)
    flairs = {label.value: label.score for label in sentence.get_labels(task)}
    assert attribute(model, NEWS, task=task).prediction == pytest.approx(flairs, abs=1e-5)


def test_every_label_of_a_task_is_explained_in_one_call(model):
    found = attribute_each(model, NEWS, task="tone")
    alone = attribute_each(model.tasks["tone"], NEWS)
    assert set(found) == set(TONES)
    assert {label: without_name(each) for label, each in found.items()} == {
        label: without_name(each) for label, each in alone.items()
    }


def test_an_explanation_of_a_task_is_evaluated_and_edited_for_it(model, tones):
    alone = model.tasks["tone"]
    expected = evaluate(alone, tones, n_random=19)
    found = evaluate(model, tones, task="tone", n_random=19)
    assert found.comprehensiveness == expected.comprehensiveness
    assert found.sufficiency == expected.sufficiency
    word = tones.words()[0]
    assert edit(model, tones, word, task="tone").value == edit(alone, tones, word).value
    with pytest.raises(ValueError, match=r"its labels are glad.*those of the classifier business"):
        evaluate(model, tones, task="topic")


def test_baselines_are_ranked_and_weights_made_random_for_a_task(model):
    before = state_of(model)
    ranking = rank_baselines(model, TEXTS, task="tone", n_random=1)
    alone = rank_baselines(model.tasks["tone"], TEXTS, n_random=1)
    assert ranking.to_pandas().equals(alone.to_pandas())
    report = sanity_check(model, TEXTS, task="tone")
    assert report.to_pandas().equals(sanity_check(model.tasks["tone"], TEXTS).to_pandas())
    assert state_of(model) == before


DOORS = {
    "attribute": lambda m, **task: attribute(m, NEWS, **task),
    "attribute_each": lambda m, **task: attribute_each(m, NEWS, **task),
    "edit": lambda m, **task: edit(m, attribute(m.tasks["tone"], "a b"), (0, 1), **task),
    "evaluate": lambda m, **task: evaluate(m, attribute(m.tasks["tone"], "a b"), **task),
    "rank_baselines": lambda m, **task: rank_baselines(m, TEXTS, **task),
    "sanity_check": lambda m, **task: sanity_check(m, TEXTS, **task),
    "explain_corpus": lambda m, **task: explain_corpus(m, TEXTS, output_dir="none", **task),
    "LIGEngine": LIGEngine,
    "LIGWidget": lambda m, **task: LIGWidget(m, NEWS, **task),
    "ModelWrapper": ModelWrapper,
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_names_the_tasks_where_none_or_a_wrong_one_is_given(
    model, door, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="several tasks; give task=, one of topic, tone"):
        DOORS[door](model)
    with pytest.raises(ValueError, match="unknown task 'mood'; tasks are topic, tone"):
        DOORS[door](model, task="mood")


def test_the_only_task_need_not_be_named(model, tones):
    only = MultitaskModel([model.tasks["tone"]], ["tone"])
    assert without_name(attribute(only, NEWS)) == without_name(tones)
    assert model_of_task(only, None) is model_of_task(only, "tone") is model.tasks["tone"]


def test_a_model_without_tasks_takes_none(model):
    alone = model.tasks["topic"]
    assert (tasks_of(model), tasks_of(alone), tasks_of(None)) == (("topic", "tone"), (), ())
    assert model_of_task(alone, None) is alone
    with pytest.raises(ValueError, match=r"task='tone' is given, but only .*TextClassifier; leave"):
        attribute(alone, NEWS, task="tone")


def test_the_tasks_are_named_where_a_whole_model_cannot_be_explained(model):
    with pytest.raises(UnsupportedClassifierError, match="one of its tasks, which are topic, tone"):
        family_of(model)
    outer = MultitaskModel([model], ["both"])
    with pytest.raises(UnsupportedClassifierError, match="one of its tasks, which are topic, tone"):
        attribute(outer, NEWS)


def test_a_saved_model_is_explained_for_its_tasks(model, tones, tmp_path):
    """Flair saves the shared embeddings with each task; loaded, each has its own copy."""
    model.save(tmp_path / "model.pt")
    loaded = Model.load(tmp_path / "model.pt")
    embeddings = [loaded.tasks[task].embeddings for task in tasks_of(loaded)]
    assert embeddings[0] is not embeddings[1]
    found = attribute(loaded, NEWS, task="tone")
    assert found.scores == pytest.approx(tones.scores, abs=1e-5)


def test_two_threads_explain_two_tasks_that_share_their_embeddings(model):
    """Fixed rule, so that both take the same points however they are scheduled."""
    options = {"method": "gausslegendre", "n_steps": 40, "internal_batch_size": 2}
    expected = {task: attribute(model, NEWS, task=task, **options) for task in tasks_of(model)}
    found: dict = {}

    def explain(task):
        found[task] = attribute(model, NEWS, task=task, **options)

    threads = [threading.Thread(target=explain, args=(task,)) for task in tasks_of(model)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for task, result in expected.items():
        assert found[task].scores == pytest.approx(result.scores, abs=1e-5)


def test_an_engine_explains_one_task(model, tones):
    assert without_name(LIGEngine(model, task="tone").attribute(Request(text=NEWS))) == (
        without_name(tones)
    )
    assert LIGEngine(model, task="topic").wrapper.labels == tiny.LABELS
