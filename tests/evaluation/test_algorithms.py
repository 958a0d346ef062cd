"""The algorithms to compare with: Captum's own numbers, seeds, cancelling, what stays as it was."""

from __future__ import annotations

import random
import threading

import captum.attr
import numpy as np
import pytest
import torch
from flair.data import Sentence
from flair.models import TextClassifier
from support import families, tiny
from support.counting import counted_rows
from support.marks import every_classifier
from support.model_state import state_of
from support.texts import NEWS, SENTENCES

from flair_lig_widget import (
    LIGEngine,
    ModelWrapper,
    Request,
    UnsupportedClassifierError,
    attribute,
    attribute_each,
)
from flair_lig_widget.evaluation.algorithms import stream
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.model.errors import ClassifierChangedError
from flair_lig_widget.result.algorithms import ALGORITHMS, INTEGRATED_GRADIENTS

CAPTUM = [name for name in ALGORITHMS if name != INTEGRATED_GRADIENTS]
SAMPLED = [name for name in CAPTUM if ALGORITHMS[name].samples]
N = 7
"""Samples in most tests."""

each_algorithm = pytest.mark.parametrize("algorithm", CAPTUM)


@pytest.fixture(scope="module")
def subjects(encoder_folder) -> dict[str, TextClassifier]:
    """Classifiers of this module's own: Captum's DeepLift leaves attributes on them."""
    return {
        "transformer": tiny.classifier(encoder_folder("bert")),
        "pooled": families.pool(families.word_vectors(), fine_tune_mode="linear"),
        "recurrent": families.rnn(families.word_vectors()),
    }


class Function(torch.nn.Module):
    """f for Captum, as the documentation of `ModelWrapper` shows it."""

    def __init__(self, wrapper, encoding, f) -> None:
        super().__init__()
        self.wrapper, self.encoding, self.f = wrapper, encoding, f

    def forward(self, points):
        return self.f(self.wrapper(points, self.encoding))


def captums_own(classifier, algorithm, text, f) -> np.ndarray:
    """What Captum itself returns for each position, where each is one token."""
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(text)
    ends, _ = wrapper.endpoints(encoding)
    x, baselines, model = ends[1:], ends[:1], Function(wrapper, encoding, f)
    fixed = [torch.equal(*ends[:, position]) for position in range(ends.shape[1])]
    numbers = iter(range(int(any(fixed)), len(fixed)))
    mask = torch.tensor([0 if stays else next(numbers) for stays in fixed])[None, :, None]
    np.random.seed(0)
    torch.manual_seed(0)
    match algorithm:
        case "gradient_x_input":
            found = captum.attr.InputXGradient(model).attribute(x)
        case "gradient_shap":
            found = captum.attr.GradientShap(model).attribute(x, baselines, n_samples=N)
        case "deep_lift":
            found = captum.attr.DeepLift(model).attribute(x, baselines)
        case "feature_ablation":
            found = captum.attr.FeatureAblation(model).attribute(x, baselines, feature_mask=mask)
        case "shapley_value_sampling":
            found = captum.attr.ShapleyValueSampling(model).attribute(
                x, baselines, feature_mask=mask, n_samples=N
            )
    has_masks = algorithm in ("feature_ablation", "shapley_value_sampling")
    per_position = found[..., 0] if has_masks else found.sum(dim=-1)
    return per_position[0].detach().numpy()


quiet = pytest.mark.filterwarnings("ignore:Input Tensor 0 did not", "ignore:Setting forward, back")
"""Captum warns whoever calls it."""


def sport(logits):
    return logits[:, families.LABELS.index("sport")]


@quiet
@pytest.mark.parametrize("kind", ["transformer", "pooled", "recurrent"])
@each_algorithm
def test_the_scores_are_those_of_captum_called_directly(subjects, kind, algorithm):
    """`captums_own` calls Captum with the wrapper alone; Captum's global seeds are 0."""
    classifier = subjects[kind]
    expected = captums_own(classifier, algorithm, SENTENCES, sport)
    assert abs(expected).max() > 1e-3
    for batch in (None, 3):
        found = attribute(
            classifier,
            SENTENCES,
            target="sport",
            algorithm=algorithm,
            n_steps=N,
            internal_batch_size=batch,
        )
        special = np.array([token.special for token in found.tokens])
        assert found.scores[~special] == pytest.approx(expected[~special], abs=1e-6)
        assert (found.scores[special] == 0).all()
    others_than_zero = abs(expected[special]).max(initial=0) > 1e-6
    assert others_than_zero == (kind == "transformer" and algorithm == "gradient_x_input")


@quiet
@pytest.mark.parametrize("algorithm", ["gradient_shap", "deep_lift", "shapley_value_sampling"])
def test_probabilities_and_contrasts_are_explained_as_captum_explains_them(subjects, algorithm):
    """A softmax written here, and the difference of two labels."""
    a, b = (families.LABELS.index(label) for label in ("sport", "tech"))
    expected = captums_own(
        subjects["transformer"],
        algorithm,
        NEWS,
        lambda logits: logits.exp()[:, a] / logits.exp().sum(-1) - logits.softmax(-1)[:, b],
    )
    found = attribute(
        subjects["transformer"],
        NEWS,
        target="sport",
        contrast="tech",
        output="probability",
        algorithm=algorithm,
        n_steps=N,
    )
    assert found.scores == pytest.approx(expected, abs=1e-6)
    assert found.explained == "the probability of sport minus that of tech"


@each_algorithm
def test_every_output_of_a_multi_label_classifier_can_be_explained(tiny_classifier, algorithm):
    """The log-odds of a sigmoid are its logit."""
    classifier = tiny_classifier("bert", multi_label=True)
    scores = {
        output: attribute(
            classifier, NEWS, target="tech", output=output, algorithm=algorithm, n_steps=2
        ).scores
        for output in ("logit", "log_odds", "probability")
    }
    assert scores["log_odds"] == pytest.approx(scores["logit"], abs=1e-6)
    assert abs(scores["probability"] - scores["logit"]).max() > 1e-3


def test_where_f_is_linear_all_algorithms_agree_and_are_complete(subjects):
    """f is the mean of the vectors times the weights; its baseline is zero."""
    classifier = subjects["pooled"]
    exact = attribute(classifier, NEWS).scores
    assert abs(exact).max() > 1e-3
    for algorithm in CAPTUM:
        found = attribute(classifier, NEWS, algorithm=algorithm)
        assert found.scores == pytest.approx(exact, abs=1e-5), algorithm
        assert found.residual == pytest.approx(0, abs=1e-5), algorithm


def test_deep_lift_is_complete_where_captum_has_a_rule_for_every_layer():
    """The rescale rule: a tanh between two linear layers, which the plain gradient misses."""
    embeddings = families.pool(families.word_vectors()).embeddings
    torch.manual_seed(3)
    decoder = torch.nn.Sequential(
        torch.nn.Linear(12, 9), torch.nn.Tanh(), torch.nn.Linear(9, len(families.LABELS))
    )
    classifier = families.classifier(embeddings, decoder=decoder)
    for layer in decoder[::2]:
        torch.nn.init.normal_(layer.weight)  # wide, so that the tanh bends
    ablated, lifted = (
        attribute(classifier, NEWS, algorithm=name) for name in ("feature_ablation", "deep_lift")
    )
    assert abs(ablated.residual) > 0.1
    assert lifted.delta == pytest.approx(0, abs=1e-5)
    assert lifted.notes == ()


@every_classifier
def test_captum_explains_every_family(family_classifier, family, setting):
    engine = LIGEngine(family_classifier(family, setting))
    integrated = engine.attribute(Request(text=NEWS, method="riemann_left", n_steps=1))
    for algorithm in CAPTUM:
        request = Request(text=NEWS, algorithm=algorithm, n_steps=2)
        if (setting, algorithm) == ("min of word vectors, nonlinear", "deep_lift"):
            # Its ReLU runs once for each text, not once for all points.
            with pytest.raises(
                UnsupportedClassifierError,
                match=r"^Captum's DeepLIFT cannot run on this classifier \(TextClassifier over",
            ):
                list(stream(engine, request))
            continue
        (found,) = stream(engine, request)
        assert len(found.scores) == len(integrated.scores)
        assert (found.value, found.baseline_value) == (integrated.value, integrated.baseline_value)
        assert found.prediction == integrated.prediction
        assert found.special_score == 0, algorithm
        assert abs(found.scores).max() > 0, algorithm
        if algorithm == "shapley_value_sampling":
            assert found.delta == pytest.approx(0, abs=1e-4)


def test_a_subword_in_several_windows_is_one_feature(family_classifier):
    """Without it in all of them, f changes by its score."""
    classifier = family_classifier("TransformerDocumentEmbeddings", "allow_long_sentences, mean")
    text = " ".join(f"Item {i} was read." for i in range(40))
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(text)
    assert len(encoding.input_ids) > 1
    found = attribute(classifier, text, target="sport", algorithm="feature_ablation")
    ends, logits = wrapper.endpoints(encoding)
    counts = torch.bincount(encoding.token_of_position[encoding.token_of_position >= 0])
    token = int(counts.argmax())
    assert counts[token] > 1
    without = torch.where((encoding.token_of_position == token)[:, None], ends[0], ends[1])
    with torch.no_grad():
        after = sport(wrapper.logits(encoding, without[None]))
    assert found.scores[token] == pytest.approx((sport(logits)[1] - after).item(), abs=1e-5)


@pytest.mark.parametrize("algorithm", SAMPLED)
def test_seeds_are_fixed_and_recorded(tiny_classifier, algorithm):
    found, again, default = (
        attribute(tiny_classifier("bert"), NEWS, algorithm=algorithm, n_steps=n)
        for n in (4, 4, None)
    )
    assert found == again
    assert (found.seed, found.n_steps) == (0, 4)
    assert (default.seed, default.n_steps) == (0, ALGORITHMS[algorithm].default_samples)
    assert found.method == found.algorithm == algorithm
    assert "captum" in found.provenance.versions


def test_what_is_not_random_has_no_seed_and_no_samples(tiny_classifier):
    for algorithm in set(CAPTUM) - set(SAMPLED):
        found = attribute(tiny_classifier("bert"), NEWS, algorithm=algorithm, n_steps=9)
        assert (found.seed, found.n_steps) == (None, 0)
    assert attribute(tiny_classifier("bert"), NEWS).seed is None


@each_algorithm
def test_the_options_of_integrated_gradients_change_nothing(tiny_classifier, algorithm):
    classifier = tiny_classifier("bert")
    options = {"method": "riemann_left", "tolerance": 0.5, "precision": "auto"}
    plain, other = (
        attribute(classifier, NEWS, algorithm=algorithm, **each) for each in ({}, options)
    )
    assert other == plain
    assert plain.converged is None


def random_states() -> tuple:
    kind, keys, *rest = np.random.get_state()
    return kind, keys.tolist(), rest, torch.get_rng_state().tolist(), random.getstate()


@each_algorithm
def test_no_random_number_is_taken_from_anyone(tiny_classifier, algorithm):
    """Nor from another thread, while the model computes."""
    classifier, during = tiny_classifier("bert"), []
    engine = LIGEngine(classifier)
    request = Request(text=NEWS, algorithm=algorithm, n_steps=2)
    engine.prepare(request)
    np.random.standard_normal()  # of which numpy keeps a second one
    before = random_states()
    hook = classifier.embeddings.model.register_forward_pre_hook(
        lambda module, args: during.append(random_states())
    )
    try:
        list(stream(engine, request))
    finally:
        hook.remove()
    assert during
    assert all(state == before for state in (*during, random_states()))


@each_algorithm
def test_the_classifier_and_who_predicts_with_it_notice_nothing(encoder_folder, algorithm):
    classifier = tiny.classifier(encoder_folder("bert"))
    sentence, said = Sentence(NEWS), []
    main = threading.get_ident()

    def predict() -> None:
        classifier.predict(sentence)
        said.append([(label.value, label.score) for label in sentence.labels])

    def predict_meanwhile(module, args) -> None:
        if threading.get_ident() == main:
            thread = threading.Thread(target=predict)
            thread.start()
            thread.join()

    predict()
    engine, request = LIGEngine(classifier), Request(text=NEWS, algorithm=algorithm, n_steps=1)
    engine.prepare(request)
    hook = classifier.embeddings.model.register_forward_pre_hook(predict_meanwhile)
    before, names = state_of(classifier), [set(vars(module)) for module in classifier.modules()]
    try:
        list(stream(engine, request))
        assert state_of(classifier) == before
    finally:
        hook.remove()
    assert [set(vars(module)) for module in classifier.modules()] == names
    assert len(said) > 1
    assert all(each == said[0] for each in said)


@pytest.mark.parametrize("algorithm", [*SAMPLED, "feature_ablation"])
def test_batches_are_bounded_report_progress_and_can_be_cancelled(tiny_classifier, algorithm):
    classifier = tiny_classifier("bert")
    engine = LIGEngine(classifier, internal_batch_size=2)
    request = Request(text=NEWS, algorithm=algorithm, n_steps=9)
    engine.prepare(request)
    progress = []
    with counted_rows(classifier) as rows:
        with pytest.raises(Cancelled):
            list(stream(engine, request, cancelled=lambda: len(rows) == 3))
        assert len(rows) == 3
        rows.clear()
        (found,) = stream(engine, request, progress=progress.append)
        assert max(rows) == 2
        assert sum(rows) == found.n_evaluations
    assert progress == sorted(progress)
    assert 0 < progress[0] < progress[-1] == 1
    whole = attribute(classifier, NEWS, algorithm=algorithm, n_steps=9)
    assert found.scores == pytest.approx(whole.scores, abs=1e-6)


@pytest.mark.filterwarnings("error")
@each_algorithm
def test_nobody_is_warned(tiny_classifier, algorithm):
    attribute(tiny_classifier("bert"), NEWS, algorithm=algorithm, n_steps=1)


@each_algorithm
def test_a_cancelled_request_does_not_begin(tiny_classifier, algorithm):
    request = Request(text=NEWS, algorithm=algorithm)
    with pytest.raises(Cancelled):
        list(stream(LIGEngine(tiny_classifier("bert")), request, cancelled=lambda: True))


@each_algorithm
def test_what_was_computed_costs_no_model_call(tiny_classifier, algorithm):
    classifier = tiny_classifier("bert")
    engine, first = LIGEngine(classifier), Request(text=NEWS, algorithm=algorithm, n_steps=2)
    (found,) = stream(engine, first)
    list(stream(engine, Request(text=NEWS)))
    with counted_rows(classifier) as rows:
        (again,) = stream(engine, first)
        assert rows == []
        list(stream(engine, Request(text=NEWS, algorithm=algorithm, n_steps=2, contrast="sport")))
        assert rows != []
    assert again == found
    path = engine.prepare(first).path
    assert len(path.scores) == 2
    before = path.nbytes
    path.scores.clear()
    assert before - path.nbytes == 2 * 8 * len(path.encoding.tokens)


def test_weights_that_change_meanwhile_are_noticed(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    engine = LIGEngine(classifier, internal_batch_size=1)
    request = Request(text=NEWS, algorithm="shapley_value_sampling", n_steps=1)
    engine.prepare(request)

    def train(module, args) -> None:
        with torch.no_grad():
            classifier.decoder.weight.add_(1.0)

    hook = classifier.embeddings.model.register_forward_pre_hook(train)
    with pytest.raises(ClassifierChangedError, match="changed while it was explained"):
        list(stream(engine, request))
    hook.remove()
    (found,) = stream(engine, request)
    assert found.delta == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("most", [1, 0])
def test_a_batch_that_does_not_fit_into_memory_is_halved(tiny_classifier, monkeypatch, most):
    classifier = tiny_classifier("bert")
    options = {"algorithm": "shapley_value_sampling", "n_steps": 1}
    expected = attribute(classifier, NEWS, **options)
    engine, request = LIGEngine(classifier), Request(text=NEWS, **options)
    engine.prepare(request)
    family = engine.wrapper.family
    logits = family.logits

    def small(encoding, points, *args):
        if len(points) > most:
            raise torch.OutOfMemoryError
        return logits(encoding, points, *args)

    monkeypatch.setattr(family, "logits", small)
    if most == 0:
        with pytest.raises(MemoryError, match="one point of a path of"):
            list(stream(engine, request))
        return
    (found,) = stream(engine, request)
    assert found.scores == pytest.approx(expected.scores, abs=1e-6)


def test_several_labels_can_be_explained(tiny_classifier):
    classifier = tiny_classifier("bert")
    found = attribute_each(classifier, NEWS, ["tech", "sport"], algorithm="deep_lift")
    assert list(found) == ["tech", "sport"]
    for label, each in found.items():
        assert each == attribute(classifier, NEWS, target=label, algorithm="deep_lift")
    assert list(attribute_each(classifier, NEWS, algorithm="gradient_x_input")) == [*tiny.LABELS]
    with pytest.raises(ValueError, match="no target; name at least one"):
        attribute_each(classifier, NEWS, [], algorithm="deep_lift")


@pytest.mark.parametrize("algorithm", ["gradient_x_input", "gradient_shap", "deep_lift"])
def test_a_model_without_gradients_is_refused_in_a_sentence(tmp_path, algorithm):
    """As integrated gradients refuse it: its embeddings ignore the vectors of the words."""
    inner = families.fe.TransformerEmbeddings(
        families.Maker(tmp_path).encoder("bert"), is_document_embedding=False
    )
    name = ALGORITHMS[algorithm].name
    with pytest.raises(UnsupportedClassifierError, match=f"^Captum's {name} cannot run on this"):
        attribute(families.pool(inner), NEWS, algorithm=algorithm)


def test_what_is_not_possible_is_said_in_a_sentence(tiny_classifier):
    classifier = tiny_classifier("bert")
    with pytest.raises(ValueError, match="unknown algorithm 'lime'; algorithms are integrated_g"):
        attribute(classifier, NEWS, algorithm="lime")
    with pytest.raises(ValueError, match="unknown target 'busines'"):
        attribute(classifier, NEWS, target="busines", algorithm="deep_lift")
    engine, request = LIGEngine(classifier), Request(text=NEWS, algorithm="deep_lift")
    sentence = "computes integrated gradients, not algorithm='deep_lift'; use flair_lig_widget.attr"
    for refused in (
        lambda: engine.attribute(request),
        lambda: engine.attribute_each(request, ["sport"]),
        lambda: engine.attribute_many([request]),
    ):
        with pytest.raises(ValueError, match=sentence):
            refused()
    (error,) = engine.attribute_many([request], on_error="record")
    assert "use flair_lig_widget.attribute" in str(error)
