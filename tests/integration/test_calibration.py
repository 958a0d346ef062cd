"""Is ``auto`` as accurate as it says, with few evaluations?

Reference: Gauss-Legendre on 100 nodes, which agrees with Captum's (`test_captum.py`). The benchmark
of the same name measures more cases, and prints the results.
"""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from flair_lig_widget import LIGEngine
from flair_lig_widget.demo.train import CORPUS, read_labelled
from flair_lig_widget.result.request import Request

BASELINES = ("pad", "mask", "unk", "zero")
LAYERS = ("word_embeddings", "embeddings")
WORDS = (3, 8, 20, 45)


def cases():
    """Texts of several lengths for every layer and baseline, and one of 500 subwords."""
    sentences, generator = read_labelled(CORPUS)[1], random.Random(3)
    for layer, baseline, words in itertools.product(LAYERS, BASELINES, WORDS):
        text = " ".join(generator.sample(sentences, 4)).split()[:words]
        yield " ".join(text), layer, baseline
    yield " ".join(" ".join(sentences[:60]).split()[:400]), "word_embeddings", "pad"


@pytest.fixture(scope="module")
def outcomes(demo_classifier):
    """For every case and tolerance: the tolerance, the true error, the number of evaluations."""
    outcomes = []
    for text, layer, baseline in cases():
        engine = LIGEngine(demo_classifier)
        path = {"text": text, "layer": layer, "baseline": baseline}
        dense = Request(**path, method="gausslegendre", n_steps=100)
        prediction = engine.wrapper.predict(text)
        first, second = sorted(prediction, key=prediction.get, reverse=True)[:2]
        found = engine.attribute_each(dense, [first, second])
        exact = {None: found[first].scores, second: found[first].scores - found[second].scores}
        for contrast, reference in exact.items():
            for tolerance in (0.05, 0.01, 0.001):
                result = engine.attribute(
                    Request(**path, target=first, contrast=contrast, tolerance=tolerance)
                )
                assert result.converged
                error = np.linalg.norm(result.scores - reference) / np.linalg.norm(reference)
                outcomes.append((tolerance, error, result.n_evaluations))
    return np.array(outcomes)


@pytest.mark.slow
@pytest.mark.parametrize(("tolerance", "most_evaluations"), [(0.05, 13), (0.01, 17), (0.001, 33)])
def test_auto_is_within_its_tolerance_at_few_evaluations(outcomes, tolerance, most_evaluations):
    _, errors, evaluations = outcomes[outcomes[:, 0] == tolerance].T
    assert len(errors) >= 60
    within = np.mean(errors <= tolerance)
    median = np.median(evaluations)
    print(f"{tolerance:.1%}: {within:.1%} of {len(errors)} within, median {median:.0f}")
    assert within >= 0.95
    assert median <= most_evaluations
