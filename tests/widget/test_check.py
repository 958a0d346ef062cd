"""The panel "Check" without a browser: what opens it, what it shows, and what becomes of it."""

from __future__ import annotations

import json
import re

import pytest
import torch
from support import tiny
from support.counting import counted_rows
from support.texts import NEWS

from flair_lig_widget import AttributionWidget, LIGWidget, attribute
from flair_lig_widget.evaluation import evaluate, rank_baselines
from flair_lig_widget.frontend.check import check_to_wire
from flair_lig_widget.integration.sampling import Cancelled

LIMIT = 120
"""Seconds until a test gives up; what it waits for takes a few."""
QUICK = {"method": "riemann_middle", "n_steps": 3}
SHORT = "The striker scored twice in the final."


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


def assert_same(wire: dict, expected: dict) -> None:
    """The same but for last bits, which depend on the texts that share a batch."""
    exact = ("request", "erase", "order")
    assert {name: wire[name] for name in exact} == {name: expected[name] for name in exact}
    p_value = expected["numbers"].split(" p = ")[1]
    assert wire["numbers"].split(" p = ")[1] == p_value
    for curve in ("without", "only"):
        near = pytest.approx(expected[curve]["probabilities"], abs=1e-6)
        assert wire[curve]["probabilities"] == near
        for name, numbers in expected[curve]["band"].items():
            assert wire[curve]["band"][name] == pytest.approx(numbers, abs=1e-6)


def n_random(wire: dict) -> int:
    """How many random orders the sentence names; 0 if it names none."""
    found = re.search(r"from (\d+) random order", wire["numbers"])
    return int(found[1]) if found else 0


def assert_ranks(rows: list, classifier, target: str) -> None:
    """The rows are those of `rank_baselines`, on this text alone."""
    ranking = rank_baselines(classifier, [SHORT], targets=[target])
    assert [row["name"] for row in rows] == [row.name for row in ranking.baselines]
    for row in rows:
        odds = ranking[row["name"]].log_odds
        assert row["comprehensiveness"] == pytest.approx(odds.comprehensiveness.mean, abs=1e-6)
        assert row["sufficiency"] == pytest.approx(odds.sufficiency.mean, abs=1e-6)
        assert row["entropy"] == pytest.approx(ranking[row["name"]].entropy, abs=1e-9)


def test_nothing_is_checked_before_it_is_wanted(classifier):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    assert (widget.checking, widget.checked, widget.faithfulness) == (False, {}, None)
    widget.target = "tech"
    widget.wait(LIMIT)
    assert (widget.checking, widget.checked, widget.faithfulness) == (False, {}, None)


def test_a_check_is_what_evaluate_finds_and_rank_baselines_on_this_text(classifier):
    """The reference is the same work outside of a widget."""
    widget = LIGWidget(classifier, SHORT, **QUICK)
    found = widget.check()
    expected = evaluate(classifier, attribute(classifier, SHORT, **QUICK))
    assert widget.faithfulness is found
    assert (widget.checking, widget.status) == (True, "idle")
    assert_same(widget.checked, check_to_wire(expected))
    assert_ranks(widget.checked["baselines"], classifier, found.target)
    json.dumps(widget.checked, allow_nan=False)


def test_the_front_end_opens_the_panel_and_sees_the_curves_before_the_random_orders(classifier):
    widget, seen = LIGWidget(classifier, SHORT, **QUICK), []
    widget.observe(lambda change: seen.append((widget.status, change["new"])), names="checked")
    widget.set_state({"checking": True})
    widget.wait(LIMIT)
    assert {status for status, _ in seen} == {"checking"}
    orders = [n_random(check) for _, check in seen]
    assert orders[0] == 0
    assert orders == sorted(orders)
    assert orders[-1] == 50
    assert seen[0][1]["verdict"]["kind"] == "pending"
    assert [check["baselines"] is not None for _, check in seen].count(True) == 1


def test_an_open_panel_checks_every_new_result_and_nothing_twice(classifier):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    first = widget.check()
    widget.target = "tech"
    widget.wait(LIMIT)
    assert widget.faithfulness.target == "tech"
    assert widget.checked["request"]["target"] == "tech"
    with counted_rows(classifier) as rows:
        widget.target = None
        widget.wait(LIMIT)
    assert rows == []
    assert widget.faithfulness is first


def test_a_result_of_a_closed_panel_has_no_check_of_another_one(classifier):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    widget.check()
    widget.checking = False
    widget.wait(LIMIT)
    assert widget.checked != {}  # it belongs to what is shown
    widget.text = NEWS
    widget.wait(LIMIT)
    assert (widget.checked, widget.faithfulness) == ({}, None)


def test_opening_and_closing_the_panel_computes_no_gradient_and_leaves_the_result(classifier):
    widget, results = LIGWidget(classifier, SHORT, **QUICK), []
    widget.observe(lambda change: results.append(change), names="result")
    for is_open in (True, False, True):
        widget.checking = is_open
    widget.wait(LIMIT)
    assert results == []


def test_a_check_is_cancelled_within_a_batch_and_can_be_had_again(classifier, slow):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    before = widget.attribution
    widget.checking = True
    assert slow.entered.wait(LIMIT)
    assert widget.status == "checking"
    widget.set_state({})
    widget._handle_custom_msg({"cancel": True}, [])
    assert widget.status == "idle"
    slow.open.set()
    with pytest.raises(Cancelled):
        widget.wait(LIMIT)
    assert (widget.status, widget.attribution) == ("idle", before)
    widget._handle_custom_msg({"request": True}, [])  # as "Check again" sends it
    assert widget.wait(LIMIT) == before
    assert widget.faithfulness.n_random == 50


def test_check_again_starts_nothing_that_is_running_or_finished(classifier, slow):
    widget, shown = LIGWidget(classifier, SHORT, **QUICK), []
    widget.observe(lambda change: shown.append(n_random(change["new"])), names="checked")
    widget.checking = True
    assert slow.entered.wait(LIMIT)
    widget._handle_custom_msg({"request": True}, [])
    slow.open.set()
    widget.wait(LIMIT)
    once = list(shown)
    assert once.count(0) == 2  # the curves, then with the values of f
    widget._handle_custom_msg({"request": True}, [])
    widget.wait(LIMIT)
    assert shown == once
    widget.close()
    widget._handle_custom_msg({"request": True}, [])
    assert widget.status == "idle"


def test_a_newer_request_wins_over_a_check(classifier, slow):
    widget, shown = LIGWidget(classifier, SHORT, **QUICK), []
    widget.observe(lambda change: shown.append(change["new"]), names="checked")
    widget.checking = True
    assert slow.entered.wait(LIMIT)
    widget.set_state({"target": "tech", "checking": False})
    slow.open.set()
    assert widget.wait(LIMIT).target == "tech"
    assert shown == []


def test_closing_the_widget_stops_a_check(classifier, slow):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    widget.checking = True
    assert slow.entered.wait(LIMIT)
    runner = widget._runner
    widget.close()
    slow.open.set()
    assert runner.wait(LIMIT)
    with pytest.raises(RuntimeError, match="the widget is closed"):
        widget.check()


def test_a_text_of_one_word_cannot_be_checked_and_is_explained_all_the_same(classifier):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    widget.check()
    widget.text = "Goal"
    assert widget.wait(LIMIT).text == "Goal"
    assert (widget.status, widget.checked) == ("idle", {})
    with pytest.raises(ValueError, match="the text has 1 word; a check takes at least 2"):
        widget.check()


def test_an_unknown_way_of_erasing_is_an_error_that_names_those_there_are(classifier):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    with pytest.raises(ValueError, match=r"unknown erase 'cut'; use delete, mask, baseline"):
        widget.check(erase="cut")
    assert (widget.checking, widget.checked) == (False, {})


def test_words_are_taken_away_as_the_select_says(classifier):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    deleted = widget.check()
    masked = widget.check(erase="mask")
    assert (widget.erase, masked.erase, widget.checked["erase"]) == ("mask", "mask", "mask")
    assert masked.probability == pytest.approx(deleted.probability, abs=1e-5)
    assert list(masked.without.probabilities) != list(deleted.without.probabilities)


def test_weights_that_changed_are_explained_again_before_they_are_checked(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    widget = LIGWidget(classifier, SHORT, **QUICK)
    with torch.no_grad():
        classifier.decoder.weight.mul_(2)
    found = widget.check()
    assert widget.attribution == attribute(classifier, SHORT, **QUICK)
    assert_same(check_to_wire(found), check_to_wire(evaluate(classifier, widget.attribution)))


def test_a_page_has_a_check_for_every_label_that_was_precomputed(classifier):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    labels = ["business", "tech"]
    results = widget.precompute(
        check=True, targets=labels, methods=["riemann_middle"], n_steps=[2, 4]
    )
    paths = widget.snapshots["paths"]
    assert [path["check"]["request"]["target"] for path in paths] == labels
    for path in paths:
        best = min(
            (a for a in results if a.target == path["target"]), key=lambda a: a.error_estimate
        )
        assert_same(path["check"], check_to_wire(evaluate(classifier, best)))
        assert_ranks(path["check"]["baselines"], classifier, path["target"])
    widget.precompute(targets=labels, methods=["riemann_middle"], n_steps=[2])
    assert [path["check"] for path in widget.snapshots["paths"]] == [None, None]


def test_a_saved_result_can_be_shown_with_its_check(classifier):
    attribution = attribute(classifier, SHORT, **QUICK)
    found = evaluate(classifier, attribution, erase="baseline", n_random=5)
    widget = AttributionWidget(attribution, faithfulness=found)
    assert widget.faithfulness is found
    assert (widget.erase, widget.checked) == ("baseline", check_to_wire(found))
    assert widget.page_state()["checked"] == widget.checked
    assert AttributionWidget(attribution).faithfulness is None


def test_where_no_thread_can_be_started_the_check_is_there_when_the_cell_ends(
    classifier, no_threads
):
    widget = LIGWidget(classifier, SHORT, **QUICK)
    widget.checking = True
    assert widget.faithfulness.n_random == 50
    assert widget.status == "idle"


def test_progress_of_a_check_rises_to_the_end(classifier):
    widget, progress = LIGWidget(classifier, SHORT, **QUICK), []
    widget.observe(lambda change: progress.append(change["new"]), names="progress")
    widget.check()
    assert progress == sorted(progress)
    assert progress[-1] == pytest.approx(1.0)
    assert len(progress) > 5
