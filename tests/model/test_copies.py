"""Copies of a model's modules: the same function and weights, but no module in common."""

from __future__ import annotations

import pytest
import torch
from support.model_state import state_of
from support.texts import NEWS

from flair_lig_widget import ModelWrapper
from flair_lig_widget.model.copies import copy_of_modules


@pytest.mark.parametrize(
    ("family", "setting"),
    [
        ("TransformerDocumentEmbeddings", "bert"),
        ("DocumentRNNEmbeddings", "LSTM over words and both language models"),
        ("TARSClassifier", "multi label"),
    ],
)
def test_a_copy_computes_the_same_with_its_own_modules(family_classifier, family, setting):
    classifier = family_classifier(family, setting)
    before = state_of(classifier)
    copied = copy_of_modules(classifier)
    assert type(copied) is type(classifier)
    assert not {id(m) for m in classifier.modules()} & {id(m) for m in copied.modules()}
    assert len(list(classifier.modules())) == len(list(copied.modules()))
    shared = zip(classifier.state_dict(), copied.state_dict(), strict=True)
    assert all(one == other for one, other in shared)
    for mine, copy in zip(classifier.parameters(), copied.parameters(), strict=True):
        assert mine is copy

    called = []
    for module in copied.modules():
        module.register_forward_hook(lambda *args: called.append(args[0]))
        module.mark = True
    wrappers = [ModelWrapper(each) for each in (classifier, copied)]
    encoding = wrappers[0].encode(NEWS)
    (_, logits), (_, of_copy) = (wrapper.endpoints(encoding) for wrapper in wrappers)
    assert torch.equal(logits, of_copy)
    assert called
    called.clear()
    wrappers[0].endpoints(encoding)
    assert called == []
    assert state_of(classifier) == before
    assert not any(hasattr(module, "mark") for module in classifier.modules())
