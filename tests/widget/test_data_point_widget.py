"""Checking and editing what a widget shows of a data point, against the same work outside of it."""

from __future__ import annotations

import pytest

from flair_lig_widget import LIGWidget, attribute
from flair_lig_widget.evaluation import edit, evaluate
from flair_lig_widget.frontend.check import check_to_wire

LIMIT = 60
QUICK = {"method": "riemann_middle", "n_steps": 3}
TAGGER = ("SequenceTagger", "spans in BIOES, no RNN, CRF")
TEXT = "the airline of Prime Minister made a film in New York"
POINT = ((15, 29),)


@pytest.fixture
def tagger(family_classifier):
    return family_classifier(*TAGGER)


def test_a_check_is_of_the_data_point_that_is_shown(tagger):
    widget = LIGWidget(tagger, TEXT, data_point=POINT, target="PER", **QUICK)
    found = widget.check()
    attribution = attribute(tagger, TEXT, data_point=POINT, target="PER", **QUICK)
    assert found == evaluate(tagger, attribution)
    assert widget.checked["request"]["data_point"] == [[15, 29]]
    own = {index for index, word in enumerate(attribution.words()) if 15 <= word.start < 29}
    assert sorted(widget.checked["order"]) == sorted(set(range(11)) - own)
    assert widget.checked["flip"] == check_to_wire(found, attribution)["flip"]
    assert [row["name"] for row in widget.checked["baselines"]] == widget.baselines

    widget.data_point = [[45, 53]]
    widget.wait(LIMIT)
    assert widget.checked["request"]["data_point"] == [[45, 53]]
    assert set(widget.checked["order"]) >= own


def test_an_edit_says_where_the_data_point_is_then(tagger):
    widget = LIGWidget(tagger, TEXT, data_point=POINT, target="PER", **QUICK)
    request = dict(widget.result["request"])
    widget.edit = {"request": request, "words": [1], "replacement": None, "erase": "delete"}
    widget.wait(LIMIT)
    expected = edit(tagger, widget.attribution, widget.attribution.words()[1])
    assert widget.edited["text"] == expected.text == TEXT.replace("airline ", "")
    assert widget.edited["data_point"] == [[7, 21]]
    assert widget.edited["entities"] == []
    assert widget.edited["summary"] == expected.summary

    kept = {"text": widget.edited["text"], "data_point": [[7, 21]], "edit": None}
    widget.set_state(kept)
    widget.wait(LIMIT)
    assert widget.attribution.text == expected.text
    assert widget.attribution.value == pytest.approx(expected.edited_value, abs=1e-5)


def test_words_of_the_data_point_alone_cannot_be_checked_and_the_widget_says_so(tagger):
    widget = LIGWidget(tagger, "New York", data_point=((0, 8),), **QUICK)
    with pytest.raises(ValueError, match="no word of 'New York' can be deleted"):
        widget.check()
    assert widget.status == "error"
    assert "use erase='mask' or 'baseline'" in widget.error
    assert widget.check(erase="baseline").n_words == 2


def test_a_page_has_the_other_data_points_that_have_a_label(tagger):
    widget = LIGWidget(tagger, TEXT)
    results = widget.precompute(methods=["auto"], tolerances=[0.05], targets=["PER"])
    labelled = [p for p in widget.attribution.data_points if p.label != "O"]
    others = [p for p in labelled if p.ranges != widget.attribution.data_point]
    assert others
    assert [each["request"]["data_point"] for each in widget.snapshots["others"]] == [
        [list(place) for place in point.ranges] for point in others
    ]
    for point in others:
        (found,) = (r for r in results if r.data_point == point.ranges and r.tolerance == 0.05)
        expected = attribute(tagger, TEXT, data_point=point.ranges, tolerance=0.05)
        assert found.target == expected.target == point.label
        assert found.scores == pytest.approx(expected.scores, abs=1e-5)
