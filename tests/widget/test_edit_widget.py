"""Edits in the widget without a browser: what is asked, what is answered, what becomes of it."""

from __future__ import annotations

import json

import pytest
import torch
from support import tiny
from support.counting import counted_rows
from support.texts import NEWS

from flair_lig_widget import AttributionWidget, LIGWidget, attribute, edit
from flair_lig_widget.frontend.edit import edit_to_wire
from flair_lig_widget.integration.sampling import Cancelled

LIMIT = 120
"""Seconds until a test gives up; what it waits for takes a few."""
QUICK = {"method": "riemann_middle", "n_steps": 3}
SHORT = "The striker scored twice in the final."


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


def edit_of(widget: LIGWidget, words: list[int], replacement=None, erase="delete") -> dict:
    """What the front end writes for some words of the result that it shows."""
    request = json.loads(json.dumps(widget.result["request"]))
    return {"request": request, "words": words, "replacement": replacement, "erase": erase}


def assert_answers(widget: LIGWidget, classifier, span, asked: dict) -> None:
    """The answer is what `edit` finds outside of a widget."""
    found = edit(classifier, widget.attribution, span, asked["replacement"], erase=asked["erase"])
    expected = edit_to_wire(found, asked)
    numbers, others = dict(widget.edited["prediction"]), dict(expected["prediction"])
    assert numbers == pytest.approx(others, abs=1e-6)
    assert {**widget.edited, "prediction": expected["prediction"]} == expected


def test_the_answer_to_an_edit_is_what_edit_finds(classifier):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    words = widget.attribution.words()
    assert (widget.edit, widget.edited) == (None, {})
    for span, *asked in (
        (words[1], [1]),
        (words[1], [1], "goalkeeper, and <b>no one</b> else"),
        (words[2], [2], None, "mask"),
        ((words[3].start, words[5].end), [3, 4, 5]),
    ):
        wanted = edit_of(widget, *asked)
        widget.set_state({"edit": wanted})
        widget.wait(LIMIT)
        assert widget.status == "idle"
        assert widget.edited["edit"] == wanted
        assert_answers(widget, classifier, span, wanted)
        probabilities = [p for _, p in widget.edited["prediction"]]
        assert probabilities == sorted(probabilities, reverse=True)
        json.dumps(widget.edited, allow_nan=False)
    assert widget.edited["text"] == "The striker scored final."
    widget.set_state({"edit": None})
    widget.wait(LIMIT)
    assert widget.edited == {}


def test_an_edit_leaves_the_result_and_computes_no_gradient(classifier, front_end):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    seen = []
    widget.observe(lambda change: seen.append(change["name"]), names=["result", "edited"])
    widget.observe(lambda change: seen.append(change["new"]), names="status")
    widget.set_state({"edit": edit_of(widget, [1])})
    widget.wait(LIMIT)
    assert seen == ["checking", "edited", "idle"]
    assert front_end[widget.model_id]["edited"] == widget.edited
    with counted_rows(classifier) as rows:  # the answer is there already
        widget.set_state({"edit": edit_of(widget, [1]), "granularity": "subword"})
        widget._handle_custom_msg({"request": True}, [])
        widget.wait(LIMIT)
    assert rows == []


def test_the_newest_edit_wins(classifier, slow):
    widget, shown = LIGWidget(classifier, SHORT, **QUICK), []
    widget.observe(lambda change: shown.append(change["new"]), names="edited")
    widget.set_state({"edit": edit_of(widget, [1])})
    assert slow.entered.wait(LIMIT)
    assert widget.status == "checking"
    for word in (2, 3):
        widget.set_state({"edit": edit_of(widget, [word])})
    slow.open.set()
    widget.wait(LIMIT)
    assert [answer["edit"]["words"] for answer in shown] == [[3]]


def test_an_edit_is_cancelled_within_a_batch_and_can_be_had_again(classifier, slow):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    before = widget.attribution
    widget.set_state({"edit": edit_of(widget, [1])})
    assert slow.entered.wait(LIMIT)
    widget._handle_custom_msg({"cancel": True}, [])
    slow.open.set()
    with pytest.raises(Cancelled):
        widget.wait(LIMIT)
    assert (widget.status, widget.attribution, widget.edited) == ("idle", before, {})
    widget._handle_custom_msg({"request": True}, [])  # as the same button sends it
    widget.wait(LIMIT)
    assert widget.edited["edit"]["words"] == [1]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (([99],), r"words=\[99\] are no words of the text; .* from 0 to 7"),
        (([-1],), r"words=\[-1\] are no words of the text"),
        (([],), r"words=\[\] are no words of the text"),
        (("all",), r"words='all' are no words of the text"),
        (([*range(8)],), "no word is left without"),
        (([0], " "), "replacement=' ' is blank; give at least one word"),
        (([0], None, "cut"), "unknown erase 'cut'; use delete, mask, baseline"),
    ],
    ids=str,
)
def test_an_impossible_edit_is_an_error_in_words_and_the_result_stays(classifier, asked, message):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    before = dict(widget.result)
    widget.set_state({"edit": edit_of(widget, [1])})
    widget.wait(LIMIT)
    widget.set_state({"edit": edit_of(widget, *asked)})
    with pytest.raises(ValueError, match=message):
        widget.wait(LIMIT)
    assert (widget.status, widget.edited, widget.result) == ("error", {}, before)
    assert widget.error
    widget.set_state({"edit": None})
    widget.wait(LIMIT)
    assert (widget.status, widget.error) == ("idle", "")


def test_another_explanation_has_no_edit_of_the_one_before(classifier):
    """A front end takes its edit back; Python does not, and its edit is ignored."""
    widget = LIGWidget(classifier, SHORT, **QUICK)
    for change in ({"text": NEWS, "edit": None}, {"target": "tech"}, {"n_steps": 4}):
        widget.set_state({"edit": edit_of(widget, [1])})
        widget.wait(LIMIT)
        assert widget.edited != {}
        widget.set_state(change)
        widget.wait(LIMIT)
        assert (widget.status, widget.edited) == ("idle", {})


def test_a_new_result_takes_the_answer_back_before_it_is_final(classifier, slow):
    slow.open.set()
    widget = LIGWidget(classifier, SHORT, **QUICK)
    widget.set_state({"edit": edit_of(widget, [1])})
    widget.wait(LIMIT)
    slow.open.clear()
    slow.entered.clear()
    widget.set_state({"target": "tech", "edit": None, "checking": True})
    assert slow.entered.wait(LIMIT)  # the result is there, and its check is not
    assert (widget.result["target"], widget.edited) == ("tech", {})
    slow.open.set()
    widget.wait(LIMIT)


def test_an_edit_of_a_result_that_is_no_longer_wanted_is_not_asked(classifier):
    """The text may change while the edit is on its way."""
    widget = LIGWidget(classifier, SHORT, **QUICK)
    late = edit_of(widget, [1])
    widget.text = NEWS
    widget.wait(LIMIT)
    with counted_rows(classifier) as rows:
        widget.set_state({"edit": late})
        widget.wait(LIMIT)
    assert (rows, widget.edited, widget.status) == ([], {}, "idle")


def test_weights_that_changed_are_explained_again_before_they_are_edited(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    widget = LIGWidget(classifier, SHORT, **QUICK)
    widget.set_state({"edit": edit_of(widget, [1])})
    widget.wait(LIMIT)
    with torch.no_grad():
        classifier.decoder.weight.mul_(2)
    asked = edit_of(widget, [2])
    widget.set_state({"edit": asked})
    widget.wait(LIMIT)
    assert widget.attribution == attribute(classifier, SHORT, **QUICK)
    assert_answers(widget, classifier, widget.attribution.words()[2], asked)


def test_an_edit_comes_before_a_check_and_neither_undoes_the_other(classifier):
    widget, seen = LIGWidget(classifier, SHORT, **QUICK), []
    widget.observe(lambda change: seen.append(change["name"]), names=["edited", "checked"])
    widget.set_state({"edit": edit_of(widget, [1]), "checking": True})
    widget.wait(LIMIT)
    assert (seen[0], set(seen[1:])) == ("edited", {"checked"})
    seen.clear()
    widget.set_state({"edit": None})
    widget.wait(LIMIT)
    assert seen == ["edited"]


def test_the_edit_that_is_shown_is_saved_and_published(classifier, no_threads):
    """Without threads, the answer is there when the message has been taken over."""
    widget = LIGWidget(classifier, SHORT, **QUICK)
    widget.set_state({"edit": edit_of(widget, [1], "</script>")})
    state = widget.page_state()
    assert (state["edit"], state["edited"]) == (widget.edit, widget.edited)
    assert state["edited"]["text"] == "The </script> scored twice in the final."
    assert r'"text": "The \u003c/script> scored twice in the final."' in widget.to_html()
    saved = AttributionWidget(widget.attribution)
    assert (saved.edit, saved.edited) == (None, {})
