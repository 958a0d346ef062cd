"""The rows of a page with several results: what each says, and that it is true to the numbers."""

from __future__ import annotations

import re

import pytest
from support.attributions import make, make_pair
from support.hostile import hostile_attribution, hostile_pair
from support.markup import Reader

from flair_lig_widget import AttributionWidget, as_html, to_html
from flair_lig_widget.frontend import rows


def test_a_row_says_label_prediction_target_and_score():
    text = Reader(rows.summary(make(), "sport")).text
    assert "true label: sport ✗" in text
    assert "predicted: business, 75.0 %" in text
    assert "explained: the logit of business" in text
    assert "sum of the scores: −0.12 logit" in text  # 0.5 - 0.75 + 0.125
    assert make().text in text
    assert "true label: business ✓" in Reader(rows.summary(make(), "business")).text
    assert "true label" not in Reader(rows.summary(make(), None)).text


def test_every_predicted_label_is_named_or_that_there_is_none():
    several = make(prediction={"a": 0.9, "b": 0.8}, predicted=("a", "b"), target="a")
    assert "predicted: a, 90.0 %; b, 80.0 %" in Reader(rows.summary(several, "b")).text
    assert "true label: b ✓" in Reader(rows.summary(several, "b")).text
    assert "predicted: no label" in Reader(rows.summary(make(predicted=()), None)).text


def test_what_the_model_did_not_read_is_said():
    cut = make(truncated=[(4, 13)])
    assert "not read by the model: characters 5 to 13" in Reader(rows.summary(cut, None)).text
    assert "not read" not in Reader(rows.summary(make(), None)).text
    pair = make_pair(truncated=[(4, 10), (19, 20)])
    assert (
        "not read by the model: characters 5 to 10 of text 1, characters 9 to 9 of text 2"
    ) in Reader(rows.summary(pair, None)).text


def test_each_text_of_a_pair_is_a_block_of_the_row():
    source = rows.summary(make_pair(), None)
    assert source.count('<span class="flair-lig-row-text" dir="auto">') == 2
    assert "\u2029" not in source
    parts = rows.to_wire(make_pair(), None)["text"]
    assert "".join(text for text, _ in parts) == "Oil <rose>\nIt fell 🎉"
    assert [strength for text, strength in parts if text in ("Oil", "\n", "fell")] == [
        *(0.5 / 0.75, 0.0, 1.0)
    ]


def test_colour_follows_sign_and_size():
    source = rows.summary(make(), None)
    levels = re.findall(r"flair-lig-(for|against)-(\d+)", source)
    assert levels == [("for", "7"), ("against", "10"), ("for", "2")]  # 0.5, -0.75, 0.125 of 0.75
    for side, level in levels:
        assert f".flair-lig-{side}-{level} " in rows.style()
    assert "flair-lig-for" not in rows.summary(make(scores=[0.0] * 6, value=3.5), None)


def test_hostile_texts_and_labels_stay_text():
    evil = "</summary><script>alert(1)</script><img src=x onerror=alert(1)>"
    source = rows.summary(hostile_attribution(evil, label=evil), evil)
    assert set(Reader(source).tags) <= {"summary", "span", "bdi"}
    assert "style=" not in source  # the policy of a page forbids it
    assert evil in Reader(source).text
    pair = rows.summary(hostile_pair(evil, evil, label=evil), evil)
    assert set(Reader(pair).tags) <= {"summary", "span", "bdi"}
    assert Reader(pair).text.endswith(evil + evil)


def test_several_results_are_rows_and_a_single_one_is_not():
    widget = AttributionWidget(make())
    assert to_html([widget, make()]).count('<details class="flair-lig-row">') == 2
    assert 'class="flair-lig-row"' not in to_html([widget])
    assert to_html([widget], labels=["sport"]).count("true label: <bdi>sport ✗</bdi>") == 1
    page = to_html([widget, make()], labels=[None, "business"])
    assert page.count("true label") == 1
    assert "true label: &lt;bdi&gt;sport" in as_html([widget, make()], labels=["sport", None])


def test_what_is_wrong_is_said():
    with pytest.raises(ValueError, match="1 labels for 2 texts; give one for each"):
        to_html([make(), make()], labels=["sport"])
    with pytest.raises(TypeError, match="Attribution is not a list of attributions"):
        to_html(make())
    with pytest.raises(TypeError, match="int is not a list of attributions"):
        as_html(3)
    with pytest.raises(TypeError, match="or several to AttributionRows"):
        AttributionWidget([make(), make()])
