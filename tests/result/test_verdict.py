"""What the numbers of a `Faithfulness` are said to mean; the numbers here come from no model."""

from __future__ import annotations

import itertools

import pytest
from support.faithfulness import example, first

from flair_lig_widget.result.faithfulness import Band, Curve, Drop, Faithfulness, Flip
from flair_lig_widget.result.verdict import agreement_sentence, flip_sentence, verdict

SHARES = {20: (1, 2, 4, 10), 8: (1, 1, 2, 4), 19: (1, 2, 4, 10), 40: (2, 4, 8, 20)}
"""ERASER's counts of so many words, ``max(1, ceil(q * m))``."""


def measured(
    n_words: int = 20,
    own: float = 2.0,
    by_chance: tuple[float, ...] = (1.0,) * 19,
    *,
    probability: float = 0.985,
    without: tuple[float, ...] = (0.9, 0.75, 0.41, 0.2),
    low: tuple[float, ...] = (0.85, 0.74, 0.7, 0.3),
    high: tuple[float, ...] = (0.99, 0.98, 0.97, 0.9),
    **changes,
) -> Faithfulness:
    """A result of so many words, with its drops in log-odds and points at ERASER's shares."""
    at_count = dict(zip(SHARES[n_words], zip(without, low, high, strict=True), strict=False))
    points = [(0, (probability,) * 3), *sorted(at_count.items())]
    counts = [count for count, _ in points]
    lows, highs = [p[1] for _, p in points], [p[2] for _, p in points]
    band = Band(counts=counts, low=lows, median=highs, high=highs) if by_chance else None
    text = " ".join(f"w{i}" for i in range(n_words))
    ends = list(itertools.accumulate(len(word) + 1 for word in text.split()))
    return example(
        text=text,
        words=[
            (end - 1 - len(word), end - 1) for end, word in zip(ends, text.split(), strict=True)
        ],
        scores=range(n_words, 0, -1),
        order=range(n_words),
        leave_one_out=[0.0] * n_words,
        probability=probability,
        without=Curve(counts=counts, probabilities=[p[0] for _, p in points], band=band),
        comprehensiveness=Drop(probability=0.3, log_odds=own),
        random_comprehensiveness=by_chance,
        **changes,
    )


def test_before_any_random_order_the_sentence_speaks_of_the_scores_alone():
    found = first()
    assert (found.p_value, found.verdict.kind) == (None, "pending")
    # A fifth of five words is one; the curve falls to a half.
    assert found.verdict.sentence == "Without its best word business falls from 75.0 % to 50.0 %."
    assert measured(by_chance=()).verdict.kind == "pending"


def test_better_than_chance_is_said_with_what_chance_gives():
    """20 % is the first share at which 0.41 is below the band from 0.70."""
    assert verdict(measured()).kind == "better"
    assert verdict(measured()).sentence == (
        "Without its 4 best words business falls from 98.5 % to 41.0 %; "
        "without 4 random words it is between 70.0 % and 97.0 %."
    )


def test_one_word_is_spoken_of_in_the_singular():
    found = measured(without=(0.41, 0.3, 0.2, 0.1))
    assert found.verdict.sentence == (
        "Without its best word business falls from 98.5 % to 41.0 %; "
        "without a random word it is between 85.0 % and 99.0 %."
    )


def test_where_no_share_is_below_the_band_a_fifth_of_the_words_is_spoken_of():
    found = measured(without=(0.95, 0.94, 0.93, 0.92), low=(0.9,) * 4)
    assert found.verdict.sentence.startswith("Without its 4 best words ")


def test_a_probability_that_rises_or_stays_is_not_said_to_fall():
    rises = measured(probability=0.5, without=(0.5, 0.5, 0.6, 0.5), low=(0.1,) * 4)
    assert "business rises from 50.0 % to 60.0 %; " in rises.verdict.sentence
    stays = measured(probability=0.5, without=(0.5,) * 4, low=(0.7,) * 4, high=(0.7,) * 4)
    assert stays.verdict.sentence == (
        "Without its best word business stays at 50.0 %; without a random word it is at 70.0 %."
    )


@pytest.mark.parametrize(
    ("as_good", "n_random", "kind"),
    [(0, 19, "better"), (1, 39, "better"), (2, 59, "better"), (1, 38, "chance"), (1, 19, "chance")],
)
def test_a_p_value_of_five_percent_is_better_and_one_above_is_not(as_good, n_random, kind):
    """The p-value is (1 + as_good) / (1 + n_random)."""
    by_chance = (2.0,) * as_good + (1.0,) * (n_random - as_good)  # one that equals is as good
    found = measured(20, 2.0, by_chance)
    assert found.p_value == pytest.approx((1 + as_good) / (1 + n_random))
    assert found.verdict.kind == kind


@pytest.mark.parametrize("n_random", [1, 10, 18])
def test_random_orders_that_are_too_few_for_five_percent_give_no_verdict(n_random):
    """With 18 orders the p-value is at least 1/19, which is more than 5 %."""
    for own, others in ((2.0, 1.0), (1.0, 2.0), (0.0, 0.0)):
        assert measured(20, own, (others,) * n_random).verdict.kind == "pending"
        assert measured(20, own, (others,) * 19).verdict.kind != "pending"


@pytest.mark.parametrize(("n_words", "kind"), [(8, "short"), (19, "short"), (20, "chance")])
def test_only_a_text_of_twenty_words_can_fail(n_words, kind):
    """One random order in m begins with the best word, so below 20 words that is above 5 %."""
    found = measured(n_words, 1.0, (2.0,) * 19)
    assert found.p_value == 1.0
    assert found.verdict.kind == kind
    sentence = {
        "short": f"Too short to tell from chance: among {n_words} words, random ones are often "
        "those that count.",
        "chance": "No better than random words: do not rely on these scores.",
    }
    assert found.verdict.sentence == sentence[kind]


def test_a_short_text_that_is_better_than_chance_is_said_to_be():
    assert measured(8, 2.0, (1.0,) * 19).verdict.kind == "better"


@pytest.mark.parametrize("n_words", [8, 40])
@pytest.mark.parametrize(("own", "others"), [(0.25, 0.0), (0.0, 0.0), (0.2, -0.25), (-0.1, 0.2)])
def test_a_prediction_that_hardly_moves_is_a_warning_whatever_the_p_value(n_words, own, others):
    found = measured(n_words, own, (others,) * 19)
    assert found.verdict.kind == "chance"
    assert found.verdict.sentence == (
        "Taking words away hardly changes business, whichever they are: the scores explain "
        "differences that are too small to matter."
    )


@pytest.mark.parametrize(("own", "others"), [(0.5, 0.0), (0.0, 0.5), (0.0, -0.5)])
def test_a_prediction_that_moves_by_some_order_is_judged_by_its_p_value(own, others):
    found = measured(40, own, (others,) * 19)
    assert found.verdict.kind == ("better" if own > others else "chance")
    assert "hardly" not in found.verdict.sentence


def test_the_verdict_is_the_same_whatever_the_label_is_called():
    for label, shown in (("", "(empty)"), ("<b>&", "<b>&"), ("two words", "two words")):
        found = measured(target=label)
        assert f" {shown} falls from " in found.verdict.sentence
        assert f"changes {shown}, " in measured(40, 0.0, (0.0,) * 19, target=label).verdict.sentence


def flipping(n_words: int, *predicted: str) -> Faithfulness:
    return measured(20, flip=Flip(n_words=n_words, predicted=predicted, probability=0.4))


def test_the_flip_names_the_words_of_the_text_the_best_first():
    assert flip_sentence(flipping(1, "tech")) == "Without w0 the model predicts tech."
    # In the example the order is <rose>, Oil, 🎉, London, in.
    some = example(flip=Flip(n_words=3, predicted=("sport", "tech"), probability=0.1))
    assert flip_sentence(some) == "Without <rose>, Oil, 🎉 the model predicts sport, tech."


def test_a_flip_of_many_words_names_eight_and_counts_the_rest():
    eight = "Without w0, w1, w2, w3, w4, w5, w6, w7"
    assert flip_sentence(flipping(8, "tech")) == f"{eight} the model predicts tech."
    assert flip_sentence(flipping(9, "tech")) == f"{eight} and 1 more the model predicts tech."
    assert flip_sentence(flipping(13, "tech")) == f"{eight} and 5 more the model predicts tech."


def test_a_flip_to_no_label_and_no_flip_at_all_are_said():
    assert flip_sentence(flipping(1)) == "Without w0 the model predicts no label."
    assert flip_sentence(flipping(1, "")) == "Without w0 the model predicts (empty)."
    assert flip_sentence(example(flip=None)) == (
        "However many of its best words are taken away, the prediction stays."
    )


@pytest.mark.parametrize(
    ("tau", "words"),
    [
        (1.0, "agrees with the order of the scores (Kendall's tau 1.00)"),
        (0.62, "agrees with the order of the scores (Kendall's tau 0.62)"),
        (0.5, "agrees with"),
        (0.49, "partly agrees with"),
        (0.2, "partly agrees with"),
        (0.19, "hardly agrees with"),
        (-0.7, "hardly agrees with the order of the scores (Kendall's tau −0.70)"),
    ],
)
def test_the_agreement_is_said_in_words_and_as_a_number(tau, words):
    sentence = agreement_sentence(example(agreement=tau))
    assert sentence.startswith(f"Leaving out one word at a time {words}")
    assert sentence.endswith(").")


def test_an_unknown_agreement_is_not_spoken_of():
    assert agreement_sentence(first()) == ""


SALE, LONDON, ECONOMY = "מכירה", "لندن", "اقتصاد"
"""Hebrew for sale, Arabic for London and for economy."""


def test_words_and_labels_from_right_to_left_are_isolated_and_no_others():
    """U+2068 and U+2069 begin and end an isolate, Unicode Standard Annex 9, section 2.4."""
    found = example(
        text=f"{LONDON} {SALE} 🎉 in 3%",
        words=[(0, 4), (5, 10), (11, 12), (13, 15), (16, 18)],
        flip=Flip(n_words=3, predicted=(ECONOMY, "tech"), probability=0.1),
    )
    words = f"\u2068{SALE}\u2069, \u2068{LONDON}\u2069, 🎉"
    expected = f"Without {words} the model predicts \u2068{ECONOMY}\u2069, tech."
    assert flip_sentence(found) == expected
    for label in (ECONOMY, "\u0661\u0662"):  # Arabic digits as well
        assert f" \u2068{label}\u2069 falls from " in measured(target=label).verdict.sentence
        hardly = measured(40, 0.0, (0.0,) * 19, target=label)
        assert f" hardly changes \u2068{label}\u2069, " in hardly.verdict.sentence


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_no_mark_in_a_label_reaches_beyond_it(mark):
    """These are all that embed, override, isolate or end; same annex, section 2."""
    assert " ab falls from " in measured(target=f"a{mark}b").verdict.sentence
    assert " (empty) falls from " in measured(target=mark).verdict.sentence
    sentence = measured(target=f"{mark}{ECONOMY}").verdict.sentence
    assert f" \u2068{ECONOMY}\u2069 falls from " in sentence
