"""Texts without some words, in the order of their scores."""

from __future__ import annotations

import numpy as np
import pytest
from support.attributions import make

from flair_lig_widget.evaluation.deletion import (
    Deletions,
    TextWords,
    best_first,
    mean_drop,
)


def words_of(text: str, *parts: str) -> TextWords:
    """The words of a text, each the next occurrence of a part."""
    ranges, end = [], 0
    for part in parts:
        start = text.index(part, end)
        end = start + len(part)
        ranges.append((start, end))
    return TextWords(text, tuple(ranges))


PROSE = words_of("He didn't,  I think, go.", "He", "did", "n't", ",", "I", "think", ",", "go", ".")


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        (range(9), "He didn't,  I think, go."),
        ([1, 2], "didn't"),
        ([3, 4], ",  I"),
        ([0, 2, 3], "He n't,"),
        ([5, 7, 8], "think go."),  # without the comma, and not "thinkgo"
        ([8, 0], "He ."),  # in the order of the text
        ([4, 4], "I"),
        ([], ""),
    ],
)
def test_words_are_kept_with_what_is_between_neighbours(kept, text):
    assert PROSE.keep(kept) == text
    assert PROSE.delete(set(range(9)) - set(kept)) == text
    assert PROSE.whole == PROSE.text


def test_no_two_words_become_one():
    compound = words_of("a,b", "a", ",", "b")
    assert compound.delete([1]) == "a b"


def test_the_words_are_those_of_an_attribution_with_all_their_subwords():
    attribution = make()
    words = TextWords.of(attribution)
    assert [words.keep([i]) for i in range(len(words))] == [w.text for w in attribution.words()]
    assert words.keep([1]) == "<rose>"  # of two subwords


def test_the_best_words_come_first_and_evidence_against_the_label_last():
    order = best_first([0.5, -3.0, 2.0, 0.0], np.random.default_rng(0))
    assert order == (2, 0, 3, 1)


def test_ties_are_broken_at_random_by_a_seed():
    orders = [best_first(np.zeros(3), np.random.default_rng(seed)) for seed in range(600)]
    assert orders[:50] == [
        best_first(np.zeros(3), np.random.default_rng(seed)) for seed in range(50)
    ]
    counts = {order: orders.count(order) for order in set(orders)}
    assert len(counts) == 6  # every order of three words
    assert all(60 <= count <= 150 for count in counts.values())  # 100 each, +- five deviations
    partial = {best_first([1.0, 1.0, 5.0], np.random.default_rng(seed)) for seed in range(50)}
    assert partial == {(2, 0, 1), (2, 1, 0)}


def test_deletions_take_the_first_words_of_the_order():
    words = words_of("a b c d", "a", "b", "c", "d")
    found = Deletions.along(words, (2, 0, 3, 1), (1, 2, 3))
    assert found.without == ("a b d", "b d", "b")
    assert found.only == ("c", "a c", "a c d")


def test_the_drop_is_a_mean_over_the_shares():
    assert mean_drop(3.0, np.array([1.0, 2.0, 0.0, -1.0])) == 2.5
