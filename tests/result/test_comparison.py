"""Two and more attributions of one text next to each other; most numbers come from no model."""

from __future__ import annotations

import copy
import itertools
import json
import math
import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr
from support import tiny
from support.attributions import make
from support.hostile import HOSTILE, hostile_attribution
from support.markup import Reader
from support.processes import run_python

from flair_lig_widget import Attribution, Provenance, Span, Token, attribute, compare
from flair_lig_widget.result.correlation import average_ranks, relative_l2, spearman, strongest
from flair_lig_widget.result.joining import join_spans

TEXT = "a bc def gh i jkl m"
WORDS = [found.span() for found in re.finditer(r"\S+", TEXT)]


def scored(*scores: float, ranges=None, text: str = TEXT, **changes) -> Attribution:
    """An attribution of a text, with a score for each word or for each of some ranges."""
    ranges = WORDS if ranges is None else ranges
    tokens = tuple(
        Token(text[start:end], start, end, index, False)
        for index, (start, end) in enumerate(ranges[: len(scores)])
    )
    return make(text=text, tokens=tokens, scores=scores, **changes)


FIRST = scored(4.0, -3.0, 2.0, 1.0, 0.5, 0.0, 0.25)
SECOND = scored(4.0, -3.0, 2.0, 1.0, 0.0, 0.5, 1.25, baseline="unk")


def test_the_numbers_of_a_small_example():
    """Ranks 7 1 6 5 4 2 3 and 7 1 6 4 2 3 5: their squared differences sum to 10.

    Spearman's rho is 1 - 6 * 10 / (7 * 48). The differences are 0.5, -0.5 and -1.
    """
    found = compare(FIRST, SECOND)
    assert found.spearman == pytest.approx(1 - 60 / 336)
    assert found.relative_l2 == pytest.approx(math.sqrt(1.5 / (16 + 9 + 4 + 1 + 0.25 + 0.0625)))
    assert [found.overlap(k) for k in (1, 3, 4, 5, 6, 7, 99)] == [1, 1, 0.75, 0.8, 5 / 6, 1, 1]
    assert [span.difference for span in found.spans] == [0, 0, 0, 0, 0.5, -0.5, -1]
    last = found.spans[6]
    assert (last.text, last.start, last.end) == ("m", 18, 19)
    assert (last.first, last.second, last.first_rank, last.second_rank) == (0.25, 1.25, 6, 4)
    assert [span.first_rank for span in found.spans] == [w.rank for w in FIRST.words()]
    assert found.differences == ("baseline: pad, unk",)
    assert found.notes == ()
    assert found.sentence == (
        "The orders of 7 words agree (Spearman 0.82); of the 5 strongest words they share 4; the "
        "scores differ by 22.2 % (relative L2)."
    )


def test_an_attribution_agrees_perfectly_with_itself():
    for a in (FIRST, make(), hostile_attribution("a b c d")):
        for granularity in ("subword", "word"):
            found = compare(a, a, granularity=granularity)
            assert (found.spearman, found.relative_l2, found.overlap()) == (1.0, 0.0, 1.0)
            assert {span.difference for span in found.spans} == {0.0}
            assert (found.differences, found.notes) == ((), ())
    assert compare(FIRST, FIRST).sentence == "The scores are the same in 7 words."


@given(
    st.lists(
        st.tuples(
            *[st.sampled_from([-1.5, -1.0, 0.0, 1.0, 1.5]) | st.floats(-1e3, 1e3, width=32)] * 2
        ),
        max_size=30,
    )
)
def test_the_rank_correlation_is_that_of_scipy_also_with_ties(pairs):
    x, y = np.array(pairs, dtype=float).reshape(-1, 2).T
    assert average_ranks(x) == pytest.approx(rankdata(x))
    found = spearman(x, y)
    if len(np.unique(x)) < 2 or len(np.unique(y)) < 2:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)
        assert spearman(x, x) == 1.0
        assert spearman(x, -x) == -1.0


def test_measures_of_the_largest_and_of_no_numbers_exist():
    huge = [1e150, -1e150, 5e149]
    assert relative_l2(huge, [-each for each in huge]) == 2.0
    assert relative_l2([0.0], [1.0]) is None
    assert relative_l2([], []) is None
    assert spearman([], []) is None
    assert spearman([3.0], [4.0]) is None
    assert strongest([1.0, -2.0, 2.0, 0.0]) == (1, 2, 0, 3)


def span(start: int, end: int, score: float = 1.0) -> Span:
    return Span("", start, end, score, None, 1)


def ranges_of(*groups) -> list[tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    return [
        ([(s.start, s.end) for s in each.first], [(s.start, s.end) for s in each.second])
        for each in join_spans(*groups)
    ]


def test_spans_that_share_characters_are_joined_and_neighbours_are_not():
    first = [span(0, 2), span(2, 5), span(6, 9), span(10, 12)]
    second = [span(0, 3), span(3, 5), span(6, 9), span(14, 15)]
    assert ranges_of(first, second) == [
        ([(0, 2), (2, 5)], [(0, 3), (3, 5)]),  # 2-5 shares with both of the second
        ([(6, 9)], [(6, 9)]),
        ([(10, 12)], []),
        ([], [(14, 15)]),
    ]
    assert ranges_of([span(0, 9)], [span(0, 1), span(4, 5), span(8, 9)]) == [
        ([(0, 9)], [(0, 1), (4, 5), (8, 9)])
    ]
    # Spans without characters, which bytes of a character can have.
    assert ranges_of([span(3, 3)], [span(3, 3)]) == [([(3, 3)], [(3, 3)])]
    assert ranges_of([span(3, 3)], [span(3, 6)]) == [([(3, 3)], [(3, 6)])]
    assert ranges_of([span(3, 3)], [span(1, 3)]) == [([], [(1, 3)]), ([(3, 3)], [])]
    assert ranges_of([], []) == []


CUTS = st.sets(st.integers(1, 30), max_size=12)


@given(CUTS, CUTS, st.integers(0, 2**32))
def test_joined_parts_are_the_finest_that_keep_every_sum(first_cuts, second_cuts, seed):
    """The reference compares all pairs of spans, until no part grows any more."""
    draw = np.random.default_rng(seed)
    sides = []
    for cuts in (first_cuts, second_cuts):
        ends = [0, *sorted(cuts), 31]
        spans = [span(*each, draw.normal()) for each in itertools.pairwise(ends)]
        sides.append([each for each in spans if draw.random() < 0.8])
    parts = [{each} for side in sides for each in enumerate_spans(side, sides.index(side))]
    while merged := next(
        ((p, q) for p in parts for q in parts if p is not q and touches(p, q)), None
    ):
        p, q = merged
        parts = [part for part in parts if part is not p and part is not q] + [p | q]
    expected = sorted(
        (sorted(s[1:] for s in part if s[0] == 0), sorted(s[1:] for s in part if s[0] == 1))
        for part in parts
    )
    found = join_spans(*sides)
    assert sorted(ranges_of(*sides)) == expected
    assert [part.start for part in found] == sorted(part.start for part in found)
    for side, name in zip(sides, ("first", "second"), strict=True):
        total = sum(s.score for part in found for s in getattr(part, name))
        assert total == pytest.approx(sum(s.score for s in side))


def enumerate_spans(spans, side: int) -> list[tuple[int, int, int]]:
    return [(side, each.start, each.end) for each in spans]


def touches(p, q) -> bool:
    return any(a[1] < b[2] and b[1] < a[2] for a in p for b in q)


def test_words_of_two_tokenisations_are_joined_and_nothing_is_lost():
    other = scored(1.0, 2.0, 4.0, 8.0, 16.0, ranges=[(0, 4), (5, 8), (9, 10), (10, 11), (12, 19)])
    found = compare(FIRST, other)
    assert [(s.text, s.first, s.second) for s in found.spans] == [
        ("a bc", 1.0, 1.0),
        ("def", 2.0, 2.0),
        ("gh", 1.0, 12.0),
        ("i jkl m", 0.75, 16.0),
    ]
    assert sum(s.first for s in found.spans) == FIRST.scores.sum()
    assert sum(s.second for s in found.spans) == other.scores.sum()
    assert found.notes == (
        "The two split the text differently in 3 places, where the scores of their words are "
        "summed.",
    )
    note = compare([FIRST, other]).notes[0]
    assert note.startswith("Not all models read the same text or split it in the same way: ")
    assert note in str(compare([FIRST, other, FIRST]))
    assert note in Reader(compare([FIRST, other])._repr_html_()).text
    assert compare([FIRST, SECOND]).notes == ()


def test_what_one_did_not_read_is_left_out_and_said():
    cut = scored(4.0, -3.0, 2.0, 1.0, truncated=[(11, 19)])
    found = compare(FIRST, cut)
    assert [s.text for s in found.spans] == ["a", "bc", "def", "gh"]
    assert [s.text for s in found.first_only] == ["i", "jkl", "m"]
    assert found.second_only == ()
    assert found.sentence == "The scores are the same in 4 words."
    assert found.notes == ("Left out: 3 words that only the first has (sum of the scores: +0.75).",)
    assert compare(cut, FIRST).notes == (
        "Left out: 3 words that only the second has (sum of the scores: +0.75).",
    )
    nothing = scored(1.0, ranges=[(18, 19)], truncated=[(0, 17)])
    found = compare(cut, nothing)
    assert (found.spearman, found.relative_l2, found.overlap()) == (None, None, None)
    assert found.sentence == "There are no words that both models read."
    assert "There are no words" in str(found)


def test_in_different_units_only_the_orders_are_compared():
    found = compare(FIRST, scored(*(FIRST.scores / 10), output="probability"))
    assert found.spearman == 1.0
    assert found.relative_l2 is None
    assert {span.difference for span in found.spans} == {None}
    assert found.sentence == (
        "The orders of 7 words agree (Spearman 1.00); of the 5 strongest words they share 5."
    )
    assert found.notes == (
        "The scores are in different units (logit and probability), so only their orders are "
        "compared.",
    )
    assert found.to_pandas()["difference"].isna().all()


@pytest.mark.parametrize("scores", [(0.0,) * 7, (2.5,) * 7])
def test_constant_scores_have_no_order(scores):
    for found in (compare(FIRST, scored(*scores)), compare(scored(*scores), FIRST)):
        assert found.spearman is None
        assert found.sentence.startswith(
            "The orders of 7 words cannot be compared, because all scores of one are the same"
        )
    zero = scored(*(0.0,) * 7)
    assert compare(zero, FIRST).relative_l2 is None
    assert compare(zero, FIRST).overlap() is None  # no word is stronger than another
    assert compare(zero, FIRST).overlap(7) == 1
    assert compare(FIRST, zero).relative_l2 == 1.0
    assert compare(scored(1.0), scored(2.0)).sentence == (
        "There is 1 word, which has no order; the scores differ by 100.0 % (relative L2)."
    )


@pytest.mark.parametrize(
    ("order", "rho", "how"),
    [
        ((0, 1, 2, 3, 4), 1.0, "agree"),
        ((0, 1, 4, 3, 2), 0.6, "partly agree"),
        ((4, 1, 2, 3, 0), -0.6, "disagree"),
        ((3, 1, 2, 0, 4), 0.1, "hardly agree"),
        ((4, 3, 2, 1, 0), -1.0, "disagree"),
    ],
)
def test_the_order_is_said_in_words_and_as_a_number(order, rho, how):
    """1 - 6 * sum(d^2) / (n * (n^2 - 1)), without ties."""
    a, b = scored(1.0, 2.0, 3.0, 4.0, 5.0), scored(*(10.0 + i for i in order))
    found = compare(a, b)
    assert found.spearman == pytest.approx(rho)
    shown = f"{rho:.2f}".replace("-", "−")
    assert found.sentence.startswith(f"The orders of 5 words {how} (Spearman {shown}); the scores")


def test_labels_are_joined_by_name():
    other = scored(
        *FIRST.scores, prediction={"tech": 0.25, "business": 0.5, "sport": 0.25}, target="tech"
    )
    found = compare(FIRST, other)
    assert [(each.label, each.first, each.second) for each in found.labels] == [
        ("sport", 0.25, 0.25),
        ("business", 0.75, 0.5),
        ("tech", None, 0.25),
    ]
    assert found.differences == ("target: business, tech",)


def by(algorithm: str, **changes) -> dict:
    nothing = {"tolerance": None, "error_estimate": None}
    return {"algorithm": algorithm, "method": algorithm, **nothing, **changes}


def test_settings_are_named_where_they_differ_and_only_there():
    fixed = {"method": "riemann_middle", "tolerance": None}
    for changes, other, expected in (
        ({}, {"n_steps": 33, "n_evaluations": 40}, ()),  # that auto chose
        ({}, {"tolerance": 0.05}, ("tolerance: 0.01, 0.05",)),
        ({}, fixed, ("method: auto, riemann_middle",)),
        (fixed, {**fixed, "n_steps": 50}, ("steps: 9, 50",)),
        ({}, by("deep_lift"), ("algorithm: Layer Integrated Gradients, DeepLIFT",)),
        (by("gradient_shap", seed=0), by("gradient_shap", seed=1), ("seed: 0, 1",)),
        ({}, {"contrast": "sport"}, ("contrast: none, sport",)),
        ({}, {"layer": "embeddings", "output": "log_odds"}, None),
        ({}, {"precision": "bfloat16"}, ("precision: float32, bfloat16",)),
    ):
        if expected is None:
            expected = ("output: logit, log-odds", "layer: word_embeddings, embeddings")
        assert compare(make(**changes), make(**other)).differences == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("a", "12ab"), ("b", "12ab"), ()),  # the same weights, loaded from another place
        (("a", "12ab"), ("b", "34cd"), ("model: a, b",)),
        (("a", "0123456789"), ("a", "1123456789"), ("weights: 01234567, 11234567",)),
        (("a", ""), ("b", ""), ("model: a, b",)),
        (("a", ""), ("a", ""), ()),
        (("", ""), ("b", "12ab"), ("model: unknown, b",)),
    ],
)
def test_models_differ_if_their_weights_do(first, second, expected):
    origins = (Provenance(model=m, weights_digest=digest) for m, digest in (first, second))
    a, b = (make(provenance=origin) for origin in origins)
    assert compare(a, b).differences == expected


def test_two_classifiers_with_the_same_weights_differ_nowhere(encoder_folder):
    """Nothing is rounded differently where the same text is computed by the same code."""
    text = "shares in the unprofitable airline fell on tuesday"
    a, b = (attribute(tiny.classifier(encoder_folder("bert")), text) for _ in range(2))
    found = compare(a, b)
    assert found.differences == ()
    assert found.spearman == 1.0
    assert found.relative_l2 == pytest.approx(0.0, abs=1e-6)
    other = tiny.classifier(encoder_folder("roberta"))  # bytes instead of word pieces
    subwords = compare(a, attribute(other, text, target=a.target), granularity="subword")
    sums = [sum(s.first for s in subwords.spans), sum(s.second for s in subwords.spans)]
    totals = [x.scores.sum() for x in (subwords.first, subwords.second)]
    assert sums == pytest.approx(totals)
    assert len(subwords.differences) == 1


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("one text here", "one test here", "from character 6 on they read 'xt here' and 'st here'"),
        ("a bc", "a bc def", "from character 4 on they read '' and ' def'"),
    ],
)
def test_different_texts_are_refused_with_where_they_differ(first, second, message):
    a, b = scored(1.0, text=first), scored(1.0, text=second)
    with pytest.raises(ValueError, match=f"attributions 0 and 1 are of different texts: {message}"):
        compare(a, b)
    with pytest.raises(ValueError, match="attributions 0 and 2 are of different texts"):
        compare([a, a, b])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((FIRST,), ValueError, "attributions to compare: 1; give at least two"),
        ((None,), TypeError, "NoneType is not an Attribution"),
        (({"sport": FIRST, "tech": SECOND},), TypeError, "str is not an Attribution"),
        (([],), ValueError, "attributions to compare: 0; give at least two"),
        (([FIRST],), ValueError, "attributions to compare: 1; give at least two"),
        (([FIRST, FIRST], FIRST), TypeError, "give two attributions, or one list of them"),
        ((FIRST, "text"), TypeError, "str is not an Attribution"),
        (([FIRST, 3],), TypeError, "int is not an Attribution"),
    ],
)
def test_what_cannot_be_compared_is_an_error_that_says_why(arguments, error, message):
    with pytest.raises(error, match=message):
        compare(*arguments)


def test_an_impossible_option_is_an_error():
    with pytest.raises(ValueError, match="unknown granularity 'letter'"):
        compare(FIRST, SECOND, granularity="letter")
    with pytest.raises(ValueError, match="k=0 is not possible; give a whole number of at least 1"):
        compare(FIRST, SECOND).overlap(0)


def test_a_comparison_is_a_table_for_people_and_for_pandas():
    found = compare(FIRST, SECOND)
    lines = str(found).splitlines()
    assert lines[:3] == ["Comparison (baseline: pad, unk)", found.sentence, lines[2]]
    assert lines[2].split() == ["first", "second", "difference"]
    assert lines[3].split() == ["a", "+4.000", "+4.000", "+0.000"]
    assert lines[4].split() == ["bc", "−3.000", "−3.000", "+0.000"]
    assert len(lines) == 10
    frame = found.to_pandas()
    assert list(frame["text"]) == TEXT.split()
    assert list(frame["difference"]) == [0, 0, 0, 0, 0.5, -0.5, -1]
    assert frame.attrs["provenance"]["spearman"] == found.spearman
    assert frame.attrs["provenance"]["second"]["baseline"] == "unk"
    text = " ".join(["word"] * 50)
    long = scored(*range(50), text=text, ranges=[(5 * i, 5 * i + 4) for i in range(50)])
    assert str(compare(long, long)).splitlines()[-1] == "… and 30 more"


def test_copies_and_pickles_are_the_same():
    found = compare(FIRST, SECOND)
    assert copy.deepcopy(found) == found
    assert pickle.loads(pickle.dumps(found)) == found
    table = pickle.loads(pickle.dumps(compare([FIRST, SECOND])))
    assert str(table) == str(compare([FIRST, SECOND]))


def test_a_table_says_what_comparing_each_two_says():
    third = scored(*(0.0,) * 7, baseline="unk", method="riemann_left", tolerance=None)
    each = [FIRST, SECOND, third]
    table = compare(each)
    assert len(table) == 3
    assert dict(table.differences) == {
        "baseline": ("pad", "unk", "unk"),
        "method": ("auto", "auto", "riemann_left"),
    }
    assert table.names == ("pad, auto", "unk, auto", "unk, riemann_left")
    for i, j in itertools.product(range(3), repeat=2):
        found = compare(each[i], each[j])
        expected = [found.spearman, found.overlap(), found.relative_l2]
        row = [m[i, j] for m in (table.spearman, table.overlap, table.relative_l2)]
        assert [None if math.isnan(number) else number for number in row] == expected
    assert table.sentence == "Spearman's correlation of pad, auto and unk, auto is 0.82."
    assert compare([FIRST, SECOND, SECOND]).sentence == (
        "Spearman's correlation is between 0.82 (pad and unk (2)) and 1.00 (unk (2) and unk (3))."
    )
    assert compare([third, third]).sentence.startswith("No two orders can be compared")
    with pytest.raises(ValueError, match="read-only"):
        table.spearman[0, 0] = 0.0


def test_a_table_is_shown_and_becomes_a_data_frame():
    table = compare([FIRST, SECOND, scored(*(0.0,) * 7, baseline="zero")])
    assert str(table).splitlines() == [
        "3 attributions that differ in baseline. Spearman's correlation of pad and unk is 0.82.",
        "Spearman's correlation of the words",
        "        1     2     3",
        "1 pad   1.00  0.82  –",
        "2 unk   0.82  1.00  –",
        "3 zero  –     –     –",
        "Of the 5 strongest words in common",
        "        1        2        3",
        "1 pad   100.0 %  80.0 %   –",
        "2 unk   80.0 %   100.0 %  –",
        "3 zero  –        –        –",
    ]
    frame = table.to_pandas()
    assert list(frame["first"]) == ["pad", "pad", "unk"]
    assert list(frame["second"]) == ["unk", "zero", "zero"]
    assert frame["spearman"].isna().tolist() == [False, True, True]
    assert frame.attrs["provenance"]["differences"] == {"baseline": ["pad", "unk", "zero"]}
    assert compare([FIRST, FIRST]).names == ("(1)", "(2)")


def test_nothing_in_a_table_is_markup():
    for text in HOSTILE[:-1:9]:
        a = hostile_attribution(f"{text} x")
        b = hostile_attribution(f"{text} x", label="y", model="m", baseline=f"{text}!")
        source = compare([a, b, a])._repr_html_()
        document = Reader(source)
        assert set(document.tags) == {
            *("div", "table", "caption", "thead", "tbody", "tr", "td", "th"),
        }
        source.encode()
        shown = str(compare(a, b)).splitlines()[3:]
        assert all(line.replace("\N{REPLACEMENT CHARACTER}", "").isprintable() for line in shown)


def test_saved_results_are_compared_without_torch_flair_scipy_and_pandas():
    code = """
import sys
sys.modules.update(dict.fromkeys(("torch", "flair", "captum", "transformers", "scipy", "pandas")))
import json
from flair_lig_widget import Attribution, compare
first, second = (Attribution.from_dict(each) for each in json.load(sys.stdin))
assert "relative L2" in str(compare(first, second))
assert "<table" in compare([first, second])._repr_html_()
print(compare(first, second).overlap())
"""
    data = json.dumps([FIRST.to_dict(), SECOND.to_dict()])
    assert run_python(code, stdin=data) == "0.8\n"
