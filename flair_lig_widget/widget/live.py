"""The live widget: traits shared with the front end, connected to the engine and the runner."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import anywidget
from flair.nn import Classifier

from flair_lig_widget.frontend.wire import snapshots_to_wire, to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.path import Cancelled
from flair_lig_widget.integration.precompute import GridOptions, precompute
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import METHODS, Request, RequestOptions
from flair_lig_widget.widget.base import AttributionWidget
from flair_lig_widget.widget.runner import Job, Runner

if TYPE_CHECKING:
    from typing_extensions import Unpack

_REQUEST = tuple(field.name for field in dataclasses.fields(Request))
_OPTIONS = {*_REQUEST, "granularity", *anywidget.AnyWidget.class_trait_names()}

logger = logging.getLogger(__name__)


class WidgetOptions(RequestOptions, total=False):
    """The options of `attribute`, and those of the view."""

    granularity: str
    layout: Any


class LIGWidget(AttributionWidget):
    """A text coloured by what its words contributed to a classifier's prediction.

    Hover over a word for its score. Move a control, or set a trait from Python, and the kernel
    computes in the background; the newest request wins.

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
        As for `attribute`: the first result is computed before the constructor returns.
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
            known = ", ".join([*(name for name in _REQUEST if name != "text"), "granularity"])
            raise TypeError(f"unknown option {unknown[0]!r}; options are {known}")
        texts = [text] if isinstance(text, str) else list(text)
        if not texts:
            raise ValueError("no text; give at least one to explain")
        settings: Any = {name: value for name, value in options.items() if name in _REQUEST}
        request, *_ = [Request(text=each, **settings) for each in texts]  # checks every text
        self._started_at = time.monotonic()
        self._runner = Runner()
        self._engine = LIGEngine(classifier, internal_batch_size=internal_batch_size)
        wrapper = self._engine.wrapper
        attribution = self._engine.attribute(request)
        self._requested: Request | None = request  # the newest request
        self._shown_request = request  # that of the result that is shown
        self._failure: Exception | None = None
        self._publishing = threading.RLock()
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
            "parity": wrapper.parity(request.text, attribution.prediction),
            "result": to_wire(attribution, fields, time.monotonic() - self._started_at),
        }
        super().__init__(attribution, **traits)
        self.observe(self._on_request, names=list(_REQUEST))
        self.observe(self._on_position, names="position")
        self.on_msg(self._on_message)
        self._is_open = True

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
        if not self._runner.wait(timeout):
            raise TimeoutError(f"no result after {timeout} seconds; the computation continues")
        if self._failure is not None:
            raise self._failure
        return self._attribution

    def cancel(self) -> None:
        """Stop computing; the best result so far stays."""
        with self._publishing:
            self._runner.cancel()
            if self.status == "running":
                self._requested = None  # the same request may be made again
                self._failure = Cancelled("the computation was cancelled; request it again")
                self.status = "idle"

    def close(self) -> None:
        """Stop computing, release the classifier, and remove the widget."""
        if not self._is_open:  # closed before, or the constructor failed
            super().close()
            return
        with self._publishing:  # nothing is requested or published meanwhile
            self._is_open = False
            self.unobserve(self._on_request, names=list(_REQUEST))
            self._runner.cancel()
            self._failure = RuntimeError("the widget is closed; make another one")
            del self._engine
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
            with self._publishing:
                if not stale():
                    self.snapshots = snapshots_to_wire(found)
                    results.extend(found)

        with self._publishing:
            self._submit(work)
        try:
            self.wait()
        except KeyboardInterrupt:
            self.cancel()
            raise
        if not results:
            raise Cancelled("the widget received another request; precompute again")
        return tuple(results)

    def _on_request(self, change: object) -> None:
        with self._publishing:
            try:
                request = Request(**{name: getattr(self, name) for name in _REQUEST})
            except ValueError as error:
                self._runner.cancel()
                self._requested = None
                self._fail(error)
                return
            if request == self._requested:  # several traits of one request change one by one
                return
            self._requested = request
            engine = self._engine
            self._submit(lambda stale: self._compute(request, engine, stale))

    def _submit(self, work: Job) -> None:
        """Run a job in the background, and show its progress, its end, or its failure."""
        self._failure, self._started_at = None, time.monotonic()
        with self.hold_sync():
            self.status, self.progress, self.error = "running", 0.0, ""

        def job(stale: Callable[[], bool]) -> None:
            try:
                work(stale)
                with self._publishing:
                    if not stale():
                        self.status = "idle"
            except Cancelled:
                logger.debug("a newer request arrived")
            except Exception as error:
                with self._publishing:
                    if not stale():
                        self._fail(error)

        self._runner.submit(job)

    def _compute(self, request: Request, engine: LIGEngine, stale: Callable[[], bool]) -> None:
        for attribution in engine.stream(
            request, cancelled=stale, progress=lambda done: self._report(done, stale)
        ):
            self._publish(request, attribution, stale)
        if self.parity is None:
            shown = self._attribution
            parity = engine.wrapper.parity(shown.text, shown.prediction)
            with self._publishing:
                if not stale():
                    self.parity = parity

    def _report(self, done: float, stale: Callable[[], bool]) -> None:
        with self._publishing:
            if not stale():
                # The share is a guess that may fall; a progress bar should not.
                self.progress = max(self.progress, done)

    def _publish(
        self, request: Request, attribution: Attribution, stale: Callable[[], bool]
    ) -> None:
        with self._publishing:
            if not stale():
                if request.text != self._shown_request.text:
                    self.parity = None  # it belongs to another text
                self._attribution, self._shown_request = attribution, request
                seconds = time.monotonic() - self._started_at
                self.result = to_wire(attribution, dataclasses.asdict(request), seconds)

    def _on_position(self, change: object) -> None:
        """Show another text, chosen from Python; the front end sets both traits itself."""
        self.text = self.texts[self.position]

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        if content == {"cancel": True}:
            self.cancel()

    def _fail(self, error: Exception) -> None:
        """Show what went wrong; the last good result stays."""
        if not isinstance(error, ValueError):  # a ValueError explains itself to the user
            logger.error("the computation failed", exc_info=error)
        self._failure = error
        with self.hold_sync():
            self.status, self.error = "error", str(error) or type(error).__name__
