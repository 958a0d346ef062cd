"""The size of a batch follows the time that the last one took, and the free memory."""

from __future__ import annotations

import pytest

from flair_lig_widget.integration.batching import BatchSizer, does_not_fit


def test_a_given_number_of_points_is_kept_whatever_time_it_takes():
    batch_sizer = BatchSizer(3, "cpu")
    batch_sizer.record(50.0, points=3, length=100)
    batch_sizer.record(1e-6, points=3, length=100)
    assert batch_sizer.points(100) == 3


def test_without_a_clock_only_memory_matters():
    batch_sizer = BatchSizer(None, "cpu", timed=False)
    before = batch_sizer.points(10)
    batch_sizer.record(50.0, points=before, length=10)
    assert batch_sizer.points(10) == before
    batch_sizer.out_of_memory(points=before, length=10)
    assert batch_sizer.points(10) == before // 2


def test_there_is_always_at_least_one_point():
    assert BatchSizer(None, "cpu").points(10**9) == 1


def test_a_batch_of_about_the_right_time_changes_nothing():
    batch_sizer = BatchSizer(None, "cuda")
    before = batch_sizer.points(50)
    for seconds in (0.04, 0.1, 0.29):
        batch_sizer.record(seconds, points=before, length=50)
        assert batch_sizer.points(50) == before


def test_a_slow_model_gets_smaller_batches_until_one_takes_a_tenth_of_a_second():
    batch_sizer, seconds_per_point = BatchSizer(None, "cpu"), 0.11
    assert batch_sizer.points(50) == 10
    for _ in range(5):
        points = batch_sizer.points(50)
        batch_sizer.record(points * seconds_per_point, points=points, length=50)
    assert batch_sizer.points(50) == 2
    assert batch_sizer.points(200) == 1


def test_a_fast_gpu_gets_larger_batches_and_a_fast_cpu_does_not():
    cuda, cpu = BatchSizer(None, "cuda"), BatchSizer(None, "cpu")
    for batch_sizer in (cuda, cpu):
        first = batch_sizer.points(10)
        for _ in range(10):
            points = batch_sizer.points(10)
            batch_sizer.record(points * 1e-5, points=points, length=10)
        assert (batch_sizer.points(10) > first) == (batch_sizer is cuda)
    assert 0.03 <= cuda.points(10) * 1e-5 <= 0.3


def test_a_small_fast_batch_does_not_raise_the_batch_size():
    batch_sizer = BatchSizer(None, "cuda")
    before = batch_sizer.points(10)
    batch_sizer.record(1e-4, points=4, length=10)
    assert batch_sizer.points(10) == before


@pytest.mark.parametrize("given", [None, 32])
def test_a_batch_that_does_not_fit_is_halved_for_good(given):
    batch_sizer = BatchSizer(given, "cuda")
    before = batch_sizer.points(64)
    batch_sizer.out_of_memory(points=before, length=64)
    assert batch_sizer.points(64) == before // 2
    batch_sizer.record(1e-4, points=before // 2, length=64)
    assert batch_sizer.points(64) == before // 2


def test_the_error_for_a_point_that_does_not_fit_says_what_to_do():
    error = does_not_fit(900)
    assert isinstance(error, MemoryError)
    assert "one point of a path of 900 subwords does not fit" in str(error)
    assert "shorten the text" in str(error)
