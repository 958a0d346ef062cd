"""The widget with a second classifier: its result of the same request is compared with."""

from __future__ import annotations

import copy

import pytest
import torch
from flair.data import Dictionary
from support.texts import NEWS

from flair_lig_widget import LIGWidget, Request, attribute, compare
from flair_lig_widget.evaluation.random_weights import copy_classifier
from flair_lig_widget.frontend.wire import to_wire

LIMIT = 60
"""Seconds until a test gives up; what it waits for takes a fraction of one."""


@pytest.fixture
def classifier(tiny_classifier):
    return tiny_classifier("bert")


@pytest.fixture
def other(classifier):
    """The same classifier with another decoder."""
    other = copy_classifier(classifier)
    with torch.no_grad():
        other.decoder.weight.neg_()
    return other


def test_the_other_classifier_explains_the_same_request(classifier, other):
    widget = LIGWidget(classifier, NEWS, compare=other)
    target = widget.attribution.target
    expected = attribute(other, NEWS, target=target)
    assert widget.other_attribution == expected
    sent = to_wire(expected, Request(text=NEWS).to_dict())
    assert {**widget.other, "seconds": None} == {**sent, "seconds": None}
    assert widget.attribution == attribute(classifier, NEWS)

    widget.baseline = "pad"
    widget.wait(LIMIT)
    assert widget.other_attribution == attribute(other, NEWS, target=target, baseline="pad")
    assert widget.other["request"]["baseline"] == "pad"


def test_the_same_weights_differ_nowhere(classifier):
    widget = LIGWidget(classifier, NEWS, compare=copy_classifier(classifier))
    found = compare(widget.attribution, widget.other_attribution)
    assert (found.spearman, found.relative_l2, found.overlap()) == (1.0, 0.0, 1.0)
    assert all(span.difference == 0 for span in found.spans)


def test_without_another_classifier_there_is_nothing_to_compare_with(classifier):
    widget = LIGWidget(classifier, NEWS)
    assert (widget.other, widget.other_attribution) == (None, None)


def test_a_label_that_the_other_classifier_does_not_have_is_named(classifier):
    other = copy_classifier(classifier)
    other.label_dictionary = Dictionary(add_unk=False)
    for label in LIGWidget(classifier, NEWS).labels:
        other.label_dictionary.add_item(label.upper())
    with pytest.raises(ValueError, match="the classifier to compare with: unknown target"):
        LIGWidget(classifier, NEWS, compare=other)


def test_an_error_of_the_other_classifier_leaves_the_picture_and_can_be_mended(classifier, other):
    widget = LIGWidget(classifier, NEWS, compare=other)
    with torch.no_grad():
        other.decoder.weight.fill_(float("nan"))
    widget.method = "riemann_middle"
    with pytest.raises(ValueError, match="the classifier to compare with: "):
        widget.wait(LIMIT)
    assert widget.status == "error"
    assert widget.attribution.method == "riemann_middle"
    assert (widget.other, widget.other_attribution) == ({}, None)
    with torch.no_grad():
        other.decoder.weight.copy_(classifier.decoder.weight)
    widget.method = "auto"
    widget.wait(LIMIT)
    assert widget.other_attribution is not None
    assert (widget.status, widget.error) == ("idle", "")


def test_a_closed_widget_releases_both_classifiers(classifier, other):
    widget = LIGWidget(classifier, NEWS, compare=other)
    widget.close()
    assert widget._other_engines is None


def test_a_kept_result_is_part_of_the_saved_state(classifier):
    widget = LIGWidget(classifier, NEWS)
    kept = copy.deepcopy(widget.result)
    widget.set_state({"kept": kept})  # as the front end does
    assert widget.kept == kept
    assert widget.page_state()["kept"] == kept
    widget.set_state({"other": kept})  # which the front end does not write
    assert widget.other is None
