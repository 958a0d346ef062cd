"""A model is held in evaluation mode by one thread, and nothing of it changes for any other."""

from __future__ import annotations

import copy
import io
import os
import threading

import pytest
import torch
from support import families, tiny
from support.interrupts import interrupted_everywhere
from support.model_state import state_of
from support.texts import NEWS

from flair_lig_widget import ModelWrapper, UnsupportedClassifierError, attribute
from flair_lig_widget.model import evaluation, hooks, lock, wrapper
from flair_lig_widget.model.lock import exclusive_eval

LIMIT = 60
"""Seconds until a test gives up; what it waits for takes milliseconds."""


@pytest.fixture
def classifier(encoder_folder):
    return tiny.classifier(encoder_folder("bert"))


def in_a_thread(function):
    """What a function returns in another thread."""
    found = []
    thread = threading.Thread(target=lambda: found.append(function()), daemon=True)
    thread.start()
    thread.join(LIMIT)
    assert found, "the thread failed or hangs"
    return found[0]


def modes(classifier) -> list[bool]:
    return [module.training for module in classifier.modules()]


def test_only_the_thread_that_holds_a_model_sees_it_in_evaluation_mode(classifier):
    classifier.train()
    with exclusive_eval(classifier):
        assert not any(modes(classifier))
        assert all(in_a_thread(lambda: modes(classifier)))
        with exclusive_eval(classifier):
            assert not any(modes(classifier))
        assert not any(modes(classifier))
    assert all(modes(classifier))


def test_the_newest_word_of_the_user_on_the_mode_wins(classifier):
    classifier.train()
    with exclusive_eval(classifier):
        in_a_thread(classifier.eval)
    assert not any(modes(classifier))
    with exclusive_eval(classifier):
        in_a_thread(classifier.train)
        assert not any(modes(classifier))
    assert all(modes(classifier))


def test_a_mode_that_is_switched_and_switched_back_changes_no_score(classifier):
    expected = attribute(classifier, NEWS)

    def switch(*_):
        in_a_thread(classifier.train)

    def switch_back(*_):
        in_a_thread(classifier.eval)

    encoder = classifier.embeddings.model
    handles = [
        encoder.register_forward_pre_hook(switch),
        encoder.register_forward_hook(switch_back),
    ]
    try:
        assert attribute(classifier, NEWS) == expected
    finally:
        for handle in handles:
            handle.remove()


def test_a_training_step_beside_an_explanation_has_its_dropout(classifier):
    classifier.train()
    dropout = classifier.embeddings.model.embeddings.dropout
    dropout.p = 0.5
    kept = []

    def train(*_):
        kept.append(in_a_thread(lambda: dropout(torch.ones(1000)).count_nonzero().item()))

    handle = classifier.embeddings.model.encoder.layer[0].register_forward_hook(train)
    try:
        attribute(classifier, NEWS, n_steps=3, method="riemann_middle")
    finally:
        handle.remove()
    assert kept
    assert all(300 < count < 700 for count in kept)


def test_a_model_that_calls_its_own_eval_does_not_change_the_mode_of_the_user(tmp_path):
    """Sentence transformers do, whenever they embed a text."""
    classifier = families.Maker(tmp_path).sentence_transformer()
    classifier.train()
    before = modes(classifier)
    attribute(classifier, NEWS, n_steps=2)
    assert modes(classifier) == before


@pytest.mark.parametrize("make", [families.rnn, families.cnn])
def test_gradients_of_a_training_step_beside_an_explanation_stay(make):
    """Flair clears the gradients of its RNNs and CNNs whenever it embeds a text."""
    classifier = make(families.word_vectors())
    trained = [p for p in classifier.parameters() if p.requires_grad]
    seen = []

    def look(*_):
        seen.append([p.grad is None for p in trained])

    for parameter in trained:
        parameter.grad = torch.ones_like(parameter)
    handle = classifier.decoder.register_forward_hook(look)
    try:
        attribute(classifier, NEWS, n_steps=2, method="riemann_middle")
        assert seen
        assert not any(map(any, seen))
    finally:
        handle.remove()
    assert not any(p.grad is None for p in trained)


@pytest.mark.parametrize("mode", [True, False], ids=["training", "evaluation"])
def test_an_interrupt_at_any_moment_leaves_the_model_as_it_was(classifier, mode):
    classifier.train(mode)
    model = ModelWrapper(classifier)
    encoding = model.encode(NEWS)
    ends, _ = model.endpoints(encoding)
    before = state_of(classifier)
    expected = model.predict(NEWS)
    modules = (lock, hooks, evaluation, wrapper)
    count = 0
    for _ in interrupted_everywhere(lambda: model.logits(encoding, ends), *modules):
        count += 1
        assert modes(classifier) == before["training"]
        # Whatever hook is left does nothing, here or in another thread, which is not locked out.
        assert model.predict(NEWS) == pytest.approx(expected, abs=1e-6)
        assert in_a_thread(lambda: model.predict(NEWS)) == pytest.approx(expected, abs=1e-6)
        assert state_of(classifier) == before
    assert count > 20


def test_a_copy_of_a_model_that_is_explained_is_a_copy_without_our_hook(classifier):
    classifier.train()
    copies = []

    def copy_it(*_):
        file = io.BytesIO()
        torch.save(classifier.embeddings.model, file)
        file.seek(0)
        copies.append(torch.load(file, weights_only=False))
        copies.append(copy.deepcopy(classifier.embeddings.model))

    model = ModelWrapper(classifier)
    encoding = model.encode(NEWS)
    ends, _ = model.endpoints(encoding)
    hook = hooks.call_with_hook
    hook(classifier.decoder, copy_it, lambda: model.logits(encoding, ends))
    classifier.eval()
    inputs = {name: tensor[:1] for name, tensor in encoding.tensors.items() if "mask" in name}
    inputs["input_ids"] = encoding.input_ids
    original = classifier.embeddings.model(**inputs).last_hidden_state
    for found in copies:
        assert all(modes(found))
        assert torch.equal(found.eval()(**inputs).last_hidden_state, original)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_process_does_not_wait_for_a_thread_that_it_does_not_have(classifier):
    held, release = threading.Event(), threading.Event()

    def hold():
        with exclusive_eval(classifier):
            held.set()
            assert release.wait(LIMIT)

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    assert held.wait(LIMIT)
    child = os.fork()
    if child == 0:
        with exclusive_eval(classifier):
            os._exit(0)
    try:
        assert os.waitpid(child, 0)[1] == 0
    finally:
        release.set()
        thread.join(LIMIT)


def test_code_of_pytorch_that_looks_at_modules_still_works():
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Dropout(0.5))
    x = torch.ones(3, 4)
    compiled = torch.compile(model, backend="eager", fullgraph=True)
    assert not torch.equal(compiled(x), compiled(x))
    model.eval()
    assert torch.equal(compiled(x), model(x))
    scripted = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Dropout(0.5)))
    assert scripted.training
    assert not scripted.eval().training
    assert torch.equal(scripted(x), scripted(x))
    assert torch.fx.symbolic_trace(model)(x).shape == (3, 4)
    module = torch.nn.Module()
    del module.training
    with pytest.raises(AttributeError, match="training"):
        _ = module.training


def test_a_compiled_model_in_training_mode_is_refused_in_words(classifier):
    expected = attribute(classifier, NEWS, n_steps=3)
    classifier.embeddings.model.compile(backend="eager")
    assert attribute(classifier, NEWS, n_steps=3) == expected
    classifier.train()
    with pytest.raises(RuntimeError, match=r"compiled and in training mode.*call classifier.eval"):
        attribute(classifier, NEWS)
    classifier.eval()

    def train(*_):
        in_a_thread(classifier.train)

    hook = classifier.decoder.register_forward_hook(train)
    try:
        with pytest.raises(RuntimeError, match="compiled and in training mode"):
            attribute(classifier, NEWS)
    finally:
        hook.remove()


def test_labels_that_do_not_fit_the_decoder_are_an_error_in_words(classifier):
    classifier.label_dictionary.add_item("weather")
    with pytest.raises(ValueError, match="6 labels, but its decoder has 5 outputs"):
        attribute(classifier, NEWS)


def test_a_classifier_without_labels_is_an_error_in_words(classifier):
    classifier.label_dictionary = type(classifier.label_dictionary)(add_unk=False)
    with pytest.raises(ValueError, match="the classifier has no labels"):
        attribute(classifier, NEWS)


def test_a_classifier_made_in_inference_mode_is_refused_in_words(encoder_folder):
    with torch.inference_mode():
        classifier = tiny.classifier(encoder_folder("bert"))
    with pytest.raises(UnsupportedClassifierError, match=r"made under torch\.inference_mode"):
        attribute(classifier, NEWS)
