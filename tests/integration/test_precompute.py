"""Precomputed results: correct, complete, shared, small, and cancelled cleanly."""

from __future__ import annotations

import base64
import json
import threading

import numpy as np
import pytest
from support.counting import counted_rows
from support.texts import NEWS

from flair_lig_widget import Attribution, LIGEngine, LIGWidget, Request, Token, attribute
from flair_lig_widget.frontend.wire import snapshots_to_wire
from flair_lig_widget.integration.precompute import (
    PRECOMPUTED_STEPS,
    PRECOMPUTED_TOLERANCES,
    precompute,
)
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.request import METHODS

FEW = {"methods": ("auto", "riemann_trapezoid"), "n_steps": (3, 5), "tolerances": (0.05,)}


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


def test_every_precomputed_result_is_what_attribute_computes(classifier):
    widget = LIGWidget(classifier, NEWS)
    computed = widget.precompute(**FEW, baselines=("pad", "mask"), targets=("sport", "tech"))
    assert len(computed) == 2 * 2 * 3
    for result in computed:
        auto = result.method == "auto"
        alone = attribute(
            classifier,
            NEWS,
            target=result.target,
            method=result.method,
            baseline=result.baseline,
            **({"tolerance": 0.05} if auto else {"n_steps": result.n_steps}),
        )
        assert (result.value, result.converged) == (alone.value, alone.converged)
        np.testing.assert_allclose(result.scores, alone.scores, rtol=1e-5, atol=1e-6)
        assert result.scores.astype(np.float32).tolist() == result.scores.tolist()


def test_the_snapshots_hold_the_precomputed_results(classifier):
    widget = LIGWidget(classifier, NEWS)
    computed = list(widget.precompute(**FEW, targets=("sport", "tech")))
    sent = json.loads(json.dumps(widget.snapshots, allow_nan=False))
    assert sent["request"]["text"] == NEWS
    assert len(sent["layouts"]) == 1  # the text is stored once
    assert [(path["target"], path["baseline"]) for path in sent["paths"]] == [
        ("sport", "unk"),
        ("tech", "unk"),
    ]
    for path in sent["paths"]:
        for result in path["results"]:
            scores = np.frombuffer(base64.b64decode(result["scores"]), "<f4").tolist()
            (same,) = [
                a
                for a in computed
                if (a.target, a.method, a.n_steps)
                == (path["target"], result["method"], result["n_steps"])
            ]
            assert scores == same.scores.tolist()
            assert (path["value"], path["baseline_value"]) == (same.value, same.baseline_value)
            assert (result["delta"], result["n_evaluations"]) == (same.delta, same.n_evaluations)


def test_notes_on_some_results_are_stored_with_those_results(classifier):
    widget = LIGWidget(classifier, NEWS)
    few, many = widget.precompute(methods=("riemann_left",), n_steps=(1, 200), targets=("sport",))
    assert few.notes[-1].startswith("1 step is too few here")
    (path,) = widget.snapshots["paths"]
    notes = [result.get("notes", []) for result in path["results"]]
    assert [path["notes"] + own for own in notes] == [list(few.notes), list(many.notes)]


def test_by_default_all_labels_and_rules_are_precomputed_for_the_current_baseline(classifier):
    widget = LIGWidget(classifier, NEWS, baseline="mask")
    computed = widget.precompute()
    found = {(a.target, a.method, a.tolerance or a.n_steps, a.baseline) for a in computed}
    expected = {
        (target, method, stop, "mask")
        for target in widget.labels
        for method in METHODS
        for stop in (PRECOMPUTED_TOLERANCES if method == "auto" else PRECOMPUTED_STEPS)
    }
    assert found == expected
    assert len(computed) == len(expected) == 180


def test_settings_share_the_points_that_they_have_in_common(classifier):
    engine, request = LIGEngine(classifier), Request(text=NEWS)
    with counted_rows(classifier) as rows:
        precompute(engine, request, methods=("riemann_left", "riemann_right"), n_steps=(2, 5, 10))
    both_ends = 2
    # Left and right of ten have eleven points, and those of two and five are among them; the
    # rest is the first result, which chooses the labels.
    first = attribute(classifier, NEWS).n_evaluations
    assert sum(rows) == both_ends + 11 + first


def test_labels_are_the_ten_most_probable_and_the_one_that_is_explained(tiny_classifier):
    labels = tuple(f"label {i}" for i in range(13))
    classifier = tiny_classifier("bert", labels=labels)
    least = min(attribute(classifier, NEWS).prediction.items(), key=lambda item: item[1])[0]
    widget = LIGWidget(classifier, NEWS, target=least)
    computed = widget.precompute(methods=("riemann_middle",), n_steps=(2,))
    by_probability = sorted(
        computed[0].prediction, key=lambda label: -computed[0].prediction[label]
    )
    assert [a.target for a in computed] == [*by_probability[:10], least]


def test_a_label_is_not_contrasted_with_itself(classifier):
    widget = LIGWidget(classifier, NEWS, target="sport", contrast="tech")
    computed = widget.precompute(methods=("riemann_middle",), n_steps=(2,))
    assert {a.target for a in computed} == set(widget.labels) - {"tech"}
    assert {a.contrast for a in computed} == {"tech"}


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
        ({"n_steps": (0,)}, "n_steps=0 is not possible; give a whole number from 1 to 10,000"),
        ({"n_steps": (1,)}, "n_steps=1 is too few for riemann_trapezoid; give at least 2"),
    ],
    ids=str,
)
def test_an_impossible_grid_raises_an_error_and_nothing_is_lost(classifier, grid, message):
    widget = LIGWidget(classifier, NEWS)
    before = widget.precompute(methods=("riemann_middle",), n_steps=(2,))
    snapshots = widget.snapshots
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        widget.precompute(**grid)
    assert widget.snapshots == snapshots == snapshots_to_wire(before)
    assert (widget.status, widget.attribution) == ("error", attribute(classifier, NEWS))


def test_precompute_shows_its_progress_and_can_be_cancelled(classifier):
    widget = LIGWidget(classifier, NEWS)
    changes = []

    def watch(change):
        changes.append((widget.status, change.new))
        if change.new > 0.2:
            threading.Thread(target=widget.cancel).start()

    widget.observe(watch, names="progress")
    with pytest.raises(Cancelled, match="cancelled"):
        widget.precompute(n_steps=(400, 500))
    assert (widget.status, widget.snapshots) == ("idle", {})
    assert {status for status, done in changes if done > 0} == {"running"}
    shares = [done for _, done in changes]
    assert shares == sorted(shares)


def test_a_newer_request_ends_precompute(classifier):
    widget = LIGWidget(classifier, NEWS)

    def request(change):
        if 0.1 < change.new < 1:
            widget.unobserve(request, names="progress")
            threading.Thread(target=lambda: setattr(widget, "method", "riemann_left")).start()

    widget.observe(request, names="progress")
    with pytest.raises(Cancelled, match="the widget received another request; precompute again"):
        widget.precompute(n_steps=(400, 500))
    assert widget.wait().method == "riemann_left"


def test_an_interrupt_of_the_cell_stops_precompute(classifier, monkeypatch):
    widget = LIGWidget(classifier, NEWS)
    wait = widget._runner.wait

    def interrupted(timeout=None):
        if widget.status == "running":
            raise KeyboardInterrupt
        return wait(timeout)

    monkeypatch.setattr(widget._runner, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        widget.precompute(n_steps=(400, 500))
    monkeypatch.undo()
    assert widget._runner.wait(10)
    assert (widget.status, widget.snapshots) == ("idle", {})


def test_without_threads_precompute_works_as_well(classifier, monkeypatch):
    widget = LIGWidget(classifier, NEWS)

    def no_threads(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_threads)
    assert len(widget.precompute(methods=("riemann_middle",), n_steps=(2,))) == len(widget.labels)
    assert widget.snapshots["paths"]


def test_five_labels_six_rules_and_six_stops_of_250_tokens_are_under_400_kilobytes():
    words = [f"word{i:03}" for i in range(250)]
    random = np.random.default_rng(0)

    def result(label: int, method: str, stop: float) -> Attribution:
        scores = random.normal(scale=0.1, size=250).astype(np.float32)
        return Attribution(
            text=" ".join(words),
            tokens=tuple(Token(w, 8 * i, 8 * i + 7, i, False) for i, w in enumerate(words)),
            scores=scores,
            path_profile=random.normal(size=(16, 250)),
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
        result(label, method, stop)
        for label in range(5)
        for method in METHODS
        for stop in (PRECOMPUTED_TOLERANCES if method == "auto" else PRECOMPUTED_STEPS)
    ]
    assert len(json.dumps(snapshots_to_wire(grid))) < 400_000
