"""Every family in every setting: Flair's own prediction, completeness, no trace, each row alone."""

from __future__ import annotations

import unicodedata

import families
import numpy as np
import pytest
import torch
from families import flair_predicts, flair_says
from flair.data import Sentence
from test_wrapper import state_of
from texts import AWKWARD, NEWS, SENTENCES

from flair_lig_widget import (
    LIGEngine,
    ModelWrapper,
    Request,
    attribute,
)


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD.keys())
@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_probabilities_and_words_are_those_of_flair(make, family, setting, text):
    """The parity matrix: `docs/families.md` lists its rows."""
    classifier = make(family, setting)
    wrapper = ModelWrapper(classifier)
    assert wrapper.predict(text) == pytest.approx(flair_says(classifier, text), abs=1e-5)
    assert wrapper.parity(text, flair_says(classifier, text)) < 1e-6

    encoding = wrapper.encode(text)
    read = [token for token in encoding.tokens if not token.special]
    here = 0
    for token in read:
        assert here <= token.start <= token.end <= len(text)
        here = token.start
    # What has no subword was not read: it is blank, dropped by Flair, or cut; or it is an accent
    # or soft hyphen, which the tokenizer drops where Flair takes it for a word.
    covered = set().union(*(range(token.start, token.end) for token in read))
    for label in wrapper.labels[:5]:
        unseen = encoding.unseen(label)
        assert unseen is None or text[slice(*unseen)].strip()
        covered |= set(range(*(unseen or (0, 0))))
    left = "".join(c for i, c in enumerate(text) if i not in covered)
    left = Sentence._handle_problem_characters(left)
    assert not [c for c in left if not c.isspace() and unicodedata.category(c) not in ("Mn", "Cf")]


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_scores_sum_to_the_difference_within_one_percent(make, family, setting):
    classifier = make(family, setting)
    found = attribute(classifier, NEWS)
    assert found.converged
    assert abs(found.delta) <= 0.0101 * abs(found.value - found.baseline_value) + 1e-5
    assert list(found.predicted) == sorted(
        flair_predicts(classifier, NEWS), key=lambda label: -found.prediction[label]
    )
    assert found.baseline == ModelWrapper(classifier).baselines[0]
    assert sum(word.score for word in found.sentences()) == pytest.approx(found.scores.sum())


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_the_gradient_is_that_of_finite_differences(make, family, setting):
    """Of f along the path, at a point where most models are smooth: against f itself."""
    engine = LIGEngine(make(family, setting))
    path, _ = engine._path(Request(text=SENTENCES))
    objective = engine._objective(Request(text=SENTENCES), engine.wrapper.labels[-1])

    def never():
        return False

    def sample(*nodes):
        (found,) = path.sample([objective], nodes, cancelled=never, progress=lambda done: None)
        return found

    nodes = [0.413, 0.415, 0.417]
    values, slopes = sample(*nodes).values, sample(nodes[1]).derivatives.sum()
    difference = (values[2] - values[0]) / (nodes[2] - nodes[0])
    assert slopes == pytest.approx(difference, rel=0.03, abs=0.02 * abs(values).max())


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_each_row_depends_on_its_own_point_alone(make, family, setting):
    wrapper = ModelWrapper(make(family, setting))
    encoding = wrapper.encode(SENTENCES)
    ends, _ = wrapper.endpoints(encoding)
    points = torch.stack([torch.lerp(ends[0], ends[1], a) for a in (0.2, 0.5, 0.9)])
    points.requires_grad_()
    logits = wrapper.logits(encoding, points)
    alone = torch.cat([wrapper.logits(encoding, point[None]) for point in points])
    assert torch.allclose(logits, alone, atol=1e-5)
    for row in range(3):
        (gradient,) = torch.autograd.grad(logits[row, 0], points, retain_graph=True)
        assert gradient[row].norm() > 0
        assert all(gradient[other].norm() == 0 for other in range(3) if other != row)


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_the_classifier_is_left_as_it_was(make, family, setting):
    classifier = make(family, setting)
    parameters = [p for p in classifier.parameters() if p.requires_grad]
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    switches = [
        (getattr(m, "static_embeddings", None), getattr(m, "learning_mode", None))
        for m in classifier.modules()
    ]
    before = state_of(classifier)
    try:
        found = attribute(classifier, SENTENCES, method="riemann_middle", n_steps=2)
        ModelWrapper(classifier).parity(SENTENCES, found.prediction)
        assert state_of(classifier) == before
        assert switches == [
            (getattr(m, "static_embeddings", None), getattr(m, "learning_mode", None))
            for m in classifier.modules()
        ]
    finally:
        for parameter in parameters:
            parameter.grad = None


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_every_baseline_on_offer_can_be_used(make, family, setting):
    wrapper = ModelWrapper(make(family, setting))
    assert "zero" in wrapper.baselines
    for layer in wrapper.layers:
        for baseline in wrapper.baselines:
            encoding = wrapper.encode(SENTENCES)
            ends, logits = wrapper.endpoints(encoding, baseline=baseline, layer=layer)
            assert torch.isfinite(logits).all()
            assert torch.allclose(wrapper.logits(encoding, ends, layer=layer), logits, atol=1e-5)
            if hasattr(wrapper.family, "ids_to_logits") and baseline not in ("zero", "mean"):
                # the same from token ids, as Captum's layer methods have it
                ids = [wrapper.reference_ids(encoding, baseline), encoding.input_ids.view(1, -1)]
                assert torch.allclose(wrapper(torch.cat(ids), encoding), logits, atol=1e-5)


def test_a_family_says_why_it_was_chosen(make):
    reasons = {
        family: ModelWrapper(make(family, next(iter(settings)))).family.reason
        for family, settings in families.CASES.items()
    }
    for family, reason in reasons.items():
        assert family in reason
        assert "the path runs in" in reason


def test_scores_are_right_within_one_percent_in_almost_every_family(make):
    """Against 600 midpoints; what takes a maximum has kinks, where an estimate can be short."""
    errors = []
    for case in families.NAMES:
        engine = LIGEngine(make(*case))
        found = engine.attribute(Request(text=NEWS))
        dense = engine.attribute(
            Request(text=NEWS, target=found.target, method="riemann_middle", n_steps=600)
        )
        norm = np.linalg.norm(dense.scores)
        errors.append(np.linalg.norm(found.scores - dense.scores) / norm)
    assert np.mean(np.array(errors) <= 0.01) >= 0.95
    assert max(errors) < 0.03


def test_the_docs_list_every_row_of_the_matrix():
    assert families.PAGE.read_text(encoding="utf-8").endswith(families.table())
