"""The live widget: what its traits request is explained, checked and shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from flair.nn import Model

from flair_lig_widget.evaluation.algorithms import stream
from flair_lig_widget.frontend.wire import to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.precompute import GridOptions
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.faithfulness import ERASURES, Faithfulness
from flair_lig_widget.result.request import Request, join_labels
from flair_lig_widget.result.shares import FEWEST_WORDS
from flair_lig_widget.result.texts import Text
from flair_lig_widget.widget.base import REQUEST_TRAITS, WidgetOptions
from flair_lig_widget.widget.engines import Engines
from flair_lig_widget.widget.host import is_watched
from flair_lig_widget.widget.marking import MarkingWidget
from flair_lig_widget.widget.options import fields_of, requests_of, traits_of
from flair_lig_widget.widget.runner import Job
from flair_lig_widget.widget.snapshots import Snapshots, compute_snapshots
from flair_lig_widget.widget.working import fail

if TYPE_CHECKING:
    from typing_extensions import Unpack

_REQUESTED = ["task", *REQUEST_TRAITS, "checking", "erase", "edit"]
"""The traits that request something when they change."""


class LIGWidget(MarkingWidget):
    """A text coloured by what its words contributed to a classifier's label or regressor's value.

    Hover over a word for its score. Move a control, or set a trait from Python, and the kernel
    computes in the background; the newest request wins.

    In a notebook that a person sits at, the constructor returns with a first estimate, which is
    refined in the background; `wait` returns the final result. Elsewhere it computes to the end.

    Parameters
    ----------
    classifier : flair.nn.Model
        See `ModelWrapper` for what is supported.
    text : str, or sequence of str
        The text to explain, or several to choose from. For a model that reads several texts at
        once, a tuple of them, or a list of tuples.
    task : str, optional
        As for `attribute`. Another one can be chosen later; its most probable label is explained.
    compare : flair.nn.Model, optional
        Another classifier, such as the one before fine-tuning, for the panel "Compare".
    internal_batch_size : int, optional
        Points that go through the model at once.
    **options
        Options of `attribute`: ``target``, ``contrast``, ``output``, ``method``, ``n_steps``,
        ``tolerance``, ``baseline``, ``layer``, ``precision`` and ``algorithm``; also
        ``granularity``, and traits of a widget such as ``layout``.

    Raises
    ------
    TypeError
        If an option is unknown.
    ValueError, UnsupportedClassifierError
        As for `attribute`.
    """

    def __init__(
        self,
        classifier: Model,
        text: Text | Sequence[Text],
        *,
        task: str | None = None,
        compare: Model | None = None,
        internal_batch_size: int | None = None,
        **options: Unpack[WidgetOptions],
    ) -> None:
        self._started_at = time.monotonic()
        self._engines = Engines(classifier, internal_batch_size)
        engine = self._engines.of(task)
        wrapper = engine.wrapper
        request, *_ = requests = requests_of(wrapper, text, options)
        watched, results = is_watched(), stream(engine, request)
        attribution = next(results) if watched else [*results][-1]
        self._shown_request, self._shown_task = request, wrapper.task
        self._finished = None if watched else (wrapper.task, request)
        fields, seconds = fields_of(request, wrapper.task), time.monotonic() - self._started_at
        traits = {
            **traits_of(wrapper, requests, options),
            "task": wrapper.task,
            "tasks": list(self._engines.tasks),
            "status": "running" if watched else "idle",
            "result": to_wire(attribution, fields, seconds),
        }
        super().__init__(attribution, **traits)
        if not watched:
            self.parity = self._parity_of(engine)
        if compare is not None:
            self._compare_with(compare, internal_batch_size)
        self._entities_of = {each.text: each.to_dict()["entities"] for each in requests}
        self.observe(self._on_task, names="task")  # before the request, which it prepares
        self.observe(self._on_text, names="text")
        self.observe(self._on_request, names=_REQUESTED)
        if watched or compare is not None:
            self._on_request(None)  # which continues from what is known
        if not watched:
            self.wait()

    def check(self, *, erase: str | None = None) -> Faithfulness:
        """Take words away and see how the model reacts, next to what random words do.

        This is `evaluate` with 50 random orders, followed by a comparison of the baselines on
        this text. It opens the panel "Check". As long as that is open, every new result is checked
        in the background; set ``widget.checking = False`` to close it.

        Parameters
        ----------
        erase : str, optional
            How words are taken away: ``"delete"``, ``"mask"`` or ``"baseline"``; if not given, as
            the panel says.

        Raises
        ------
        ValueError
            If the text has fewer than two words, or words cannot be taken away in this way.
        Cancelled
            If it was stopped.
        """
        self._check_open()
        if erase not in (None, *ERASURES):
            raise ValueError(f"unknown erase {erase!r}; use {join_labels(ERASURES)}")
        self._runner.wait()  # for the result that is checked
        n_words = len(self._attribution.words())
        if n_words < FEWEST_WORDS:
            raise ValueError(
                f"the text has {n_words} word; a check takes at least {FEWEST_WORDS}, one to take "
                "away and one to keep"
            )
        self.erase, self.checking = erase or self.erase, True
        self._on_request(None)  # again, if it was cancelled before
        self._wait_here()
        if self._faithfulness is None:
            raise Cancelled("the widget received another request; check again")
        return self._faithfulness

    def close(self) -> None:
        """Stop computing, release the classifier, and remove the widget.

        The thread that computes ends after its batch.
        """
        was_open = self._is_open
        super().close()
        if was_open:
            del self._engines
            self.unobserve(self._on_task, names="task")
            self.unobserve(self._on_request, names=_REQUESTED)

    def precompute(
        self, *, check: bool = False, **grid: Unpack[GridOptions]
    ) -> tuple[Attribution, ...]:
        """Compute a grid of results, so that the controls work without a kernel.

        The results are saved with the widget and with the pages of `to_html` and `as_html`. They
        belong to the text that is shown; another text, task, output, contrast or layer discards
        them. The widget shows the progress. Its Cancel button, `cancel` from another thread, and an
        interrupt of the cell stop the computation; then nothing is stored. Scores are rounded to
        32 bits.

        Parameters
        ----------
        check : bool
            Whether to check the most accurate result of each label and baseline too, as `check`
            does, for the panel "Check".
        **grid
            As for `integration.precompute.precompute`, which also raises what is wrong with them;
            by default the ten most probable labels, every method, and the baseline that is shown.

        Raises
        ------
        Cancelled
            If it was stopped, or the widget received another request meanwhile.
        """
        self._check_open()
        self._runner.wait()  # the result that is shown is part of the grid
        found: list[Snapshots] = []
        erase = self.erase if check else None
        engine = self._engines.of(self._shown_task)
        self._put(partial(self._precompute, self._shown_request, grid, erase, engine, found))
        self._start()
        self._wait_here()
        if not found:
            raise Cancelled("the widget received another request; precompute again")
        return found[0].results

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        super()._on_message(widget, content, buffers)
        if content == {"request": True}:
            self._on_request(None)  # again, if it was cancelled before

    def _on_request(self, change: object) -> None:
        """Request what the traits say; several traits of one request change one by one."""
        with self._runner.lock:  # no other thread can request in between, so the newest wins
            if not self._is_open:
                return
            key: tuple[tuple[str | None, Request], dict[str, Any] | None, str | None] | None
            work: Job
            try:
                request = Request(**{name: getattr(self, name) for name in REQUEST_TRAITS})
                engine = self._engine
                task, erase = engine.wrapper.task, self.erase if self.checking else None
                key = (task, request), self._edit_of(request, task), erase
                work = partial(self._compute, request, *key[1:], engine)
            except ValueError as error:
                key, work = None, partial(fail, error)
            # A result that is shown already does not become stale.
            is_finished = key is not None and key[0] == self._finished
            status = "checking" if is_finished else "running"
            is_new = self._put(work, key, status)
        if is_new:
            self._start(status)

    def _compute(
        self,
        request: Request,
        edit: dict[str, Any] | None,
        erase: str | None,
        engine: LIGEngine,
        stale: Callable[[], bool],
    ) -> None:
        """Explain, unless the result is shown already, then edit, check and compare."""
        task = engine.wrapper.task
        if (task, request) != self._finished or self._digest != engine.wrapper.digest():
            self._finished, self.status = None, "running"
            for attribution in stream(
                engine, request, cancelled=stale, progress=lambda done: self._report(done, stale)
            ):
                self._publish(request, attribution, engine, stale)
            if self.parity is None:
                self.parity = self._parity_of(engine)
            self._finished = None if stale() else (task, request)
        self._answer_edit(edit, engine, stale)
        if erase is not None and len(self._attribution.words()) >= FEWEST_WORDS:
            self._check(request, erase, engine, stale)
        self._compare(request, task, stale)

    def _precompute(
        self,
        request: Request,
        grid: GridOptions,
        erase: str | None,
        engine: LIGEngine,
        found: list[Snapshots],
        stale: Callable[[], bool],
    ) -> None:
        """Show the snapshots, and add them to ``found``."""
        snapshots = compute_snapshots(
            engine,
            request,
            grid,
            erase=erase,
            cancelled=stale,
            progress=lambda done: self._report(done, stale),
        )
        if not stale():
            self.snapshots = snapshots.wire
            found.append(snapshots)

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
        self._faithfulness, self.checked, self.edited = None, {}, {}
        self._show_model(engine, attribution)
        seconds = time.monotonic() - self._started_at
        self.result = to_wire(attribution, fields_of(request, engine.wrapper.task), seconds)
