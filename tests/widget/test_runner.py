"""The newest job wins, jobs run one at a time, and waiting ends."""

from __future__ import annotations

import threading
import time

from flair_lig_widget.widget.runner import Job, Runner

LIMIT = 60
"""Seconds until a test gives up; what it waits for takes milliseconds."""


def submit(runner: Runner, job: Job) -> None:
    runner.put(job)
    runner.start()


def test_a_new_job_makes_the_running_one_stale_and_replaces_the_waiting_ones():
    runner, started, submitted, done = Runner(), threading.Event(), threading.Event(), []

    def first(stale):
        started.set()
        assert submitted.wait(LIMIT)
        done.append(("first", stale()))

    submit(runner, first)
    assert started.wait(LIMIT)
    for n in range(50):
        submit(runner, lambda stale, n=n: done.append((n, stale())))
    submitted.set()
    assert runner.wait(LIMIT)
    assert done == [("first", True), (49, False)]


def test_jobs_never_overlap():
    runner, running, counts = Runner(), [], []

    def job(stale):
        running.append(1)
        counts.append(len(running))
        time.sleep(0.002)
        running.pop()

    for _ in range(30):
        submit(runner, job)
        time.sleep(0.001)
    assert runner.wait(LIMIT)
    assert set(counts) == {1}


def test_waiting_has_a_limit_and_an_idle_runner_does_not_wait():
    runner, release = Runner(), threading.Event()
    assert runner.wait(0)
    submit(runner, lambda stale: release.wait(LIMIT))
    assert runner.wait(0.01) is False
    release.set()
    assert runner.wait(LIMIT)


def test_a_job_that_waits_for_itself_raises_an_error(caplog):
    runner = Runner()
    submit(runner, lambda stale: runner.wait())
    assert runner.wait(LIMIT)
    assert "wait() was called by the computation itself, which would wait forever" in caplog.text


def test_cancel_drops_the_waiting_job_and_makes_the_running_one_stale():
    runner, started, seen = Runner(), threading.Event(), []

    def job(stale):
        started.set()
        while not stale():
            time.sleep(0.001)
        seen.append("stopped")

    submit(runner, job)
    assert started.wait(LIMIT)
    submit(runner, lambda stale: seen.append("dropped"))
    runner.cancel()
    assert runner.wait(LIMIT)
    assert seen == ["stopped"]


def test_a_job_that_fails_is_logged_and_the_next_one_runs(caplog):
    runner, seen = Runner(), []
    submit(runner, lambda stale: 1 / 0)
    assert runner.wait(LIMIT)
    submit(runner, lambda stale: seen.append("next"))
    assert runner.wait(LIMIT)
    assert seen == ["next"]
    assert "ZeroDivisionError" in caplog.text


def test_an_idle_runner_keeps_no_thread():
    runner, threads = Runner(), []
    submit(runner, lambda stale: threads.append(threading.current_thread()))
    assert runner.wait(LIMIT)
    (thread,) = threads
    assert thread.name == "flair-lig"
    thread.join(LIMIT)
    assert not thread.is_alive()
