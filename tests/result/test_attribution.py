"""The result: sums, order, accuracy, and a round trip through JSON without a model."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from support.attributions import make

from flair_lig_widget import Attribution, Provenance
from flair_lig_widget.export.provenance import record
from flair_lig_widget.result import Segment


def test_subwords_and_sentences_have_scores_too():
    found = make(sentence_starts=(0, 11))
    assert [(w.text, w.score) for w in found.subwords()] == [
        ("Oil", 0.5),
        ("<", -1.0),
        ("rose>", 0.25),
        ("🎉", 0.125),
    ]
    assert [(w.text, w.score, w.rank) for w in found.sentences()] == [
        ("Oil <rose>", -0.25, 1),
        ("🎉", 0.125, 2),
    ]
    assert found.sentences()[0].subwords == ("oil", "<", "##rose>")
    for granularity in ("subword", "word", "sentence"):
        segments = found.segments(granularity)
        assert "".join(segment.text for segment in segments) == found.text
        spans = [segment.span for segment in segments if segment.span is not None]
        assert spans == list(range(len(found.spans(granularity))))
        assert not any(segment.truncated for segment in segments)
    with pytest.raises(ValueError, match="unknown granularity 'letter'; use subword, word"):
        found.spans("letter")


def test_text_that_was_not_read_is_a_separate_segment():
    found = make(truncated=[(10, 13)], tokens=make().tokens[:4], scores=make().scores[:4])
    assert found.segments()[-1] == Segment("  🎉", truncated=True)
    assert found.notes == (
        "The model did not read the last 3 of 13 characters (grey): the text is longer than the "
        "model's input.",
    )
    at_the_start = make(truncated=[(0, 4)], tokens=make().tokens[2:], scores=[0, 0, 0, 0])
    assert at_the_start.segments()[0] == Segment("Oil ", truncated=True)


def test_a_fixed_rule_with_too_few_steps_gets_a_note():
    fixed = {"method": "riemann_left", "tolerance": None}
    assert make(**fixed, n_steps=1, error_estimate=1.4).notes == (
        "1 step is too few here: the scores may be entirely wrong.",
    )
    assert make(**fixed, n_steps=5, error_estimate=0.37).notes == (
        "5 steps are too few here: the scores may be off by up to 37 %.",
    )
    assert make(**fixed, error_estimate=0.09).notes == ()
    assert make(error_estimate=1.4).notes == ()  # auto says that it has not converged


def test_a_fixed_rule_whose_error_has_no_bound_gets_a_note():
    """As for a model whose first layers are in int8: no gradient reaches the input."""
    fixed = {"method": "riemann_left", "tolerance": None, "error_estimate": None}
    assert make(**fixed, scores=[0.0] * 6).notes == (
        "Every score is 0, although f changes along the path: the model passes no gradient to its "
        "input, so the scores explain nothing.",
    )
    assert make(**fixed).notes == (
        "The error of the scores has no bound here: they may be entirely wrong.",
    )
    flat = {**fixed, "error_estimate": 0.0, "value": 3.5}
    assert make(**flat, scores=[0.0] * 6).notes == ()  # f does not change, so 0 is right
    assert make(error_estimate=None).notes == ()  # auto says that it has not converged


def test_a_fraction_of_a_difference_that_is_too_small_is_none():
    tiny = make(value=5e-324, baseline_value=0.0)
    assert tiny.relative_delta is None
    assert {word.share for word in tiny.words()} == {None}
    small = make(value=1e-140, baseline_value=0.0)
    assert small.words()[0].share == pytest.approx(0.5e140)


def test_a_baseline_that_prefers_a_label_gets_a_note():
    found = make(baseline_prediction={"sport": 0.97, "business": 0.03})
    assert found.baseline_entropy == pytest.approx(0.1944, abs=1e-4)
    assert found.notes[0].startswith(
        "The baseline is not neutral: there the model predicts sport (97 %)"
    )
    assert make().baseline_entropy == 1.0
    assert make().notes == ()
    only = {"only": 1.0}
    assert make(prediction=only, baseline_prediction=only, predicted=()).notes == ()


def test_words_are_sums_of_their_subwords_with_share_and_rank():
    words = make().words()
    assert [w.text for w in words] == ["Oil", "<rose>", "🎉"]
    assert [w.score for w in words] == [0.5, -0.75, 0.125]
    assert [w.share for w in words] == [-1.0, 1.5, -0.25]
    assert [w.rank for w in words] == [2, 1, 3]
    assert [make().text[w.start : w.end] for w in words] == [w.text for w in words]
    assert [w.text for w in make().top(2)] == ["<rose>", "Oil"]
    with pytest.raises(ValueError, match="k=0 is too few"):
        make().top(0)


def test_segments_are_the_whole_text():
    segments = make().segments()
    assert segments == (
        Segment("Oil", 0),
        Segment(" "),
        Segment("<rose>", 1),
        Segment("  "),
        Segment("🎉", 2),
    )
    assert "".join(segment.text for segment in segments) == make().text


def test_a_segment_is_frozen_and_by_default_outside_all_spans_and_read():
    segment = Segment(" ")
    assert (segment.text, segment.span, segment.truncated) == (" ", None, False)
    assert not segment.is_separator
    assert segment != Segment(" ", truncated=True)
    with pytest.raises(FrozenInstanceError):
        segment.text = "x"


def test_delta_is_the_sum_of_the_scores_minus_the_difference():
    attribution = make()
    assert attribution.delta == pytest.approx(0.375)
    assert attribution.relative_delta == pytest.approx(-0.75)
    assert attribution.converged is False
    good = make(scores=[0, 0.5, -1.0, 0.25, -0.254, 0])
    assert good.converged is True
    assert replace(good, error_estimate=0.02).converged is False
    assert replace(good, error_estimate=None).converged is False
    assert replace(good, tolerance=None).converged is None
    assert make(value=3.5).relative_delta is None
    assert {w.share for w in make(value=3.5).words()} == {None}


def test_json_brings_back_the_same_attribution():
    attribution = make()
    again = Attribution.from_dict(json.loads(json.dumps(attribution.to_dict(), allow_nan=False)))
    assert again == attribution
    assert again.scores.dtype == np.float64
    assert again.words() == attribution.words()
    assert again != replace(attribution, target="sport")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "not an attribution of schema 3: schema is None"),
        ({"schema": 99}, "schema is 99"),
        ({"schema": 3}, "not an attribution: 'text' is missing"),
        ({**make().to_dict(), "colour": "red"}, "not an attribution: .*colour"),
        ({**make().to_dict(), "prediction": [1]}, "prediction is a list, not an object of"),
        ([], "not an attribution: list instead of a dict"),
    ],
    ids=["nothing", "future", "missing", "unknown", "wrong", "list"],
)
def test_other_data_raise_an_error_that_says_what_is_wrong(data, message):
    with pytest.raises(ValueError, match=message):
        Attribution.from_dict(data)


def test_numbers_that_are_not_finite_or_whose_squares_are_not_raise_an_error():
    for bad in (float("nan"), float("inf"), 1e151, -1e308):
        with pytest.raises(ValueError, match="not finite"):
            make(scores=[0, bad, 0, 0, 0, 0])
        for name in ("value", "baseline_value", "error_estimate", "rounding", "tolerance"):
            with pytest.raises(ValueError, match=r"not finite or beyond 1e\+150"):
                make(**{name: bad})
    with pytest.raises(ValueError, match="6 tokens need as many scores"):
        make(scores=[0.0])


def test_both_predictions_are_probabilities_of_the_same_labels():
    with pytest.raises(ValueError, match="prediction and baseline_prediction must have the same l"):
        make(baseline_prediction={"sport": 1.0})
    for bad in (-0.1, 1.1, float("nan"), 10**30):
        for name in ("prediction", "baseline_prediction"):
            changes = {"prediction": make().prediction, name: {"sport": bad, "business": 0.5}}
            with pytest.raises(ValueError, match=r"the prediction of 'sport' is .* not a prob"):
                make(**changes)
    rounded = {"sport": -1e-8, "business": 1.0000001}
    assert make(prediction=rounded).prediction == rounded


def test_the_path_profile_has_one_row_per_bin_and_one_column_per_token():
    profile = np.arange(12.0).reshape(2, 6)
    found = make(path_profile=profile)
    assert found.path_profile.shape == (2, 6)
    assert found.path_profile.dtype == np.float64
    assert make().path_profile is None
    assert found != make()
    assert found == make(path_profile=profile.tolist())
    profile[0, 0] = 99.0
    assert found.path_profile[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        found.path_profile[0, 0] = 1.0
    for shape in ((6,), (2, 5), (6, 2), (1, 2, 6)):
        with pytest.raises(ValueError, match="path_profile of 6 tokens cannot have the shape"):
            make(path_profile=np.zeros(shape))
    for bad in (float("nan"), float("-inf")):
        with pytest.raises(ValueError, match="not finite"):
            make(path_profile=np.full((1, 6), bad))


def test_the_time_of_creation_does_not_count_in_a_comparison():
    early, late = (
        make(provenance=Provenance(created_at=f"2026-11-{day}T10:00:00Z")) for day in (23, 24)
    )
    assert early == late
    assert pickle.loads(pickle.dumps(late)).provenance.created_at == late.provenance.created_at
    assert early != replace(early, provenance=Provenance(model="another"))
    assert early != replace(early, provenance=Provenance(weights_digest="ab12"))


def test_the_record_says_what_the_numbers_are_and_what_created_them():
    found = record(
        make(
            provenance=Provenance(
                model="TextClassifier",
                weights_digest="ab12",
                versions={"torch": "2.13.0"},
                created_at="2026-11-23T10:00:00Z",
            )
        )
    )
    assert set(found) == {
        *("model", "weights_digest", "versions", "created_at", "target", "contrast", "output"),
        *("method", "n_steps", "n_evaluations", "error_estimate", "baseline", "layer"),
        *("precision", "value", "baseline_value", "delta", "algorithm", "seed"),
    }
    assert found["versions"] == {"torch": "2.13.0"}
    assert found["delta"] == make().delta
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_it_is_frozen_and_so_are_its_copies():
    attribution = make()
    with pytest.raises(FrozenInstanceError):
        attribution.target = "sport"
    for one in (attribution, copy.deepcopy(attribution), pickle.loads(pickle.dumps(attribution))):
        assert one == attribution
        with pytest.raises(ValueError, match="read-only"):
            one.scores[0] = 1.0
        with pytest.raises(TypeError):
            one.prediction["sport"] = 1.0


def test_its_repr_says_what_matters():
    assert repr(make()) == (
        "Attribution(target='business', 3 words, f(x)=3, f(x')=3.5, delta=0.38, "
        "method='auto', n_steps=9)"
    )
