"""JSON: exact, versioned, and checked when it is read."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.attributions import make
from support.hostile import HOSTILE, hostile_attribution
from support.mutations import mutated

from flair_lig_widget import Attribution, Provenance
from flair_lig_widget.export import schema
from flair_lig_widget.result.numbers import LARGEST

numbers = st.floats(-LARGEST, LARGEST)
texts = st.text(st.characters(), max_size=30).filter(
    lambda text: not re.search("[\ud800-\udbff][\udc00-\udfff]", text)
)


def named(label: str) -> Attribution:
    return make(target=label, prediction={label: 1.0}, predicted=(label,))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(numbers, min_size=6, max_size=6),
    numbers,
    st.none() | st.floats(0, LARGEST),
    texts,
    texts,
)
def test_json_brings_back_every_bit(scores, value, estimate, label, model):
    before = dataclasses.replace(
        named(label),
        scores=scores,
        value=value,
        error_estimate=estimate,
        provenance=Provenance(model=model),
    )
    after = Attribution.from_json(before.to_json())
    assert after == before
    assert after.scores.tobytes() == before.scores.tobytes()
    assert repr(after.value) == repr(before.value)
    assert after.to_json() == before.to_json()


def test_json_keeps_what_equality_ignores():
    before = make(
        provenance=Provenance(created_at="2026-11-23T10:00:00Z"),
        path_profile=np.arange(12.0).reshape(2, 6) / 7,
    )
    after = Attribution.from_json(before.to_json())
    assert after.provenance.created_at == before.provenance.created_at
    assert after.path_profile.tobytes() == before.path_profile.tobytes()
    assert list(after.prediction) == list(before.prediction)


def test_json_is_ascii_with_one_field_per_line():
    source = make(text="Oil <rose>  \ud83c").to_json()
    assert source.isascii()
    assert source.startswith('{\n "schema": 3,\n "text": "Oil <rose>  \\ud83c",\n')
    assert source.endswith('\n "delta": 0.375\n}\n')
    names = {field.name for field in dataclasses.fields(Attribution)} | {"schema", "delta"}
    assert set(json.loads(source)) == names


def test_a_surrogate_pair_that_json_would_join_raises_an_error():
    with pytest.raises(ValueError, match="a string contains a surrogate pair"):
        named("\ud83c" + "\udf89").to_json()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (None, "", "not JSON that can be read"),
        (None, "attribution.json", "a file's text rather than its path"),
        (None, "[" * 100_000, "not JSON that can be read"),
        (None, "[]", "list instead of a dict"),
        ('"schema": 3', '"schema": 2', "of schema 3: schema is 2"),
        ('"schema": 3,', "", "schema is None"),
        ('"method": "auto",', "", "'method' is missing"),
        ('"method"', '"colour"', "unknown field 'colour'"),
        ('"method": "auto"', '"method": 3', "method is 3, not a string"),
        ('"value": 3.0', '"value": NaN', "NaN is not a JSON number"),
        ('"value": 3.0', '"value": 1e999', "value is inf, not a number of at most ±1e.150"),
        ('"value": 3.0', '"value": "3"', "value is '3', not a number of at most"),
        ('"value": 3.0', '"value": true', "value is True, not a number of at most"),
        ('"value": 3.0', f'"value": 1{"0" * 400}', "not a number of at most"),
        ('"value": 3.0', '"value": 3.0, "value": 4.0', "a name appears twice in one object"),
        ('"tolerance": 0.01', '"tolerance": [1]', "tolerance is a list, not a number from 0 to"),
        ('"value": 3.0', '"value": 1e151', "value is 1e\\+151, not a number of at most"),
        ('"scores": [0.0', '"scores": [1e308', "scores is a list, not a list of num"),
        ('"n_steps": 9', f'"n_steps": 1{"0" * 30}', "n_steps is 10*, not a whole number f"),
        ('"n_steps": 9', '"n_steps": null', "n_steps is null, not a whole number"),
        ('"error_estimate": 0.002', '"error_estimate": -1', "error_estimate is -1, not a number"),
        ('"sport": 0.25', '"sport": 1.25', "the prediction of 'sport' is 1.25, which is not a pro"),
        ('"sport": 0.5', '"sport": -0.5', "the prediction of 'sport' is -0.5, which is not a pro"),
        ('"sport": 0.5', f'"sport": 1{"0" * 30}', "the prediction of 'sport' is 10*, which is not"),
        ('"sport": 0.5', '"art": 0.5', "baseline_prediction must have the same labels"),
        ('"contrast": null', '"contrast": "art"', "no prediction for 'art'"),
        ('"sentence_starts": [0]', '"sentence_starts": []', "not a list of offsets in ascending"),
        ('"sentence_starts": [0]', '"sentence_starts": [5]', "not a list of offsets in ascending"),
        ('"sentence_starts": [0]', '"sentence_starts": [0, 14]', "is beyond the end of the text"),
        ('"truncated": []', '"truncated": [[3, 14]]', "truncated is beyond the end of the text"),
        ('"delta": 0.375', '"delta": {}', "delta is a dict, not a finite number"),
        ('"scores": [0.0', '"scores": ["0.0"', "scores is a list, not a list of numbers"),
        ('"scores": [0.0, ', '"scores": [', "6 tokens need as many scores"),
        (
            '"path_profile": null',
            '"path_profile": [[1], [1, 2]]',
            "path_profile is a list, not a list of equally",
        ),
        ('"path_profile": null', '"path_profile": [[1.0]]', "cannot have the shape"),
        ('"output": "logit"', '"output": "odds"', "output is 'odds', not one of logit"),
        ('"n_steps": 9', '"n_steps": -1', "n_steps is -1, not a whole number"),
        ('"truncated": []', '"truncated": [3, 1]', "not a list of at most 20 ranges in ascending"),
        (
            '"truncated": []',
            '"truncated": [[3, 1]]',
            "not a list of at most 20 ranges in ascending",
        ),
        (
            '"truncated": []',
            '"truncated": [[3, 5], [4, 6]]',
            "not a list of at most 20 ranges in a",
        ),
        ('"text_starts": [0]', '"text_starts": [0, 0]', "not a list of at most 10 offsets in asc"),
        ('"text_starts": [0]', '"text_starts": [4]', "not a list of at most 10 offsets in ascend"),
        ('"text_starts": [0]', '"text_starts": [0, 4]', "has 4, and there is no paragraph separat"),
        ('"text_starts": [0]', '"text_starts": [0, 99]', "has 99, and there is no paragraph sepa"),
        ('"target": "business"', '"target": "art"', "no prediction for 'art'"),
        ('["business"]', '["art"]', "no prediction for 'art'"),
        ('"end": 3', '"end": 99', r"end of tokens\[1\] is 99 in a text of 13 characters"),
        ('"start": 12', '"start": -12', r"start of tokens\[4\] is -12"),
        ('"special": true', '"special": 1', r"special of tokens\[0\] is 1"),
        ('"special": true', '"x": 1', r"tokens\[0\]: unknown field 'x'"),
        ('"tokens": [', '"tokens": [3, ', r"tokens\[0\]: int instead of a dict"),
        ('"versions": {"torch": "', '"versions": {"torch": 1, "x": "', "an object of strings"),
    ],
)
def test_other_json_raises_an_error_that_says_what_is_wrong(old, new, message):
    source = make().to_json()
    assert old is None or old in source
    with pytest.raises(ValueError, match=f"^not an attribution.*{message}"):
        Attribution.from_json(new if old is None else source.replace(old, new, 1))


SOURCE = make(path_profile=np.arange(12.0).reshape(2, 6) / 7).to_json()


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_damaged_json_is_refused_in_words_or_can_be_drawn_and_written(first):
    for seed in range(first, first + 100):
        refused = None
        try:
            found = Attribution.from_json(mutated(SOURCE, seed))
        except ValueError as error:
            refused = str(error)
        if refused is not None:
            assert refused.startswith("not an attribution"), seed
            continue
        assert Attribution.from_json(found.to_json()) == found, seed
        for granularity in ("subword", "word", "sentence"):
            found.to_csv(granularity=granularity)
            found.to_latex(granularity=granularity)
            found.to_pandas(granularity)
        assert "</html>" in found.to_html(), seed
        assert "<svg" in found.to_svg(), seed
        assert repr(found), seed
        assert found._repr_html_(), seed


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tokens": [make().to_dict()["tokens"][1]] * 100_200}, "100,200 tokens, which no text"),
        ({"path_profile": [[0.0] * 6] * 1001}, "path_profile is a list, not a list of equally lo"),
        ({"provenance": {"versions": dict.fromkeys(map(str, range(1001)), "1")}}, "at most 1,000"),
        ({"sentence_starts": [0] * 100}, "not a list of offsets in ascending order"),
    ],
    ids=["tokens", "bins", "versions", "sentences"],
)
def test_more_of_anything_than_an_explanation_has_is_refused(changes, message):
    with pytest.raises(ValueError, match=f"^not an attribution.*{message}"):
        Attribution.from_dict({**make().to_dict(), **changes})


def test_json_that_is_too_long_is_refused_before_it_is_read(monkeypatch, tmp_path):
    path = tmp_path / "why.json"
    source = make().to_json(path)
    monkeypatch.setattr(schema, "MAX_LENGTH", len(source))
    assert Attribution.from_json(source) == schema.read_json(path) == make()
    monkeypatch.setattr(schema, "MAX_LENGTH", len(source) - 1)
    monkeypatch.setattr(json, "loads", None)
    for read in (lambda: Attribution.from_json(source), lambda: schema.read_json(path)):
        with pytest.raises(ValueError, match=r"^not an attribution: more than .* characters"):
            read()


def test_a_file_that_is_not_text_is_refused_in_words(tmp_path):
    path = tmp_path / "why.json"
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(ValueError, match=r"^not an attribution: not text in UTF-8"):
        schema.read_json(path)


def test_a_file_of_schema_1_raises_an_error_that_names_both_schemas():
    """As version 0.1.0 wrote it before its first release: other names, provenance not nested."""
    data = json.loads(make().to_json())
    provenance = data.pop("provenance")
    del data["truncated"], data["paired_text"]
    data |= {
        "schema": 1,
        "gains": data.pop("path_profile"),
        "independent": data.pop("multi_label"),
        "model": provenance["model"],
        "weights": provenance["weights_digest"],
        "versions": provenance["versions"],
        "made": provenance["created_at"],
    }
    with pytest.raises(
        ValueError,
        match="not an attribution of schema 3: schema is 1, which this version does not read; "
        "explain the text again, or use the version that wrote it",
    ):
        Attribution.from_json(json.dumps(data))


@pytest.mark.parametrize(
    ("provenance", "message"),
    [
        ([], "provenance is a list, not an object"),
        ({"models": ""}, "not an attribution: provenance: unknown field 'models'"),
        ({"model": 3}, r"provenance\.model is 3, not a string"),
        ({"versions": {"torch": 2}}, r"provenance\.versions is a dict, not an object of strings"),
    ],
    ids=str,
)
def test_a_wrong_provenance_raises_an_error_that_says_what_is_wrong(provenance, message):
    with pytest.raises(ValueError, match=message):
        Attribution.from_dict({**make().to_dict(), "provenance": provenance})


def test_a_file_without_fields_that_have_a_default_is_read():
    data = json.loads(make().to_json())
    del data["path_profile"], data["provenance"]["created_at"], data["delta"]
    assert Attribution.from_json(json.dumps(data)) == make()


def test_hostile_strings_come_back_from_json_unchanged():
    for text in HOSTILE:
        before = hostile_attribution(text)
        source = before.to_json()
        after = Attribution.from_json(source)
        assert after == before, text[:80]
        assert after.to_json() == source
        assert source.isascii()
