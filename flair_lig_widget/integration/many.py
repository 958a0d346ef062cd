"""Many requests together: points of different texts share a batch, each text stops for itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from flair_lig_widget.integration.computation import Computation
from flair_lig_widget.integration.path import IntegrationPath, Need
from flair_lig_widget.integration.sampling import BatchRunner, Cancelled
from flair_lig_widget.model.errors import ClassifierChangedError
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request

OnResult = Callable[[int, "Attribution | Exception"], None]


@dataclass(eq=False)
class _Running:
    """A request that is being computed.

    Attributes
    ----------
    steps : iterator
        Of its computation.
    need : Need
        What it waits for.
    """

    request: Request
    steps: Iterator[Need | dict[str, Attribution]]
    need: Need = field(init=False)
    results: dict[str, Attribution] = field(default_factory=dict)


class Pool:
    """The requests that are computed at the same time: as many as fill a batch.

    Parameters
    ----------
    requests : sequence of Request
    begin : callable
        Finds the path of a request, and what is computed on it.
    batches : BatchRunner
    record_errors : bool
        Whether the error of a request takes the place of its result, or is raised.
    on_result : callable
        Called with the index of a request and its result or error.
    progress : callable
        Called after each of them with the share of the requests that is done.
    """

    def __init__(
        self,
        requests: Sequence[Request],
        begin: Callable[[Request], Computation],
        batches: BatchRunner,
        *,
        record_errors: bool,
        on_result: OnResult,
        progress: Callable[[float], None],
    ) -> None:
        self._begin = begin
        self._batches = batches
        self._on_result = on_result
        self._progress = progress
        self._record_errors = record_errors
        self._indexes: dict[Request, list[int]] = {}  # equal requests are computed once
        for index, request in enumerate(requests):
            self._indexes.setdefault(request, []).append(index)
        # Texts of similar length one after the other. The longest come first: if they do not fit
        # into memory, that is seen at once.
        self._waiting = deque(sorted(self._indexes, key=lambda request: -len(request.text)))
        self._running: list[_Running] = []
        self._results: dict[int, Attribution | Exception] = {}
        self._n_requests = len(requests)

    def run(self, cancelled: Callable[[], bool]) -> list[Attribution | Exception]:
        """Compute all requests; results in their order."""
        while self._waiting or self._running:
            self._admit()
            if not self._running:
                break
            if cancelled():
                raise Cancelled
            self._batches.run(self._needs_of_a_batch())
            for running in list(self._running):  # other needs of the same path may be settled too
                if running.need.is_settled:
                    self._advance(running)
        return [self._results[index] for index in range(self._n_requests)]

    def _admit(self) -> None:
        """Start requests until a batch is full."""
        while self._waiting:
            needs = [running.need for running in self._running]
            if needs and sum(len(n.missing()) for n in needs) >= self._batches.room(needs[0]):
                return
            request = self._waiting.popleft()
            try:
                computation = self._begin(request)
            except ClassifierChangedError:
                raise
            except Exception as error:
                self._finish(request, error)
                continue
            running = _Running(request, computation.run())
            self._running.append(running)
            self._advance(running)

    def _needs_of_a_batch(self) -> list[Need]:
        """The oldest need, and those that can share its batch; one for each path."""
        oldest = self._running[0].need
        needs: dict[IntegrationPath, Need] = {}
        for running in self._running:
            need = running.need
            if need.path not in needs and self._batches.can_share(oldest, need):
                needs[need.path] = need
        return list(needs.values())

    def _advance(self, running: _Running) -> None:
        """Continue a computation until it needs points that are not known, or ends."""
        try:
            for step in running.steps:
                if not isinstance(step, Need):
                    running.results |= step
                elif step.missing(1):
                    running.need = step
                    return
        except ClassifierChangedError:
            raise
        except Exception as error:
            self._running.remove(running)
            self._finish(running.request, error)
            return
        self._running.remove(running)
        (result,) = running.results.values()
        self._finish(running.request, result)

    def _finish(self, request: Request, result: Attribution | Exception) -> None:
        if isinstance(result, Exception) and not self._record_errors:
            raise result
        for index in self._indexes[request]:
            self._results[index] = result
            self._on_result(index, result)
            self._progress(len(self._results) / self._n_requests)
