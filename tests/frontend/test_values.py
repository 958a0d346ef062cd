"""What the front end gets of a regressor: its value, its one output, and sentences about it."""

from __future__ import annotations

from support.attributions import make as label
from support.faithfulness import example as label_check
from support.values import example, make

from flair_lig_widget.frontend import rows
from flair_lig_widget.frontend.check import check_to_wire
from flair_lig_widget.frontend.choices import CHOICES, choices_of
from flair_lig_widget.frontend.page import to_html
from flair_lig_widget.frontend.wire import request_of, snapshots_to_wire, state_of


def test_a_result_has_the_value_of_its_only_label():
    result = state_of(make())["result"]
    assert result["prediction"] == [("rating", 3.42)]
    assert (result["predicted"], result["output"], result["unit"]) == ([], "value", "units")
    assert result["prediction_summary"] == "Predicted 3.42 (rating)."
    assert result["explained"] == "the value of rating"


def test_only_a_regressor_offers_the_value():
    assert list(CHOICES["outputs"]) == ["logit", "probability", "log_odds"]
    assert state_of(label())["choices"] == CHOICES
    assert state_of(make())["choices"]["outputs"] == {"value": "value"}
    same = {name: choice for name, choice in choices_of("value").items() if name != "outputs"}
    assert same == {name: choice for name, choice in CHOICES.items() if name != "outputs"}


def test_the_request_of_a_saved_result_names_the_value_as_its_traits_do():
    state = state_of(make())
    assert request_of(make())["output"] == state["output"] == "value"
    assert snapshots_to_wire([make()])["request"]["output"] == "value"


def test_a_check_is_about_the_value():
    wire = check_to_wire(example())
    assert wire["numbers"].startswith(
        "Mean drop of the value at 5, 10, 20 and 50 % of the words: 1.72 without the best "
        "(comprehensiveness), 0.250 with the best alone (sufficiency)."
    )
    assert wire["flip"] == {"words": [], "sentence": ""}
    assert wire["request"]["output"] == "value"
    assert "Mean drop of the probability at" in check_to_wire(label_check())["numbers"]


def test_a_row_has_the_value_and_the_true_value_without_a_mark():
    facts = dict(rows.to_wire(make(), "4.0")["facts"])
    assert facts["predicted"] == "3.42 (rating)"
    assert facts["true value"] == "4.0"
    assert "true label" not in facts


def test_a_page_needs_no_label():
    assert "Predicted 3.42 (rating)." in to_html([make(), make()], labels=["4.0", None])
