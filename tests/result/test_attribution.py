"""The result: sums, order, account, and a round trip through JSON without a model."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from flair_lig_widget import Attribution, Token


def make(**changes) -> Attribution:
    """Three words, the second of two subwords: 'Oil <rose> 🎉 fast' with a gap after the emoji."""
    fields = {
        "text": "Oil <rose>  🎉",
        "tokens": (
            Token("[CLS]", 0, 0, None, True),
            Token("oil", 0, 3, 0, False),
            Token("<", 4, 5, 1, False),
            Token("##rose>", 5, 10, 1, False),
            Token("[UNK]", 12, 13, 2, False),
            Token("[SEP]", 13, 13, None, True),
        ),
        "scores": [0.0, 0.5, -1.0, 0.25, 0.125, 0.0],
        "value": 3.0,
        "baseline_value": 3.5,
        "prediction": {"sport": 0.25, "business": 0.75},
        "baseline_prediction": {"sport": 0.5, "business": 0.5},
        "predicted": ("business",),
        "target": "business",
        "method": "auto",
        "n_steps": 9,
        "n_evaluations": 9,
        "baseline": "pad",
        "layer": "word_embeddings",
        "error_estimate": 0.002,
        "tolerance": 0.01,
        "versions": {"torch": "2.13.0"},
    }
    return Attribution(**{**fields, **changes})


def test_subwords_and_sentences_have_their_scores_too():
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
        assert "".join(text for text, _ in segments) == found.text
        places = [place for _, place in segments if place is not None]
        assert places == list(range(len(found.pieces(granularity))))
    with pytest.raises(ValueError, match="unknown granularity 'letter'; use subword, word"):
        found.pieces("letter")


def test_what_was_not_read_is_a_segment_of_its_own():
    found = make(unseen=(10, 13), tokens=make().tokens[:4], scores=make().scores[:4])
    assert found.segments()[-1] == ("  🎉", "unseen")
    assert found.notes == (
        "The model did not read the last 3 of 13 characters (grey): the text is longer than what "
        "it takes in.",
    )
    assert make(unseen=(0, 4), tokens=make().tokens[2:], scores=[0, 0, 0, 0]).segments()[0] == (
        "Oil ",
        "unseen",
    )


def test_a_fixed_rule_with_too_few_steps_is_told():
    fixed = {"method": "riemann_left", "tolerance": None}
    assert make(**fixed, n_steps=1, error_estimate=1.4).notes == (
        "1 step is too few here: the scores may be wrong altogether.",
    )
    assert make(**fixed, n_steps=5, error_estimate=0.37).notes == (
        "5 steps are too few here: the scores may be off by up to 37 %.",
    )
    assert make(**fixed, error_estimate=0.09).notes == ()
    assert make(error_estimate=1.4).notes == ()  # auto says that it has not converged


def test_a_baseline_that_prefers_a_label_is_told():
    found = make(baseline_prediction={"sport": 0.97, "business": 0.03})
    assert found.baseline_entropy == pytest.approx(0.1944, abs=1e-4)
    assert found.notes[0].startswith(
        "The baseline is not neutral: there the model says sport (97 %)"
    )
    assert make().baseline_entropy == 1.0
    assert make().notes == ()
    assert make(baseline_prediction={"only": 1.0}).notes == ()


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
    assert segments == (("Oil", 0), (" ", None), ("<rose>", 1), ("  ", None), ("🎉", 2))
    assert "".join(text for text, _ in segments) == make().text


def test_delta_is_what_the_scores_miss_of_the_difference():
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


def test_a_saved_attribution_is_read_where_neither_flair_nor_torch_can_be_imported():
    script = """
import json, sys
sys.modules.update(dict.fromkeys(("torch", "flair", "captum", "transformers", "anywidget")))
from flair_lig_widget import Attribution
attribution = Attribution.from_dict(json.load(sys.stdin))
assert attribution._repr_html_().count("<span") == 3
print(attribution.words()[1].text)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(make().to_dict()),
        text=True,
        capture_output=True,
        check=True,
    )
    assert done.stdout == "<rose>\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "not an attribution of schema 1: schema is None"),
        ({"schema": 99}, "schema is 99"),
        ({"schema": 1}, "not an attribution: 'text' is missing"),
        ({**make().to_dict(), "colour": "red"}, "not an attribution: .*colour"),
        ({**make().to_dict(), "prediction": [1]}, "prediction is a list, not an object of"),
        ([], "not an attribution: list in place of a dict"),
    ],
    ids=["nothing", "future", "missing", "unknown", "wrong", "list"],
)
def test_other_data_are_refused_in_words(data, message):
    with pytest.raises(ValueError, match=message):
        Attribution.from_dict(data)


def test_numbers_that_are_not_finite_are_refused():
    for bad in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not finite"):
            make(scores=[0, bad, 0, 0, 0, 0])
        with pytest.raises(ValueError, match="not finite"):
            make(value=bad)
    with pytest.raises(ValueError, match="6 tokens need as many scores"):
        make(scores=[0.0])


def test_gains_are_one_row_a_stretch_and_one_column_a_token():
    gains = np.arange(12.0).reshape(2, 6)
    found = make(gains=gains)
    assert found.gains.shape == (2, 6)
    assert found.gains.dtype == np.float64
    assert make().gains is None
    assert found != make()
    assert found == make(gains=gains.tolist())
    gains[0, 0] = 99.0
    assert found.gains[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        found.gains[0, 0] = 1.0
    for shape in ((6,), (2, 5), (6, 2), (1, 2, 6)):
        with pytest.raises(ValueError, match="gains of 6 tokens cannot have the shape"):
            make(gains=np.zeros(shape))
    for bad in (float("nan"), float("-inf")):
        with pytest.raises(ValueError, match="not finite"):
            make(gains=np.full((1, 6), bad))


def test_when_it_was_made_does_not_count_in_a_comparison():
    early, late = make(made="2026-11-23T10:00:00Z"), make(made="2026-11-24T10:00:00Z")
    assert early == late
    assert pickle.loads(pickle.dumps(late)).made == late.made
    assert early != replace(early, model="another")
    assert early != replace(early, weights="ab12")


def test_the_provenance_says_what_the_numbers_are_and_what_made_them():
    found = make(model="TextClassifier", weights="ab12", made="2026-11-23T10:00:00Z").provenance
    assert set(found) == {
        *("model", "weights", "versions", "made", "target", "contrast", "output", "method"),
        *("n_steps", "n_evaluations", "error_estimate", "baseline", "layer", "precision"),
        *("value", "baseline_value", "delta"),
    }
    assert found["versions"] == {"torch": "2.13.0"}
    assert found["delta"] == make().delta
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_it_is_frozen():
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
