"""The wrapper computes Flair's own prediction, row by row, and leaves the model unchanged."""

from __future__ import annotations

import threading

import pytest
import torch
from flair.data import Sentence
from support import tiny
from support.families import flair_says
from support.model_state import state_of
from support.texts import FEW, LONG, NEWS, TEXTS

from flair_lig_widget import ModelWrapper
from flair_lig_widget.model.alignment import align, original_offsets


def assert_parity(classifier, texts) -> None:
    wrapper = ModelWrapper(classifier)
    for text in texts:
        expected = flair_says(classifier, text)
        assert wrapper.predict(text) == pytest.approx(expected, abs=1e-5), text


@pytest.mark.parametrize(
    ("kind", "pooling"),
    [
        pytest.param(
            kind, pooling, marks=() if kind == "bert" or pooling == "cls" else pytest.mark.slow
        )
        for kind in tiny.KINDS
        for pooling in tiny.POOLINGS
    ],
)
def test_probabilities_are_those_of_flair_on_fifty_texts(tiny_classifier, kind, pooling):
    assert len(TEXTS) == 50
    assert len(LONG.split()) > 600
    assert_parity(tiny_classifier(kind, cls_pooling=pooling), TEXTS)


@pytest.mark.parametrize(
    "options",
    [
        {"layers": "-1,-2", "layer_mean": True},
        {"layers": "all", "layer_mean": False},
        {"use_context": True},
        {"use_context_separator": False},
        {"force_max_length": True, "cls_pooling": "mean"},
        {"multi_label": True},
    ],
    ids=str,
)
def test_probabilities_are_those_of_flair_in_other_settings(tiny_classifier, options):
    assert_parity(tiny_classifier("roberta", **options), FEW)


@pytest.mark.slow
def test_probabilities_of_the_demo_classifier_are_those_of_flair(demo_classifier):
    assert_parity(demo_classifier, TEXTS)


@pytest.mark.parametrize("pooling", tiny.POOLINGS)
@pytest.mark.parametrize("kind", tiny.KINDS)
def test_each_row_of_logits_depends_on_its_own_point_alone(tiny_classifier, kind, pooling):
    """The seed project read row 0 of every batch; there row 1 and 2 had no gradient at all."""
    wrapper = ModelWrapper(tiny_classifier(kind, cls_pooling=pooling))
    encoding = wrapper.encode(NEWS)
    ends, _ = wrapper.endpoints(encoding)
    points = torch.stack([torch.lerp(ends[0], ends[1], a) for a in (0.2, 0.5, 0.9)])
    points.requires_grad_()
    logits = wrapper.logits(encoding, points)
    alone = torch.cat([wrapper.logits(encoding, point[None]) for point in points])
    assert torch.allclose(logits, alone, atol=1e-5)
    for row in range(3):
        (gradient,) = torch.autograd.grad(logits[row].sum(), points, retain_graph=True)
        norms = gradient.flatten(1).norm(dim=1)
        assert norms[row] > 1e-4
        assert all(norms[other] == 0 for other in range(3) if other != row)


@pytest.mark.parametrize("layer", ["word_embeddings", "embeddings"])
@pytest.mark.parametrize("baseline", ["pad", "mask", "unk", "zero"])
@pytest.mark.parametrize("kind", tiny.KINDS)
def test_both_ends_of_the_path_agree_at_special_tokens(tiny_classifier, kind, baseline, layer):
    wrapper = ModelWrapper(tiny_classifier(kind))
    encoding = wrapper.encode(NEWS)
    ends, logits = wrapper.endpoints(encoding, baseline=baseline, layer=layer)
    special = ~encoding.movable
    assert special.sum() == 2
    assert torch.equal(ends[0, special], ends[1, special])
    assert (ends[0, ~special] != ends[1, ~special]).any(dim=-1).all()
    # The logits that are returned with the ends are those of the ends.
    assert torch.allclose(wrapper.logits(encoding, ends, layer=layer), logits, atol=1e-5)


def test_positions_are_those_of_the_real_text_also_at_the_baseline(tiny_classifier):
    """RoBERTa counts positions from the ids that are not padding, so padding would shift them."""
    wrapper = ModelWrapper(tiny_classifier("roberta"))
    encoding = wrapper.encode(NEWS)
    block, calls = wrapper.layers["embeddings"].position_embeddings, []
    hook = block.register_forward_hook(lambda module, args, output: calls.append(args[0]))
    try:
        wrapper.endpoints(encoding, baseline="pad")
        wrapper(wrapper.reference_ids(encoding, "pad"), encoding)
    finally:
        hook.remove()
    expected = torch.arange(len(encoding.tokens)) + 2
    assert len(calls) == 2
    for positions in calls:
        assert all(torch.equal(row, expected) for row in positions)


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_words_are_exact_substrings_of_the_text_as_typed(tiny_classifier, kind):
    wrapper = ModelWrapper(tiny_classifier(kind))
    for text in TEXTS:
        tokens = wrapper.encode(text).tokens
        flair_words = [t.text for t in Sentence(text)]
        offsets_of_word: dict[int, list[int]] = {}
        for token in tokens:
            assert 0 <= token.start <= token.end <= len(text)
            assert token.special == (token.word is None)
            if token.word is not None:
                offsets_of_word.setdefault(token.word, []).extend((token.start, token.end))
        full = len(tokens) == wrapper.classifier.embeddings.tokenizer.model_max_length
        truncated = max(offsets_of_word) if full else None
        for word, offsets in offsets_of_word.items():
            typed = text[min(offsets) : max(offsets)]
            clean = Sentence._handle_problem_characters(typed)
            if word == truncated:
                assert flair_words[word].startswith(clean)
            else:
                assert clean == flair_words[word]


def test_an_unknown_subword_has_the_characters_that_it_replaces(tiny_classifier):
    text = "what a 🎉🎉 day"
    tokens = ModelWrapper(tiny_classifier("bert")).encode(text).tokens
    assert [text[t.start : t.end] for t in tokens if t.text == "[UNK]"] == ["🎉🎉"]


def test_offsets_skip_characters_that_flair_drops_within_a_word(tiny_classifier):
    text = "a zero\u200bwidth word"
    tokens = ModelWrapper(tiny_classifier()).encode(text).tokens
    word = [t for t in tokens if t.word == 1]
    assert text[word[0].start : word[-1].end] == "zero\u200bwidth"


def test_a_truncated_word_ends_where_its_last_subword_ends():
    whole = {
        "subwords": ["ab", "cd"],
        "words": [0, 0],
        "offsets": [(0, 2), (2, 4)],
        "word_ranges": [(0, 6)],
        "original": range(6),
    }
    assert align(**whole)[-1].end == 6
    assert align(**whole, truncated_side="right")[-1].end == 4
    tail = {**whole, "subwords": ["cd"], "words": [0], "offsets": [(4, 6)]}
    assert align(**tail)[0].start == 0
    assert align(**tail, truncated_side="left")[0].start == 4


def test_a_clean_up_that_is_not_by_character_raises_an_error():
    with pytest.raises(ValueError, match="cannot be mapped back"):
        original_offsets("abc", lambda text: text[::-1])


def test_the_model_is_unchanged_after_every_call(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    classifier.train()
    classifier.embeddings.model.encoder.layer[0].eval()
    frozen, trained, *_ = classifier.parameters()
    frozen.requires_grad_(False)
    trained.grad = torch.ones_like(trained)
    before = state_of(classifier)
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(NEWS)
    ends, _ = wrapper.endpoints(encoding, layer="embeddings")
    points = ends.clone().requires_grad_()
    torch.autograd.grad(wrapper.logits(encoding, points, layer="embeddings").sum(), points)
    wrapper(encoding.input_ids, encoding)
    wrapper.predict(NEWS)
    assert state_of(classifier) == before

    with pytest.raises(RuntimeError):
        wrapper.logits(encoding, ends[:, :, :5])  # too narrow: the model raises in the middle
    with pytest.raises(RuntimeError):
        wrapper(encoding.input_ids[:, :3], encoding)
    assert state_of(classifier) == before


def test_a_prediction_in_another_thread_is_not_disturbed(tiny_classifier):
    """The layer's output is replaced only for the thread that explains."""
    classifier = tiny_classifier("bert")
    wrapper = ModelWrapper(classifier)
    encoding = wrapper.encode(NEWS)
    ends, logits = wrapper.endpoints(encoding)
    expected, found = flair_says(classifier, NEWS), []

    def predict_meanwhile(*_):
        thread = threading.Thread(target=lambda: found.append(flair_says(classifier, NEWS)))
        hook.remove()
        thread.start()
        thread.join()

    hook = classifier.embeddings.model.encoder.layer[0].register_forward_hook(predict_meanwhile)
    explained = wrapper.logits(encoding, ends)
    assert torch.allclose(explained, logits, atol=1e-6)
    assert found == [pytest.approx(expected, abs=1e-6)]


def test_dropout_of_a_classifier_left_in_training_is_not_explained(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    expected = flair_says(classifier, NEWS)
    classifier.train()
    assert ModelWrapper(classifier).predict(NEWS) == pytest.approx(expected, abs=1e-6)
    assert classifier.training


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b"])
def test_a_text_without_words_raises_an_error(tiny_classifier, text):
    with pytest.raises(ValueError, match="text is empty; give at least one word"):
        ModelWrapper(tiny_classifier()).encode(text)


def test_interpolated_token_ids_raise_an_error(tiny_classifier):
    wrapper = ModelWrapper(tiny_classifier())
    encoding = wrapper.encode(NEWS)
    with pytest.raises(ValueError, match="token ids cannot be interpolated"):
        wrapper(encoding.input_ids.float(), encoding)
