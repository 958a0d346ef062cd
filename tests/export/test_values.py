"""Every export of a regressor's results: values as they are, and a probability nowhere."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from support.markup import Reader
from support.values import example, make

from flair_lig_widget import Attribution
from flair_lig_widget.export import faithfulness_figure
from flair_lig_widget.export.runs import caption
from flair_lig_widget.result.faithfulness import Faithfulness


def test_an_attribution_comes_back_from_json():
    data = json.loads(make().to_json())
    assert (data["output"], data["prediction"]) == ("value", {"rating": 3.42})
    assert Attribution.from_json(make().to_json()) == make()
    large = make(prediction={"rating": -1e6}, baseline_prediction={"rating": 1e6})
    assert Attribution.from_dict(large.to_dict()) == large


@pytest.mark.parametrize(
    ("found", "other", "message"),
    [
        ('"rating": 3.42', '"other": 3.42', "no prediction for 'rating'"),
        ('"predicted": []', '"predicted": ["rating"]', "predicted must be empty"),
        ('"output": "value"', '"output": "logit"', "3.42, which is not a probability"),
    ],
)
def test_an_attribution_that_no_regressor_gives_is_refused(found, other, message):
    source = make().to_json()
    assert source.count(found) >= 1
    with pytest.raises(ValueError, match=message):
        Attribution.from_json(source.replace(found, other, 1))


def test_a_faithfulness_result_comes_back_from_json():
    assert Faithfulness.from_json(example().to_json()) == example()
    data = json.loads(example().to_json())
    assert data["comprehensiveness"] == {"probability": 1.72, "log_odds": None}
    assert data["without"]["probabilities"] == [3.42, 2.1, 0.5, -1.0, -2.0]


@pytest.mark.parametrize(
    ("found", "other", "message"),
    [
        ('"log_odds": null', '"log_odds": 1.0', r"comprehensiveness.log_odds is 1.0, not null"),
        ('"predicted": []', '"predicted": ["a"]', "predicted is a list, not an empty list"),
        ('"probability": 3.42', '"probability": 1e151', r"probability is 1e\+151, not a number"),
        ('"output": "value"', '"output": "logit"', "probability is 3.42, not a probability"),
    ],
)
def test_a_faithfulness_result_that_no_regressor_gives_is_refused(found, other, message):
    source = example().to_json()
    assert found in source
    with pytest.raises(ValueError, match=message):
        Faithfulness.from_json(source.replace(found, other, 1))


def test_colours_say_what_raises_and_what_lowers():
    assert "Blue: raises the value, orange: lowers it." in make()._repr_html_()
    assert caption(make()).startswith("Blue, underlined: raises the value; orange, dotted: lowers")


def test_no_export_of_an_attribution_has_the_value_in_percent():
    latex = make().to_latex()
    for text in (Reader(make()._repr_html_()).text, make().to_csv(), latex):
        assert not re.search(r"342(\.0)? ?\\?%|rating \(", text)
    assert "Predicted 3.42 (rating)." in latex
    assert "# output: value" in make().to_csv()
    assert make().to_svg().startswith("<?xml")


def test_the_curves_are_a_table_of_values():
    source = example().to_csv()
    body = "".join(line for line in source.splitlines(True) if not line.startswith("# "))
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    without = [float(row["probability"]) for row in rows if row["curve"] == "without"]
    assert without == [3.42, 2.1, 0.5, -1.0, -2.0]
    assert "# comprehensiveness: 1.72" in source


def test_the_summary_has_no_percent_and_no_log_odds():
    text = Reader(example()._repr_html_()).text
    assert "1.72" in text
    assert "%" not in text
    assert "log-odds" not in text


def test_the_figure_shows_all_values_on_one_scale():
    """The largest and the smallest value of the example are 4 (of the band) and -2."""
    figure = faithfulness_figure._drawn(example(), 72)
    for axes in figure.axes:
        low, high = axes.get_ylim()
        assert -2.5 < low < -2
        assert 4 < high < 4.5
        *_, own = axes.lines
        assert set(own.get_ydata()) <= {-2.0, -1.0, 0.5, 2.0, 2.1, 2.5, 3.0, 3.42, 3.5}
    assert faithfulness_figure._label(example()) == "Value of rating"
    assert example().to_svg().startswith("<?xml")
