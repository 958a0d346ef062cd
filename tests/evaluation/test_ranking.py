"""The ranking of baselines as a value: which is best, the table, pandas."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from flair_lig_widget.evaluation.ranking import BaselineRanking, Erasure, Estimate, RankingRow


def row(name: str, comprehensiveness, sufficiency=None, *, entropy=None) -> RankingRow:
    """A row from one value for each text."""
    comprehensiveness = np.array(comprehensiveness, dtype=float)
    sufficiency = np.zeros(len(comprehensiveness)) if sufficiency is None else sufficiency
    erasure = Erasure(comprehensiveness, np.array(sufficiency, dtype=float))
    small = Erasure(erasure.per_text_comprehensiveness / 10, erasure.per_text_sufficiency / 10)
    return RankingRow(name, erasure, small, entropy, None if entropy is None else 17.0)


def ranking(*baselines: RankingRow) -> BaselineRanking:
    n = len(baselines[0].log_odds.per_text_gap)
    controls = (row("random order", [9.0] * n), row("leave-one-out", [99.0] * n))
    return BaselineRanking(baselines, controls, n_texts=n, largest_entropy=1.0)


def test_the_most_faithful_baseline_is_best_and_controls_do_not_compete():
    found = ranking(
        row("pad", [3.0, 3.1, 2.9, 3.0], entropy=0.1),
        row("unk", [1.0, 1.1, 0.9, 1.0], entropy=1.0),
    )
    assert found.best == "pad"


def test_sufficiency_counts_and_smaller_is_better():
    found = ranking(
        row("pad", [3.0, 3.1, 2.9], [2.0, 2.0, 2.1], entropy=0.9),
        row("unk", [2.5, 2.6, 2.4], [-2.0, -2.1, -2.0], entropy=0.2),
    )
    assert found.best == "unk"


def test_among_baselines_within_one_standard_error_the_most_neutral_is_best():
    # Behind by 0.1 on average; the paired differences 0.5, -0.5, 0.5, -0.1 have an error of 0.24.
    pad, unk = [2.0, 6.0, 3.0, 9.0], [1.5, 6.5, 2.5, 9.1]
    assert ranking(row("pad", pad, entropy=0.5), row("unk", unk, entropy=0.9)).best == "unk"
    assert ranking(row("unk", unk, entropy=0.9), row("pad", pad, entropy=0.5)).best == "unk"
    assert ranking(row("pad", pad, entropy=0.9), row("unk", unk, entropy=0.5)).best == "pad"


def test_the_differences_are_paired():
    # The texts differ much more than the baselines, which differ in each text by the same sign.
    pad = np.array([0.0, 100.0, 50.0, 70.0])
    unk = pad - [0.5, 0.6, 0.4, 0.5]
    assert Estimate.of(pad).error > 10
    assert ranking(row("pad", pad, entropy=0.1), row("unk", unk, entropy=0.9)).best == "pad"


def test_equal_baselines_of_a_single_text_are_decided_by_entropy():
    same = ranking(row("pad", [1.0], entropy=0.1), row("unk", [1.0], entropy=0.2))
    assert same.best == "unk"
    other = ranking(row("pad", [1.1], entropy=0.1), row("unk", [1.0], entropy=0.2))
    assert other.best == "pad"  # there is no standard error, so none is within it


def test_an_estimate_is_the_mean_with_its_standard_error():
    found = Estimate.of(np.array([1.0, 2.0, 3.0, 6.0]))
    assert found.mean == 3.0
    assert math.isclose(found.error, math.sqrt(14 / 3 / 4))  # deviations -2, -1, 0, 3
    assert math.isnan(Estimate.of(np.array([1.0])).error)


FOUND = ranking(
    row("pad", [3.0, 4.0], [1.0, 2.0], entropy=0.25), row("unk", [1.0, 1.5], entropy=1.0)
)


def test_the_repr_is_the_table():
    lines = repr(FOUND).splitlines()
    assert "pad is the best of 2 baselines" in lines[0]
    assert "2 texts" in lines[1]
    assert "1.00 bits" in lines[1]
    assert [line.split("  ")[0] for line in lines[4:]] == [
        *("pad", "unk", "random order", "leave-one-out")
    ]
    assert lines[4].split() == [
        *("pad", "3.50", "±", "0.50", "1.50", "±", "0.50"),
        *("0.35", "±", "0.05", "0.15", "±", "0.05", "0.25", "17.0"),
    ]


def test_a_row_is_found_by_its_name():
    assert FOUND["unk"].entropy == 1.0
    assert FOUND["random order"].entropy is None
    with pytest.raises(KeyError, match="rows are pad, unk, random order, leave-one-out"):
        FOUND["mask"]


def test_pandas_gets_the_same_numbers():
    frame = FOUND.to_pandas()
    assert list(frame.index) == ["pad", "unk", "random order", "leave-one-out"]
    pad = frame.loc["pad"]
    assert pad["comprehensiveness"] == 3.5
    assert pad["comprehensiveness_error"] == pytest.approx(0.5)
    assert pad["sufficiency_probability"] == pytest.approx(0.15)
    assert pad["sufficiency_probability_error"] == pytest.approx(0.05)
    assert (pad["entropy"], pad["gradients"]) == (0.25, 17.0)
    assert math.isnan(frame.loc["random order", "entropy"])
    assert frame.attrs == {"best": "pad", "n_texts": 2, "largest_entropy": 1.0}


def test_the_values_are_frozen():
    with pytest.raises(ValueError, match="read-only"):
        FOUND["pad"].log_odds.per_text_comprehensiveness[0] = 0.0
    with pytest.raises(AttributeError):
        FOUND.n_texts = 3


def test_without_pandas_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r'pip install "flair_lig_widget\[tables\]"'):
        FOUND.to_pandas()
