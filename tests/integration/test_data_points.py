"""Many requests and whole grids for the data points of a text."""

from __future__ import annotations

import numpy as np
import pytest
from support.predictions import asked

from flair_lig_widget import LIGEngine, Request
from flair_lig_widget.integration.precompute import precompute

TEXT = "The airline of the Prime Minister made a film in New York."
CASES = [
    ("SequenceTagger", "spans in BIOES, no RNN, CRF"),
    ("RelationClassifier", "TypedEntityMarker"),
    ("SpanClassifier", "first_last, over transformer words"),
]
every_case = pytest.mark.parametrize(("family", "setting"), CASES)


@every_case
def test_many_data_points_of_many_texts_have_the_scores_of_each_alone(
    family, setting, family_classifier
):
    classifier = family_classifier(family, setting)
    first = asked(classifier, TEXT)
    points = LIGEngine(classifier).attribute(first).data_points
    assert len(points) > 1
    requests = [
        Request(text=first.text, entities=first.entities, data_point=point.ranges)
        for point in points[:4]
    ]
    requests += [asked(classifier, "The striker scored twice in the final."), first]
    together = LIGEngine(classifier).attribute_many(requests)
    for request, found in zip(requests, together, strict=True):
        alone = LIGEngine(classifier).attribute(request)
        assert (found.data_point, found.target) == (alone.data_point, alone.target)
        np.testing.assert_allclose(found.scores, alone.scores, rtol=1e-4, atol=1e-6)
    assert [found.data_point for found in together[: len(points[:4])]] == [
        point.ranges for point in points[:4]
    ]


@every_case
def test_a_grid_is_of_the_data_point_of_its_request(family, setting, family_classifier):
    classifier = family_classifier(family, setting)
    engine, first = LIGEngine(classifier), asked(classifier, TEXT)
    point = engine.attribute(first).data_points[-1].ranges
    request = Request(text=first.text, entities=first.entities, data_point=point)
    labels = engine.wrapper.labels[:2]
    grid = precompute(engine, request, targets=labels, methods=["riemann_middle"], n_steps=[3])
    assert {found.target for found in grid} == set(labels)
    for found in grid:
        assert found.data_point == point
        expected = engine.attribute(
            Request(
                text=first.text,
                entities=first.entities,
                data_point=point,
                target=found.target,
                method=found.method,
                n_steps=found.n_steps,
            )
        )
        # A grid is rounded to 32 bits.
        assert found.scores == pytest.approx(expected.scores, rel=1e-6, abs=1e-9)
