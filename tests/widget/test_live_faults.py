"""What goes wrong around a widget: hostile messages, failing observers, interrupts, its end."""

from __future__ import annotations

import gc
import threading
import weakref

import ipywidgets
import pytest
import torch
import traitlets
from support import tiny
from support.texts import NEWS

from flair_lig_widget import LIGWidget, attribute
from flair_lig_widget.result.attribution import Attribution

LIMIT = 60
"""Seconds until a test gives up; what it waits for takes a fraction of one."""
TEXTS = ("Profit fell.", "The striker scored twice.", "Parliament met.")
QUICK = {"method": "riemann_middle", "n_steps": 2}


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


@pytest.mark.parametrize("names", [("position", "text"), ("text", "position")])
def test_an_edited_text_that_comes_with_a_position_is_the_one_that_is_explained(classifier, names):
    widget = LIGWidget(classifier, TEXTS, **QUICK)
    for position in (1, 1, 0):
        edited = f"An edited text, {position}."
        state = {"position": position, "text": edited}
        widget.set_state({name: state[name] for name in names})
        assert widget.wait(LIMIT).text == edited
        assert (widget.position, widget.text) == (position, edited)


def test_texts_that_become_fewer_keep_the_position_among_them_and_the_text_shown(classifier):
    widget = LIGWidget(classifier, TEXTS, **QUICK)
    widget.position = 2
    assert widget.wait(LIMIT).text == TEXTS[2]
    widget.texts = list(TEXTS[:2])
    assert (widget.position, widget.text) == (1, TEXTS[2])
    widget.position = 0
    assert widget.wait(LIMIT).text == TEXTS[0]
    widget.position = 1
    widget.texts = []
    assert (widget.position, widget.text) == (0, TEXTS[1])
    widget.position = 0
    with pytest.raises(traitlets.TraitError, match="position=1 is not an index of the 0 texts"):
        widget.position = 1
    assert widget.wait(LIMIT).text == TEXTS[1]


@pytest.mark.parametrize("from_the_front_end", [False, True])
def test_half_of_a_character_is_an_error_in_words(classifier, front_end, from_the_front_end):
    widget = LIGWidget(classifier, NEWS, **QUICK)
    before = widget.attribution
    if from_the_front_end:
        widget.set_state({"text": "half \ud800", "n_steps": 3})
    else:
        widget.text = "half \ud800"
    with pytest.raises(ValueError, match="text has a lone surrogate at position 5"):
        widget.wait(LIMIT)
    assert widget.status == "error"
    assert "lone surrogate at position 5" in widget.error
    assert widget.attribution is before
    state = front_end[widget.model_id]
    assert (state["status"], state["error"]) == ("error", widget.error)
    assert state["text"] == "half \N{REPLACEMENT CHARACTER}"
    widget.text = NEWS
    widget.wait(LIMIT)
    assert front_end[widget.model_id]["status"] == "idle"


def test_the_front_end_cannot_write_what_only_the_kernel_knows(classifier):
    widget = LIGWidget(classifier, NEWS, **QUICK)
    before = dict(widget.result)
    widget.set_state(
        {"result": {}, "status": "running", "error": "no", "labels": [], "n_steps": 3, "texts": []}
    )
    assert widget.wait(LIMIT).n_steps == 3
    assert widget.result["request"] == {**before["request"], "n_steps": 3}
    assert (widget.status, widget.error, widget.texts) == ("idle", "", [NEWS])
    widget.result = {}  # but Python can
    assert "target=" in repr(widget)


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan")])
def test_a_tolerance_that_is_not_a_finite_number_is_an_error_in_words(classifier, value):
    widget = LIGWidget(classifier, NEWS, **QUICK)
    with pytest.raises(traitlets.TraitError, match=r"tolerance cannot be .*; give a finite number"):
        widget.tolerance = value
    assert widget.tolerance == 0.01


@pytest.mark.parametrize("trait", ["status", "result", "progress", "error"])
def test_observers_run_while_no_lock_is_held(classifier, trait):
    """Here an observer waits for a thread that makes another request."""
    widget, done = LIGWidget(classifier, NEWS, **QUICK), []

    def request(steps):
        widget.n_steps = steps

    def observe(change):
        if len(done) < 3:
            thread = threading.Thread(target=request, args=(5 + len(done),), daemon=True)
            thread.start()
            thread.join(LIMIT)
            done.append(not thread.is_alive())

    widget.observe(observe, names=trait)
    widget.n_steps = 0 if trait == "error" else 3
    widget._runner.wait(LIMIT)
    widget.unobserve(observe, names=trait)
    assert done
    assert all(done)
    widget.n_steps = 4
    assert widget.wait(LIMIT).n_steps == 4


@pytest.mark.parametrize("trait", ["status", "result", "progress"])
@pytest.mark.parametrize("error", [SystemExit, GeneratorExit, KeyboardInterrupt, ZeroDivisionError])
def test_whatever_an_observer_raises_the_widget_answers_afterwards(classifier, trait, error):
    widget = LIGWidget(classifier, NEWS, **QUICK)

    def fail(change):
        if threading.current_thread() is not threading.main_thread():
            raise error("an observer failed")

    widget.observe(fail, names=trait)
    widget.n_steps = 3
    widget._runner.wait(LIMIT)
    widget.unobserve(fail, names=trait)
    if trait != "status":
        assert widget.status == ("idle" if error is KeyboardInterrupt else "error")
    widget.n_steps = 4
    assert widget.wait(LIMIT).n_steps == 4
    assert (widget.status, widget.error) == ("idle", "")


def test_without_threads_an_interrupted_cell_leaves_a_widget_that_answers(classifier, no_threads):
    widget = LIGWidget(classifier, NEWS, **QUICK)
    before = widget.attribution

    def interrupt(module, args):
        raise KeyboardInterrupt

    hook = classifier.embeddings.model.register_forward_pre_hook(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            widget.n_steps = 3
    finally:
        hook.remove()
    assert (widget.status, widget.attribution) == ("idle", before)
    widget.n_steps = 4
    assert widget.status == "idle"
    assert widget.wait(LIMIT).n_steps == 4
    widget.n_steps = 3
    assert widget.wait(LIMIT).n_steps == 3


def test_the_labels_follow_those_of_the_classifier(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    widget = LIGWidget(classifier, NEWS, **QUICK)
    names = classifier.label_dictionary
    names.idx2item[names.get_idx_for_item("tech")] = b"technology"
    widget.n_steps = 3
    widget.wait(LIMIT)
    assert "technology" in widget.labels
    assert "tech" not in widget.labels


def test_a_training_loop_and_a_widget_do_not_disturb_each_other(encoder_folder):
    """Expected: the mode that the user set is the mode that the user's thread computes in."""
    classifier = tiny.classifier(encoder_folder("bert"))
    classifier.train()
    encoder, user, seen = classifier.embeddings.model, threading.current_thread(), []

    def look(module, args):
        if threading.current_thread() is user:
            seen.append((module.training, wanted))

    widget = LIGWidget(classifier, NEWS, **QUICK)
    expected = attribute(classifier, NEWS, method="riemann_middle", n_steps=200)
    ids = torch.tensor([[2, 10, 11, 12, 3]])
    hook = encoder.encoder.layer[1].register_forward_pre_hook(look)
    try:
        widget.n_steps = 200
        for step in range(60):
            wanted = step % 3 != 0
            encoder.train(wanted)
            encoder(input_ids=ids)
        result = widget.wait(LIMIT)
    finally:
        hook.remove()
    assert len(seen) == 60
    assert all(mode == wanted for mode, wanted in seen)
    assert result.scores == pytest.approx(expected.scores, abs=1e-6)


def test_a_closed_widget_says_so_and_is_freed_with_all_that_it_held(classifier, front_end):
    gc.collect()
    opened = set(ipywidgets.widgets.widget._instances)
    results = {id(o) for o in gc.get_objects() if type(o) is Attribution}
    references = []
    for _ in range(3):
        widget = LIGWidget(classifier, NEWS, **QUICK)
        widget.n_steps = 3
        widget.wait(LIMIT)
        widget.close()
        for call in (widget.wait, widget.precompute):
            with pytest.raises(RuntimeError, match="the widget is closed; make another one"):
                call()
        widget.close()
        references.append(weakref.ref(widget))
        del widget, call
    gc.collect()
    assert [reference() for reference in references] == [None] * 3
    assert set(ipywidgets.widgets.widget._instances) <= opened
    left = [o for o in gc.get_objects() if type(o) is Attribution and id(o) not in results]
    assert left == []


def test_a_layout_that_widgets_share_stays_open(classifier):
    layout = ipywidgets.Layout(width="50%")
    widget = LIGWidget(classifier, NEWS, layout=layout, **QUICK)
    widget.close()
    assert layout.comm is not None
    layout.close()
