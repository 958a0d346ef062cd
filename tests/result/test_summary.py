"""The sentences that sum a result up: written once, the same in every output."""

from __future__ import annotations

import html as markup

import pytest
from support.attributions import make

from flair_lig_widget.export import html, latex, runs
from flair_lig_widget.frontend.wire import snapshots_to_wire, state_of
from flair_lig_widget.result.summary import (
    accuracy_summary,
    number,
    percent,
    prediction_summary,
    sentences,
    summary,
)


def test_small_numbers_never_read_as_zero():
    assert [number(x, 3) for x in (0.0, 0.0004, -0.0006, 2e-5)] == [
        "0.000",
        "0.0004",
        "−0.001",
        "0.00002",
    ]
    assert number(0.25, 2, "+") == "+0.25"
    assert number(3e-7, 4, "+") == "+3e-7"
    assert percent(-0.125) == "−12.5 %"


def test_the_prediction_names_every_label_that_flair_predicts():
    assert prediction_summary(make()) == "Predicted business (75.0 %)."
    both = make(predicted=("business", "sport"))
    assert prediction_summary(both) == "Predicted business (75.0 %), sport (25.0 %)."
    none = make(predicted=())
    assert prediction_summary(none) == "Predicted no label; business comes closest (75.0 %)."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Delta 0.375 logit (−75.0 % of f(x) − f(x′)), scores within 0.2 %, 9 evaluations."),
        (
            {"n_evaluations": 1, "error_estimate": None, "value": 3.5},
            "Delta −0.125 logit, error of the scores unknown, 1 evaluation.",
        ),
        (
            {"precision": "bfloat16", "rounding": 0.004},
            "Delta 0.375 logit (−75.0 % of f(x) − f(x′)), scores within 0.2 %, 9 evaluations, "
            "bfloat16, rounding 0.4 %.",
        ),
    ],
    ids=["auto", "nothing known", "bfloat16"],
)
def test_the_accuracy_is_one_sentence(changes, expected):
    assert accuracy_summary(make(**changes)) == expected


def test_the_wire_carries_the_sentences_of_the_summary():
    attribution = make(error_estimate=0.37, tolerance=None, method="riemann_left")
    result = state_of(attribution)["result"]
    assert result["prediction_summary"] == prediction_summary(attribution)
    assert result["accuracy_summary"] == accuracy_summary(attribution)
    snapshots = snapshots_to_wire([attribution])
    assert snapshots["prediction_summary"] == prediction_summary(attribution)
    (path,) = snapshots["paths"]
    (stored,) = path["results"]
    assert stored["accuracy_summary"] == accuracy_summary(attribution)


def test_every_picture_contains_the_sentences_of_the_summary():
    attribution = make(error_estimate=0.37, tolerance=None, method="riemann_left")
    for sentence in (prediction_summary(attribution), accuracy_summary(attribution)):
        assert sentence in sentences(attribution)
    assert attribution.notes
    assert summary(attribution) == " ".join(sentences(attribution))
    for source in (html.heatmap(attribution), html.plain(attribution)):
        assert summary(attribution) in markup.unescape(source)
    assert summary(attribution) in runs.caption(attribution)
    assert latex.escape(summary(attribution)) in attribution.to_latex()


def test_a_label_that_is_empty_can_be_read():
    found = make(
        prediction={"": 0.75, "sport": 0.25},
        baseline_prediction={"": 0.99, "sport": 0.01},
        predicted=("",),
        target="",
        contrast="sport",
    )
    assert prediction_summary(found) == "Predicted (empty) (75.0 %)."
    assert found.explained == "the logit of (empty) minus that of sport"
    assert "there the model predicts (empty) (99 %)" in found.notes[0]
    assert "Blue: for (empty), orange: for sport." in markup.unescape(html.heatmap(found))
