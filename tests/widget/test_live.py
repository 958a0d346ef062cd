"""The widget without a browser: traits, the newest request, errors that lose nothing."""

from __future__ import annotations

import dataclasses
import gc
import json
import sys
import threading

import ipywidgets
import pytest
import traitlets
from anywidget import AnyWidget
from support.counting import counted_rows
from support.texts import NEWS

from flair_lig_widget import LIGWidget, attribute
from flair_lig_widget.frontend.wire import to_wire
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.request import METHODS, Request
from flair_lig_widget.result.spans import GRANULARITIES

LIMIT = 60
"""Seconds until a test gives up; what it waits for takes a fraction of one."""


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


def test_the_first_result_is_ready_when_the_constructor_returns(classifier):
    widget = LIGWidget(classifier, NEWS)
    expected = attribute(classifier, NEWS)
    assert widget.status == "idle"
    assert widget.attribution == expected
    seconds = widget.result["seconds"]
    assert widget.result == to_wire(expected, Request(text=NEWS).to_dict(), seconds)
    assert 0 < seconds < 60
    assert tuple(widget.methods) == METHODS
    assert widget.baselines == ["unk", "pad", "mask", "zero", "mean"]
    assert widget.layers == ["word_embeddings", "embeddings"]
    assert widget.labels == ["business", "entertainment", "politics", "sport", "tech"]
    json.dumps(widget.result, allow_nan=False)


@pytest.mark.parametrize(
    "change",
    [
        {"target": "politics"},
        {"contrast": "entertainment", "target": "tech"},
        {"output": "probability"},
        {"method": "gausslegendre", "n_steps": 7},
        {"method": "riemann_left"},
        {"tolerance": 0.2},
        {"baseline": "mask"},
        {"layer": "embeddings"},
        {"text": "The film won three awards."},
    ],
    ids=str,
)
def test_a_change_of_any_option_requests_a_new_result(classifier, change):
    widget = LIGWidget(classifier, NEWS)
    for name, value in change.items():
        setattr(widget, name, value)
    expected = attribute(classifier, **{"text": NEWS, **change})
    assert widget.wait(LIMIT) == expected
    assert widget.attribution == expected
    assert widget.result["request"] == Request(**{"text": NEWS, **change}).to_dict()
    assert widget.status == "idle"
    # and the same from the constructor
    assert LIGWidget(classifier, **{"text": NEWS, **change}).attribution == expected


def test_a_change_of_the_precision_requests_a_new_result(classifier):
    """What bfloat16 rounds, and the last bits, depend on what was computed together."""
    widget = LIGWidget(classifier, NEWS, tolerance=0.1)
    widget.precision = "auto"
    expected = attribute(classifier, NEWS, tolerance=0.1, precision="auto")
    result = widget.wait(LIMIT)
    assert result.precision == expected.precision
    assert result.scores == pytest.approx(expected.scores, abs=0.1 * abs(expected.scores).max())
    assert widget.result["request"]["precision"] == "auto"


def test_every_public_trait_is_shared_with_the_front_end_and_documented():
    own = set(LIGWidget.class_trait_names()) - set(AnyWidget.class_trait_names())
    assert own >= {f.name for f in dataclasses.fields(Request)}
    for name, trait in LIGWidget.class_traits().items():
        if name in own and not name.startswith("_"):
            assert trait.metadata.get("sync"), name
            assert trait.help, name


def test_the_front_end_changes_several_traits_with_one_computation(classifier, monkeypatch):
    widget = LIGWidget(classifier, NEWS)
    requests = []
    stream = widget._engine.stream
    monkeypatch.setattr(
        widget._engine, "stream", lambda r, **kw: requests.append(r) or stream(r, **kw)
    )
    widget.set_state({"method": "riemann_trapezoid", "n_steps": 9})  # as a message would
    assert widget.wait(LIMIT).n_steps == 9
    assert [(r.method, r.n_steps) for r in requests] == [("riemann_trapezoid", 9)]


def test_the_newest_request_wins_and_no_stale_result_is_shown(classifier, monkeypatch):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=3)
    shown, computed = [], []
    widget.observe(lambda change: shown.append(change["new"]["n_steps"]), names="result")
    stream, started, release = widget._engine.stream, threading.Semaphore(0), threading.Semaphore(0)

    def held(request, **how):
        computed.append(request.n_steps)
        started.release()
        assert release.acquire(timeout=LIMIT)
        yield from stream(request, **how)

    monkeypatch.setattr(widget._engine, "stream", held)
    widget.n_steps = 4
    assert started.acquire(timeout=LIMIT)
    for first in range(5, 54, 7):  # seven requests during each computation
        for n in range(first, first + 7):
            widget.n_steps = n
        release.release()
        assert started.acquire(timeout=LIMIT)
    release.release()
    assert widget.wait(LIMIT).n_steps == 53
    assert shown[-1] == 53
    assert shown == sorted(shown)
    assert len(computed) < 50
    assert computed == [4, *range(11, 54, 7)]
    assert shown == [53]


def test_a_new_request_stops_the_running_computation_within_one_batch(classifier):
    options = {"method": "riemann_middle", "internal_batch_size": 1}
    with counted_rows(classifier) as rows:
        attribute(classifier, NEWS, n_steps=4, **options)
    batches_of_four_steps = len(rows)
    widget = LIGWidget(classifier, NEWS, n_steps=2, **options)
    running, release, batches = threading.Event(), threading.Event(), []

    def hold(module, args):
        batches.append(len(args[0]))
        if len(batches) == 3:
            running.set()
            assert release.wait(LIMIT)

    hook = classifier.embeddings.model.register_forward_pre_hook(hold)
    try:
        widget.n_steps = 10_000  # much work
        assert running.wait(LIMIT)  # the third batch is in the model
        assert widget.status == "running"
        widget.n_steps = 4
        release.set()
        assert widget.wait(LIMIT).n_steps == 4
    finally:
        release.set()
        hook.remove()
    assert len(batches) <= 3 + batches_of_four_steps  # no fourth batch of the old request


def test_every_refinement_is_shown_with_its_progress(classifier):
    widget = LIGWidget(classifier, NEWS, internal_batch_size=2)
    shown, progress, running = [], [], []
    widget.observe(lambda change: shown.append(change["new"]), names="result")
    widget.observe(lambda change: progress.append(change["new"]), names="progress")
    widget.observe(lambda change: running.append(change["new"]), names="status")
    widget.tolerance = 1e-4
    last = widget.wait(LIMIT)
    counts = [result["n_evaluations"] for result in shown]
    assert counts[0] == 5
    assert counts == sorted(set(counts))
    assert counts[-1] == last.n_evaluations
    errors = [result["error_estimate"] for result in shown]
    assert errors[-1] < 1e-4 < errors[0]
    assert progress == sorted(progress)
    assert 0 < progress[0] <= progress[-1] <= 1
    assert running == ["running", "idle"]
    # a new request starts at zero, and a result that is in the cache makes no progress
    progress.clear()
    widget.tolerance = 1e-3
    widget.wait(LIMIT)
    assert progress == [0.0]


def test_the_kernel_stays_free_during_a_computation(classifier, monkeypatch):
    widget = LIGWidget(classifier, NEWS)
    release, where = threading.Event(), []
    stream = widget._engine.stream

    def held(request, **how):
        where.append(threading.current_thread())
        assert release.wait(LIMIT)
        yield from stream(request, **how)

    monkeypatch.setattr(widget._engine, "stream", held)
    before = widget.attribution
    try:
        widget.target = "tech"
        assert (widget.status, widget.attribution) == ("running", before)
        with pytest.raises(TimeoutError, match=r"no result after 0.01 seconds"):
            widget.wait(0.01)
    finally:
        release.set()
    assert widget.wait(LIMIT).target == "tech"
    assert where[0] is not threading.main_thread()


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("target", "busines", "unknown target 'busines'; labels are business"),
        ("method", "simpson", "unknown method 'simpson'; methods are auto"),
        ("baseline", "blank", "unknown baseline 'blank'; baselines are unk"),
        ("n_steps", 0, "n_steps=0 is not possible"),
        ("text", "  ", "text is empty"),
    ],
)
def test_an_invalid_request_is_reported_and_the_last_result_stays(
    classifier, trait, value, message
):
    widget = LIGWidget(classifier, NEWS)
    before, good = widget.result, getattr(widget, trait)
    setattr(widget, trait, value)
    with pytest.raises(ValueError, match=message):
        widget.wait(LIMIT)
    assert widget.status == "error"
    assert message in widget.error
    assert widget.result == before
    setattr(widget, trait, good)
    assert widget.wait(LIMIT) == widget.attribution
    assert (widget.status, widget.error) == ("idle", "")


def test_an_error_of_the_model_is_reported_and_logged(classifier, monkeypatch, caplog):
    widget = LIGWidget(classifier, NEWS)

    def broken(request, **how):
        raise RuntimeError("out of memory")
        yield

    monkeypatch.setattr(widget._engine, "stream", broken)
    widget.target = "tech"
    with pytest.raises(RuntimeError, match="out of memory"):
        widget.wait(LIMIT)
    assert (widget.status, widget.error) == ("error", "out of memory")
    assert "the computation failed" in caplog.text


def test_a_cancelled_computation_keeps_the_last_result_and_can_be_requested_again(classifier):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=2, internal_batch_size=1)
    before = widget.result
    widget.n_steps = 10_000  # much work
    assert widget.status == "running"
    widget._handle_custom_msg({"cancel": True}, [])  # as the front end sends it
    assert (widget.status, widget.result) == ("idle", before)
    with pytest.raises(Cancelled, match="cancelled; request it again"):
        widget.wait(LIMIT)
    widget.n_steps = 3
    assert widget.wait(LIMIT).n_steps == 3
    widget.cancel()  # nothing is running, so nothing happens
    assert widget.wait(LIMIT).n_steps == 3


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_a_change_of_the_granularity_computes_nothing(classifier, granularity):
    widget = LIGWidget(classifier, NEWS, granularity="sentence")
    changes = []
    widget.observe(changes.append, names=["status", "result"])
    widget.granularity = granularity
    assert changes == []  # the front end has the subwords and groups them itself
    with pytest.raises(traitlets.TraitError):
        widget.granularity = "letter"


def test_another_of_several_texts_can_be_chosen(classifier):
    texts = [NEWS, "The film won three awards.", "The striker scored twice."]
    widget = LIGWidget(classifier, texts, target="tech")
    assert (widget.texts, widget.text, widget.position) == (texts, NEWS, 0)
    widget.position = 2
    assert widget.wait(LIMIT) == attribute(classifier, texts[2], target="tech")
    widget.set_state({"position": 1, "text": texts[1]})  # as the front end does
    assert widget.wait(LIMIT) == attribute(classifier, texts[1], target="tech")
    widget.text = "The film won four awards."  # edited; the position stays
    assert (widget.wait(LIMIT).text, widget.position) == (widget.text, 1)
    with pytest.raises(traitlets.TraitError, match="position=3 is not an index of the 3 texts"):
        widget.position = 3
    assert (widget.status, widget.position) == ("idle", 1)
    with pytest.raises(ValueError, match="no text; give at least one"):
        LIGWidget(classifier, [])
    with pytest.raises(ValueError, match="text must be a string, not int"):
        LIGWidget(classifier, [NEWS, 7])


def test_the_probabilities_are_compared_with_those_of_flair_once_for_each_text(
    classifier, monkeypatch
):
    widget = LIGWidget(classifier, NEWS)
    assert widget.parity < 1e-5
    family, predicted = widget._engine.wrapper.family, []
    monkeypatch.setattr(
        family, "flair_probabilities", lambda texts: predicted.extend(texts) or [{"tech": 0.0}]
    )
    widget.target = "sport"
    widget.wait(LIMIT)
    assert predicted == []
    widget.text = "The film won three awards."
    result = widget.wait(LIMIT)
    assert widget.parity == result.prediction["tech"]
    assert predicted == ["The film won three awards."]


def test_without_threads_setting_a_trait_computes_the_result(classifier, no_threads):
    widget, seen = LIGWidget(classifier, NEWS), []
    widget.observe(lambda change: seen.append(change["new"]), names="status")
    widget.target = "tech"
    assert widget.attribution == attribute(classifier, NEWS, target="tech")
    assert seen == ["running", "idle"]
    widget.target = "busines"
    assert widget.status == "error"
    widget.target = "sport"
    assert widget.wait(0).target == "sport"


def test_invalid_options_raise_in_the_cell(classifier):
    with pytest.raises(ValueError, match="unknown target 'busines'"):
        LIGWidget(classifier, NEWS, target="busines")
    with pytest.raises(TypeError, match="unknown option 'metod'; options are target, contrast"):
        LIGWidget(classifier, NEWS, metod="auto")
    with pytest.raises(TypeError, match="unknown option 'result'"):
        LIGWidget(classifier, NEWS, result={})
    with pytest.raises(traitlets.TraitError):
        LIGWidget(classifier, NEWS).n_steps = "many"


def test_a_contrast_with_itself_is_reported_and_the_last_result_stays(classifier):
    widget = LIGWidget(classifier, NEWS, target="sport")
    before = widget.result
    widget.contrast = "sport"
    with pytest.raises(ValueError, match="contrast 'sport' is the label that is explained"):
        widget.wait(LIMIT)
    assert (widget.status, widget.result) == ("error", before)
    widget.contrast = "tech"
    assert widget.wait(LIMIT).explained == "the logit of sport minus that of tech"
    assert widget.result["contrast"] == "tech"
    assert "tech" in widget._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize("kind", [dict, ipywidgets.Layout])
def test_a_layout_can_be_given(classifier, kind):
    assert LIGWidget(classifier, NEWS, layout=kind(width="50%")).layout.width == "50%"


def test_the_notebook_also_gets_the_picture_without_scripts(classifier):
    widget = LIGWidget(classifier, NEWS)
    data, _ = widget._repr_mimebundle_()
    assert set(data) >= {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    remark = "As it was when the cell ran; run the cell again for the widget. "
    assert data["text/html"].replace(remark, "") == widget.attribution._repr_html_()
    assert remark in data["text/html"]
    assert data["text/plain"] == repr(widget)
    assert repr(widget) == (
        f"LIGWidget('Shares in the airline fell 7% on Tuesda…', "
        f"target={widget.attribution.target!r}, method='auto')"
    )


def test_two_widgets_on_one_classifier_do_not_disturb_each_other(classifier):
    widgets = [LIGWidget(classifier, NEWS, target=label) for label in ("sport", "tech")]
    for widget in widgets:
        widget.layer = "embeddings"
    for widget, label in zip(widgets, ("sport", "tech"), strict=True):
        assert widget.wait(LIMIT) == attribute(classifier, NEWS, target=label, layer="embeddings")


def test_closing_a_widget_stops_its_computation(classifier):
    widget = LIGWidget(classifier, NEWS, method="riemann_middle", n_steps=2, internal_batch_size=1)
    widget.n_steps = 10_000  # much work
    # Python lists a thread for ever whose start another test interrupted; it is not alive.
    threads = [thread for thread in threading.enumerate() if thread.is_alive()]
    workers = [thread for thread in threads if thread.name == "flair-lig"]
    assert workers
    widget.close()
    widget.close()  # a second time, as ipywidgets does when the object goes
    with pytest.raises(RuntimeError, match="the widget is closed; make another one"):
        widget.wait(LIMIT)
    widget.n_steps = 3  # nothing computes it, and nothing breaks
    for worker in workers:  # which end after their batch
        worker.join(LIMIT)
        assert not worker.is_alive()


def test_a_constructor_that_fails_leaves_nothing_that_raises_later(classifier, monkeypatch):
    unraisable = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    with pytest.raises(TypeError):
        LIGWidget(classifier)
    with pytest.raises(ValueError, match="unknown target"):
        LIGWidget(classifier, NEWS, target="busines")
    gc.collect()
    assert unraisable == []


def test_a_widget_whose_constructor_failed_can_be_closed_twice(classifier):
    widget = LIGWidget.__new__(LIGWidget)
    with pytest.raises(ValueError, match="unknown target 'busines'"):
        widget.__init__(classifier, NEWS, target="busines")
    widget.close()
    widget.close()
    assert attribute(classifier, NEWS, target="sport").target == "sport"  # the model is free


def test_an_observer_reads_the_attribution_that_belongs_to_the_result(classifier):
    widget, seen = LIGWidget(classifier, NEWS), []
    widget.observe(lambda change: seen.append(widget.attribution.target), names="result")
    widget.target = "tech"
    widget.wait(LIMIT)
    assert set(seen) == {"tech"}
