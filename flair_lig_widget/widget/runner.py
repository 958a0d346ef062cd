"""One background thread that works on the newest request and drops earlier ones."""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Hashable

logger = logging.getLogger(__name__)

Job = Callable[[Callable[[], bool]], None]
"""Work to do. It is called with a function that says whether it is out of date; then it returns."""


class Runner:
    """Runs one job at a time, always the one that was put last.

    A thread starts when there is work and ends when there is none, so an unused runner keeps
    nothing alive. Where no thread can be started, as in Pyodide, `start` itself does the work.

    Whatever a job raises, and wherever an interrupt arrives, the next job is done: whether there
    is work under way is read from the thread, and written nowhere. The lock is never held while a
    job runs.

    Parameters
    ----------
    settle : callable
        Called by the thread that works, whenever no job is left.

    Attributes
    ----------
    lock : RLock
        Hold it to put a job and let no other thread put one in between.
    """

    def __init__(self, settle: Callable[[], None] = lambda: None) -> None:
        self._settle = settle
        self._newest = 0
        self.reset()
        _runners.add(self)

    def reset(self) -> None:
        """Forget all jobs. After a fork, the child has the lock of a thread it does not have."""
        self.lock = threading.RLock()
        self._newest += 1
        self._next: Job | None = None
        self._key: Hashable = None
        self._thread: threading.Thread | None = None
        self._here = threading.Lock()  # held while `start` itself works

    def put(self, job: Job, key: Hashable = None) -> bool:
        """Make ``job`` the next one and the running one out of date; `start` must follow.

        Parameters
        ----------
        job : callable
        key : hashable, optional
            What the job is for. Nothing happens if the newest job is for the same.

        Returns
        -------
        bool
            Whether the job was put.
        """
        with self.lock:
            if key is not None and key == self._key:
                return False
            self._next, self._key = job, key
            self._newest += 1
            return True

    def start(self) -> None:
        """Let a thread do the jobs, unless one already does."""
        with self.lock:
            if self.is_working:
                return  # it looks for another job before it ends
            self._thread = threading.Thread(target=self._work, name="flair-lig", daemon=True)
            try:
                self._thread.start()
                return
            except RuntimeError:
                self._thread = None
        with self._here:
            self._work()

    def cancel(self) -> None:
        """Drop the waiting job and tell the running one to stop."""
        with self.lock:
            self._next, self._key = None, None
            self._newest += 1

    @property
    def is_working(self) -> bool:
        """Whether a thread does the jobs."""
        thread = self._thread
        return self._here.locked() or (thread is not None and thread.is_alive())

    def wait(self, timeout: float | None = None) -> bool:
        """Block until no work is left; False if that takes longer than ``timeout`` seconds.

        Raises
        ------
        RuntimeError
            If a job calls it, because the job would wait for itself.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            thread = self._thread
            if self._here.locked() or thread is threading.current_thread():
                raise RuntimeError(
                    "wait() was called by the computation itself, which would wait forever"
                )
            if thread is not None and thread.is_alive():
                thread.join(None if end is None else max(0.0, end - time.monotonic()))
                if thread.is_alive():
                    return False
            elif self._next is not None:  # an interrupt came before `start`
                self.start()
            else:
                return True

    def _work(self) -> None:
        """Do jobs until none is left and all is settled."""
        thread = self._thread
        interrupt: BaseException | None = None
        is_settled = False
        while True:
            with self.lock:
                if self._thread is not thread:
                    return  # an interrupted `start` was repeated
                job, self._next = self._next, None
                if job is None and is_settled:
                    self._thread = None
                    break
                newest = self._newest
            is_settled = job is None
            try:
                if job is None:
                    self._settle()
                else:
                    job(lambda newest=newest: newest != self._newest)  # type: ignore[misc]
            except Exception:  # the next job must still be done
                logger.exception("a job failed")
            except BaseException as error:
                self.cancel()
                interrupt = error
        if interrupt is not None and thread is None:
            raise interrupt  # the user interrupts the cell that works
        if interrupt is not None:
            logger.error("a job was interrupted", exc_info=interrupt)


_runners: weakref.WeakSet[Runner] = weakref.WeakSet()


def _reset_all() -> None:
    for runner in list(_runners):
        runner.reset()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_reset_all)
