"""The work of the panel "Check": taking words away, then comparing the baselines on the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flair_lig_widget.evaluation.baselines import N_RANDOM, rank_on
from flair_lig_widget.evaluation.faithfulness import stream_faithfulness
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.evaluation.ranking import BaselineRanking
from flair_lig_widget.frontend.check import Baselines, check_to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.faithfulness import Faithfulness
from flair_lig_widget.result.request import Request
from flair_lig_widget.widget.editing import EditingWidget

_SHARE_OF_CURVES = 0.7
"""The share of the time that the curves take; the rest compares the baselines. A guess."""


@dataclass(frozen=True, eq=False)
class Checked:
    """What is known so far.

    Attributes
    ----------
    faithfulness : Faithfulness
    wire : dict
        The same for the front end, with the comparison of the baselines.
    """

    faithfulness: Faithfulness
    wire: dict[str, Any]


def check(
    engine: LIGEngine,
    attribution: Attribution,
    *,
    erase: str,
    cancelled: Callable[[], bool],
    progress: Callable[[float], None],
    predictor: Predictor | None = None,
) -> Iterator[Checked]:
    """Check an attribution of at least two words.

    Parameters
    ----------
    predictor : Predictor, optional
        One that knows some of the texts already.

    Yields
    ------
    Checked
        First with the curves of the explanation alone, last with everything.
    """
    predictor = predictor or Predictor(engine.wrapper, cancelled=cancelled)
    for faithfulness in stream_faithfulness(
        engine.wrapper,
        attribution,
        erase=erase,
        progress=lambda done: progress(_SHARE_OF_CURVES * done),
        cancelled=cancelled,
        predictor=predictor,
    ):
        yield Checked(faithfulness, check_to_wire(faithfulness, attribution))
    if len(engine.wrapper.labels) < 2 and not engine.wrapper.multi_label:
        return  # the only probability never changes; and a value has no entropy to show
    ranking = rank_on(
        engine,
        predictor,
        [(attribution.marked, attribution.target)],
        n_random=N_RANDOM,
        seed=0,
        progress=lambda done: progress(_SHARE_OF_CURVES + (1 - _SHARE_OF_CURVES) * done),
        cancelled=cancelled,
    )
    wire = check_to_wire(faithfulness, attribution, baselines=_rows(ranking))
    yield Checked(faithfulness, wire)


class CheckingWidget(EditingWidget):
    """Checks the result that is shown, and keeps what was found."""

    def __init__(self, attribution: Attribution, **options: Any) -> None:
        self._checks: dict[tuple[str | None, Request, str, str], Checked] = {}
        super().__init__(attribution, **options)

    @property
    def _digest(self) -> str:
        """The hash of the weights that the result that is shown comes from."""
        return self._attribution.provenance.weights_digest

    def _check(
        self, request: Request, erase: str, engine: LIGEngine, stale: Callable[[], bool]
    ) -> None:
        key = engine.wrapper.task, request, erase, self._digest
        if key not in self._checks:
            self.status, self.progress = "checking", 0.0
            for found in check(
                engine,
                self._attribution,
                erase=erase,
                cancelled=stale,
                progress=lambda done: self._report(done, stale),
            ):
                self._show_check(found, stale)
            self._checks[key] = found
        self._show_check(self._checks[key], stale)

    def _show_check(self, found: Checked, stale: Callable[[], bool]) -> None:
        if not stale():
            self._faithfulness, self.checked = found.faithfulness, found.wire


def check_all(
    engine: LIGEngine,
    attributions: Sequence[Attribution],
    *,
    erase: str,
    cancelled: Callable[[], bool],
    progress: Callable[[float], None],
) -> list[dict[str, Any]]:
    """Check several attributions of one text, for the front end.

    They share what Flair predicts for the texts of the random orders.
    """
    predictor = Predictor(engine.wrapper, cancelled=cancelled)
    found: list[dict[str, Any]] = []
    for attribution in attributions:

        def report(done: float, before: int = len(found)) -> None:
            progress((before + done) / len(attributions))

        *_, last = check(
            engine,
            attribution,
            erase=erase,
            cancelled=cancelled,
            progress=report,
            predictor=predictor,
        )
        found.append(last.wire)
    return found


def _rows(ranking: BaselineRanking) -> Baselines:
    return [
        {
            "name": row.name,
            "comprehensiveness": row.compared.comprehensiveness.mean,
            "sufficiency": row.compared.sufficiency.mean,
            "entropy": row.entropy,
        }
        for row in ranking.baselines
    ]
