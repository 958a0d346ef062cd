"""How many words the shares of ERASER are."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from flair_lig_widget.result.shares import SHARES, words_of_shares


@pytest.mark.parametrize("n_words", [*range(1, 42), 60, 100, 140, 700, 1234])
def test_a_share_of_words_is_rounded_up_and_at_least_one(n_words):
    exact = [Fraction(str(share)) * n_words for share in SHARES]
    assert words_of_shares(n_words) == tuple(max(1, math.ceil(share)) for share in exact)


def test_the_shares_are_those_of_eraser():
    assert SHARES == (0.05, 0.1, 0.2, 0.5)
    assert words_of_shares(2) == (1, 1, 1, 1)  # so a text of two words is never empty
    assert words_of_shares(3) == (1, 1, 1, 2)
    assert words_of_shares(21) == (2, 3, 5, 11)


def test_a_share_that_is_a_whole_number_of_words_is_not_rounded_up():
    assert 0.07 * 100 > 7  # in floating point
    assert words_of_shares(100, (0.07, 0.55)) == (7, 55)
