"""The request: its options are written once, for every function that takes them."""

from __future__ import annotations

import inspect
from dataclasses import fields

import pytest

from flair_lig_widget import AttributionWidget, Request
from flair_lig_widget.integration.precompute import GridOptions, precompute
from flair_lig_widget.result import RequestOptions
from flair_lig_widget.result.request import MAX_CHARACTERS, MAX_STEPS, positive_int


def test_the_keyword_options_are_the_fields_of_a_request_without_its_text():
    names = [field.name for field in fields(Request)]
    assert set(RequestOptions.__annotations__) == {name for name in names if name != "text"}
    types = {field.name: field.type for field in fields(Request)}
    for name, annotation in RequestOptions.__annotations__.items():
        assert annotation.__forward_arg__ == types[name]


def test_the_traits_of_a_widget_have_the_defaults_of_a_request():
    traits = AttributionWidget.class_traits()
    for name, default in Request(text="text").to_dict().items():
        if name != "text":
            assert traits[name].default() == default


def test_the_grid_options_are_those_of_precompute():
    parameters = inspect.signature(precompute).parameters
    chosen = [name for name in parameters if name in GridOptions.__annotations__]
    assert list(GridOptions.__annotations__) == chosen
    assert set(parameters) - set(chosen) == {"engine", "request", "cancelled", "progress"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"text": "  "}, "text is empty; give at least one word"),
        ({"text": "a\ud83c"}, "lone surrogate at position 1"),
        ({"text": 3}, "text must be a string, not int"),
        ({"text": "a", "output": "odds"}, "unknown output 'odds'; outputs are logit, probability"),
        ({"text": "a", "method": "simpson"}, "unknown method 'simpson'; methods are auto, gauss"),
        ({"text": "a", "n_steps": 0}, "n_steps=0 is not possible; give a whole number"),
        ({"text": "a", "n_steps": True}, "n_steps=True is not possible"),
        (
            {"text": "a", "n_steps": 300_000_000},
            "n_steps=300000000 is not possible; give a whole number from 1 to 10,000$",
        ),
        ({"text": "a", "n_steps": 10_001}, "n_steps=10001 is not possible"),
        ({"text": "a", "n_steps": 10**5000}, "n_steps=a number of thousands of digits is not poss"),
        ({"text": "a", "n_steps": 2.5}, "n_steps=2.5 is not possible; give a whole number from 1"),
        ({"text": "a", "tolerance": 0}, "tolerance=0 is not possible; give a fraction"),
        ({"text": "a", "tolerance": 10**400}, "tolerance=1000*… is not possible; give a fraction"),
        ({"text": "a", "tolerance": 10**5000}, "tolerance=a number of thousands of digits is not"),
        ({"text": "a", "tolerance": float("nan")}, "tolerance=nan is not possible"),
        ({"text": "a", "tolerance": None}, "tolerance=None is not possible"),
        (
            {"text": "a" * 100_001},
            "text has 100,001 characters, which is too long; give at most 100,000, such as a pass",
        ),
        ({"text": "a", "layer": "last"}, "unknown layer 'last'; layers are word_embeddings"),
        ({"text": "a", "precision": "half"}, "unknown precision 'half'; precisions are float32"),
    ],
)
def test_an_option_that_is_not_possible_is_named_with_the_remedy(options, message):
    with pytest.raises(ValueError, match=message):
        Request(**options)


def test_the_longest_text_and_the_most_steps_are_possible():
    request = Request(text="a" * MAX_CHARACTERS, n_steps=MAX_STEPS)
    assert len(request.text) == 100_000
    assert request.n_steps == 10_000


def test_other_whole_numbers_have_no_largest():
    assert positive_int("internal_batch_size", 20_000) == 20_000
    with pytest.raises(
        ValueError, match="internal_batch_size=0 is not possible; give a whole numb"
    ):
        positive_int("internal_batch_size", 0)
