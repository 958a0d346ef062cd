"""The newest job wins, jobs run one at a time, and waiting ends."""

from __future__ import annotations

import os
import threading
import time

import pytest
from support.interrupts import interrupted_everywhere

from flair_lig_widget.widget import runner as runner_module
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


@pytest.mark.parametrize("error", [SystemExit, GeneratorExit, KeyboardInterrupt])
def test_whatever_a_job_raises_the_next_one_runs(caplog, error):
    runner, seen = Runner(), []

    def job(stale):
        raise error("from the user's code")

    submit(runner, job)
    assert runner.wait(LIMIT)
    assert "from the user's code" in caplog.text
    submit(runner, lambda stale: seen.append("next"))
    assert runner.wait(LIMIT)
    assert seen == ["next"]


def test_an_interrupt_at_any_moment_of_a_request_loses_no_later_one():
    runner, seen = Runner(), []
    interrupts = interrupted_everywhere(
        lambda: submit(runner, lambda stale: None), runner_module, threading
    )
    count = 0
    for count in interrupts:
        submit(runner, lambda stale, n=count: seen.append(n))
        assert runner.wait(LIMIT)
    assert seen == list(range(count + 1))
    assert count > 10


def test_a_request_that_was_interrupted_before_its_thread_started_is_done_by_waiting():
    runner, seen = Runner(), []
    runner.put(lambda stale: seen.append("done"))
    assert runner.wait(LIMIT)
    assert seen == ["done"]


def test_the_same_key_is_worked_on_once():
    runner, seen = Runner(), []
    assert runner.put(lambda stale: seen.append(1), key="a")
    assert not runner.put(lambda stale: seen.append(2), key="a")
    assert runner.wait(LIMIT)
    assert not runner.put(lambda stale: seen.append(3), key="a")
    runner.cancel()
    assert runner.put(lambda stale: seen.append(4), key="a")
    assert runner.wait(LIMIT)
    assert seen == [1, 4]


def test_the_end_of_all_work_is_settled_and_no_lock_is_held_while_code_of_others_runs():
    free = []

    def other_thread_can_submit():
        done = threading.Event()
        thread = threading.Thread(target=lambda: (runner.cancel(), done.set()), daemon=True)
        thread.start()
        free.append(done.wait(LIMIT))

    runner = Runner(settle=other_thread_can_submit)
    submit(runner, lambda stale: other_thread_can_submit())
    assert runner.wait(LIMIT)
    assert free == [True, True]
    runner.start()  # even if there was nothing to do
    assert runner.wait(LIMIT)
    assert len(free) == 3


def test_without_threads_the_work_is_done_at_once_also_what_a_job_submits(no_threads):
    runner, seen = Runner(), []

    def job(stale):
        submit(runner, lambda stale: seen.append("second"))
        seen.append("first")

    submit(runner, job)
    assert seen == ["first", "second"]
    assert runner.wait(0)


def test_without_threads_an_interrupt_reaches_the_cell_and_loses_no_later_request(no_threads):
    settled, seen = [], []
    runner = Runner(settle=lambda: settled.append(True))

    def job(stale):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        submit(runner, job)
    assert settled == [True]
    count = 0
    for count in interrupted_everywhere(
        lambda: submit(runner, lambda stale: None), runner_module, threading
    ):
        submit(runner, lambda stale, n=count: seen.append(n))
    assert seen == list(range(count + 1))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_process_does_jobs_although_a_thread_of_the_parent_was_at_work():
    runner, started, release = Runner(), threading.Event(), threading.Event()

    def job(stale):
        with runner.lock:
            started.set()
            assert release.wait(LIMIT)

    submit(runner, job)
    assert started.wait(LIMIT)
    child = os.fork()
    if child == 0:
        seen: list = []
        submit(runner, lambda stale: seen.append("done"))
        os._exit(0 if runner.wait(LIMIT) and seen == ["done"] else 1)
    try:
        assert os.waitpid(child, 0)[1] == 0
    finally:
        release.set()
    assert runner.wait(LIMIT)
