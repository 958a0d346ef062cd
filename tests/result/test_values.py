"""A result of a regressor in words: a value in the unit of its training data, and no percent."""

from __future__ import annotations

import copy
import dataclasses

import pytest
from support import attributions, faithfulness
from support.values import example, make

from flair_lig_widget import Edit, compare
from flair_lig_widget.result.summary import amount, prediction_summary, sentences
from flair_lig_widget.result.verdict import flip_sentence


def test_the_prediction_is_a_value_without_percent():
    assert prediction_summary(make()) == "Predicted 3.42 (rating)."
    assert sentences(make())[1].startswith(
        "f(x) = 3.420, f(x′) = 3.545, where f is the value of rating;"
    )
    assert "Delta 0.000 units" in sentences(make())[2]
    assert make().unit == "units"


def test_a_value_is_written_with_at_least_three_digits_that_count():
    values = {3.42: "3.42", 12345.678: "12345.68", 0.0123: "0.0123", -0.5: "−0.500", 0: "0.00"}
    assert {value: amount(value) for value in values} == values
    assert amount(1e-9) == "1e-9"


def test_a_value_may_be_any_finite_number():
    for value in (-17.0, 0.5, 1e6):
        found = make(prediction={"rating": value})
        assert found.prediction["rating"] == value
        assert copy.copy(found) == found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prediction": {"rating": float("nan")}}, "value nan is not finite"),
        ({"baseline_prediction": {"rating": 1e151}}, "beyond 1e\\+150"),
        ({"predicted": ("rating",)}, "predicted must be empty"),
        ({"contrast": "rating"}, "contrast None"),
        ({"target": "price"}, "one number for 'price'"),
    ],
)
def test_what_no_regressor_gives_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        make(**changes)


def test_a_label_still_needs_a_probability():
    with pytest.raises(ValueError, match="which is not a probability"):
        make(output="logit")


def test_a_value_has_no_entropy_and_no_baseline_that_prefers_a_label():
    assert make().baseline_entropy is None
    assert make().notes == ()


def test_two_regressors_of_one_label_type_are_compared_in_its_unit():
    other = dataclasses.replace(make(), scores=make().scores * 2)
    found = compare(make(), other)
    assert found.has_one_unit
    assert found.relative_l2 == pytest.approx(1.0)
    assert [(each.label, each.first, each.second) for each in found.labels] == [
        ("rating", 3.42, 3.42)
    ]


def test_values_of_two_kinds_and_a_logit_have_no_common_unit():
    price = make(target="price", prediction={"price": 9.0}, baseline_prediction={"price": 1.0})
    found = compare(make(), price)
    assert found.relative_l2 is None
    assert found.notes == (
        "The scores are in different units (units of rating and units of price), so only their "
        "orders are compared.",
    )
    found = compare(attributions.make(), make())
    assert "different units (logit and units of rating)" in found.notes[0]
    assert "output: logit, value" in found.differences


def test_the_verdict_is_about_the_value():
    """With 19 random orders the p-value of the best one is 1 / 20."""
    found = example(random_comprehensiveness=[1.0] * 19)
    assert found.p_value == 0.05
    assert found.verdict.kind == "better"
    assert found.verdict.sentence == (
        "Without the word that raises it most, the value falls from 3.42 to 2.10; without a random "
        "word it is between 2.50 and 4.00."
    )
    assert example(random_comprehensiveness=[2.0] * 19).p_value == 1.0
    assert example().verdict.kind == "pending"


def test_small_changes_may_matter_because_the_unit_is_not_known():
    """In log-odds a drop of less than 0.3 would be too small to be explained."""
    drop = dataclasses.replace(example().comprehensiveness, probability=0.002)
    found = example(comprehensiveness=drop, random_comprehensiveness=[0.001] * 19)
    assert found.verdict.kind == "better"
    labels = faithfulness.example(
        comprehensiveness=faithfulness.Drop(probability=0.1, log_odds=0.2),
        random_comprehensiveness=[0.1] * 19,
    )
    assert labels.verdict.kind == "chance"


def test_a_value_has_no_label_that_could_change():
    assert flip_sentence(example()) == ""


def edit(**changes) -> Edit:
    fields = {
        "original": "Oil is great",
        "start": 7,
        "end": 12,
        "replacement": None,
        "erase": "delete",
        "text": "Oil is",
        "target": "rating",
        "contrast": None,
        "output": "value",
        "baseline": "pad",
        "value": 3.42,
        "edited_value": 2.1,
        "promised": 1.25,
        "before": {"rating": 3.42},
        "prediction": {"rating": 2.1},
        "predicted_before": (),
        "predicted": (),
    }
    return Edit(**{**fields, **changes})


def test_an_edit_says_what_the_value_was_and_is():
    assert edit().summary == (
        "Without “great” the value is 2.10, not 3.42; the score promised that the value of rating "
        "falls by 1.25, and it fell by 1.32."
    )
    unchanged = edit(prediction={"rating": 3.4201}, edited_value=3.4201, promised=0.0)
    assert "“great” the value stays at 3.42; the score promised that" in unchanged.summary
