"""Entities and data points of a text, where they are after an edit, and in words."""

from __future__ import annotations

import dataclasses

import pytest
from support.attributions import make
from support.faithfulness import example

from flair_lig_widget import compare
from flair_lig_widget.result.edit import Edit
from flair_lig_widget.result.marked import MarkedText, joined_ranges, judged
from flair_lig_widget.result.verdict import flip_sentence

TEXT = MarkedText("In New York now", ((3, 11, "LOC"), (12, 15, "TIME")), ((3, 11),))


def test_a_marked_text_moves_with_its_characters():
    found = TEXT.moved("York then", lambda place: (0, 4) if place == (3, 11) else None)
    assert found == MarkedText("York then", ((0, 4, "LOC"),), ((0, 4),))
    assert (str(found), len(found)) == ("York then", 9)
    assert MarkedText("plain").moved("other", lambda place: place) == MarkedText("other")


def test_ranges_that_overlap_are_one():
    assert joined_ranges(((4, 9), (0, 2), (8, 12), (12, 13))) == ((0, 2), (4, 12), (12, 13))


def test_sentences_name_the_data_point():
    assert judged("sport", TEXT.text, None) == "sport"
    assert judged("LOC", TEXT.text, ((3, 11),)) == "the probability that New York is LOC"
    relation = judged("part_of", TEXT.text, ((3, 6), (7, 11)))
    assert relation == "the probability that New → York is part_of"

    found = example(data_point=((17, 23),), random_comprehensiveness=[0.5] * 19 + [0.25])
    assert found.verdict.sentence.startswith(
        "Without the 3 best words the probability that London is business falls from 75.0 % to "
    )
    assert flip_sentence(found) == "Without <rose> the most probable label of London is sport."
    hardly = example(data_point=((17, 23),), random_comprehensiveness=[0.1] * 20)
    drop = dataclasses.replace(hardly.comprehensiveness, log_odds=0.1)
    hardly = dataclasses.replace(hardly, comprehensiveness=drop)
    assert hardly.verdict.sentence.startswith(
        "Taking words away hardly changes the probability that London is business, whichever"
    )


def edited(**changes) -> Edit:
    fields = {
        "original": TEXT.text,
        "start": 12,
        "end": 15,
        "replacement": None,
        "erase": "delete",
        "text": "In New York",
        "target": "LOC",
        "contrast": None,
        "output": "logit",
        "baseline": "unk",
        "value": 2.0,
        "edited_value": 1.5,
        "promised": 0.25,
        "before": {"LOC": 0.75, "O": 0.25},
        "prediction": {"LOC": 0.25, "O": 0.75},
        "predicted_before": ("LOC",),
        "predicted": (),
        "data_point": ((3, 11),),
        "edited_data_point": ((3, 11),),
    }
    return Edit(**{**fields, **changes})


def test_an_edit_names_the_data_point_unless_its_words_are_others():
    assert edited().summary == (
        "Without “now” the probability that New York is LOC falls from 75.0 % to 25.0 %; the score "
        "promised that the logit of LOC falls by 0.25, and it fell by 0.50. The most probable "
        "label is then O."
    )
    paris = edited(start=3, end=11, replacement="Paris", text="In Paris now", predicted=("LOC",))
    assert paris.summary.startswith(
        "With “Paris” in place of “New York”, the probability of LOC falls from 75.0 % to 25.0 %;"
    )


def test_attributions_of_two_data_points_are_not_compared():
    first, other = make(data_point=((0, 3),)), make(data_point=((4, 10),))
    with pytest.raises(ValueError, match="attributions 0 and 1 explain “Oil” and “<rose>” of one"):
        compare(first, other)
    with pytest.raises(ValueError, match="explain “Oil” and the whole of one text"):
        compare([first, make()])
    assert compare(first, first).data_point == ((0, 3),)
    assert compare([first, first, first]).data_point == ((0, 3),)
    given = make(data_point=((0, 3),), entities=((0, 3, "ORG"), (4, 10, "MISC")))
    assert compare(first, given).differences == ("entities: none, Oil (ORG) and <rose> (MISC)",)
