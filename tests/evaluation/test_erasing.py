"""Words taken away in both ways: where they are, what stays, and how the model is asked."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from support import families
from support.marks import every_classifier
from support.model_state import state_of

from flair_lig_widget import ModelWrapper, attribute
from flair_lig_widget.evaluation import erasing
from flair_lig_widget.evaluation.deletion import TextWords
from flair_lig_widget.evaluation.erasing import Deleter, Replacer
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.attribution import Attribution

# Words without punctuation, so that an edited text is its words joined by spaces.
TEXT = "shares in the unprofitable airline fell on tuesday after a warning"
QUICK = {"method": "riemann_middle", "n_steps": 3}


def objective_of(wrapper: ModelWrapper, target: str, output: str = "logit", contrast=None):
    labels = wrapper.labels
    return Objective(
        output=output,
        target=labels.index(target),
        contrast=None if contrast is None else labels.index(contrast),
        multi_label=wrapper.multi_label,
    )


def deleter(wrapper: ModelWrapper, a: Attribution, cancelled=lambda: False) -> Deleter:
    predictor = Predictor(wrapper, cancelled=cancelled)
    objective = objective_of(wrapper, a.target, a.output, a.contrast)
    return Deleter(wrapper, objective, TextWords.of(a), predictor, cancelled)


def replacer(wrapper: ModelWrapper, a: Attribution, cancelled=lambda: False) -> Replacer:
    objective = objective_of(wrapper, a.target, a.output, a.contrast)
    return Replacer(wrapper, objective, a, a.baseline, cancelled)


def some_sets(n_words: int) -> list[frozenset[int]]:
    """All words, all but one, few, and one."""
    every = frozenset(range(n_words))
    sets = [every, every - {0}, every - {3}, every - {2, 3, 7}, frozenset({3, 4}), frozenset({1})]
    return [each & every for each in sets]


@every_classifier
def test_deleted_words_leave_what_flair_predicts_for_the_text_without_them(
    family, setting, family_classifier
):
    """The references are Flair's predict, and the logits of each text alone."""
    classifier = family_classifier(family, setting)
    before, wrapper = state_of(classifier), ModelWrapper(classifier)
    attribution = attribute(classifier, TEXT, **QUICK)
    sets, words = some_sets(len(attribution.words())), TEXT.split()
    eraser = deleter(wrapper, attribution)
    probabilities, values = eraser.probabilities(sets), eraser.values(sets)
    assert probabilities.shape == (len(sets), len(wrapper.labels))
    objective = objective_of(wrapper, attribution.target)
    for kept, row, value in zip(sets, probabilities, values, strict=True):
        text = " ".join(words[i] for i in sorted(kept))
        says = families.flair_says(classifier, text)
        assert row == pytest.approx([says[label] for label in wrapper.labels], abs=1e-5), text
        _, logits = wrapper.endpoints(wrapper.encode(text))
        assert value == pytest.approx(objective(logits)[1].item(), abs=1e-4, rel=1e-5), text
    assert state_of(classifier) == before


@every_classifier
def test_replaced_words_move_to_the_baseline_and_all_else_stays(
    family, setting, family_classifier, monkeypatch
):
    """Each position must hold the embedding of the text or that of the baseline."""
    classifier = family_classifier(family, setting)
    before, wrapper = state_of(classifier), ModelWrapper(classifier)
    attribution = attribute(classifier, TEXT, **QUICK)
    m = len(attribution.words())
    encoding = wrapper.encode(TEXT)
    ends, logits = wrapper.endpoints(encoding, baseline=attribution.baseline)
    objective, points = objective_of(wrapper, attribution.target), []
    ask = wrapper.logits
    monkeypatch.setattr(
        wrapper, "logits", lambda e, p, **kw: points.extend(p.unbind()) or ask(e, p, **kw)
    )
    eraser = replacer(wrapper, attribution)
    sets = [*some_sets(m), frozenset()]
    values, probabilities = eraser.values(sets), eraser.probabilities(sets)
    near = {"abs": 1e-4, "rel": 1e-5}
    assert values[0] == pytest.approx(objective(logits)[1].item(), **near)
    assert values[0] == pytest.approx(attribution.value, **near)
    assert values[-1] == pytest.approx(objective(logits)[0].item(), **near)
    assert values[-1] == pytest.approx(attribution.baseline_value, **near)
    says = families.flair_says(classifier, TEXT)
    assert probabilities[0] == pytest.approx([says[label] for label in wrapper.labels], abs=1e-5)

    assert len(points) == len(set(sets))
    for kept, point in zip(dict.fromkeys(sets), points, strict=True):
        for position, token in enumerate(encoding.token_of_position.tolist()):
            word = encoding.tokens[token].word if token >= 0 else None
            is_text = word is None or word in kept
            assert torch.equal(point[position], ends[int(is_text), position])
    assert state_of(classifier) == before


def test_all_subwords_of_a_word_go_together(tiny_classifier):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    of_word = [token for token in attribution.tokens if token.word == 3]
    assert len(of_word) > 1  # "unprofitable"
    wrapper = ModelWrapper(classifier)
    eraser, m = replacer(wrapper, attribution), len(attribution.words())
    stays = eraser._stays(frozenset(range(m)) - {3}).tolist()
    assert [
        token for token, stay in zip(attribution.tokens, stays, strict=True) if not stay
    ] == of_word
    text = deleter(wrapper, attribution)._words.delete([3])
    assert text == "shares in the airline fell on tuesday after a warning"


def test_a_word_in_two_windows_is_replaced_in_both(family_classifier):
    family, setting = "TransformerDocumentEmbeddings", "allow_long_sentences, mean"
    classifier = family_classifier(family, setting)
    wrapper = ModelWrapper(classifier)
    attribution = attribute(classifier, " ".join([TEXT] * 20), **QUICK)
    positions = wrapper.encode(attribution.text).token_of_position.tolist()
    twice = next(t for t in positions if t >= 0 and positions.count(t) > 1)
    word = attribution.tokens[twice].word
    assert word is not None
    stays = replacer(wrapper, attribution)._stays(
        frozenset(range(len(attribution.words()))) - {word}
    )
    tokens = [token.word for token in attribution.tokens]
    expected = [token < 0 or tokens[token] != word for token in positions]
    assert stays.tolist() == expected
    assert expected.count(False) >= 2


def test_tars_loses_a_word_next_to_every_label(family_classifier):
    classifier = family_classifier("TARSClassifier", "multi label")
    wrapper = ModelWrapper(classifier)
    attribution = attribute(classifier, TEXT, **QUICK)
    m = len(attribution.words())
    stays = replacer(wrapper, attribution)._stays(frozenset(range(m)) - {0})
    # "shares" is one subword here, read once with each label.
    n_subwords = sum(token.word == 0 for token in attribution.tokens)
    assert (~stays).sum() == n_subwords * len(wrapper.labels)


def test_f_in_float64_is_that_of_each_text_alone_to_the_last_digits(encoder_folder):
    from support import tiny

    classifier = tiny.classifier(encoder_folder("bert")).double()
    wrapper = ModelWrapper(classifier)
    attribution = attribute(classifier, TEXT, target="sport", contrast="tech", **QUICK)
    sets, words = some_sets(len(attribution.words())), TEXT.split()
    objective = objective_of(wrapper, "sport", contrast="tech")
    alone = []
    for kept in sets:
        encoding = wrapper.encode(" ".join(words[i] for i in sorted(kept)))
        alone.append(objective(wrapper.endpoints(encoding)[1])[1].item())
    assert deleter(wrapper, attribution).values(sets) == pytest.approx(alone, abs=1e-10)


def test_texts_of_the_same_length_share_a_batch_of_bounded_size(tiny_classifier, monkeypatch):
    monkeypatch.setattr(erasing, "_BATCH_ROWS", 4)
    classifier = tiny_classifier()
    wrapper, attribution = ModelWrapper(classifier), attribute(classifier, TEXT, **QUICK)
    eraser, batches = deleter(wrapper, attribution), []
    compute = eraser._logits
    monkeypatch.setattr(
        eraser, "_logits", lambda texts: batches.append([e.length for e in texts]) or compute(texts)
    )
    m = len(attribution.words())
    every = frozenset(range(m))
    eraser.values([every - {i} for i in range(m)] + [every - {i, i + 1} for i in range(m - 1)])
    assert all(len(set(lengths)) == 1 for lengths in batches)
    assert max(map(len, batches)) == 4
    assert sum(map(len, batches)) == 2 * m - 1  # each of these texts is another one


@pytest.mark.parametrize(
    ("rows", "positions", "length", "expected"),
    [(32, 4096, 10, 32), (32, 4096, 256, 16), (32, 4096, 4096, 1), (32, 4096, 9000, 1)],
)
def test_a_batch_is_bounded_in_rows_and_positions_and_never_empty(
    rows, positions, length, expected, monkeypatch
):
    monkeypatch.setattr(erasing, "_BATCH_ROWS", rows)
    monkeypatch.setattr(erasing, "_BATCH_POSITIONS", positions)
    assert erasing._rows(length) == expected


def counting(classifier) -> tuple[list[tuple[int, bool]], object]:
    """For each forward pass of the encoder its rows, and whether gradients were recorded."""
    passes: list[tuple[int, bool]] = []
    hook = classifier.embeddings.model.register_forward_hook(
        lambda module, args, kwargs, output: passes.append(
            (len(output.last_hidden_state), output.last_hidden_state.requires_grad)
        ),
        with_kwargs=True,
    )
    return passes, hook


@pytest.mark.parametrize("kind", [deleter, replacer])
def test_no_set_of_words_is_computed_twice_and_no_graph_is_recorded(tiny_classifier, kind):
    classifier = tiny_classifier()
    wrapper, attribution = ModelWrapper(classifier), attribute(classifier, TEXT, **QUICK)
    eraser, sets = kind(wrapper, attribution), some_sets(len(attribution.words()))
    passes, hook = counting(classifier)
    try:
        first = eraser.values([*sets, *sets[::-1]])
        n_rows = sum(rows for rows, _ in passes)
        again = eraser.values(sets[::-1])
        eraser.probabilities(sets)
        n_with_probabilities = sum(rows for rows, _ in passes)
        eraser.probabilities(sets)
        assert sum(rows for rows, _ in passes) == n_with_probabilities
    finally:
        hook.remove()
    assert n_rows == len(set(sets))
    assert not any(recorded for _, recorded in passes)
    assert np.array_equal(first[: len(sets)], first[len(sets) :][::-1])
    assert np.array_equal(again[::-1], first[: len(sets)])
    # A replacer knows the probabilities from the logits of f; a deleter asks Flair.
    assert n_with_probabilities == n_rows * (2 if kind is deleter else 1)


@pytest.mark.parametrize("kind", [deleter, replacer])
def test_the_callers_autocast_and_inference_mode_change_nothing(tiny_classifier, kind):
    classifier = tiny_classifier()
    wrapper, attribution = ModelWrapper(classifier), attribute(classifier, TEXT, **QUICK)
    sets = some_sets(len(attribution.words()))
    plain = kind(wrapper, attribution).values(sets)
    with torch.autocast("cpu", torch.bfloat16):
        assert kind(wrapper, attribution).values(sets) == pytest.approx(plain, abs=1e-5)
    with torch.inference_mode():
        assert kind(wrapper, attribution).values(sets) == pytest.approx(plain, abs=1e-5)


@pytest.mark.parametrize("kind", [deleter, replacer])
@pytest.mark.parametrize("ask", ["values", "probabilities"])
def test_it_stops_before_the_next_batch(tiny_classifier, monkeypatch, kind, ask):
    monkeypatch.setattr(erasing, "_BATCH_ROWS", 2)
    classifier = tiny_classifier()
    wrapper, attribution = ModelWrapper(classifier), attribute(classifier, TEXT, **QUICK)
    m = len(attribution.words())
    every = frozenset(range(m))
    passes, hook = counting(classifier)
    try:
        eraser = kind(wrapper, attribution, cancelled=lambda: True)
        passes.clear()  # those of the ends of the path
        with pytest.raises(Cancelled):
            getattr(eraser, ask)([every - {i} for i in range(m)])
        assert passes == []
        eraser = kind(wrapper, attribution, cancelled=lambda: bool(passes))
        passes.clear()
        with pytest.raises(Cancelled):
            eraser.values([every - {i} for i in range(m)])
        assert [rows for rows, _ in passes] == [2]
    finally:
        hook.remove()


def test_what_the_model_did_not_read_stays_in_place_and_out_of_an_edited_text(tiny_classifier):
    classifier = tiny_classifier()
    wrapper = ModelWrapper(classifier)
    attribution = attribute(classifier, " ".join([TEXT] * 20), **QUICK)
    ((start, _),) = attribution.truncated
    m = len(attribution.words())
    assert m < 20 * len(TEXT.split())
    every = frozenset(range(m))
    assert deleter(wrapper, attribution)._words.whole == attribution.text[:start].rstrip()
    eraser = replacer(wrapper, attribution)
    assert eraser.values([every])[0] == pytest.approx(attribution.value, abs=1e-5)
    assert eraser.values([frozenset()])[0] == pytest.approx(attribution.baseline_value, abs=1e-5)


def test_a_layer_further_up_is_replaced_where_the_path_ran(tiny_classifier):
    """f without any word is f(x') of the same layer, which `attribute` computed."""
    classifier = tiny_classifier()
    wrapper = ModelWrapper(classifier)
    for layer in wrapper.layers:
        attribution = attribute(classifier, TEXT, layer=layer, target="sport", **QUICK)
        found = replacer(wrapper, attribution).values([frozenset()])[0]
        assert found == pytest.approx(attribution.baseline_value, abs=1e-5)
    assert len(wrapper.layers) > 1
