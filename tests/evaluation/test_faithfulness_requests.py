"""What `evaluate` asks of the model, in which order, and what it refuses."""

from __future__ import annotations

import pytest
import torch
from support import tiny
from support.model_state import state_of

from flair_lig_widget import ModelWrapper, attribute
from flair_lig_widget.evaluation import evaluate
from flair_lig_widget.evaluation.faithfulness import stream_faithfulness
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.model.errors import ClassifierChangedError

TEXT = "shares in the airline fell on tuesday after a warning about its profits and the jobs"
QUICK = {"method": "riemann_middle", "n_steps": 3}


def test_no_gradient_is_computed(tiny_classifier, monkeypatch):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    calls = []
    monkeypatch.setattr(torch.autograd, "grad", lambda *args, **kw: calls.append(args))
    monkeypatch.setattr(torch.Tensor, "backward", lambda *args, **kw: calls.append(args))
    evaluate(classifier, attribution, n_random=2)
    evaluate(classifier, attribution, n_random=2, erase="mask")
    assert calls == []


def test_no_text_is_predicted_twice(tiny_classifier, monkeypatch):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    asked, ask = [], Predictor._ask
    monkeypatch.setattr(
        Predictor, "_ask", lambda self, texts: asked.extend(texts) or ask(self, texts)
    )
    evaluate(classifier, attribution, n_random=5)
    assert len(asked) == len(set(asked))


def test_it_can_be_cancelled_before_every_batch_and_leaves_the_model(tiny_classifier):
    classifier = tiny_classifier()
    attribution, before = attribute(classifier, TEXT, **QUICK), state_of(classifier)
    for erase in ("delete", "baseline"):
        asked: list[None] = []
        evaluate(
            classifier,
            attribution,
            erase=erase,
            n_random=3,
            cancelled=lambda asked=asked: asked.append(None) or False,
        )
        for moment in range(0, len(asked), 7):
            left = [moment]

            def cancelled(left=left) -> bool:
                left[0] -= 1
                return left[0] < 0

            with pytest.raises(Cancelled):
                evaluate(classifier, attribution, erase=erase, n_random=3, cancelled=cancelled)
    assert state_of(classifier) == before


def test_progress_rises_to_one_and_the_curves_come_first(tiny_classifier):
    classifier, progress = tiny_classifier(), []
    attribution = attribute(classifier, TEXT, **QUICK)
    wrapper = ModelWrapper(classifier)
    steps = list(stream_faithfulness(wrapper, attribution, n_random=25, progress=progress.append))
    assert [step.n_random for step in steps] == [0, 0, 10, 20, 25]
    assert steps[0].leave_one_out is None
    assert steps[1].leave_one_out is not None
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    assert (steps[0].p_value, steps[0].area, steps[0].verdict.kind) == (None, None, "pending")


def test_the_same_seed_gives_the_same_result_and_another_one_other_orders(tiny_classifier):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    first, second = (evaluate(classifier, attribution, n_random=5) for _ in range(2))
    assert first == second
    other = evaluate(classifier, attribution, n_random=5, seed=1)
    assert list(other.random_comprehensiveness) != list(first.random_comprehensiveness)


def test_weights_that_change_in_the_middle_are_an_error(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    attribution = attribute(classifier, TEXT, **QUICK)
    stream = stream_faithfulness(ModelWrapper(classifier), attribution, n_random=2)
    next(stream)
    with torch.no_grad():
        classifier.decoder.weight.mul_(2)
    with pytest.raises(ClassifierChangedError, match="changed while it was evaluated"):
        next(stream)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"erase": "cut"}, "unknown erase 'cut'; use delete, mask, baseline"),
        ({"n_random": 0}, "n_random"),
        ({"n_random": True}, "n_random"),
        ({"seed": -1}, "seed=-1 is negative"),
    ],
)
def test_an_impossible_option_is_an_error_that_says_what_to_do(tiny_classifier, options, message):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    with pytest.raises((ValueError, TypeError), match=message):
        evaluate(classifier, attribution, **options)


def test_an_attribution_that_is_not_of_this_classifier_is_an_error(
    tiny_classifier, encoder_folder, family_classifier
):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    other = tiny.classifier(encoder_folder("bert"))
    with torch.no_grad():
        other.decoder.weight.mul_(2)
    with pytest.raises(ValueError, match="of other weights than the classifier has now"):
        evaluate(other, attribution)
    labels = tiny.classifier(encoder_folder("bert"), labels=("sport", "tech"))
    with pytest.raises(ValueError, match=r"its labels are .*business.* those of the classifier"):
        evaluate(labels, attribution)
    with pytest.raises(TypeError, match="str is not an Attribution"):
        evaluate(classifier, TEXT)
    words = family_classifier("DocumentPoolEmbeddings", "mean of word vectors")
    with pytest.raises(ValueError, match="mask"):
        evaluate(words, attribute(words, TEXT, **QUICK), erase="mask")


def test_a_text_of_one_word_is_an_error(tiny_classifier):
    classifier = tiny_classifier()
    with pytest.raises(ValueError, match=r"reads 1 word of 'goal', and at least two are needed"):
        evaluate(classifier, attribute(classifier, "goal", **QUICK))
