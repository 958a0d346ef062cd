"""A check of a data point: the front end counts all words, also those that were not deleted."""

from __future__ import annotations

from support.attributions import make
from support.faithfulness import example

from flair_lig_widget.frontend.check import check_to_wire
from flair_lig_widget.frontend.edit import edit_to_wire
from flair_lig_widget.result.curves import Curve, Flip
from flair_lig_widget.result.edit import Edit


def test_words_are_counted_as_in_the_attribution():
    a = make(data_point=((4, 10),))  # the second of three words
    found = example(
        text=a.text,
        words=((0, 3), (12, 13)),
        scores=[0.5, 0.125],
        order=(1, 0),
        flip=Flip(n_words=1, predicted=("sport",), probability=0.5),
        data_point=a.data_point,
    )
    wire = check_to_wire(found, a)
    assert (wire["order"], wire["flip"]["words"]) == ([2, 0], [2])
    assert wire["request"]["data_point"] == [[4, 10]]
    assert check_to_wire(found)["order"] == [1, 0]
    other = make(text="Gas", tokens=a.tokens[:2], scores=[0.0, 0.5])
    assert check_to_wire(found, other)["order"] == [1, 0]  # it is of none of these words


def test_all_words_of_a_whole_text_are_counted():
    a = make()
    words = tuple((word.start, word.end) for word in a.words())
    found = example(
        text=a.text,
        words=words,
        scores=[1.0, 3.0, 2.0],
        order=(1, 2, 0),
        without=Curve(counts=(0, 1, 2), probabilities=[0.75, 0.5, 0.25]),
        random_comprehensiveness=[],
    )
    wire = check_to_wire(found, a)
    assert (wire["order"], wire["flip"]["words"]) == ([1, 2, 0], [1])
    assert wire["request"]["data_point"] is None
    assert wire == check_to_wire(found)


def test_an_edit_brings_the_place_of_the_data_point_where_there_is_one():
    fields = {
        **{"original": "New York now", "start": 9, "end": 12, "replacement": None},
        **{"erase": "delete", "text": "New York", "target": "LOC", "contrast": None},
        **{"output": "logit", "baseline": "unk", "value": 1.0, "edited_value": 0.5},
        **{"promised": 0.5, "before": {"LOC": 1.0}, "prediction": {"LOC": 1.0}},
        **{"predicted_before": ("LOC",), "predicted": ("LOC",)},
    }
    asked = {"words": [2]}
    assert not {"data_point", "entities"} & set(edit_to_wire(Edit(**fields), asked))
    places = {"data_point": ((0, 8),), "edited_data_point": ((0, 8),)}
    wire = edit_to_wire(Edit(**fields, **places, edited_entities=((0, 8, "LOC"),)), asked)
    assert (wire["data_point"], wire["entities"]) == ([[0, 8]], [[0, 8, "LOC"]])
