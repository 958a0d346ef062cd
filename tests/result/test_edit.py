"""An edit as a value, and in words; the numbers here come from no model."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from pathlib import Path

import pytest
from support.processes import run_python

from flair_lig_widget import Edit, Provenance

TEXT = "Shares in the budget airline fell."
FIELDS = {
    "original": TEXT,
    "start": 14,
    "end": 20,
    "replacement": None,
    "erase": "delete",
    "text": "Shares in the airline fell.",
    "target": "business",
    "contrast": None,
    "output": "logit",
    "baseline": "unk",
    "value": 4.0,
    "edited_value": 3.625,
    "promised": 0.41,
    "before": {"business": 0.985, "sport": 0.015},
    "prediction": {"business": 0.912, "sport": 0.088},
    "predicted_before": ("business",),
    "predicted": ("business",),
    "provenance": Provenance(model="m", created_at="2026-01-01T00:00:00Z"),
}


def example(**changes) -> Edit:
    return Edit(**{**FIELDS, **changes})


def test_the_change_is_what_f_loses():
    assert example().change == 0.375
    assert example(edited_value=4.5).change == -0.5
    assert (example().unit, example().explained) == ("logit", "the logit of business")


def test_the_summary_says_what_happened_and_what_was_promised():
    assert example().summary == (
        "Without “budget” business falls from 98.5 % to 91.2 %; the score promised that the logit "
        "of business falls by 0.41, and it fell by 0.38."
    )
    assert repr(example()) == f"Edit: {example().summary}"


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"erase": "mask", "text": None}, "With “budget” masked, business falls from "),
        ({"erase": "baseline", "text": None}, "With “budget” at the baseline (unk), business "),
        ({"replacement": "low  cost"}, "With “low cost” in place of “budget”, business "),
    ],
)
def test_each_way_is_named(changes, start):
    assert example(**changes).summary.startswith(start)


def test_a_score_promises_what_happens_without_the_word_not_with_another():
    assert " that the logit of business falls by 0.41 without it, and it fell by 0.38." in (
        example(replacement="cheap").summary
    )


def test_a_rise_and_no_change_are_said():
    rises = example(
        promised=-0.2, edited_value=4.5, prediction={"business": 0.995, "sport": 0.005}
    ).summary
    assert "business rises from 98.5 % to 99.5 %; " in rises
    assert "the logit of business rises by 0.20, and it rose by 0.50." in rises
    stays = example(promised=0.0, edited_value=4.0, prediction=FIELDS["before"]).summary
    assert "business stays at 98.5 %; " in stays
    assert "the logit of business stays, and it stayed." in stays


def test_f_is_named_with_its_contrast_and_its_output():
    for changes, f in (
        ({"contrast": "sport"}, "the logit of business minus that of sport falls by 0.41"),
        ({"output": "probability"}, "the probability of business falls by 0.41"),
        ({"output": "log_odds"}, "the log-odds of business falls by 0.41"),
    ):
        assert f in example(**changes).summary


def test_another_prediction_is_said():
    sport = example(predicted=("sport",)).summary
    assert sport.endswith("it fell by 0.38. The model then predicts sport.")
    assert example(predicted=()).summary.endswith(" The model then predicts no label.")
    two = {"predicted_before": ("business", "sport"), "predicted": ("sport", "business")}
    assert "then" not in example(**two).summary


def test_a_long_text_is_cut_and_written_in_one_line():
    found = example(original="a\n b" + "c" * 99, start=0, end=99).summary
    assert found.startswith("Without “a b" + "c" * 37 + "…” business")


def test_it_is_frozen_copied_pickled_compared_and_hashed():
    found = example()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.value = 1.0
    with pytest.raises(TypeError):
        found.prediction["business"] = 1.0
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found), example()):
        assert other == found
        assert hash(other) == hash(found)
    later = dataclasses.replace(found, provenance=Provenance(model="m", created_at="later"))
    assert later == found
    assert example(promised=0.4) != found


def test_it_opens_without_torch_and_flair():
    code = """
import sys
sys.modules.update(dict.fromkeys(("torch", "flair", "scipy", "pandas")))
from test_edit import example
print(example().change)
"""
    folder = str(Path(__file__).parent)
    assert run_python(f"import sys\nsys.path.insert(0, {folder!r})\n{code}") == "0.375\n"
