"""The live widget: traits shared with the front end, connected to the engine and the runner."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import anywidget
from flair.nn import Classifier

from flair_lig_widget.frontend.wire import snapshots_to_wire, to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.precompute import GridOptions, precompute
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import METHODS, Request
from flair_lig_widget.widget.base import REQUEST_TRAITS, AttributionWidget, WidgetOptions
from flair_lig_widget.widget.host import is_watched
from flair_lig_widget.widget.runner import Job, Runner

if TYPE_CHECKING:
    from typing_extensions import Unpack

_OPTIONS = {*REQUEST_TRAITS, "granularity", *anywidget.AnyWidget.class_trait_names()}
_CANCELLED = "the computation was cancelled; request it again"

logger = logging.getLogger(__name__)


class LIGWidget(AttributionWidget):
    """A text coloured by what its words contributed to a classifier's prediction.

    Hover over a word for its score. Move a control, or set a trait from Python, and the kernel
    computes in the background; the newest request wins.

    In a notebook that a person sits at, the constructor returns with a first estimate, which is
    refined in the background; `wait` returns the final result. Elsewhere it computes to the end.

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
        See `ModelWrapper` for what is supported.
    text : str or sequence of str
        The text to explain, or several to choose from.
    internal_batch_size : int, optional
        Points that go through the model at once.
    **options
        Options of `attribute`: ``target``, ``contrast``, ``output``, ``method``, ``n_steps``,
        ``tolerance``, ``baseline``, ``layer`` and ``precision``; also ``granularity``, and traits
        of a widget such as ``layout``.

    Raises
    ------
    TypeError
        If an option is unknown.
    ValueError, UnsupportedClassifierError
        As for `attribute`.
    """

    _is_open = False  # until the constructor has succeeded

    def __init__(
        self,
        classifier: Classifier,
        text: str | Sequence[str],
        *,
        internal_batch_size: int | None = None,
        **options: Unpack[WidgetOptions],
    ) -> None:
        unknown = [name for name in options if name not in _OPTIONS]
        if unknown:
            known = ", ".join((*REQUEST_TRAITS[1:], "granularity"))  # without the text
            raise TypeError(f"unknown option {unknown[0]!r}; options are {known}")
        texts = [text] if isinstance(text, str) else list(text)
        if not texts:
            raise ValueError("no text; give at least one to explain")
        settings: Any = {name: value for name, value in options.items() if name in REQUEST_TRAITS}
        request, *_ = (Request(text=each, **settings) for each in texts)  # checks every text
        self._started_at = time.monotonic()
        self._runner = Runner(self._settle)
        self._engine = LIGEngine(classifier, internal_batch_size=internal_batch_size)
        wrapper = self._engine.wrapper
        watched, results = is_watched(), self._engine.stream(request)
        attribution = next(results) if watched else [*results][-1]
        self._shown_request = request  # that of the result that is shown
        self._failure: Exception | None = None  # why the newest request has no result
        fields = dataclasses.asdict(request)
        traits: dict[str, Any] = {
            **options,
            **fields,
            "computes": True,
            "labels": list(wrapper.labels),
            "methods": list(METHODS),
            "baselines": list(wrapper.baselines),
            "layers": list(wrapper.layers),
            "texts": texts,
            "parity": None if watched else wrapper.parity(request.text, attribution.prediction),
            "status": "running" if watched else "idle",
            "result": to_wire(attribution, fields, time.monotonic() - self._started_at),
        }
        super().__init__(attribution, **traits)
        self.observe(self._on_request, names=list(REQUEST_TRAITS))
        self.on_msg(self._on_message)
        self._is_open = True
        if watched:
            self._on_request(None)  # which continues from what is known

    @property
    def attribution(self) -> Attribution:
        """The newest result; call `wait` first for the result of the newest request."""
        return self._attribution

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

    def cancel(self) -> None:
        """Stop computing; the best result so far stays."""
        self._runner.cancel()
        if self.status == "running":
            self._failure = Cancelled(_CANCELLED)
            self.status = "idle"

    def close(self) -> None:
        """Stop computing, release the classifier, and remove the widget.

        The thread that computes ends after its batch.
        """
        if self._is_open:  # not closed before, and the constructor has succeeded
            with self._runner.lock:
                self._is_open = False
                self._runner.cancel()
                del self._engine
            self.unobserve(self._on_request, names=list(REQUEST_TRAITS))
        super().close()

    def precompute(self, **grid: Unpack[GridOptions]) -> tuple[Attribution, ...]:
        """Compute a grid of results, so that the controls work without a kernel.

        The results are saved with the widget and with the pages of `to_html` and `as_html`. They
        belong to the text that is shown; another text, output, contrast or layer discards them.
        The widget shows the progress. Its Cancel button, `cancel` from another thread, and an
        interrupt of the cell stop the computation; then nothing is stored.

        Parameters and errors are those of `integration.precompute.precompute`; by default the ten
        most probable labels, every method, and the baseline that is shown.

        Returns
        -------
        tuple of Attribution
            The results, with scores rounded to 32 bits.

        Raises
        ------
        Cancelled
            If it was stopped, or the widget received another request meanwhile.
        """
        self._check_open()
        self._runner.wait()  # the result that is shown is part of the grid
        results: list[Attribution] = []
        request, engine = self._shown_request, self._engine

        def work(stale: Callable[[], bool]) -> None:
            found = precompute(
                engine,
                request,
                cancelled=stale,
                progress=lambda done: self._report(done, stale),
                **grid,
            )
            if not stale():
                self.snapshots = snapshots_to_wire(found)
                results.extend(found)

        self._runner.put(partial(self._run, work))
        self._start()
        try:
            self.wait()
        except KeyboardInterrupt:
            self.cancel()
            raise
        if not results:
            raise Cancelled("the widget received another request; precompute again")
        return tuple(results)

    def _on_request(self, change: object) -> None:
        """Request what the traits say; several traits of one request change one by one."""
        with self._runner.lock:  # no other thread can request in between, so the newest wins
            if not self._is_open:
                return
            request: Request | None
            work: Job
            try:
                request = Request(**{name: getattr(self, name) for name in REQUEST_TRAITS})
                work = partial(self._compute, request, self._engine)
            except ValueError as error:
                request, work = None, partial(_fail, error)
            is_new = self._runner.put(partial(self._run, work), key=request)
        if is_new:
            self._start()

    def _start(self) -> None:
        """Do what was put. From here on, the thread that works writes the status."""
        try:
            if not self._runner.is_working:
                self.status = "running"
        finally:
            self._runner.start()

    def _run(self, work: Job, stale: Callable[[], bool]) -> None:
        """Do some work, and keep why it failed."""
        self._failure = Cancelled(_CANCELLED)
        self._started_at = time.monotonic()
        try:
            self.status, self.progress, self.error = "running", 0.0, ""
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

    def _compute(self, request: Request, engine: LIGEngine, stale: Callable[[], bool]) -> None:
        for attribution in engine.stream(
            request, cancelled=stale, progress=lambda done: self._report(done, stale)
        ):
            self._publish(request, attribution, engine, stale)
        if self.parity is None:
            shown = self._attribution
            self.parity = engine.wrapper.parity(shown.text, shown.prediction)

    def _report(self, done: float, stale: Callable[[], bool]) -> None:
        if not stale():
            # The share is a guess that may fall; a progress bar should not.
            self.progress = max(self.progress, done)

    def _publish(
        self,
        request: Request,
        attribution: Attribution,
        engine: LIGEngine,
        stale: Callable[[], bool],
    ) -> None:
        if stale():
            return
        if request.text != self._shown_request.text:
            self.parity = None  # it belongs to another text
        self._attribution, self._shown_request = attribution, request
        self.labels = list(engine.wrapper.labels)  # the user may have renamed them
        seconds = time.monotonic() - self._started_at
        self.result = to_wire(attribution, dataclasses.asdict(request), seconds)

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        if content == {"cancel": True}:
            self.cancel()

    def _check_open(self) -> None:
        if not self._is_open:
            raise RuntimeError("the widget is closed; make another one")


def _fail(error: ValueError, stale: Callable[[], bool]) -> None:
    """The work of a request that is not possible."""
    raise error
