"""One background thread that works on the newest request and drops earlier ones."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Hashable

from flair_lig_widget.widget.host import hears_threads

logger = logging.getLogger(__name__)

Job = Callable[[Callable[[], bool]], None]
"""Work to do. It is called with a function that says whether it is out of date; then it returns."""


class Runner:
    """Runs one job at a time, always the one that was put last.

    A thread starts when there is work and ends when there is none, so an unused runner keeps
    nothing alive. Where no thread can be started, as in Pyodide, or nobody would hear of what it
    does, as in Colab, `start` itself does the work.

    Whatever a job raises, and wherever an interrupt arrives, the next job is done. The lock is
    never held while a job runs.

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
        self._worker: threading.Thread | None = None
        self._here = threading.Lock()  # held while `start` itself works
        self._waiting: list[threading.Lock] = []  # each is released when no work is left

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
        if self.is_working:
            return  # it looks for another job before it ends
        if not self._start_thread():
            with self._here:
                interrupt = self._do_jobs()
            if interrupt is not None:
                raise interrupt  # the user interrupts the cell that works

    def cancel(self) -> None:
        """Drop the waiting job and tell the running one to stop."""
        with self.lock:
            self._next, self._key = None, None
            self._newest += 1

    @property
    def is_working(self) -> bool:
        """Whether a thread does the jobs."""
        with self.lock:
            return self._worker is not None or self._here.locked()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until no work is left; False if that takes longer than ``timeout`` seconds.

        Raises
        ------
        RuntimeError
            If a job calls it, because the job would wait for itself.
        """
        if self._here.locked() or threading.current_thread() is self._worker:
            raise RuntimeError(
                "wait() was called by the computation itself, which would wait forever"
            )
        with self.lock:
            if self._worker is None and self._next is None:
                return True
            # Not Thread.join: an interrupt of it makes Python believe that the thread has ended.
            waiting = threading.Lock()
            waiting.acquire()
            self._waiting.append(waiting)
        self.start()  # if an interrupt came before
        return waiting.acquire(timeout=-1 if timeout is None else timeout)

    def _start_thread(self) -> bool:
        """Start a thread that does the jobs, if that is possible and anybody hears of it."""
        if not hears_threads():
            return False
        try:
            threading.Thread(target=self._work, name="flair-lig", daemon=True).start()
        except RuntimeError:
            return False
        return True

    def _work(self) -> None:
        """Do the jobs, unless another thread already does."""
        with self.lock:
            if self._worker is not None:
                return
            self._worker = threading.current_thread()
        self._do_jobs()

    def _do_jobs(self) -> BaseException | None:
        """Do jobs until none is left and all is settled; return what interrupted one of them."""
        interrupt: BaseException | None = None
        is_settled = False
        while True:
            with self.lock:
                job, self._next = self._next, None
                if job is None and is_settled:
                    self._worker = None
                    for waiting in self._waiting:
                        waiting.release()
                    self._waiting.clear()
                    return interrupt
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
                if self._worker is not None:  # there is no cell that could raise it
                    logger.error("a job was interrupted", exc_info=error)


_runners: weakref.WeakSet[Runner] = weakref.WeakSet()


def _reset_all() -> None:
    for runner in list(_runners):
        runner.reset()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_reset_all)
