"""One background thread that works on the newest request and drops earlier ones."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

Job = Callable[[Callable[[], bool]], None]
"""Work to do. It is called with a function that says whether it is out of date; then it returns."""


class Runner:
    """Runs one job at a time, always the one submitted last.

    A thread starts when there is work and ends when there is none, so an unused runner keeps
    nothing alive. Where no thread can be started, as in Pyodide, `submit` itself does the work.
    Exceptions of a job are logged.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next: Job | None = None
        self._newest = 0
        self._busy = False
        self._thread: threading.Thread | None = None

    def submit(self, job: Job) -> None:
        """Run ``job`` as soon as the running job has noticed that it is out of date."""
        with self._changed:
            self._next = job
            self._newest += 1
            if self._busy:
                return
            self._busy = True
            self._thread = threading.Thread(target=self._work, name="flair-lig", daemon=True)
            try:
                self._thread.start()
                return
            except RuntimeError:
                self._thread = threading.current_thread()
        self._work()

    def cancel(self) -> None:
        """Drop the waiting job and tell the running one to stop."""
        with self._changed:
            self._next = None
            self._newest += 1

    def wait(self, timeout: float | None = None) -> bool:
        """Block until no work is left; False if that takes longer than ``timeout`` seconds.

        Raises
        ------
        RuntimeError
            If a job calls it, because the job would wait for itself.
        """
        if self._busy and threading.current_thread() is self._thread:
            raise RuntimeError(
                "wait() was called by the computation itself, which would wait forever"
            )
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                job, self._next = self._next, None
                if job is None:
                    self._busy = False
                    self._changed.notify_all()
                    return
                stale = self._stale_after(self._newest)
            try:
                job(stale)
            except Exception:  # the thread must survive for the next job
                logger.exception("a job failed")

    def _stale_after(self, submission: int) -> Callable[[], bool]:
        return lambda: submission != self._newest
