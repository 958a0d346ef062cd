"""Where the numbers come from: the model and its weights, the versions, the time."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch
from texts import NEWS

from flair_lig_widget import LIGEngine, ModelWrapper, Request, attribute
from flair_lig_widget.provenance import now

BYTES = """
import hashlib, sys, time
clock, seconds = time.perf_counter, float(sys.argv[1])
time.perf_counter = lambda: seconds * clock()  # a machine so many times as slow
from texts import NEWS
from flair_lig_widget import LIGWidget, load_demo_classifier

widget = LIGWidget(load_demo_classifier(), NEWS * 3)
widget.bake(methods=["auto", "riemann_middle"], n_steps=[5], tolerances=[0.01])
picture = widget._repr_mimebundle_()[0]["text/html"]
for source in (widget.attribution.to_json(), picture, widget.to_html()):
    print(len(source), hashlib.sha256(source.encode()).hexdigest())
"""


def test_a_slow_and_a_fast_process_make_the_same_bytes():
    """JSON, the picture without scripts and a baked page; SOURCE_DATE_EPOCH asks for that."""
    first, second = (
        subprocess.run(
            [sys.executable, "-c", BYTES, slowness],
            cwd=Path(__file__).parent,
            env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for slowness in ("0.01", "100")
    )
    assert len(first.splitlines()) == 3
    assert first == second


def test_an_attribution_says_what_made_it(tiny_classifier, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    classifier = tiny_classifier("bert")
    found = attribute(classifier, NEWS, target="sport", baseline="mask").provenance
    wrapper = ModelWrapper(classifier)
    assert found["model"] == wrapper.name == f"TextClassifier over {classifier.embeddings.name}"
    assert found["weights"] == wrapper.digest()
    assert found["made"] == "2023-11-14T22:13:20Z"  # date -u -d @1700000000
    assert set(found["versions"]) == {"flair_lig_widget", "flair", "torch", "transformers"}
    assert found["versions"]["torch"] == version("torch")
    assert (found["target"], found["baseline"], found["method"]) == ("sport", "mask", "auto")


def test_a_time_that_is_none_is_told(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ValueError, match="SOURCE_DATE_EPOCH='yesterday' is not a number of sec"):
        now()


def test_equal_weights_have_equal_hashes_and_a_step_of_training_changes_it(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    before = ModelWrapper(classifier).digest()
    assert ModelWrapper(tiny.classifier(encoder_folder("bert"))).digest() == before
    with torch.no_grad():
        classifier.decoder.bias[3] += 1e-6
    assert ModelWrapper(classifier).digest() != before


def test_an_answer_after_training_has_the_hash_of_the_new_weights(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    engine, request = LIGEngine(classifier), Request(text=NEWS)
    before = engine.attribute(request)
    with torch.no_grad():
        classifier.decoder.weight.mul_(1.1)
    after = engine.attribute(request)
    assert after.weights == ModelWrapper(classifier).digest() != before.weights


@pytest.mark.parametrize("method", ["auto", "gausslegendre", "riemann_left"])
def test_what_tokens_gained_on_the_path_sums_to_their_scores(tiny_classifier, method):
    steps = {} if method == "auto" else {"n_steps": 200}
    attribution = attribute(tiny_classifier("bert"), NEWS, method=method, **steps)
    assert attribution.gains.shape == (16, len(attribution.tokens))
    most = abs(attribution.scores).max()
    np.testing.assert_allclose(attribution.gains.sum(axis=0), attribution.scores, atol=0.02 * most)
    # f is known on the path as well: each stretch gains what f does, whatever tokens it is of.
    whole = attribution.gains.sum()
    assert whole == pytest.approx(attribution.value - attribution.baseline_value, rel=0.02)


def test_what_a_stretch_gained_is_what_a_dense_quadrature_finds_there(tiny_classifier):
    classifier = tiny_classifier("bert")
    attribution = attribute(classifier, NEWS, tolerance=0.001, target="sport")
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(NEWS)
    ends, _ = wrapper.endpoints(encoding)
    path = (torch.arange(16 * 20) + 0.5) / (16 * 20)  # twenty middles a stretch
    points = ends[0] + path[:, None, None] * (ends[1] - ends[0])
    points.requires_grad_()
    target = wrapper.labels.index("sport")
    (gradients,) = torch.autograd.grad(wrapper.logits(encoding, points)[:, target].sum(), points)
    gained = (gradients * (ends[1] - ends[0])).sum(-1).detach().double().numpy()
    dense = gained.reshape(16, 20, -1).mean(axis=1) / 16
    np.testing.assert_allclose(attribution.gains, dense, atol=0.02 * abs(dense).max())
