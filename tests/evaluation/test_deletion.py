"""Texts without some words, in the order of their scores."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from support.attributions import make, make_pair

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


PAIR = dataclasses.replace(
    words_of("a b  c\u2029d, e", "a", "b", "c", "d", ",", "e"), text_starts=(0, 7)
)


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        (range(6), "a b  c\u2029d, e"),
        ([2, 3], "c\u2029d"),  # neighbours, but of two texts
        ([0, 2, 5, 3], "a c\u2029d e"),
        ([1], "b\u2029d"),  # a text that no word is in keeps its first
        ([5], "a\u2029e"),
        ([], "a\u2029d"),
    ],
)
def test_words_of_a_pair_are_kept_in_their_own_text(kept, text):
    assert PAIR.keep(kept) == text
    assert PAIR.delete(set(range(6)) - set(kept)) == text
    assert PAIR.whole == PAIR.text
    assert PAIR.fewest_kept == 2


def test_the_last_word_of_each_text_is_deleted_last():
    assert PAIR.deletable_first((3, 4, 5, 0, 1, 2)) == (3, 4, 0, 1, 5, 2)
    assert PAIR.deletable_first((0, 3, 1, 4, 2, 5)) == (0, 3, 1, 4, 2, 5)
    alone = words_of("a b c", "a", "b", "c")
    assert alone.deletable_first((2, 0, 1)) == (2, 0, 1)
    single = dataclasses.replace(words_of("a\u2029b c", "a", "b", "c"), text_starts=(0, 2))
    assert single.deletable_first((0, 1, 2)) == (1, 0, 2)  # the only word of its text


def test_no_deletion_of_a_pair_empties_a_text():
    """Every order of six words is tried; a text is empty where a part of the split is."""
    for order in itertools.permutations(range(6)):
        found = Deletions.along(PAIR, order, (1, 2, 3, 4))
        for count, without, only in zip((1, 2, 3, 4), found.without, found.only, strict=True):
            texts = [*without.split("\u2029"), *only.split("\u2029")]
            assert len(texts) == 4
            assert all(texts), order
            assert sum(each.isalpha() or each == "," for each in without) == 6 - count
            assert sum(each.isalpha() or each == "," for each in only) == max(count, 2)


def test_the_best_words_alone_are_the_order_of_deletion_backwards():
    for order in itertools.permutations(range(6)):
        found = Deletions.along(PAIR, order, (2, 3, 4))
        backwards = Deletions.along(PAIR, order[::-1], (4, 3, 2))
        assert found.only == backwards.without


def test_the_words_of_a_pair_are_those_of_its_attribution():
    words = TextWords.of(make_pair())
    assert words.text_starts == make_pair().text_starts
    assert words.delete([0, 3]) == "<rose>\u2029It 🎉"
    assert words.replace((11, 18), "she\nstayed") == "Oil <rose>\u2029she\nstayed 🎉"
    assert words.replace((0, 3), "Gas") == "Gas <rose>\u2029It fell 🎉"


def test_a_text_of_which_no_word_was_read_cannot_lose_words():
    pair = make_pair(truncated=[(11, 20)], tokens=make().tokens[:4], scores=make().scores[:4])
    words = TextWords.of(pair)
    for edited in (lambda: words.whole, lambda: words.replace((0, 3), "Gas")):
        with pytest.raises(ValueError, match="the model reads no word of text 2, and Flair cann"):
            edited()


def test_deletions_take_the_first_words_of_the_order():
    words = words_of("a b c d", "a", "b", "c", "d")
    found = Deletions.along(words, (2, 0, 3, 1), (1, 2, 3))
    assert found.without == ("a b d", "b d", "b")
    assert found.only == ("c", "a c", "a c d")


def test_the_drop_is_a_mean_over_the_shares():
    assert mean_drop(3.0, np.array([1.0, 2.0, 0.0, -1.0])) == 2.5
