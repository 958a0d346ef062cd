"""Copies of classifiers that share no weight, and layers whose weights become random."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest
import torch
from support import families, tiny
from support.marks import every_classifier
from support.model_state import state_of

from flair_lig_widget import ModelWrapper, UnsupportedClassifierError
from flair_lig_widget.evaluation.random_weights import Layer, copy_classifier, layers_of

TEXT = "the film won three awards"


def numbers_of(model) -> list[torch.Tensor]:
    """A copy of every weight and buffer."""
    return [tensor.detach().clone() for tensor in (*model.parameters(), *model.buffers())]


def logits_of(classifier) -> torch.Tensor:
    wrapper = ModelWrapper(classifier)
    return wrapper.endpoints(wrapper.encode(TEXT))[1]


def layers_of_classifier(classifier) -> list[Layer]:
    return layers_of(classifier, lambda: logits_of(classifier))


@every_classifier
def test_a_copy_predicts_the_same_to_the_bit_and_shares_no_weight(
    family, setting, family_classifier
):
    classifier = family_classifier(family, setting)
    numbers, logits = numbers_of(classifier), logits_of(classifier)
    copied = copy_classifier(classifier)
    assert type(copied) is type(classifier)
    assert families.flair_says(copied, TEXT) == families.flair_says(classifier, TEXT)
    assert torch.equal(logits_of(copied), logits)
    generator = np.random.default_rng(0)
    layers = layers_of_classifier(copied)
    assert sum(len(layer.weights) for layer in layers) == len(list(copied.parameters()))
    for layer in layers:
        layer.randomise(generator)
    assert not torch.equal(logits_of(copied), logits)
    assert torch.equal(logits_of(classifier), logits)
    after = numbers_of(classifier)
    assert all(torch.equal(*pair) for pair in zip(numbers, after, strict=True))


def test_flags_and_hooks_are_copied_and_gradients_are_not(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    classifier.decoder.train()
    classifier.decoder.bias.requires_grad_(False)
    classifier.decoder.weight.grad = torch.ones_like(classifier.decoder.weight)
    classifier.decoder.register_forward_hook(lambda module, args, output: output + 1)
    before = state_of(classifier)
    copied = copy_classifier(classifier)
    assert state_of(classifier) == before
    assert copied.decoder.weight.grad is None
    for what in ("training", "requires_grad", "hooks"):
        assert state_of(copied)[what] == before[what]
    assert torch.equal(logits_of(copied), logits_of(classifier))


def test_a_method_that_a_module_holds_belongs_to_the_copy_afterwards():
    model = torch.nn.Linear(2, 2)
    model.own_forward = model.forward
    copied = copy_classifier(model)
    assert copied.own_forward.__self__ is copied


def test_weights_that_are_tied_stay_tied_and_are_drawn_once():
    model = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Tanh(), torch.nn.Linear(3, 3))
    model[0].weight = model[2].weight
    copied = copy_classifier(model)
    assert copied[0].weight is copied[2].weight
    layers = layers_of(copied, lambda: copied(torch.ones(1, 3)))
    assert [(layer.name, len(layer.weights)) for layer in layers] == [("2", 2), ("0", 1)]


def test_a_compiled_part_is_copied_as_it_was_before_it_was_compiled(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    expected = families.flair_says(classifier, TEXT)
    encoder = classifier.embeddings.model
    classifier.embeddings.model = torch.compile(encoder, backend="eager")
    classifier.decoder.compile(backend="eager")
    copied = copy_classifier(classifier)
    assert type(copied.embeddings.model) is type(encoder)
    assert copied.embeddings.model is not encoder
    assert copied.decoder._compiled_call_impl is None
    assert families.flair_says(copied, TEXT) == expected


def test_what_a_module_has_computed_from_its_weights_is_copied_without_its_graph():
    model = torch.nn.Linear(2, 2)
    model.doubled = model.weight * 2
    copied = copy_classifier(model)
    assert torch.equal(copied.doubled, model.doubled)
    assert not copied.doubled.requires_grad


def test_what_cannot_be_copied_is_named(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    classifier.guard = threading.Lock()
    with pytest.raises(UnsupportedClassifierError, match=r"'guard' of its TextClassifier \(.*lock"):
        copy_classifier(classifier)


@pytest.mark.parametrize(
    ("family", "setting", "names"),
    [
        (
            "TransformerDocumentEmbeddings",
            "bert",
            [
                "decoder",
                "embeddings.model.pooler",
                "embeddings.model.encoder.layer.1",
                "embeddings.model.encoder.layer.0",
                "embeddings.model.embeddings",
            ],
        ),
        (
            "TransformerDocumentEmbeddings",
            "t5",  # a list of blocks, each with a list of layers
            [
                "decoder",
                "embeddings.model.encoder.final_layer_norm",
                "embeddings.model.encoder.block.1",
                "embeddings.model.encoder.block.0",
                "embeddings.model.shared",
            ],
        ),
        (
            "TransformerDocumentEmbeddings",
            "albert",  # one layer that is called twice
            [
                "decoder",
                "embeddings.model.pooler",
                "embeddings.model.encoder.albert_layer_groups.0",
                "embeddings.model.encoder.embedding_hidden_mapping_in",
                "embeddings.model.embeddings",
            ],
        ),
        (
            "DocumentRNNEmbeddings",
            "GRU over word vectors",
            [
                "decoder",
                "embeddings.rnn",
                "embeddings.word_reprojection_map",
                "embeddings.embeddings.list_embedding_0.embedding",
            ],
        ),
        (
            "DocumentPoolEmbeddings",
            "mean of one-hot",  # Flair does not call the table, but its ``forward``
            ["decoder", "embeddings.embeddings.list_embedding_0.embedding_layer"],
        ),
        (
            "SentenceTransformerDocumentEmbeddings",
            "dense and normalize",
            [
                "decoder",
                "embeddings.model.2",
                "embeddings.model.0.*pooler",
                "embeddings.model.0.*encoder.layer.1",
                "embeddings.model.0.*encoder.layer.0",
                "embeddings.model.0.*embeddings",
            ],
        ),
    ],
)
def test_layers_come_in_the_order_from_the_output_to_the_input(
    family, setting, names, family_classifier
):
    found = [layer.name for layer in layers_of_classifier(family_classifier(family, setting))]
    assert len(found) == len(names)
    for name, expected in zip(found, names, strict=True):
        begin, _, end = expected.partition("*")  # the release decides how the encoder is called
        assert name == expected or ("*" in expected and name.startswith(begin))
        assert name.endswith(end)


def test_finding_the_layers_leaves_no_hook(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    before = state_of(classifier)
    layers_of_classifier(classifier)
    assert state_of(classifier) == before

    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        layers_of(classifier, fails)
    assert state_of(classifier) == before


def test_random_weights_have_the_mean_and_the_spread_of_the_weight_they_replace():
    """Of n normal numbers the mean has an error of s / sqrt(n), the deviation of s / sqrt(2n)."""
    n, mean, spread = 40_000, 3.0, 0.5
    weight = torch.nn.Parameter(mean + spread * (2 * torch.arange(n).remainder(2) - 1.0))
    Layer("two values", (weight,)).randomise(np.random.default_rng(0))
    numbers = weight.detach().numpy()
    assert abs(numbers.mean() - mean) < 5 * spread / math.sqrt(n)
    assert abs(numbers.std() - spread) < 5 * spread / math.sqrt(2 * n)
    # 68.27 % of normal numbers are within one standard deviation of the mean, here all were at it.
    within = (abs(numbers - mean) < 0.999 * spread).mean()
    assert abs(within - 0.6827) < 5 * math.sqrt(0.6827 * 0.3173 / n)


def test_weights_that_are_all_equal_stay_and_the_type_is_kept():
    ones = torch.nn.Parameter(torch.ones(4, dtype=torch.bfloat16))
    single = torch.nn.Parameter(torch.tensor(2.5, dtype=torch.float64))
    Layer("equal", (ones, single)).randomise(np.random.default_rng(0))
    assert torch.equal(ones, torch.ones(4, dtype=torch.bfloat16))
    assert single.item() == 2.5
    assert single.dtype == torch.float64


def test_the_same_seed_gives_the_same_weights():
    drawn = []
    for seed in (1, 1, 2):
        weight = torch.nn.Parameter(torch.arange(6.0).view(2, 3))
        Layer("one", (weight,)).randomise(np.random.default_rng(seed))
        drawn.append(weight.detach())
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


def test_weights_of_whole_numbers_are_refused():
    model = torch.nn.Sequential(torch.nn.Identity())
    model[0].quantized = torch.nn.Parameter(torch.ones(2, dtype=torch.int8), requires_grad=False)
    with pytest.raises(UnsupportedClassifierError, match=r"of 0 are torch.int8, .* quantization"):
        layers_of(model, lambda: model(torch.ones(1)))
