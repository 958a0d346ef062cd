"""Pairs and triples of texts: one string inside, and each text with its own sum and segments."""

from __future__ import annotations

import dataclasses

import pytest
from support.attributions import PAIR, make, make_pair

from flair_lig_widget import Attribution, Token
from flair_lig_widget.result import Segment
from flair_lig_widget.result.spans import GRANULARITIES
from flair_lig_widget.result.summary import sentences, summary
from flair_lig_widget.result.texts import SEPARATOR, join_texts, one_text, split_at, split_parts

BREAK = Segment(SEPARATOR, is_separator=True)


def test_texts_are_joined_and_split_again():
    joined = join_texts(("a", "b\nc", "d "))
    assert joined == "a\u2029b\nc\u2029d "
    assert split_parts(joined, 3) == ["a", "b\nc", "d "]
    assert split_at(joined, (0, 2, 6)) == ("a", "b\nc", "d ")
    assert split_parts("a\u2029b", 1) == ["a\u2029b"]  # a single text may have one
    assert one_text(("a", "b"), 2) == one_text("a\u2029b", 2) == "a\u2029b"


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("a", "b\u2029c"), r"'b\\u2029c' has a paragraph separator \(U\+2029\).*by a line break"),
        (("a", " "), "one of the 2 texts is empty; give at least one word"),
        (("a", 3), "3 is no text; give a tuple of strings"),
        (("a",), "the model reads 2 texts at once, and there are 1; give a tuple of 2 texts"),
        ("a", "the model reads 2 texts at once, and 'a' is one text; give a tuple of 2 texts"),
    ],
)
def test_texts_that_are_no_pair_are_refused_in_words(texts, message):
    with pytest.raises((ValueError, TypeError), match=message):
        one_text(texts, 2)


def test_each_text_has_its_sum_and_they_make_the_difference():
    """The scores of the words were chosen by the test: 0.5 - 0.75, and 0.5 + 0.75 - 0.125."""
    found = make_pair()
    assert found.texts == PAIR
    assert found.text_sums == (-0.25, 1.125)
    assert sum(found.text_sums) == found.value - found.baseline_value + found.delta
    assert make().texts == (make().text,)
    assert make().text_sums == (-0.125,)


def test_the_summary_says_in_one_sentence_what_each_text_contributes():
    assert sentences(make_pair())[2] == "Text 1 contributes −0.25 logit, text 2 +1.12."
    assert "contributes" not in summary(make())
    starts = (0, 11, 14)
    triple = make_pair(
        text="Oil <rose>\u2029It\u2029fell",
        text_starts=starts,
        sentence_starts=starts,
        tokens=(*make().tokens[:4], Token("it", 11, 13, 2, False), Token("fell", 14, 18, 3, False)),
        scores=[0.0, 0.5, -1.0, 0.25, 0.5, 0.75],
    )
    assert sentences(triple)[2] == "Text 1 contributes −0.25 logit, text 2 +0.50, text 3 +0.75."


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_the_separator_is_a_segment_in_every_granularity(granularity):
    segments = make_pair().segments(granularity)
    assert [segment for segment in segments if segment.is_separator] == [BREAK]
    assert "".join(segment.text for segment in segments) == make_pair().text
    spans = [segment.span for segment in segments if segment.span is not None]
    assert spans == list(range(len(make_pair().spans(granularity))))
    assert not any(segment.is_separator for segment in make().segments(granularity))


def test_a_sentence_ends_with_its_text():
    assert [span.text for span in make_pair().sentences()] == list(PAIR)
    assert make_pair().segments("sentence") == (Segment(PAIR[0], 0), BREAK, Segment(PAIR[1], 1))


def test_the_separator_is_cut_out_of_what_was_not_read():
    """A range may reach over it, as in a file that someone else wrote."""
    found = make_pair(truncated=[(4, 20)], tokens=make().tokens[:2], scores=[0.0, 0.5])
    assert found.segments() == (
        Segment("Oil", 0),
        Segment(" "),
        Segment("<rose>", truncated=True),
        BREAK,
        Segment(PAIR[1], truncated=True),
    )


def test_both_ends_of_a_text_may_not_have_been_read():
    """As where a relation classifier reads a window of the text."""
    tokens = make().tokens[2:4]
    found = make(truncated=[(0, 4), (10, 13)], tokens=tokens, scores=[-1.0, 0.25])
    assert found.segments() == (
        Segment("Oil ", truncated=True),
        Segment("<rose>", 0),
        Segment("  🎉", truncated=True),
    )
    assert found.notes == (
        "The model did not read the first 4 of 13 characters and the last 3 of 13 characters "
        "(grey): the text is longer than the model's input.",
    )
    assert Attribution.from_json(found.to_json()) == found


def test_a_note_says_what_was_not_read_of_which_text():
    found = make_pair(truncated=[(4, 10), (11, 20)])
    assert found.notes[0] == (
        "The model did not read the last 6 of 10 characters of text 1 and the last 9 of 9 "
        "characters of text 2 (grey): the texts are longer than the model's input."
    )


def test_json_keeps_the_texts_and_may_lack_them():
    found = make_pair(truncated=[(0, 4), (19, 20)])
    again = Attribution.from_json(found.to_json())
    assert again == found
    assert (again.texts, again.truncated) == (PAIR, ((0, 4), (19, 20)))
    single = make().to_dict()
    del single["text_starts"], single["truncated"]
    assert Attribution.from_dict(single) == make()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text_starts": (0, 12)}, "text_starts has 12, and there is no paragraph separator"),
        ({"text_starts": (11, 0)}, "must be ascending, and begin with 0"),
        ({"text_starts": ()}, "must be ascending, and begin with 0"),
        ({"sentence_starts": (0,)}, "sentence_starts must contain text_starts"),
        ({"text": "Oil\u2029<rose>\u2029It fell 🎉"}, "a text of a pair or triple has a paragraph"),
        (
            {"tokens": [dataclasses.replace(t, word=t.word and 1) for t in make_pair().tokens]},
            "the word of token 'it' is in two texts",
        ),
        (
            {
                "tokens": [
                    dataclasses.replace(t, end=12 if t.end == 10 and t.word else t.end)
                    for t in make_pair().tokens
                ]
            },
            "the word of token '##rose>' is in two texts",
        ),
    ],
)
def test_texts_that_contradict_the_rest_are_refused_in_words(changes, message):
    with pytest.raises(ValueError, match=message):
        make_pair(**changes)
