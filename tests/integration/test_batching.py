"""The size of a batch follows the time that the last one took, and the memory there is."""

from __future__ import annotations

import pytest

from flair_lig_widget.pace import Pace


def test_a_number_that_was_given_is_kept_whatever_it_takes():
    pace = Pace(3, "cpu")
    pace.took(50.0, points=3, length=100)
    pace.took(1e-6, points=3, length=100)
    assert pace.points(100) == 3


def test_without_a_clock_only_memory_counts():
    pace = Pace(None, "cpu", timed=False)
    before = pace.points(10)
    pace.took(50.0, points=before, length=10)
    assert pace.points(10) == before
    pace.out_of_memory(points=before, length=10)
    assert pace.points(10) == before // 2


def test_there_is_always_at_least_one_point():
    assert Pace(None, "cpu").points(10**9) == 1


def test_a_batch_of_about_the_right_time_changes_nothing():
    pace = Pace(None, "cuda")
    before = pace.points(50)
    for seconds in (0.04, 0.1, 0.29):
        pace.took(seconds, points=before, length=50)
        assert pace.points(50) == before


def test_a_slow_model_gets_smaller_batches_until_one_takes_a_tenth_of_a_second():
    pace, seconds_a_point = Pace(None, "cpu"), 0.11
    assert pace.points(50) == 10
    for _ in range(5):
        points = pace.points(50)
        pace.took(points * seconds_a_point, points=points, length=50)
    assert pace.points(50) == 2
    assert pace.points(200) == 1


def test_a_fast_device_gets_larger_ones_and_a_processor_no_more_than_keep_it_busy():
    cuda, cpu = Pace(None, "cuda"), Pace(None, "cpu")
    for pace in (cuda, cpu):
        first = pace.points(10)
        for _ in range(10):
            points = pace.points(10)
            pace.took(points * 1e-5, points=points, length=10)
        assert (pace.points(10) > first) == (pace is cuda)
    assert 0.03 <= cuda.points(10) * 1e-5 <= 0.3


def test_a_small_batch_that_was_fast_says_nothing_about_a_large_one():
    pace = Pace(None, "cuda")
    before = pace.points(10)
    pace.took(1e-4, points=4, length=10)
    assert pace.points(10) == before


@pytest.mark.parametrize("given", [None, 32])
def test_what_does_not_fit_is_halved_for_good(given):
    pace = Pace(given, "cuda")
    before = pace.points(64)
    pace.out_of_memory(points=before, length=64)
    assert pace.points(64) == before // 2
    pace.took(1e-4, points=before // 2, length=64)
    assert pace.points(64) == before // 2


def test_one_point_that_does_not_fit_is_told_with_a_remedy():
    with pytest.raises(MemoryError, match="one point of a path of 900 subwords does not fit"):
        Pace(None, "cuda").out_of_memory(points=1, length=900)
