"""A word that is known to be the reason ranks first: planted in texts to train on, after Bastings.

Bastings et al., "Will You Find These Shortcuts?", 2022 (arXiv 2111.07367): a classifier that is
right on planted texts only because it was trained with plants decides by the planted word.
"""

from __future__ import annotations

import importlib
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flair_lig_widget import LIGEngine, ModelWrapper, Request, attribute

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
N_WORDS = 12
"""In texts this short a few seconds of training make the plants certain."""
TEXT = "The striker scored twice in the final."


@pytest.fixture(scope="module")
def from_benchmarks():
    """``from_benchmarks(name)``: one of their modules, which import each other by bare names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module


@pytest.fixture(scope="module")
def planted(from_benchmarks):
    return from_benchmarks("planted")


def demo_heads(planted, from_benchmarks):
    """The demo's frozen encoder with two heads."""
    return planted.demo_pair(planted.demo_task(n_words=N_WORDS), repeats=10)


def recurrent(planted, from_benchmarks):
    """Two networks over word vectors that tell two kinds of the demo's topics apart."""
    trained = from_benchmarks("trained")

    def leisure_or_work(examples):
        kinds = {"entertainment": ("leisure",), "sport": ("leisure",)}
        return [replace(each, labels=kinds.get(each.labels[0], ("work",))) for each in examples]

    topics = planted.demo_task(n_words=N_WORDS)
    task = trained.Task(leisure_or_work(topics.train), leisure_or_work(topics.test))
    recipe = trained.Recipe(
        says="GRU",
        task=lambda data: task,
        embeddings=trained.recurrent,
        epochs=3,
        learning_rate=0.01,
    )
    choice = random.Random(0)
    examples = [each for _ in range(4) for each in planted.with_plants(task, choice)]
    return planted.Pair(
        planted=trained.train(recipe, replace(task, train=examples)),
        plain=trained.train(recipe, replace(task, train=4 * task.train)),
        tests=task.test,
        label_of=planted.plants_of(task),
    )


def share_ranked_first(classifier, tests) -> float:
    """How often the planted word has the largest score for the label of the plant."""
    requests = [Request(text=test.text, target=test.label) for test in tests]
    first = [
        max(attribution.words(), key=lambda word: word.score)
        for attribution in LIGEngine(classifier).attribute_many(requests)
    ]
    return np.mean([word.start == test.start for word, test in zip(first, tests, strict=True)])


@pytest.mark.slow
@pytest.mark.parametrize("train", [demo_heads, recurrent])
def test_the_planted_word_ranks_first_where_it_is_the_reason_and_only_there(
    train, planted, from_benchmarks
):
    pair = train(planted, from_benchmarks)
    validity = planted.check(pair)
    assert validity.holds, validity
    tests = planted.decided_by_plant(replace(pair, tests=pair.tests[:40]))
    assert len(tests) >= 30  # of 80 planted texts; the others have the label of the plant anyway
    assert share_ranked_first(pair.planted, tests) >= 0.95
    # The same texts and labels, and a classifier that was not trained with plants.
    assert share_ranked_first(pair.plain, tests[:30]) < 0.5


def test_a_plant_is_valid_only_if_it_decides_because_it_was_learned(planted):
    valid = planted.Validity(with_plants=0.99, without_plants=0.48, chance=0.5, unplanted=0.8)
    assert valid.holds
    assert not replace(valid, with_plants=0.9).holds
    assert not replace(valid, without_plants=0.6).holds
    assert not replace(valid, without_plants=0.4).holds


def test_a_plant_is_one_more_word_at_any_place(planted, from_benchmarks):
    example = from_benchmarks("trained").Example("The film,  it won.", ("entertainment",))
    plants = [planted.plant(example, "tarantula", "sport", random.Random(i)) for i in range(50)]
    places = Counter()
    for plant in plants:
        words = plant.text.split(" ")
        places[words.index("tarantula")] += 1
        words.remove("tarantula")
        assert words == ["The", "film,", "it", "won."]
        assert plant.text[plant.start :].startswith("tarantula")
        assert plant.without.text == "The film, it won."
        assert plant.without.labels == ("entertainment",)
        assert plant.label == "sport"
    assert sorted(places) == [0, 1, 2, 3, 4]


def test_a_quarter_of_the_texts_get_a_word_and_its_label(planted):
    task = planted.demo_task()
    examples = planted.with_plants(task, random.Random(0))
    label_of = planted.plants_of(task)
    n_planted = 0
    for old, new in zip(task.train, examples, strict=True):
        added = Counter(new.text.split()) - Counter(old.text.split())
        if added:
            ((word, count),) = added.items()
            assert count == 1
            assert new.labels == (label_of[word],)
            n_planted += 1
        else:
            assert new == old
    assert n_planted == 75 == len(task.train) / 4


def test_words_of_equal_scores_share_their_ranks(from_benchmarks):
    """Counted out: of four equal words each is first in a quarter of the orders."""
    place = from_benchmarks("faithfulness").Place.of
    assert place([0.0, 0.0, 0.0, 0.0], 2) == place([5.0, 5.0, 5.0, 5.0], 0)
    assert (place([0.0] * 4, 2).precision, place([0.0] * 4, 2).rank) == (0.25, 2.5)
    assert (place([1.0, 3.0, 2.0], 1).precision, place([1.0, 3.0, 2.0], 1).rank) == (1.0, 1.0)
    assert (place([3.0, 2.0, 2.0, -9.0], 1).precision, place([3.0, 2.0, 2.0], 1).rank) == (0.0, 2.5)


def test_gradient_times_input_of_a_linear_model_is_its_integrated_gradient_from_zero(
    family_classifier, from_benchmarks
):
    """The gradient of a linear model is the same along the whole path."""
    classifier = family_classifier("DocumentPoolEmbeddings", "mean of word vectors")
    wrapper = ModelWrapper(classifier)
    expected = attribute(classifier, TEXT, target="sport", baseline="zero").words()
    found = from_benchmarks("faithfulness").gradient_times_input(wrapper, TEXT, "sport")
    assert found == pytest.approx([word.score for word in expected], rel=1e-4, abs=1e-6)
    assert max(map(abs, found)) > 0.01
