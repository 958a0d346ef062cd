"""A fork while a widget computes, as by DataLoader workers: both processes go on.

The children run with one torch thread: the thread pool of OpenMP does not survive a fork.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import torch

from faults.children import in_own_process
from faults.outcome import LIMIT, Budget, Fault, Outcome, Tally, described
from faults.subjects import SETTING, TEXTS, Reference, own_classifier
from flair_lig_widget import LIGWidget, attribute

LONG = 400
"""Steps of the computation that is forked; one point at a time, they take half a second."""


def run(budget: Budget) -> Outcome:
    """Forks by `os.fork` and by `multiprocessing` in turn."""
    return in_own_process("forks", "forks:fork_while_computing", budget)


def fork_while_computing(count: int | None, seconds: float | None, seed: int) -> Outcome:
    """Fork until the budget is spent; runs in its own process."""
    tally, rng = Tally("forks", Budget(count, seconds, seed)), random.Random(seed)
    torch.set_num_threads(1)
    reference = Reference(own_classifier())
    settings = [{"text": TEXTS[0], **SETTING}, {"text": TEXTS[2], **SETTING, "n_steps": 5}]
    for setting in settings:
        reference.result(**setting)
    widget = LIGWidget(reference.classifier, TEXTS[2], internal_batch_size=1, **SETTING)

    def explain_here(failures: Any) -> None:
        """In the new process: call, widget, and a thread, each with its right result."""
        where = "attribute"
        try:
            first, second = settings
            reference.check(
                attribute(reference.classifier, internal_batch_size=1, **first), **first
            )
            where = "the widget"
            widget.n_steps = second["n_steps"]
            reference.check(widget.wait(LIMIT), **second)
        except BaseException as error:
            failures.send(f"{where}: {described(error)}")

    while tally.goes_on():
        tally.add()
        fork = (by_fork, by_multiprocessing)[tally.tried % 2]
        with tally.watch(fork.__name__):
            computing = threading.Event()
            observer = lambda change, seen=computing: seen.set()  # noqa: E731
            widget.observe(observer, names="progress")
            widget.n_steps = n_steps = LONG + tally.tried
            computing.wait(LIMIT)
            widget.unobserve(observer, names="progress")
            time.sleep(rng.random() / 50)
            fork(explain_here)
            setting = {"text": TEXTS[2], **SETTING, "n_steps": n_steps}
            reference.check(widget.wait(LIMIT), **setting)
    return tally.outcome()


def by_fork(job: Callable[[Any], None]) -> None:
    """Run the job in a process made by `os.fork`."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    pid = os.fork()
    if pid == 0:
        try:
            job(sender)
        finally:
            os._exit(0)
    sender.close()
    deadline = time.monotonic() + LIMIT
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise Fault("wedged", "the child hangs")
        time.sleep(0.002)
    check_failures(receiver)


def by_multiprocessing(job: Callable[[Any], None]) -> None:
    """Run the job in a process of `multiprocessing` with the start method fork."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=job, args=(sender,))
    process.start()
    sender.close()
    process.join(LIMIT)
    if process.is_alive():
        process.kill()
        process.join()
        raise Fault("wedged", "the child hangs")
    check_failures(receiver)


def check_failures(receiver: Any) -> None:
    """Raise a `Fault` with what the child reported."""
    try:
        text = receiver.recv()
    except EOFError:
        return
    kind = "wedged" if "TimeoutError" in text else "wrong" if "Fault" in text else "crashed"
    raise Fault(kind, f"in the child, {text}")
