"""The objective f, against torch's own softmax, sigmoid and logit."""

from __future__ import annotations

import pytest
import torch

from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.result.units import OUTPUTS, VALUE, describe_output

LOGITS = torch.tensor([[2.0, -1.0, 0.5], [0.0, 30.0, -30.0]], dtype=torch.float64)


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("label", [0, 1, 2])
def test_every_output_is_what_its_name_says(label, multi_label):
    probability = (LOGITS.sigmoid() if multi_label else LOGITS.softmax(-1))[:, label]
    expected = {
        "logit": LOGITS[:, label],
        "probability": probability,
        "log_odds": (probability[:1]).logit(),
        "value": LOGITS[:, label],  # of a regressor, whose logit is its value
    }
    assert set(expected) == set(OUTPUTS)
    for output, values in expected.items():
        found = Objective(output, label, None, multi_label)(LOGITS)
        assert torch.allclose(found[: len(values)], values, rtol=1e-12)


def test_log_odds_are_finite_where_the_probability_is_rounded_to_one():
    """log p / (1 - p) of logits 0, 30, -30 is 30 - log(e^0 + e^-30)."""
    found = Objective("log_odds", 1, None, False)(LOGITS)[1]
    assert found.item() == pytest.approx(30.0, abs=1e-12)
    assert LOGITS.float().softmax(-1)[1, 1] == 1


@pytest.mark.parametrize("output", [output for output in OUTPUTS if output != VALUE])
def test_a_contrast_is_the_difference_of_two_outputs(output):
    for multi_label in (False, True):
        one, other = (Objective(output, i, None, multi_label)(LOGITS) for i in (0, 2))
        assert torch.equal(Objective(output, 0, 2, multi_label)(LOGITS), one - other)


def test_f_is_described_in_words():
    assert describe_output("logit", "sport", None) == "the logit of sport"
    assert describe_output("value", "rating", None) == "the value of rating"
    assert (
        describe_output("log_odds", "sport", "tech") == "the log-odds of sport minus that of tech"
    )
