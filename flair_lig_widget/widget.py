"""The widget: traits that the front end shares, glued to the engine and the runner."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t
from flair.nn import Classifier

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.engine import LIGEngine
from flair_lig_widget.path import Cancelled
from flair_lig_widget.pieces import GRANULARITIES
from flair_lig_widget.request import METHODS, Request
from flair_lig_widget.runner import Runner
from flair_lig_widget.wire import to_wire

_STATIC = Path(__file__).parent / "static"
_REQUEST = tuple(field.name for field in dataclasses.fields(Request))
_OPTIONS = {*_REQUEST, "granularity", *anywidget.AnyWidget.class_trait_names()}

logger = logging.getLogger(__name__)


class LIGWidget(anywidget.AnyWidget):
    """A text coloured by what its words contributed to a classifier's decision.

    Hover over a word for its score. Move a control, or set a trait from Python, and the kernel
    computes again in the background; the newest wish wins.

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
        See `ModelWrapper` for what is supported.
    text : str
        The text to explain.
    internal_batch_size : int, optional
        Points that go through the model at once.
    **request
        Options of `attribute`: ``target`` (one label), ``contrast``, ``output``, ``method``,
        ``n_steps``, ``tolerance``, ``baseline``, ``layer`` and ``precision``; also
        ``granularity``, and traits of a widget such as ``layout``.

    Raises
    ------
    TypeError
        If an option is unknown.
    ValueError, UnsupportedClassifierError
        As `attribute` does: the first answer is computed before the constructor returns.
    """

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    # The request: written by the front end or from Python.
    text = t.Unicode(help="The text to explain.").tag(sync=True)
    target = t.Unicode(None, allow_none=True, help="Label to explain; None: predicted.").tag(
        sync=True
    )
    contrast = t.Unicode(
        None, allow_none=True, help="Label whose output is subtracted; None: none."
    ).tag(sync=True)
    output = t.Unicode("logit", help="What is explained: logit, probability, log_odds.").tag(
        sync=True
    )
    method = t.Unicode("auto", help="Integration rule.").tag(sync=True)
    n_steps = t.Int(None, allow_none=True, help="Path points; None: the method's own.").tag(
        sync=True
    )
    tolerance = t.Float(0.01, help="What auto is to reach, as a share.").tag(sync=True)
    baseline = t.Unicode(
        None, allow_none=True, help="Kind of reference input; None: the classifier's first."
    ).tag(sync=True)
    layer = t.Unicode("word_embeddings", help="Where the path runs.").tag(sync=True)
    precision = t.Unicode("float32", help="float32, or auto: bfloat16 where it is safe.").tag(
        sync=True
    )

    granularity = t.Enum(GRANULARITIES, "word", help="What is coloured as one.").tag(sync=True)

    # The answer: written here, only read by the front end.
    labels = t.List(t.Unicode(), help="The classifier's labels.").tag(sync=True)
    methods = t.List(t.Unicode(), help="The integration rules.").tag(sync=True)
    baselines = t.List(t.Unicode(), help="The kinds of reference input.").tag(sync=True)
    layers = t.List(t.Unicode(), help="Where the path can run.").tag(sync=True)
    result = t.Dict(help="The current picture with the request it answers.").tag(sync=True)
    parity = t.Float(
        None, allow_none=True, help="Largest difference from the probabilities Flair predicts."
    ).tag(sync=True)
    status = t.Enum(("idle", "running", "error"), "idle", help="State of the kernel.").tag(
        sync=True
    )
    progress = t.Float(0.0, help="Share of the work that is done, while it runs.").tag(sync=True)
    error = t.Unicode(help="Why the newest request has no answer, or empty.").tag(sync=True)

    def __init__(
        self,
        classifier: Classifier,
        text: str,
        *,
        internal_batch_size: int | None = None,
        **options: Any,
    ) -> None:
        unknown = [name for name in options if name not in _OPTIONS]
        if unknown:
            known = ", ".join([*(name for name in _REQUEST if name != "text"), "granularity"])
            raise TypeError(f"unknown option {unknown[0]!r}; options are {known}")
        request = Request(text=text, **{k: v for k, v in options.items() if k in _REQUEST})
        self._runner = Runner()
        self._engine = LIGEngine(classifier, internal_batch_size=internal_batch_size)
        self._attribution = self._engine.attribute(request)
        self._failure: Exception | None = None
        self._asked: Request | None = request
        self._publishing = threading.RLock()
        super().__init__(
            **{**options, **dataclasses.asdict(request)},
            labels=list(self._engine.wrapper.labels),
            methods=list(METHODS),
            baselines=list(self._engine.wrapper.baselines),
            layers=list(self._engine.wrapper.layers),
            parity=self._compare(self._engine),
        )
        self._answered = request
        self._draw()
        self.observe(self._on_request, names=list(_REQUEST))
        self.observe(self._on_granularity, names="granularity")
        self.on_msg(self._on_message)

    @property
    def attribution(self) -> Attribution:
        """The newest answer there is; `wait` first for the answer to what was just asked."""
        return self._attribution

    def wait(self, timeout: float | None = None) -> Attribution:
        """Block until the newest request is answered, and give the answer.

        Raises
        ------
        TimeoutError
            If there is no answer after ``timeout`` seconds; the computation goes on.
        RuntimeError
            If an observer of ``result`` calls it; there ``attribution`` is what was waited for.
        Exception
            Whatever kept the newest request from being answered, such as a ValueError for an
            unknown target.
        """
        if not self._runner.wait(timeout):
            raise TimeoutError(f"no answer after {timeout} seconds; the computation goes on")
        if self._failure is not None:
            raise self._failure
        return self._attribution

    def cancel(self) -> None:
        """Stop computing; the best picture so far stays."""
        with self._publishing:
            self._runner.cancel()
            if self.status == "running":
                self._asked = None  # the same may be asked for again
                self._failure = Cancelled("the computation was cancelled; ask again for an answer")
                self.status = "idle"

    def close(self) -> None:
        """Stop computing, let go of the classifier, and take the widget away."""
        if "_engine" in vars(self):  # neither a second time nor after an error in the constructor
            self.unobserve(self._on_request, names=list(_REQUEST))
            self._runner.cancel()
            self._failure = RuntimeError("the widget is closed; make another one")
            del self._engine
        super().close()

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= 40 else self.text[:39] + "…"
        return f"LIGWidget({text!r}, target={self.result['target']!r}, method={self.method!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live view, and for readers without a kernel the picture without scripts."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = self._attribution.to_html()
        return bundle

    def _on_request(self, change: object) -> None:
        with self._publishing:
            try:
                request = Request(**{name: getattr(self, name) for name in _REQUEST})
            except ValueError as error:
                self._runner.cancel()
                self._asked = None
                self._fail(error)
                return
            if request == self._asked:  # several traits of one request change one by one
                return
            self._asked, self._failure = request, None
            with self.hold_sync():
                self.status, self.progress, self.error = "running", 0.0, ""
            engine = self._engine
            self._runner.submit(lambda stale: self._answer(request, engine, stale))

    def _answer(
        self,
        request: Request,
        engine: LIGEngine,
        stale: Callable[[], bool],
    ) -> None:
        try:
            for attribution in engine.stream(
                request, cancelled=stale, progress=lambda done: self._progress(done, stale)
            ):
                self._publish(request, attribution, stale)
            parity = self._compare(engine) if self.parity is None else self.parity
            with self._publishing:
                if not stale():
                    self.parity, self.status = parity, "idle"
        except Cancelled:
            logger.debug("a newer request came before the answer to %s", request)
        except Exception as error:
            with self._publishing:
                if not stale():
                    self._fail(error)

    def _progress(self, done: float, stale: Callable[[], bool]) -> None:
        with self._publishing:
            if not stale():
                self.progress = max(self.progress, done)  # a guess may be mended, a bar not

    def _publish(
        self, request: Request, attribution: Attribution, stale: Callable[[], bool]
    ) -> None:
        with self._publishing:
            if not stale():
                if request.text != self._answered.text:
                    self.parity = None  # that of another text
                self._attribution, self._answered = attribution, request
                self._draw()

    def _compare(self, engine: LIGEngine) -> float:
        """Ask Flair for its own prediction of the text that is drawn."""
        return engine.wrapper.parity(self._attribution.text, self._attribution.prediction)

    def _draw(self) -> None:
        self.result = to_wire(self._attribution, self._answered, self.granularity)

    def _on_granularity(self, change: object) -> None:
        with self._publishing:
            self._draw()

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        if content == {"cancel": True}:
            self.cancel()

    def _fail(self, error: Exception) -> None:
        """Say what went wrong; the last good picture stays."""
        if not isinstance(error, ValueError):  # a ValueError is the user's, and says all
            logger.error("explaining failed", exc_info=error)
        self._failure = error
        with self.hold_sync():
            self.status, self.error = "error", str(error) or type(error).__name__
