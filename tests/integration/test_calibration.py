"""Is ``auto`` as exact as it says, and does it spend no more than it must?

Reference: Gauss-Legendre on 100 nodes, which agrees with Captum's (`test_captum.py`). The benchmark
of the same name asks more cases, and prints what it finds.
"""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from flair_lig_widget import LIGEngine
from flair_lig_widget.demo.train import CORPUS, read_labelled
from flair_lig_widget.request import Request

BASELINES = ("pad", "mask", "unk", "zero")
LAYERS = ("word_embeddings", "embeddings")
WORDS = (3, 8, 20, 45)


def cases():
    """Texts of every length in every layer and with every baseline, and one of 500 subwords."""
    sentences, draw = read_labelled(CORPUS)[1], random.Random(3)
    for layer, baseline, words in itertools.product(LAYERS, BASELINES, WORDS):
        text = " ".join(draw.sample(sentences, 4)).split()[:words]
        yield " ".join(text), layer, baseline
    yield " ".join(" ".join(sentences[:60]).split()[:400]), "word_embeddings", "pad"


@pytest.fixture(scope="module")
def outcomes(demo_classifier):
    """For every case and tolerance: the tolerance, the true error, the number of evaluations."""
    found = []
    for text, layer, baseline in cases():
        engine = LIGEngine(demo_classifier)
        where = {"text": text, "layer": layer, "baseline": baseline}
        dense = Request(**where, method="gausslegendre", n_steps=100)
        prediction = engine.wrapper.predict(text)
        first, second = sorted(prediction, key=prediction.get, reverse=True)[:2]
        each = engine.attribute_each(dense, [first, second])
        exact = {None: each[first].scores, second: each[first].scores - each[second].scores}
        for contrast, reference in exact.items():
            for tolerance in (0.05, 0.01, 0.001):
                answer = engine.attribute(
                    Request(**where, target=first, contrast=contrast, tolerance=tolerance)
                )
                assert answer.converged
                error = np.linalg.norm(answer.scores - reference) / np.linalg.norm(reference)
                found.append((tolerance, error, answer.n_evaluations))
    return np.array(found)


@pytest.mark.parametrize(("tolerance", "evaluations"), [(0.05, 13), (0.01, 17), (0.001, 33)])
def test_auto_is_within_its_tolerance_at_few_evaluations(outcomes, tolerance, evaluations):
    _, errors, spent = outcomes[outcomes[:, 0] == tolerance].T
    assert len(errors) >= 60
    within = np.mean(errors <= tolerance)
    print(f"{tolerance:.1%}: {within:.1%} of {len(errors)} within, median {np.median(spent):.0f}")
    assert within >= 0.95
    assert np.median(spent) <= evaluations
