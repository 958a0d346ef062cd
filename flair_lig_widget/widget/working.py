"""A widget that works in the background: its status, progress and errors, to wait and to cancel."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.widget.base import AttributionWidget
from flair_lig_widget.widget.runner import Job, Runner

_CANCELLED = "the computation was cancelled; request it again"

logger = logging.getLogger(__name__)


class WorkingWidget(AttributionWidget):
    """Does the newest work in the background, and shows how it goes."""

    _remark = "As it was when the cell ran; run the cell again for the widget."
    _is_open = False  # until the constructor has succeeded

    def __init__(self, attribution: Attribution, **options: Any) -> None:
        self._runner = Runner(self._settle)
        self._failure: Exception | None = None  # why the newest work has no result
        super().__init__(attribution, **options)
        self.on_msg(self._on_message)
        self._is_open = True

    def wait(self, timeout: float | None = None) -> Attribution:
        """Block until the newest request is finished, and return its result.

        Raises
        ------
        TimeoutError
            If there is no result after ``timeout`` seconds; the computation continues.
        RuntimeError
            If an observer of ``result`` calls it; there, use ``attribution``.
        Exception
            Whatever prevented the result of the newest request, such as a ValueError for an
            unknown target.
        """
        self._check_open()
        if not self._runner.wait(timeout):
            raise TimeoutError(f"no result after {timeout} seconds; the computation continues")
        if self._failure is not None:
            raise self._failure
        return self._attribution

    def _wait_here(self) -> None:
        """Wait in a cell, whose interrupt stops the work too."""
        try:
            self.wait()
        except KeyboardInterrupt:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Stop computing; the best result so far stays."""
        self._runner.cancel()
        if self.status in ("running", "checking"):
            self._failure = Cancelled(_CANCELLED)
            self.status = "idle"

    def close(self) -> None:
        """Stop computing, and remove the widget. The thread ends after its batch."""
        if self._is_open:  # not closed before, and the constructor has succeeded
            with self._runner.lock:
                self._is_open = False
                self._runner.cancel()
        super().close()

    def _put(self, work: Job, key: Any = None, status: str = "running") -> bool:
        """Make some work the newest, unless the newest has the same key; `_start` must follow."""
        return self._runner.put(partial(self._run, work, status), key=key)

    def _start(self, status: str = "running") -> None:
        """Do what was put. From here on, the thread that works writes the status."""
        try:
            if not self._runner.is_working:
                self.status = status
        finally:
            self._runner.start()

    def _run(self, work: Job, status: str, stale: Callable[[], bool]) -> None:
        """Do some work, and keep why it failed."""
        self._failure = Cancelled(_CANCELLED)
        self._started_at = time.monotonic()
        try:
            self.status, self.progress, self.error = status, 0.0, ""
            work(stale)
            self._failure = None
        except Cancelled:
            logger.debug("cancelled, or a newer request arrived")
        except Exception as error:
            if not isinstance(error, ValueError):  # a ValueError explains itself to the user
                logger.error("the computation failed", exc_info=error)
            self._failure = error
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._failure = RuntimeError(f"the computation was ended by {error!r}")
            raise

    def _settle(self) -> None:
        """Show how the newest request ended; if it failed, the last good result stays."""
        failure = self._failure
        if failure is None or isinstance(failure, Cancelled):
            self.status = "idle"
        else:
            self.error, self.status = str(failure) or type(failure).__name__, "error"

    def _report(self, done: float, stale: Callable[[], bool]) -> None:
        if not stale():
            # The share is a guess that may fall; a progress bar should not.
            self.progress = max(self.progress, done)

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        if content == {"cancel": True}:
            self.cancel()

    def _check_open(self) -> None:
        if not self._is_open:
            raise RuntimeError("the widget is closed; make another one")


def fail(error: ValueError, stale: Callable[[], bool]) -> None:
    """The work of a request that is not possible."""
    raise error
