"""Where the numbers come from: the model and its weights, the versions, the time."""

from __future__ import annotations

import copy
import pickle
import time
from dataclasses import FrozenInstanceError, replace
from importlib.metadata import version

import numpy as np
import pytest
import torch
from support import tiny
from support.processes import run_python
from support.texts import NEWS

from flair_lig_widget import LIGEngine, ModelWrapper, Provenance, Request, attribute
from flair_lig_widget.result.provenance import now

HASHES = """
import hashlib, sys, time
clock, seconds = time.perf_counter, float(sys.argv[1])
time.perf_counter = lambda: seconds * clock()  # a machine that is so many times slower
from support.texts import NEWS
from flair_lig_widget import LIGWidget, load_demo_classifier

widget = LIGWidget(load_demo_classifier(), NEWS * 3)
widget.precompute(methods=["auto", "riemann_middle"], n_steps=[5], tolerances=[0.01])
picture = widget._repr_mimebundle_()[0]["text/html"]
for source in (widget.attribution.to_json(), picture, widget.to_html()):
    print(len(source), hashlib.sha256(source.encode()).hexdigest())
"""


@pytest.mark.slow
def test_a_slow_and_a_fast_process_write_the_same_bytes():
    """JSON, the picture without scripts and a page; SOURCE_DATE_EPOCH asks for the same bytes."""
    first, second = (
        run_python(HASHES, slowness, env={"SOURCE_DATE_EPOCH": "1700000000"})
        for slowness in ("0.01", "100")
    )
    assert len(first.splitlines()) == 3
    assert first == second


def test_a_slow_and_a_fast_clock_give_the_same_bytes(tiny_classifier, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    clock, sources = time.perf_counter, []
    for slowness in (0.01, 100):
        monkeypatch.setattr(time, "perf_counter", lambda slowness=slowness: slowness * clock())
        sources.append(attribute(tiny_classifier("bert"), NEWS * 3).to_json())
    assert sources[0] == sources[1]


def test_a_provenance_is_frozen_and_compared_without_its_time():
    early = Provenance(
        model="m",
        weights_digest="ab12",
        versions={"torch": "2.13.0"},
        created_at="2026-11-23T10:00:00Z",
    )
    late = replace(early, created_at="2026-11-24T10:00:00Z")
    assert early == late
    assert early.created_at != late.created_at
    for changes in ({"model": "n"}, {"weights_digest": "cd34"}, {"versions": {"torch": "2.5"}}):
        assert early != replace(early, **changes)
    with pytest.raises(FrozenInstanceError):
        early.model = "n"
    with pytest.raises(TypeError):
        early.versions["torch"] = "2.5"
    nothing = Provenance()
    assert (nothing.model, nothing.weights_digest, nothing.created_at) == ("", "", "")
    assert nothing.versions == {}


def test_an_attribution_says_what_computed_it(tiny_classifier, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    classifier = tiny_classifier("bert")
    found = attribute(classifier, NEWS, target="sport", baseline="mask")
    wrapper, provenance = ModelWrapper(classifier), found.provenance
    assert provenance.model == wrapper.name == f"TextClassifier over {classifier.embeddings.name}"
    assert provenance.weights_digest == wrapper.digest()
    assert provenance.created_at == "2023-11-14T22:13:20Z"  # date -u -d @1700000000
    assert set(provenance.versions) == {"flair_lig_widget", "flair", "torch", "transformers"}
    assert provenance.versions["torch"] == version("torch")
    assert (found.target, found.baseline, found.method) == ("sport", "mask", "auto")


def test_a_time_that_is_no_number_of_seconds_raises_an_error(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ValueError, match="SOURCE_DATE_EPOCH='yesterday' is not a number of sec"):
        now()


def test_equal_weights_have_equal_digests_and_a_training_step_changes_it(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    before = ModelWrapper(classifier).digest()
    assert ModelWrapper(tiny.classifier(encoder_folder("bert"))).digest() == before
    with torch.no_grad():
        classifier.decoder.bias[3] += 1e-6
    assert ModelWrapper(classifier).digest() != before


def test_a_result_after_training_has_the_digest_of_the_new_weights(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    engine, request = LIGEngine(classifier), Request(text=NEWS)
    before = engine.attribute(request).provenance
    with torch.no_grad():
        classifier.decoder.weight.mul_(1.1)
    after = engine.attribute(request).provenance
    assert after.weights_digest == ModelWrapper(classifier).digest() != before.weights_digest


@pytest.mark.parametrize("method", ["auto", "gausslegendre", "riemann_left"])
def test_the_path_profile_sums_to_the_scores(tiny_classifier, method):
    steps = {} if method == "auto" else {"n_steps": 200}
    attribution = attribute(tiny_classifier("bert"), NEWS, method=method, **steps)
    assert attribution.path_profile.shape == (16, len(attribution.tokens))
    largest = abs(attribution.scores).max()
    np.testing.assert_allclose(
        attribution.path_profile.sum(axis=0), attribution.scores, atol=0.02 * largest
    )
    # f is known on the path as well: the bins of all tokens sum to what f gains.
    total = attribution.path_profile.sum()
    assert total == pytest.approx(attribution.value - attribution.baseline_value, rel=0.02)


def test_a_bin_of_the_path_profile_is_what_a_dense_quadrature_finds_there(tiny_classifier):
    classifier = tiny_classifier("bert")
    attribution = attribute(classifier, NEWS, tolerance=0.001, target="sport")
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(NEWS)
    ends, _ = wrapper.endpoints(encoding)
    alphas = (torch.arange(16 * 20) + 0.5) / (16 * 20)  # twenty midpoints per bin
    points = ends[0] + alphas[:, None, None] * (ends[1] - ends[0])
    points.requires_grad_()
    target = wrapper.labels.index("sport")
    (gradients,) = torch.autograd.grad(wrapper.logits(encoding, points)[:, target].sum(), points)
    derivatives = (gradients * (ends[1] - ends[0])).sum(-1).detach().double().numpy()
    dense = derivatives.reshape(16, 20, -1).mean(axis=1) / 16
    np.testing.assert_allclose(attribution.path_profile, dense, atol=0.02 * abs(dense).max())


def test_a_provenance_can_be_pickled_copied_and_hashed():
    provenance = Provenance(model="m", versions={"torch": "2.13.0"}, created_at="2026-11-23")
    for other in (pickle.loads(pickle.dumps(provenance)), copy.deepcopy(provenance)):
        assert other == provenance
        assert other.to_dict() == provenance.to_dict()
        assert hash(other) == hash(provenance)
    with pytest.raises(TypeError):
        other.versions["torch"] = "2.5"


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_provenance_of_an_attribution_survives_copies(tiny_classifier, duplicate):
    found = attribute(tiny_classifier("bert"), NEWS, method="riemann_middle", n_steps=1)
    assert duplicate(found).provenance == found.provenance
    assert duplicate(found).provenance.created_at == found.provenance.created_at
