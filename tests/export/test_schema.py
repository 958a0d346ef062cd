"""JSON: exact, versioned, and told from what is not such JSON."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
from hostile import HOSTILE, hostile_attribution
from hypothesis import given, settings
from hypothesis import strategies as st
from test_attribution import make

from flair_lig_widget import Attribution

numbers = st.floats(-1e300, 1e300)
texts = st.text(st.characters(), max_size=30).filter(
    lambda text: not re.search("[\ud800-\udbff][\udc00-\udfff]", text)
)


def named(label: str) -> Attribution:
    return make(target=label, prediction={label: 1.0}, predicted=(label,))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(numbers, min_size=6, max_size=6),
    numbers,
    st.none() | numbers,
    texts,
    texts,
)
def test_json_brings_back_every_bit(scores, value, estimate, label, model):
    before = dataclasses.replace(
        named(label), scores=scores, value=value, error_estimate=estimate, model=model
    )
    after = Attribution.from_json(before.to_json())
    assert after == before
    assert after.scores.tobytes() == before.scores.tobytes()
    assert repr(after.value) == repr(before.value)
    assert after.to_json() == before.to_json()


def test_json_keeps_what_equality_leaves_out():
    before = make(made="2026-11-23T10:00:00Z", gains=np.arange(12.0).reshape(2, 6) / 7)
    after = Attribution.from_json(before.to_json())
    assert after.made == before.made
    assert after.gains.tobytes() == before.gains.tobytes()
    assert list(after.prediction) == list(before.prediction)


def test_json_is_ascii_one_field_a_line():
    source = make(text="Oil <rose>  \ud83c").to_json()
    assert source.isascii()
    assert source.startswith('{\n "schema": 1,\n "text": "Oil <rose>  \\ud83c",\n')
    assert source.endswith('\n "delta": 0.375\n}\n')
    names = {field.name for field in dataclasses.fields(Attribution)} | {"schema", "delta"}
    assert set(json.loads(source)) == names


def test_halves_of_a_character_that_json_would_join_are_refused():
    with pytest.raises(ValueError, match="in two halves"):
        named("\ud83c" + "\udf89").to_json()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (None, "", "not JSON that can be read"),
        (None, "attribution.json", "a file's text rather than its path"),
        (None, "[" * 100_000, "not JSON that can be read"),
        (None, "[]", "list in place of a dict"),
        ('"schema": 1', '"schema": 2', "not an attribution of schema 1: schema is 2"),
        ('"schema": 1,', "", "schema is None"),
        ('"method": "auto",', "", "'method' is missing"),
        ('"method"', '"colour"', "unknown field 'colour'"),
        ('"method": "auto"', '"method": 3', "method is 3, not a string"),
        ('"value": 3.0', '"value": NaN', "NaN is not a number of JSON"),
        ('"value": 3.0', '"value": 1e999', "value is inf, not a finite number"),
        ('"value": 3.0', '"value": "3"', "value is '3', not a finite number"),
        ('"value": 3.0', '"value": true', "value is True, not a finite number"),
        ('"value": 3.0', f'"value": 1{"0" * 400}', "not a finite number"),
        ('"value": 3.0', '"value": 3.0, "value": 4.0', "a name stands twice"),
        ('"tolerance": 0.01', '"tolerance": [1]', "tolerance is a list, not a finite number or"),
        ('"delta": 0.375', '"delta": {}', "delta is a dict, not a finite number"),
        ('"scores": [0.0', '"scores": ["0.0"', "scores is a list, not a list of finite numbers"),
        ('"scores": [0.0, ', '"scores": [', "6 tokens need as many scores"),
        ('"gains": null', '"gains": [[1], [1, 2]]', "gains is a list, not a list of equally"),
        ('"gains": null', '"gains": [[1.0]]', "cannot have the shape"),
        ('"output": "logit"', '"output": "odds"', "output is 'odds', not one of logit"),
        ('"n_steps": 9', '"n_steps": -1', "n_steps is -1, not a whole number"),
        ('"unseen": null', '"unseen": [3, 1]', "unseen is a list, not a list of two places"),
        ('"target": "business"', '"target": "art"', "no prediction for 'art'"),
        ('["business"]', '["art"]', "no prediction for 'art'"),
        ('"end": 3', '"end": 99', r"end of tokens\[1\] is 99 in a text of 13 characters"),
        ('"start": 12', '"start": -12', r"start of tokens\[4\] is -12"),
        ('"special": true', '"special": 1', r"special of tokens\[0\] is 1"),
        ('"special": true', '"x": 1', r"tokens\[0\]: unknown field 'x'"),
        ('"tokens": [', '"tokens": [3, ', r"tokens\[0\]: int in place of a dict"),
        ('"versions": {"torch": "', '"versions": {"torch": 1, "x": "', "an object of strings"),
    ],
)
def test_what_is_not_such_json_is_refused_in_words(old, new, message):
    source = make().to_json()
    assert old is None or old in source
    with pytest.raises(ValueError, match=message):
        Attribution.from_json(new if old is None else source.replace(old, new, 1))


def test_a_file_from_before_a_field_was_added_is_read():
    data = json.loads(make().to_json())
    del data["gains"], data["made"], data["delta"]
    assert Attribution.from_json(json.dumps(data)) == make()


def test_hostile_strings_come_back_from_json_as_they_were():
    for text in HOSTILE:
        before = hostile_attribution(text)
        source = before.to_json()
        after = Attribution.from_json(source)
        assert after == before, text[:80]
        assert after.to_json() == source
        assert source.isascii()
