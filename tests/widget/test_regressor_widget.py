"""The live widget of a regressor: a request is computed once, and nothing is lost."""

from __future__ import annotations

import pytest
from support import regressors
from support.regressors import LABEL, TEXT

from flair_lig_widget import LIGWidget, attribute, load_attribution
from flair_lig_widget.evaluation import evaluate

LIMIT = 120
"""Seconds until a test gives up; what it waits for takes a few."""


@pytest.fixture(scope="module")
def linear():
    return regressors.over_words()


@pytest.fixture(params=["logit", "value"])
def widget(request, linear):
    return LIGWidget(linear, TEXT, output=request.param)


def test_it_shows_what_attribute_finds_and_computes_it_once(widget, linear):
    assert widget.attribution == attribute(linear, TEXT)
    assert (widget.output, widget.labels, widget.status) == ("value", [LABEL], "idle")
    assert widget.result["request"] == {n: getattr(widget, n) for n in widget.result["request"]}
    assert widget.choices["outputs"] == {"value": "value"}
    assert widget.parity < 1e-5
    rows = []
    hook = linear.decoder.register_forward_pre_hook(lambda _, args: rows.append(len(args[0])))
    try:
        widget._on_request(None)
        widget.wait(LIMIT)
        assert rows == []
        widget.method = "riemann_middle"
        widget.wait(LIMIT)
        assert 0 < sum(rows) <= 50  # no endpoint, and at most the points of the rule
    finally:
        hook.remove()
    assert widget.attribution == attribute(linear, TEXT, method="riemann_middle")


def test_a_check_and_an_edit_are_those_of_the_functions(widget, linear):
    found = widget.check()
    expected = evaluate(linear, widget.attribution)
    assert found.p_value == expected.p_value
    assert widget.checked["verdict"]["sentence"] == expected.verdict.sentence
    assert widget.checked["request"]["output"] == widget.result["output"]
    widget.edit = {"request": widget.result["request"], "words": [3], "erase": "delete"}
    widget.wait(LIMIT)
    assert widget.edited["summary"].startswith("Without “airline” the value is ")


def test_what_is_precomputed_belongs_to_the_traits_and_to_the_page(widget, linear):
    results = widget.precompute(methods=["auto"], tolerances=[0.01])
    request = widget.snapshots["request"]
    assert request == {name: getattr(widget, name) for name in request}
    assert [each.target for each in results] == [LABEL]
    assert "Predicted " in widget.to_html()


def test_a_saved_result_opens_without_the_model(widget, linear, tmp_path):
    widget.attribution.to_json(tmp_path / "saved.json")
    opened = load_attribution(tmp_path / "saved.json")
    assert opened.attribution == widget.attribution
    assert (opened.output, opened.labels) == ("value", [LABEL])


def test_it_is_compared_with_another_regressor(linear):
    other = regressors.over_words(seed=8)
    widget = LIGWidget(linear, TEXT, compare=other)
    assert widget.other_attribution == attribute(other, TEXT)
    assert widget.other["prediction"][0][0] == LABEL


def test_another_output_is_an_error_in_words(linear):
    with pytest.raises(ValueError, match="output='probability' is not possible for a TextReg"):
        LIGWidget(linear, TEXT, output="probability")
