"""The work of comparing two classifiers: what the other one says of the same request."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from flair.nn import Classifier

from flair_lig_widget.evaluation.algorithms import stream
from flair_lig_widget.frontend.wire import to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request
from flair_lig_widget.widget.working import WorkingWidget


class ComparingWidget(WorkingWidget):
    """Explains each request by a second classifier, too."""

    _other_engine: LIGEngine | None = None
    _compared: tuple[Request, str, str] | None = None
    """What ``other`` is of: the request, the label, and the hash of the weights."""

    _other_attribution: Attribution | None = None

    @property
    def other_attribution(self) -> Attribution | None:
        """The result of the classifier to compare with; None if there is none (yet)."""
        return self._other_attribution

    def _compare_with(self, classifier: Classifier, internal_batch_size: int | None) -> None:
        """Compare with a classifier from now on."""
        self._other_engine = LIGEngine(classifier, internal_batch_size=internal_batch_size)
        self.other = {}

    def _compare(self, request: Request, stale: Callable[[], bool]) -> None:
        """Explain a request by the other classifier, unless that is shown already.

        Raises
        ------
        ValueError
            If the other classifier does not have the label, the baseline or the layer.
        """
        engine = self._other_engine
        if engine is None or stale():
            return
        target = self._attribution.target  # labels are joined by name
        asked = request, target, engine.wrapper.digest()
        if asked == self._compared:
            return
        self._compared, self._other_attribution, self.other = None, None, {}
        self.status, self.progress = "checking", 0.0
        try:
            *_, found = stream(
                engine,
                dataclasses.replace(request, target=target),
                cancelled=stale,
                progress=lambda done: self._report(done, stale),
            )
        except ValueError as error:
            raise ValueError(f"the classifier to compare with: {error}") from error
        if stale():
            raise Cancelled("the widget received another request")
        self._compared, self._other_attribution = asked, found
        self.other = to_wire(found, dataclasses.asdict(request))

    def close(self) -> None:
        """Release the other classifier, and remove the widget."""
        super().close()
        self._other_engine = None
