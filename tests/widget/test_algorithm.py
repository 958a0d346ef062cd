"""The widget with an algorithm to compare with."""

from __future__ import annotations

import pytest
from support import families
from support.counting import counted_rows
from support.texts import NEWS

from flair_lig_widget import LIGWidget, Request, attribute
from flair_lig_widget.frontend.wire import snapshots_to_wire
from flair_lig_widget.result.algorithms import ALGORITHMS, INTEGRATED_GRADIENTS

LIMIT = 60
"""Seconds until a test gives up; what it waits for takes a fraction of one."""

CAPTUM = [name for name in ALGORITHMS if name != INTEGRATED_GRADIENTS]


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


@pytest.mark.parametrize("algorithm", CAPTUM)
def test_the_trait_requests_another_algorithm(classifier, algorithm):
    change = {"algorithm": algorithm, "n_steps": 3}
    widget = LIGWidget(classifier, NEWS)
    widget.set_state(change)  # as the front end does
    expected = attribute(classifier, NEWS, **change)
    assert widget.wait(LIMIT) == expected
    assert widget.result["algorithm"] == algorithm
    assert widget.result["request"] == Request(text=NEWS, **change).to_dict()
    assert widget.choices["algorithms"][algorithm]["name"] == ALGORITHMS[algorithm].name
    # and the same from the constructor
    assert LIGWidget(classifier, NEWS, **change).attribution == expected


def test_a_setting_that_was_seen_costs_no_model_call(classifier):
    widget = LIGWidget(classifier, NEWS)
    for algorithm in CAPTUM:
        widget.set_state({"algorithm": algorithm, "n_steps": 2})
        widget.wait(LIMIT)
    with counted_rows(classifier) as rows:
        for algorithm in CAPTUM:
            widget.set_state({"algorithm": algorithm, "n_steps": 2})
            assert widget.wait(LIMIT).algorithm == algorithm
        widget.set_state({"algorithm": INTEGRATED_GRADIENTS, "n_steps": None})
        assert widget.wait(LIMIT).converged
    assert rows == []


def test_what_captum_cannot_do_is_said_and_the_last_picture_stays():
    classifier = families.pool(families.word_vectors(), fine_tune_mode="nonlinear")
    widget = LIGWidget(classifier, NEWS)
    before = widget.result
    widget.algorithm = "deep_lift"
    with pytest.raises(ValueError, match="Captum's DeepLIFT cannot run on this classifier"):
        widget.wait(LIMIT)
    assert (widget.status, widget.result) == ("error", before)
    assert widget.error.startswith("Captum's DeepLIFT cannot run on this classifier")
    widget.algorithm = "feature_ablation"
    assert widget.wait(LIMIT).algorithm == "feature_ablation"
    assert (widget.status, widget.error) == ("idle", "")
    widget.algorithm = "lime"
    with pytest.raises(ValueError, match="unknown algorithm 'lime'"):
        widget.wait(LIMIT)


def test_a_check_is_of_the_algorithm_that_is_shown(classifier):
    widget = LIGWidget(classifier, NEWS, algorithm="gradient_x_input")
    found = widget.check()
    assert found.algorithm == widget.checked["request"]["algorithm"] == "gradient_x_input"
    assert found.scores == pytest.approx([word.score for word in widget.attribution.words()])
    widget.checking = False
    widget.algorithm = INTEGRATED_GRADIENTS
    widget.wait(LIMIT)
    assert (widget.checked, widget.faithfulness) == ({}, None)


def test_what_is_precomputed_is_integrated_gradients(classifier):
    grid = {"methods": ["riemann_middle"], "n_steps": [2], "targets": ["sport"]}
    widget = LIGWidget(classifier, NEWS, algorithm="deep_lift")
    results = widget.precompute(**grid)
    assert widget.attribution.algorithm == "deep_lift"
    assert [each.algorithm for each in results] == [INTEGRATED_GRADIENTS]
    assert widget.snapshots == snapshots_to_wire(results)
    assert widget.snapshots["request"]["algorithm"] == INTEGRATED_GRADIENTS
