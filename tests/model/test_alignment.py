"""Offsets of subwords in the text as typed, also where the tokenizer returns none."""

from __future__ import annotations

import pytest

from flair_lig_widget.model.alignment import align_plain, locate


@pytest.mark.parametrize(
    ("subwords", "word", "expected"),
    [
        (["play", "##ing"], "playing", ["play", "ing"]),
        (["▁play", "ing"], "Playing", ["Play", "ing"]),
        (["na", "##ive"], "naïve", ["na", "ïve"]),
        (["pla@@", "y</w>"], "PLAY", ["PLA", "Y"]),
        (["fine"], "ﬁne", ["ﬁne"]),
        (["[UNK]"], "🎉", ["🎉"]),
        (["a", "[UNK]", "c"], "abc", ["a", "bc", "bc"]),
        ([], "x", []),
        (["", "x"], "x", ["", "x"]),
    ],
)
def test_subwords_are_found_in_their_word_by_their_characters(subwords, word, expected):
    assert [word[start:end] for start, end in locate(subwords, word)] == expected


def tokens(text: str, word_ranges: list, offsets: list):
    return align_plain(
        subwords=["?"] * len(offsets),
        offsets=offsets,
        word_ranges=word_ranges,
        original=range(len(text)),
    )


def test_words_that_share_a_subword_are_one():
    text = "fell 7% now"
    found = tokens(text, [(0, 4), (5, 6), (6, 7), (8, 11)], [(0, 4), (4, 7), (7, 11)])
    assert [(token.word, text[token.start : token.end]) for token in found] == [
        (0, "fell"),
        (1, "7%"),
        (2, "now"),
    ]


def test_subwords_of_one_word_share_its_index():
    text = "  playing it"
    found = tokens(text, [(2, 9), (10, 12)], [None, (0, 6), (6, 9), (9, 12), None])
    assert [(token.word, text[token.start : token.end]) for token in found] == [
        (None, ""),
        (0, "play"),
        (0, "ing"),
        (1, "it"),
        (None, ""),
    ]


def test_whitespace_that_is_a_separate_subword_belongs_to_the_word_behind_it():
    text = "a  b"
    found = tokens(text, [(0, 1), (3, 4)], [(0, 1), (1, 2), (2, 4)])
    assert [token.word for token in found] == [0, 1, 1]
    assert text[found[1].start : found[2].end] == "b"
