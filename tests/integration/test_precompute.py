"""Answers computed beforehand: right, complete, shared, small, and given up cleanly."""

from __future__ import annotations

import base64
import json
import threading

import numpy as np
import pytest
from texts import NEWS

from flair_lig_widget import Attribution, LIGEngine, LIGWidget, Request, Token, attribute
from flair_lig_widget.bake import BAKED_STEPS, BAKED_TOLERANCES, bake
from flair_lig_widget.path import Cancelled
from flair_lig_widget.request import METHODS
from flair_lig_widget.wire import snapshots_to_wire

FEW = {"methods": ("auto", "riemann_trapezoid"), "n_steps": (3, 5), "tolerances": (0.05,)}


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


def test_every_baked_answer_is_what_attribute_computes(classifier):
    widget = LIGWidget(classifier, NEWS)
    baked = widget.bake(**FEW, baselines=("pad", "mask"), targets=("sport", "tech"))
    assert len(baked) == 2 * 2 * 3
    for answer in baked:
        auto = answer.method == "auto"
        alone = attribute(
            classifier,
            NEWS,
            target=answer.target,
            method=answer.method,
            baseline=answer.baseline,
            **({"tolerance": 0.05} if auto else {"n_steps": answer.n_steps}),
        )
        assert (answer.value, answer.converged) == (alone.value, alone.converged)
        np.testing.assert_allclose(answer.scores, alone.scores, rtol=1e-5, atol=1e-6)
        assert answer.scores.astype(np.float32).tolist() == answer.scores.tolist()


def test_what_travels_is_what_was_baked(classifier):
    widget = LIGWidget(classifier, NEWS)
    baked = list(widget.bake(**FEW, targets=("sport", "tech")))
    sent = json.loads(json.dumps(widget.snapshots, allow_nan=False))
    assert sent["request"]["text"] == NEWS
    assert len(sent["layouts"]) == 1  # the text is there once
    assert [(line["target"], line["baseline"]) for line in sent["lines"]] == [
        ("sport", "pad"),
        ("tech", "pad"),
    ]
    for line in sent["lines"]:
        for answer in line["answers"]:
            scores = np.frombuffer(base64.b64decode(answer["scores"]), "<f4").tolist()
            (same,) = [
                a
                for a in baked
                if (a.target, a.method, a.n_steps)
                == (line["target"], answer["method"], answer["n_steps"])
            ]
            assert scores == same.scores.tolist()
            assert (line["value"], line["baseline_value"]) == (same.value, same.baseline_value)
            assert (answer["delta"], answer["n_evaluations"]) == (same.delta, same.n_evaluations)


def test_what_must_be_known_of_some_answers_stands_with_those(classifier):
    widget = LIGWidget(classifier, NEWS)
    few, many = widget.bake(methods=("riemann_left",), n_steps=(1, 200), targets=("sport",))
    assert few.notes[-1].startswith("1 step is too few here")
    (line,) = widget.snapshots["lines"]
    notes = [answer.get("notes", []) for answer in line["answers"]]
    assert [line["notes"] + own for own in notes] == [list(few.notes), list(many.notes)]


def test_by_default_all_labels_and_rules_are_baked_for_the_baseline_that_is_shown(classifier):
    widget = LIGWidget(classifier, NEWS, baseline="mask")
    baked = widget.bake()
    found = {(a.target, a.method, a.tolerance or a.n_steps, a.baseline) for a in baked}
    expected = {
        (target, method, stop, "mask")
        for target in widget.labels
        for method in METHODS
        for stop in (BAKED_TOLERANCES if method == "auto" else BAKED_STEPS)
    }
    assert found == expected
    assert len(baked) == len(expected) == 180


def test_settings_share_the_points_that_they_have_in_common(classifier, monkeypatch):
    engine, request = LIGEngine(classifier), Request(text=NEWS)
    rows = []
    logits = engine.wrapper.logits
    monkeypatch.setattr(
        engine.wrapper, "logits", lambda e, x, **more: rows.append(len(x)) or logits(e, x, **more)
    )
    bake(engine, request, methods=("riemann_left", "riemann_right"), n_steps=(2, 5, 10))
    # Left and right of ten have eleven points, and those of two and five are among them; the
    # rest is the first answer, which chooses the labels.
    first = attribute(classifier, NEWS).n_evaluations
    assert sum(rows) == 11 + first


def test_labels_are_the_ten_most_probable_and_the_one_that_is_explained(tiny_classifier):
    labels = tuple(f"label {i}" for i in range(13))
    classifier = tiny_classifier("bert", labels=labels)
    least = min(attribute(classifier, NEWS).prediction.items(), key=lambda item: item[1])[0]
    widget = LIGWidget(classifier, NEWS, target=least)
    baked = widget.bake(methods=("riemann_middle",), n_steps=(2,))
    by_probability = sorted(baked[0].prediction, key=lambda label: -baked[0].prediction[label])
    assert [a.target for a in baked] == [*by_probability[:10], least]


def test_a_label_is_not_baked_against_itself(classifier):
    widget = LIGWidget(classifier, NEWS, target="sport", contrast="tech")
    baked = widget.bake(methods=("riemann_middle",), n_steps=(2,))
    assert {a.target for a in baked} == set(widget.labels) - {"tech"}
    assert {a.contrast for a in baked} == {"tech"}


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"targets": ("sprot",)}, "unknown target 'sprot'; labels are business"),
        ({"targets": ()}, "targets is empty; give at least one, or leave it out"),
        ({"targets": "sport"}, "targets='sport' is one name; give a list"),
        ({"methods": ("simpson",)}, "unknown method 'simpson'"),
        ({"baselines": ("sep",)}, "unknown baseline 'sep'"),
        ({"n_steps": ()}, "n_steps is empty; gausslegendre needs at least one"),
        ({"tolerances": ()}, "tolerances is empty; auto needs at least one"),
        ({"n_steps": (0,)}, "n_steps=0 cannot be; give a whole number from 1 on"),
        ({"n_steps": (1,)}, "n_steps=1 is too few for riemann_trapezoid; give at least 2"),
    ],
    ids=str,
)
def test_a_grid_that_cannot_be_is_told_and_nothing_is_lost(classifier, grid, message):
    widget = LIGWidget(classifier, NEWS)
    before = widget.bake(methods=("riemann_middle",), n_steps=(2,))
    kept = widget.snapshots
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        widget.bake(**grid)
    assert widget.snapshots == kept == snapshots_to_wire(before)
    assert (widget.status, widget.attribution) == ("error", attribute(classifier, NEWS))


def test_baking_shows_how_far_it_is_and_can_be_cancelled(classifier):
    widget = LIGWidget(classifier, NEWS)
    seen = []

    def watch(change):
        seen.append((widget.status, change.new))
        if change.new > 0.2:
            threading.Thread(target=widget.cancel).start()

    widget.observe(watch, names="progress")
    with pytest.raises(Cancelled, match="cancelled"):
        widget.bake(n_steps=(400, 500))
    assert (widget.status, widget.snapshots) == ("idle", {})
    assert {status for status, done in seen if done > 0} == {"running"}
    shares = [done for _, done in seen]
    assert shares == sorted(shares)


def test_a_newer_wish_ends_baking(classifier):
    widget = LIGWidget(classifier, NEWS)

    def wish(change):
        if 0.1 < change.new < 1:
            widget.unobserve(wish, names="progress")
            threading.Thread(target=lambda: setattr(widget, "method", "riemann_left")).start()

    widget.observe(wish, names="progress")
    with pytest.raises(Cancelled, match="something else was asked of the widget; bake again"):
        widget.bake(n_steps=(400, 500))
    assert widget.wait().method == "riemann_left"


def test_an_interrupt_of_the_cell_stops_baking(classifier, monkeypatch):
    widget = LIGWidget(classifier, NEWS)
    wait = widget._runner.wait

    def interrupted(timeout=None):
        if widget.status == "running":
            raise KeyboardInterrupt
        return wait(timeout)

    monkeypatch.setattr(widget._runner, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        widget.bake(n_steps=(400, 500))
    monkeypatch.undo()
    assert widget._runner.wait(10)
    assert (widget.status, widget.snapshots) == ("idle", {})


def test_without_threads_baking_works_as_well(classifier, monkeypatch):
    widget = LIGWidget(classifier, NEWS)

    def no_threads(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_threads)
    assert len(widget.bake(methods=("riemann_middle",), n_steps=(2,))) == len(widget.labels)
    assert widget.snapshots["lines"]


def test_five_labels_six_rules_and_six_stops_of_250_tokens_are_under_400_kilobytes():
    words = [f"word{i:03}" for i in range(250)]
    random = np.random.default_rng(0)

    def answer(label: int, method: str, stop: float) -> Attribution:
        scores = random.normal(scale=0.1, size=250).astype(np.float32)
        return Attribution(
            text=" ".join(words),
            tokens=tuple(Token(w, 8 * i, 8 * i + 7, i, False) for i, w in enumerate(words)),
            scores=scores,
            gains=random.normal(size=(16, 250)),
            value=random.normal(),
            baseline_value=random.normal(),
            prediction=dict.fromkeys("abcde", 0.2),
            baseline_prediction=dict.fromkeys("abcde", 0.2),
            predicted=("a",),
            target="abcde"[label],
            method=method,
            n_steps=round(1 / stop) if method == "auto" else int(stop),
            n_evaluations=100,
            error_estimate=random.random(),
            tolerance=stop if method == "auto" else None,
            baseline="pad",
            layer="word_embeddings",
        )

    grid = [
        answer(label, method, stop)
        for label in range(5)
        for method in METHODS
        for stop in (BAKED_TOLERANCES if method == "auto" else BAKED_STEPS)
    ]
    assert len(json.dumps(snapshots_to_wire(grid))) < 400_000
