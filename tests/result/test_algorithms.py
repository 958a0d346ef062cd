"""What a result of another algorithm says of itself, in words and in every export."""

from __future__ import annotations

import json

import pytest
from PIL import Image
from support.attributions import make

from flair_lig_widget import Attribution, AttributionWidget
from flair_lig_widget.frontend.choices import CHOICES
from flair_lig_widget.frontend.wire import state_of
from flair_lig_widget.result.algorithms import ALGORITHMS, INTEGRATED_GRADIENTS
from flair_lig_widget.result.summary import accuracy_summary, sentences

CAPTUM = [name for name in ALGORITHMS if name != INTEGRATED_GRADIENTS]


def made(algorithm: str, **changes) -> Attribution:
    samples = ALGORITHMS[algorithm].samples
    fields = {
        "algorithm": algorithm,
        "method": algorithm,
        "n_steps": 7 if samples else 0,
        "seed": 0 if samples else None,
        "tolerance": None,
        "error_estimate": None,
    }
    return make(**{**fields, **changes})


@pytest.mark.parametrize(
    ("algorithm", "method", "accuracy"),
    [
        (
            "gradient_x_input",
            "gradient × input by Captum, baseline pad for f(x′) alone.",
            "Scores sum to −0.125 logit, and need not sum to f(x) − f(x′), 9 evaluations.",
        ),
        (
            "gradient_shap",
            "GradientSHAP by Captum, 7 samples, seed 0, baseline pad.",
            "Delta 0.375 logit (−75.0 % of f(x) − f(x′)), error of the scores unknown, "
            "9 evaluations.",
        ),
        (
            "deep_lift",
            "DeepLIFT by Captum, baseline pad.",
            "Delta 0.375 logit (−75.0 % of f(x) − f(x′)), 9 evaluations.",
        ),
        (
            "feature_ablation",
            "feature ablation by Captum, baseline pad.",
            "Scores sum to −0.125 logit, and need not sum to f(x) − f(x′), 9 evaluations.",
        ),
        (
            "shapley_value_sampling",
            "Shapley value sampling by Captum, 7 orders, seed 0, baseline pad.",
            "Delta 0.375 logit (−75.0 % of f(x) − f(x′)), error of the scores unknown, "
            "9 evaluations.",
        ),
    ],
)
def test_the_summary_names_the_algorithm_and_the_delta_that_it_has(algorithm, method, accuracy):
    a = made(algorithm)
    said = sentences(a)[1]
    assert said == f"f(x) = 3.000, f(x′) = 3.500, where f is the logit of business; {method}"
    assert accuracy_summary(a) == accuracy
    assert (a.delta is None) == (a.relative_delta is None) == ("need not" in accuracy)
    assert a.residual == 0.375
    assert a.converged is None


def test_one_sample_is_one():
    assert "1 order, seed 0" in sentences(made("shapley_value_sampling", n_steps=1))[1]


@pytest.mark.parametrize("algorithm", CAPTUM)
def test_no_export_calls_it_integrated_gradients_or_converged(algorithm, tmp_path):
    a = made(algorithm)
    a.to_png(tmp_path / "a.png")
    picture = Image.open(tmp_path / "a.png").text
    exports = [
        *(a.to_csv(), a.to_latex(), a.to_svg(), a._repr_html_(), repr(a), picture["Title"]),
        picture["Description"],
        repr(AttributionWidget(a)),
    ]
    for export in exports:
        assert "integrated grad" not in export.lower()
        assert "converged" not in export
    name = ALGORITHMS[algorithm].name
    assert picture["Title"] == f"Flair prediction explained by {name}"
    assert f"algorithm: {algorithm}" in picture["Description"]
    assert f"seed: {json.dumps(a.seed)}" in picture["Description"]
    assert f"delta: {json.dumps(a.delta)}" in picture["Description"]
    assert f"{name} by Captum" in a._repr_html_()
    assert f"{name} by Captum" in AttributionWidget(a).to_html()
    assert f"method={algorithm!r}" in repr(AttributionWidget(a))


@pytest.mark.parametrize("algorithm", CAPTUM)
def test_json_brings_it_back(algorithm):
    a = made(algorithm)
    source = a.to_json()
    assert Attribution.from_json(source) == a
    assert ("delta" in json.loads(source)) == (a.delta is not None)


def test_a_file_of_before_there_were_other_algorithms_is_read():
    data = json.loads(make().to_json())
    del data["algorithm"], data["seed"]
    assert Attribution.from_dict({k: v for k, v in data.items() if k != "delta"}) == make()


@pytest.mark.parametrize(
    ("algorithm", "changes", "message"),
    [
        ("deep_lift", {"method": "auto"}, "method='auto' with deep_lift, which has no integration"),
        ("deep_lift", {"tolerance": 0.01}, "tolerance is given with deep_lift, which has none"),
        ("gradient_shap", {"error_estimate": 0.1}, "error_estimate is given with gradient_shap"),
        ("gradient_shap", {"path_profile": [[0.0] * 6]}, "path_profile is given with gradient_sh"),
        ("deep_lift", {"seed": 3}, "seed=3 with deep_lift, which draws nothing at random"),
        (INTEGRATED_GRADIENTS, {"method": "auto", "seed": 3}, "seed=3 with integrated_gradients"),
    ],
)
def test_what_an_algorithm_does_not_have_is_refused(algorithm, changes, message):
    with pytest.raises(ValueError, match=message):
        made(algorithm, **changes)
    data = {**made(algorithm, method=algorithm).to_dict(), **changes}
    with pytest.raises(ValueError, match=f"^not an attribution: {message}"):
        Attribution.from_dict(data)


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(ValueError, match="unknown algorithm 'lime'; algorithms are integrated_g"):
        make(algorithm="lime")
    with pytest.raises(ValueError, match="algorithm is 'lime', not one of integrated_gradients"):
        Attribution.from_dict({**make().to_dict(), "algorithm": "lime"})


def test_notes_say_when_the_scores_say_little():
    shap, lift = made("gradient_shap"), made("deep_lift")
    assert shap.notes == (
        "The scores miss f(x) − f(x′) by 75 %: it takes the gradient at random points, and more "
        "samples come closer.",
    )
    assert "75 %: Captum has DeepLIFT's rule for few layers, such as ReLU" in lift.notes[0]
    close = {"scores": [0.0, 0.5, -1.0, 0.02, 0.0, 0.0]}  # 4 % of f(x) - f(x')
    assert made("deep_lift", **close).notes == made("gradient_shap", **close).notes == ()
    zero = made("feature_ablation", scores=[0.0] * 6)
    assert zero.notes == (
        "Every score is 0, although f(x) is not f(x′): the scores explain nothing.",
    )
    assert made("feature_ablation", scores=[0.0] * 6, value=3.5).notes == ()


def test_a_baseline_that_prefers_a_label_is_noted_where_the_scores_start_from_it():
    sure = {"baseline_prediction": {"sport": 0.99, "business": 0.01}}
    for algorithm, facts in ALGORITHMS.items():
        method = "auto" if algorithm == INTEGRATED_GRADIENTS else algorithm
        notes = " ".join(made(algorithm, method=method, **sure).notes)
        assert ("The baseline is not neutral" in notes) == facts.has_delta


@pytest.mark.parametrize("algorithm", CAPTUM)
def test_a_saved_result_is_shown_with_the_request_that_it_answers(algorithm):
    state = state_of(made(algorithm))
    request = state["result"]["request"]
    assert (request["algorithm"], request["method"]) == (algorithm, "auto")
    assert request["n_steps"] == (7 if ALGORITHMS[algorithm].samples else None)
    assert {name: state[name] for name in request} == request
    assert state["result"]["algorithm"] == state["result"]["method"] == algorithm
    # The front end draws what is missing to f(x), and the choices say whether it is an error.
    assert (state["result"]["delta"], state["result"]["relative_delta"]) == (0.375, -0.75)


def test_the_front_end_gets_what_it_needs_to_tell_algorithms_apart():
    assert set(CHOICES["algorithms"]) == set(ALGORITHMS) - {INTEGRATED_GRADIENTS}
    assert CHOICES["algorithms"]["shapley_value_sampling"] == {
        "name": "Shapley value sampling",
        "has_delta": True,
        "samples": "order",
    }
