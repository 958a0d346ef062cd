"""The widget: traits that the front end shares, glued to the engine and the runner."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets
from flair.nn import Classifier

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.bake import BAKED_STEPS, BAKED_TOLERANCES, bake
from flair_lig_widget.engine import LIGEngine
from flair_lig_widget.path import Cancelled
from flair_lig_widget.request import METHODS, Request
from flair_lig_widget.runner import Job, Runner
from flair_lig_widget.view import AttributionWidget
from flair_lig_widget.wire import snapshots_to_wire, to_wire

_REQUEST = tuple(field.name for field in dataclasses.fields(Request))
_OPTIONS = {*_REQUEST, "granularity", *anywidget.AnyWidget.class_trait_names()}

logger = logging.getLogger(__name__)


class LIGWidget(AttributionWidget):
    """A text coloured by what its words contributed to a classifier's decision.

    Hover over a word for its score. Move a control, or set a trait from Python, and the kernel
    computes again in the background; the newest wish wins.

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
        See `ModelWrapper` for what is supported.
    text : str or sequence of str
        The text to explain, or several to leaf through.
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

    def __init__(
        self,
        classifier: Classifier,
        text: str | Sequence[str],
        *,
        internal_batch_size: int | None = None,
        **options: Any,
    ) -> None:
        unknown = [name for name in options if name not in _OPTIONS]
        if unknown:
            known = ", ".join([*(name for name in _REQUEST if name != "text"), "granularity"])
            raise TypeError(f"unknown option {unknown[0]!r}; options are {known}")
        texts = [text] if isinstance(text, str) else list(text)
        if not texts:
            raise ValueError("no text; give at least one to explain")
        asked = {name: value for name, value in options.items() if name in _REQUEST}
        request, *_ = [Request(text=each, **asked) for each in texts]  # all must be texts
        self._since = time.monotonic()
        self._runner = Runner()
        self._engine = LIGEngine(classifier, internal_batch_size=internal_batch_size)
        attribution = self._engine.attribute(request)
        self._asked: Request | None = request
        self._answered = request
        self._failure: Exception | None = None
        self._publishing = threading.RLock()
        super().__init__(
            attribution,
            **{**options, **dataclasses.asdict(request)},
            computes=True,
            labels=list(self._engine.wrapper.labels),
            methods=list(METHODS),
            baselines=list(self._engine.wrapper.baselines),
            layers=list(self._engine.wrapper.layers),
            texts=texts,
            parity=self._engine.wrapper.parity(request.text, attribution.prediction),
            result=to_wire(
                attribution, dataclasses.asdict(request), time.monotonic() - self._since
            ),
        )
        self.observe(self._on_request, names=list(_REQUEST))
        self.observe(self._on_position, names="position")
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
        if "_publishing" not in vars(self):  # an error in the constructor
            super().close()
            return
        with self._publishing:  # nothing is asked or published meanwhile
            if "_engine" in vars(self):  # not a second time
                self.unobserve(self._on_request, names=list(_REQUEST))
                self._runner.cancel()
                self._failure = RuntimeError("the widget is closed; make another one")
                del self._engine
            super().close()

    def bake(
        self,
        *,
        methods: Sequence[str] = METHODS,
        n_steps: Sequence[int] = BAKED_STEPS,
        tolerances: Sequence[float] = BAKED_TOLERANCES,
        targets: Sequence[str] | None = None,
        baselines: Sequence[str] | None = None,
    ) -> tuple[Attribution, ...]:
        """Compute answers beforehand, so that the controls work where no kernel is.

        They travel with the saved widget and with `to_html` and `as_html`. They are of the text
        that is shown, and gone when another text, output, contrast or layer is explained.
        While they are computed the widget shows how far it is; its Cancel button, `cancel` from
        another thread, and an interrupt of the cell stop it, and then nothing is baked.

        Parameters
        ----------
        methods : sequence of str
            Integration rules.
        n_steps : sequence of int
            The stops of the fixed rules.
        tolerances : sequence of float
            The stops of ``auto``.
        targets : sequence of str, optional
            Labels; if not given, the ten most probable ones and the one that is explained.
        baselines : sequence of str, optional
            Kinds of reference input; the one that is shown if not given.

        Returns
        -------
        tuple of Attribution
            The answers, their scores rounded to 32 bits.

        Raises
        ------
        ValueError
            If a list is empty, or holds what `attribute` would not take.
        Cancelled
            If it was stopped, or something else was asked of the widget meanwhile.
        """
        self._runner.wait()  # what is shown is baked, so it must be there
        answers: list[Attribution] = []
        request, engine = self._answered, self._engine

        def work(stale: Callable[[], bool]) -> None:
            found = bake(
                engine,
                request,
                methods=methods,
                n_steps=n_steps,
                tolerances=tolerances,
                targets=targets,
                baselines=baselines,
                cancelled=stale,
                progress=lambda done: self._progress(done, stale),
            )
            with self._publishing:
                if not stale():
                    self.snapshots = snapshots_to_wire(found)
                    answers.extend(found)

        with self._publishing:
            self._submit(work)
        try:
            self.wait()
        except KeyboardInterrupt:
            self.cancel()
            raise
        if not answers:
            raise Cancelled("something else was asked of the widget; bake again")
        return tuple(answers)

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
            self._asked = request
            engine = self._engine
            self._submit(lambda stale: self._answer(request, engine, stale))

    def _submit(self, work: Job) -> None:
        """Have something computed, whose end, failure or progress the widget shows."""
        self._failure, self._since = None, time.monotonic()
        with self.hold_sync():
            self.status, self.progress, self.error = "running", 0.0, ""

        def job(stale: Callable[[], bool]) -> None:
            try:
                work(stale)
                with self._publishing:
                    if not stale():
                        self.status = "idle"
            except Cancelled:
                logger.debug("something newer was asked for")
            except Exception as error:
                with self._publishing:
                    if not stale():
                        self._fail(error)

        self._runner.submit(job)

    def _answer(self, request: Request, engine: LIGEngine, stale: Callable[[], bool]) -> None:
        for attribution in engine.stream(
            request, cancelled=stale, progress=lambda done: self._progress(done, stale)
        ):
            self._publish(request, attribution, stale)
        if self.parity is None:
            shown = self._attribution
            parity = engine.wrapper.parity(shown.text, shown.prediction)
            with self._publishing:
                if not stale():
                    self.parity = parity

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
                seconds = time.monotonic() - self._since
                self.result = to_wire(attribution, dataclasses.asdict(request), seconds)

    @traitlets.validate("position")
    def _is_a_place(self, proposal: Any) -> int:
        place: int = proposal["value"]
        if not 0 <= place < max(len(self.texts), 1):
            raise traitlets.TraitError(
                f"position={place} is none of the {len(self.texts)} texts; they begin at 0"
            )
        return place

    def _on_position(self, change: object) -> None:
        """Another of the texts was chosen from Python; the front end sets both itself."""
        self.text = self.texts[self.position]

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
