"""The newest wish wins, jobs run one at a time, and waiting ends."""

from __future__ import annotations

import threading
import time

from flair_lig_widget.runner import Runner


def test_a_new_job_makes_the_running_one_stale_and_replaces_those_that_wait():
    runner, started, submitted, done = Runner(), threading.Event(), threading.Event(), []

    def first(stale):
        started.set()
        assert submitted.wait(5)
        done.append(("first", stale()))

    runner.submit(first)
    assert started.wait(5)
    for n in range(50):
        runner.submit(lambda stale, n=n: done.append((n, stale())))
    submitted.set()
    assert runner.wait(5)
    assert done == [("first", True), (49, False)]


def test_jobs_never_overlap():
    runner, running, most = Runner(), [], []

    def job(stale):
        running.append(1)
        most.append(len(running))
        time.sleep(0.002)
        running.pop()

    for _ in range(30):
        runner.submit(job)
        time.sleep(0.001)
    assert runner.wait(5)
    assert set(most) == {1}


def test_waiting_has_a_limit_and_an_idle_runner_does_not_wait():
    runner, release = Runner(), threading.Event()
    assert runner.wait(0)
    runner.submit(lambda stale: release.wait(5))
    assert runner.wait(0.01) is False
    release.set()
    assert runner.wait(5)


def test_a_job_that_would_wait_for_itself_is_told(caplog):
    runner = Runner()
    runner.submit(lambda stale: runner.wait())
    assert runner.wait(5)
    assert "wait() would wait for itself" in caplog.text


def test_cancel_drops_what_waits_and_tells_what_runs():
    runner, started, seen = Runner(), threading.Event(), []

    def job(stale):
        started.set()
        while not stale():
            time.sleep(0.001)
        seen.append("told")

    runner.submit(job)
    assert started.wait(5)
    runner.submit(lambda stale: seen.append("dropped"))
    runner.cancel()
    assert runner.wait(5)
    assert seen == ["told"]


def test_a_job_that_fails_is_logged_and_the_next_one_runs(caplog):
    runner, seen = Runner(), []
    runner.submit(lambda stale: 1 / 0)
    assert runner.wait(5)
    runner.submit(lambda stale: seen.append("next"))
    assert runner.wait(5)
    assert seen == ["next"]
    assert "ZeroDivisionError" in caplog.text


def test_an_idle_runner_keeps_no_thread():
    runner = Runner()
    runner.submit(lambda stale: None)
    assert runner.wait(5)
    for _ in range(500):
        if not [t for t in threading.enumerate() if t.name == "flair-lig"]:
            break
        time.sleep(0.01)
    assert not [t for t in threading.enumerate() if t.name == "flair-lig"]
