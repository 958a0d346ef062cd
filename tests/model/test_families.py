"""Every family in every setting: parity, completeness, gradients, rows, an unchanged classifier."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
import torch
from flair.data import Sentence
from flair.embeddings.transformer import TransformerEmbeddings
from support import families
from support.families import asked, flair_predicts, flair_says, input_of
from support.marks import every_model
from support.model_state import state_of
from support.sampling import sample
from support.texts import AWKWARD, NEWS, SENTENCES

from flair_lig_widget import LIGEngine, ModelWrapper
from flair_lig_widget.model.readers import Reader


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD.keys())
@every_model
def test_probabilities_and_words_are_those_of_flair(family_classifier, family, setting, text):
    """The parity matrix: `docs/families.md` lists its rows."""
    classifier = family_classifier(family, setting)
    wrapper, given = ModelWrapper(classifier), input_of(classifier, text)
    said, text = flair_says(classifier, given), given.text
    assert wrapper.predict(given) == pytest.approx(said, abs=1e-5)
    assert wrapper.parity(given, said) < 1e-6

    encoding = wrapper.encode(given)
    read = [token for token in encoding.tokens if not token.special]
    previous_start = 0
    for token in read:
        assert previous_start <= token.start <= token.end <= len(text)
        previous_start = token.start
    # A character without a subword is whitespace, dropped by Flair, or truncated; or it is an
    # accent or soft hyphen that Flair takes for a word and the tokenizer drops.
    covered = set().union(*(range(token.start, token.end) for token in read))
    for label in wrapper.labels[:5]:
        for start, end in encoding.truncated_ranges(label):
            assert text[start:end].strip()
            covered |= set(range(start, end))
    for start, end, _ in given.entities:
        covered |= set(range(start, end))  # a mask replaces them
    left = "".join(c for i, c in enumerate(text) if i not in covered)
    left = Sentence._handle_problem_characters(left)
    assert not [c for c in left if not c.isspace() and unicodedata.category(c) not in ("Mn", "Cf")]


@every_model
def test_scores_sum_to_the_difference_within_one_percent(family_classifier, family, setting):
    classifier = family_classifier(family, setting)
    found = LIGEngine(classifier).attribute(asked(classifier, NEWS))
    assert found.converged
    assert abs(found.delta) <= 0.0101 * abs(found.value - found.baseline_value) + 1e-5
    predicted = flair_predicts(classifier, input_of(classifier, NEWS))
    assert list(found.predicted) == sorted(predicted, key=lambda label: -found.prediction[label])
    assert found.baseline == ModelWrapper(classifier).baselines[0]
    assert sum(word.score for word in found.sentences()) == pytest.approx(found.scores.sum())


@every_model
def test_the_gradient_is_that_of_finite_differences(family_classifier, family, setting):
    """Along the path, against f itself."""
    engine = LIGEngine(family_classifier(family, setting))
    request, label = asked(engine.wrapper.classifier, SENTENCES), engine.wrapper.labels[-1]

    def at(nodes):
        return sample(engine, request, label, nodes)

    size = abs(at([0.0, 0.5, 1.0]).values).max()
    quotient, alpha = smooth_quotient(lambda nodes: at(nodes).values, abs_tol=0.02 * size)
    slope = at([alpha]).derivatives.sum()
    assert slope == pytest.approx(quotient, rel=0.03, abs=0.02 * size)


def smooth_quotient(f, *, abs_tol: float) -> tuple[float, float]:
    """A difference quotient of f that does not straddle a kink, and the point it belongs to.

    A maximum, as in ``cls_pooling="max"``, switches at some points of the path, and a quotient
    across a switch is no derivative. Between two switches, the quotients of all parts of an
    interval agree.
    """
    for alpha in (0.415, 0.315, 0.615):
        for step in (0.002, 0.001, 0.0005):
            nodes = alpha + step * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
            values = f(nodes.tolist())
            parts = np.diff(values) / np.diff(nodes)
            quotient = (values[-1] - values[0]) / (nodes[-1] - nodes[0])
            if np.ptp(parts) <= abs_tol / 2 + 0.015 * abs(quotient):
                return quotient, alpha
    raise AssertionError("f has a kink close to every point that was tried")


@every_model
def test_what_is_not_of_the_text_stays_and_scores_exactly_zero(family_classifier, family, setting):
    """Special tokens, separators, markers and masks; the rest moves."""
    classifier = family_classifier(family, setting)
    request = asked(classifier, SENTENCES, method="riemann_middle", n_steps=2)
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(request.marked)
    ends, _ = wrapper.endpoints(encoding)
    assert torch.equal(ends[0, ~encoding.movable], ends[1, ~encoding.movable])
    assert not torch.equal(ends[0, encoding.movable], ends[1, encoding.movable])
    found = LIGEngine(classifier).attribute(request)
    special = np.array([token.special for token in found.tokens])
    assert not found.scores[special].any()


@every_model
def test_each_row_depends_on_its_own_point_alone(family_classifier, family, setting):
    wrapper = ModelWrapper(family_classifier(family, setting))
    encoding = wrapper.encode(input_of(wrapper.classifier, SENTENCES))
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


@every_model
def test_the_classifier_is_unchanged_afterwards(family_classifier, family, setting):
    classifier = family_classifier(family, setting)
    parameters = [p for p in classifier.parameters() if p.requires_grad]
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    switches = [
        (getattr(m, "static_embeddings", None), getattr(m, "learning_mode", None))
        for m in classifier.modules()
    ]
    before = state_of(classifier)
    try:
        request = asked(classifier, SENTENCES, method="riemann_middle", n_steps=2)
        found = LIGEngine(classifier).attribute(request)
        wrong = {label: p + 0.1 for label, p in found.prediction.items()}
        parity = ModelWrapper(classifier).parity(request.marked, wrong)
        assert parity == pytest.approx(0.1, abs=1e-5)
        assert state_of(classifier) == before
        assert switches == [
            (getattr(m, "static_embeddings", None), getattr(m, "learning_mode", None))
            for m in classifier.modules()
        ]
    finally:
        for parameter in parameters:
            parameter.grad = None


@every_model
def test_every_available_baseline_can_be_used(family_classifier, family, setting):
    wrapper = ModelWrapper(family_classifier(family, setting))
    has_token_ids = type(wrapper.family.reader).embed_ids is not Reader.embed_ids
    is_transformer = isinstance(wrapper.family.reader.embeddings, TransformerEmbeddings)
    assert has_token_ids == is_transformer
    assert "zero" in wrapper.baselines
    given = input_of(wrapper.classifier, SENTENCES)
    for layer in wrapper.layers:
        for baseline in wrapper.baselines:
            encoding = wrapper.encode(given)
            ends, logits = wrapper.endpoints(encoding, baseline=baseline, layer=layer)
            assert torch.isfinite(logits).all()
            assert torch.allclose(wrapper.logits(encoding, ends, layer=layer), logits, atol=1e-5)
            if has_token_ids and baseline not in ("zero", "mean"):
                # the same from token ids, as Captum's layer methods need it
                ids = [wrapper.reference_ids(encoding, baseline), encoding.input_ids.view(1, -1)]
                assert torch.allclose(wrapper(torch.cat(ids), encoding), logits, atol=1e-5)


def test_a_family_says_why_it_was_chosen(family_classifier):
    reasons = {
        family: ModelWrapper(family_classifier(family, next(iter(settings)))).family.reason
        for family, settings in families.CASES.items()
    }
    for family, reason in reasons.items():
        assert family in reason
        assert "the path runs in" in reason


@pytest.mark.slow
def test_scores_are_right_within_one_percent_in_almost_every_family(family_classifier):
    """Against 600 midpoints, or 200 where there is no maximum.

    A maximum has kinks, where an estimate of the error can be short.
    """
    errors = []
    for case in families.NAMES:
        engine = LIGEngine(family_classifier(*case))
        classifier = engine.wrapper.classifier
        found = engine.attribute(asked(classifier, NEWS))
        n_steps = 600 if case[0] in families.CLASSIFIERS else 200
        options = {"target": found.target, "method": "riemann_middle", "n_steps": n_steps}
        dense = engine.attribute(asked(classifier, NEWS, **options))
        norm = np.linalg.norm(dense.scores)
        errors.append(np.linalg.norm(found.scores - dense.scores) / norm)
    assert np.mean(np.array(errors) <= 0.01) >= 0.95
    assert max(errors) < 0.03


def test_the_docs_list_every_row_of_the_matrix():
    assert families.PAGE.read_text(encoding="utf-8").endswith(families.table())
