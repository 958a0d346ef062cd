"""The work of comparing two classifiers: what the other one says of the same request."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from flair.nn import Model

from flair_lig_widget.evaluation.algorithms import stream
from flair_lig_widget.frontend.wire import to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request
from flair_lig_widget.widget.engines import Engines
from flair_lig_widget.widget.options import fields_of
from flair_lig_widget.widget.working import WorkingWidget


class ComparingWidget(WorkingWidget):
    """Explains each request by a second classifier, too."""

    _other_engines: Engines | None = None
    _compared: tuple[str | None, Request, str, str] | None = None
    """What ``other`` is of: the task, the request, the label, and the hash of the weights."""

    _other_attribution: Attribution | None = None

    @property
    def other_attribution(self) -> Attribution | None:
        """The result of the classifier to compare with; None if there is none (yet)."""
        return self._other_attribution

    def _compare_with(self, classifier: Model, internal_batch_size: int | None) -> None:
        """Compare with a classifier from now on."""
        self._other_engines = Engines(classifier, internal_batch_size)
        self._other_engine(self.task)  # which raises if there is none
        self.other = {}

    def _other_engine(self, task: str | None) -> LIGEngine | None:
        """The engine of the other classifier: of its task of this name if it has tasks."""
        engines = self._other_engines
        return None if engines is None else engines.of(task if engines.tasks else None)

    def _drop_comparison(self) -> None:
        self._compared, self._other_attribution = None, None
        if self._other_engines is not None:
            self.other = {}

    def _compare(self, request: Request, task: str | None, stale: Callable[[], bool]) -> None:
        """Explain a request by the other classifier, unless that is shown already.

        Raises
        ------
        ValueError
            If the other classifier does not have the task, the label, the baseline or the layer.
        """
        if stale():
            return
        try:
            engine = self._other_engine(task)
            if engine is not None:
                self._explain_by(engine, request, task, stale)
        except ValueError as error:
            raise ValueError(f"the classifier to compare with: {error}") from error

    def _explain_by(
        self, engine: LIGEngine, request: Request, task: str | None, stale: Callable[[], bool]
    ) -> None:
        target = self._attribution.target  # labels are joined by name
        asked = task, request, target, engine.wrapper.digest()
        if asked == self._compared:
            return
        self._drop_comparison()
        self.status, self.progress = "checking", 0.0
        *_, found = stream(
            engine,
            dataclasses.replace(request, target=target),
            cancelled=stale,
            progress=lambda done: self._report(done, stale),
        )
        if stale():
            raise Cancelled("the widget received another request")
        self._compared, self._other_attribution = asked, found
        self.other = to_wire(found, fields_of(request, task))

    def close(self) -> None:
        """Release the other classifier, and remove the widget."""
        super().close()
        self._other_engines = None
