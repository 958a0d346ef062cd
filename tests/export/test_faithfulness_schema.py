"""JSON of a faithfulness result: exact, versioned, and checked when it is read."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.attributions import make
from support.faithfulness import example, first, hostile
from support.hostile import HOSTILE
from support.mutations import mutated

from flair_lig_widget import ModelWrapper, Provenance, attribute, load_faithfulness
from flair_lig_widget.evaluation.faithfulness import stream_faithfulness
from flair_lig_widget.export import faithfulness_schema
from flair_lig_widget.result.faithfulness import ERASURES, Curve, Drop, Faithfulness
from flair_lig_widget.result.numbers import LARGEST

numbers = st.floats(-LARGEST, LARGEST)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.lists(numbers, min_size=5, max_size=5),
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
    numbers,
    st.lists(numbers, min_size=1, max_size=9),
    st.integers(0, 2**128),
)
def test_json_brings_back_every_bit(scores, probabilities, drop, random, seed):
    before = example(
        scores=scores,
        without=dataclasses.replace(example().without, probabilities=probabilities),
        sufficiency=Drop(probability=drop, log_odds=-drop),
        random_comprehensiveness=random,
        seed=seed,
    )
    after = Faithfulness.from_json(before.to_json())
    assert after == before
    assert after.scores.tobytes() == before.scores.tobytes()
    assert after.without.probabilities.tobytes() == before.without.probabilities.tobytes()
    assert after.random_comprehensiveness.tobytes() == before.random_comprehensiveness.tobytes()
    assert after.to_json() == before.to_json()


def test_json_before_anything_random_is_known_comes_back():
    assert Faithfulness.from_json(first().to_json()) == first()
    assert first() != example()
    assert first() != "first"


@pytest.mark.parametrize("erase", ERASURES)
@pytest.mark.parametrize("text", ["oil fell", "the airline cut its jobs after a warning . " * 6])
def test_every_step_of_an_evaluation_comes_back_from_json(erase, text, tiny_classifier):
    classifier = tiny_classifier()
    attribution = attribute(classifier, text, method="riemann_middle", n_steps=2)
    wrapper = ModelWrapper(classifier)
    steps = list(stream_faithfulness(wrapper, attribution, erase=erase, n_random=20, seed=2**70))
    assert [step.n_random for step in steps] == [0, 0, 10, 20]
    for step in steps:
        assert Faithfulness.from_json(step.to_json()) == step
        assert copy.deepcopy(step) == step
        assert len(step.to_pandas()) >= len(step.without.counts) + len(step.only.counts)


def test_equality_ignores_the_time_alone_and_json_keeps_it():
    early, late = (example(provenance=Provenance(created_at=time)) for time in ("9:00", "10:00"))
    assert early == late
    assert Faithfulness.from_json(late.to_json()).provenance.created_at == "10:00"
    assert early != example(provenance=Provenance(model="other"))
    assert example() != example(scores=[0.5, 0.75, 0.125, -0.25, 5e-324])


def test_arrays_are_copied_converted_and_frozen_also_in_copies():
    scores = np.array([0.5, 0.75, 0.125, -0.25, 0.0], dtype=np.float32)
    found = example(scores=scores, order=np.array([1, 0, 2, 4, 3]), seed=np.int64(7))
    scores[0] = 9
    assert found == example()
    json.dumps(found.to_dict())
    for each in (found, pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert each == found
        band = each.without.band
        arrays = [each.scores, each.leave_one_out, each.random_comprehensiveness]
        arrays += [each.without.probabilities, each.without.values, band.low, band.high]
        for array in arrays:
            assert array.dtype == np.float64
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1


def test_the_repr_is_one_line():
    assert repr(example()) == (
        "Faithfulness(target='business', 5 words, comprehensiveness=0.3438, sufficiency=0.2031, "
        "erase='delete', n_random=2)"
    )


def test_json_is_ascii_with_one_field_per_line():
    source = example().to_json()
    assert source.isascii()
    assert source.startswith('{\n "schema": 1,\n "text": "Oil <rose>')
    assert source.endswith('\n "p_value": 0.3333333333333333,\n "area": 0.125\n}\n')
    names = {field.name for field in dataclasses.fields(Faithfulness)}
    assert set(json.loads(source)) == names | {"schema", "p_value", "area"}
    assert set(faithfulness_schema.KINDS) == names


def test_every_field_without_a_default_must_be_there_and_the_others_need_not():
    data = example().to_dict()
    for field in dataclasses.fields(Faithfulness):
        rest = {name: value for name, value in data.items() if name != field.name}
        if field.default is field.default_factory:
            with pytest.raises(ValueError, match=f"result: '{field.name}' is missing"):
                Faithfulness.from_dict(rest)
        elif field.name != "random_comprehensiveness":  # the bands come from it
            Faithfulness.from_dict(rest)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (None, "faithfulness.json", "a file's text rather than its path"),
        (None, "[]", "list instead of a dict"),
        (None, make().to_json(), "of schema 1: schema is 3, which this version does not read"),
        ('"target"', '"colour"', "unknown field 'colour'"),
        ('"target": "business"', '"target": 3', "target is 3, not a string"),
        ('"value": 3.0', '"value": NaN', "NaN is not a JSON number"),
        ('"value": 3.0', '"value": 1e151', "value is 1e\\+151, not a number of at most"),
        ('"value": 3.0', '"value": 3.0, "value": 4.0', "a name appears twice in one object"),
        ('"seed": 7', '"seed": -7', "seed is -7, not a whole number"),
        ('"seed": 7', '"seed": 7.0', "seed is 7.0, not a whole number"),
        ('"erase": "delete"', '"erase": "burn"', "erase is 'burn', not one of delete, mask"),
        ('"output": "logit"', '"output": "odds"', "output is 'odds', not one of logit"),
        ('"probability": 0.75', '"probability": 1.1', "probability is 1.1, not a probability"),
        ('"order": [1, 0', '"order": [1, 1', "order is not a permutation of the 5 words"),
        ('"order": [1, 0', '"order": [1', "order is not a permutation of the 5 words"),
        ('"order": [1, 0', '"order": [1, 0.0', "order is a list, not a list of whole numbers"),
        ('"words": [[0, 3], [4', '"words": [[4, 5], [0', "words is a list, not a list of ranges"),
        ('"words": [[0, 3]', '"words": [[3, 0]', "words is a list, not a list of ranges"),
        ("[17, 23]]", "[17, 24]]", "words is beyond the end of the text"),
        ('"scores": [0.5, ', '"scores": [', "scores has 4 numbers for 5 words"),
        ('"scores": [0.5', '"scores": ["0.5"', "scores is a list, not a list of numbers"),
        ('"leave_one_out": [', '"leave_one_out": [0, ', "leave_one_out has 6 numbers for 5 words"),
        ('"counts": [0, 1, 2', '"counts": [1, 0, 2', r"without\.counts is a list, not a list of d"),
        ('"counts": [0, 1, 2', '"counts": [0, 1, 1', r"without\.counts is a list, not a list of d"),
        ('"counts": [0, 1, 2, 3, 4]', '"counts": [0, 1, 2, 3, 6]', "beyond the number of words"),
        ('"counts": [0, 1, 2, 3, 4]', '"counts": [0, 1, 3, 4]', "has 5 numbers for 4 counts"),
        ('"counts": [0, 1, 2, 3, 4]', '"counts": [0, 1, 2, 4, 5]', "counts that without does not"),
        ('"counts": [0, 1, 3]', '"counts": [0, 1, 4]', "band has no count 3 for 50% of the words"),
        ('"counts": [2, 4, 5]', '"counts": [2, 4, 6]', r"only\.band\.counts is beyond the number"),
        ('"low": [0.75, 0.5', '"low": [0.75, 0.9', "not in the order of low, median and high"),
        ('"low": [0.75, 0.5', '"low": [2, 0.5', r"without\.band\.low is a list, not a list of pro"),
        ('"low": [0.75, 0.5', '"low": [0.5', r"without\.band\.low has 2 numbers for 3 counts"),
        ('"log_odds": 1.5', '"odds": 1.5', "comprehensiveness: unknown field 'odds'"),
        ('"log_odds": 1.5', '"log_odds": null', r"comprehensiveness\.log_odds is null, not a num"),
        ('"flip": {', '"flip": {"x": 1, ', "flip: unknown field 'x'"),
        ('"n_words": 1', '"n_words": 0', r"flip\.n_words is 0, not 1 to 5"),
        ('"n_words": 1', '"n_words": 6', r"flip\.n_words is 6, not 1 to 5"),
        ('"data_point": null', '"data_point": [[0, 99]]', "data_point is beyond the end of the"),
        (
            '"data_point": null',
            '"data_point": []',
            "data_point is a list, not a list of one or two",
        ),
        ('"agreement": 0.8', '"agreement": 1.8', "agreement is 1.8, not a number from -1 to 1"),
        ('"infidelity": 0.0625', '"infidelity": -1', "infidelity is -1, not a number from 0"),
        ('"random_comprehensiveness": [0.75, 0.5]', '"random_comprehensiveness": []', "together"),
        ('"versions": {"torch": "', '"versions": {"torch": 1, "x": "', "an object of strings"),
        ('"area": 0.125', '"area": "x"', "area is 'x', not a finite number"),
    ],
)
def test_other_json_raises_an_error_that_says_what_is_wrong(old, new, message):
    source = example().to_json()
    assert old is None or old in source
    with pytest.raises(ValueError, match=f"^not a faithfulness result.*{message}"):
        Faithfulness.from_json(new if old is None else source.replace(old, new, 1))


def test_the_place_of_a_data_point_is_kept():
    found = Faithfulness.from_json(example(data_point=[[0, 3], [17, 23]]).to_json())
    assert found.data_point == ((0, 3), (17, 23))
    assert found != example()
    old = {name: value for name, value in example().to_dict().items() if name != "data_point"}
    assert Faithfulness.from_dict(old) == example()


def test_one_word_is_too_few():
    one = {"words": [[0, 3]], "scores": [1.0], "order": [0], "leave_one_out": None}
    point = {"counts": [1], "probabilities": [0.5]}
    data = {**first().to_dict(), **one, "without": point, "only": point}
    with pytest.raises(ValueError, match="1 words, and at least two are needed"):
        Faithfulness.from_dict(data)


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_damaged_json_is_refused_in_words_or_can_be_drawn_and_written(start):
    source = example().to_json()
    read = 0
    for seed in range(start, start + 100):
        refused = None
        try:
            found = Faithfulness.from_json(mutated(source, seed))
        except ValueError as error:
            refused = str(error)
        if refused is not None:
            assert refused.startswith("not a faithfulness result"), seed
            continue
        read += 1
        assert Faithfulness.from_json(found.to_json()) == found, seed
        assert found.to_csv()
        assert len(found.to_pandas()) >= 2
        assert "<svg" in found.to_svg(), seed
        assert found._repr_html_(), seed
        assert found.verdict.sentence, seed
        assert repr(found), seed
    assert 0 < read < 100


def test_a_saved_result_is_loaded_the_same_to_the_last_bit(tmp_path):
    source = example().to_json(tmp_path / "true.json")
    assert load_faithfulness(tmp_path / "true.json") == example()
    assert load_faithfulness(str(tmp_path / "true.json")).to_json() == source


def test_a_file_that_is_not_a_saved_result_is_refused_by_its_name(tmp_path, monkeypatch):
    path = tmp_path / "true.json"
    for content, message in (
        (b"[]", "not a faithfulness result: list instead of a dict"),
        (make().to_json().encode(), "not a faithfulness result of schema 1: schema is 3"),
        (b"\xff\xfe{}", "not a faithfulness result: not text in UTF-8"),
    ):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"true\.json': {message}"):
            load_faithfulness(path)
    example().to_json(path)
    monkeypatch.setattr(faithfulness_schema, "MAX_LENGTH", 100)
    with pytest.raises(ValueError, match=r"true\.json': .* more than 100 characters"):
        load_faithfulness(path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load_faithfulness(tmp_path / "nowhere.json")


def test_json_that_is_too_long_is_refused_before_it_is_read(monkeypatch):
    source = example().to_json()
    monkeypatch.setattr(faithfulness_schema, "MAX_LENGTH", len(source) - 1)
    monkeypatch.setattr(json, "loads", None)
    with pytest.raises(ValueError, match=r"^not a faithfulness result: more than .* characters"):
        Faithfulness.from_json(source)


def test_numbers_that_are_not_finite_are_not_written():
    curve = Curve(counts=(0, 1, 2, 3, 4), probabilities=[np.nan] * 5)
    with pytest.raises(ValueError, match="not JSON compliant"):
        first(without=curve).to_json()


def test_a_surrogate_pair_that_json_would_join_raises_an_error():
    with pytest.raises(ValueError, match=r"a surrogate pair.*evaluate the attribution again"):
        example(target="\ud83c" + "\udf89").to_json()


def test_hostile_strings_come_back_from_json_unchanged():
    for text in HOSTILE[:-1]:
        before = hostile(text)
        source = before.to_json()
        assert source.isascii()
        assert Faithfulness.from_json(source) == before, text[:80]
