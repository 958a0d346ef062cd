"""The work of a task: its model explains the text that is shown, until another task is chosen."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.frontend.choices import choices_of
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.marked import MarkedText
from flair_lig_widget.result.request import Request
from flair_lig_widget.widget.checking import CheckingWidget
from flair_lig_widget.widget.engines import Engines
from flair_lig_widget.widget.options import choices_of_model


class TaskWidget(CheckingWidget):
    """Explains one task of a model at a time."""

    _engines: Engines
    _shown_task: str | None = None
    """The task of the result that is shown."""

    def __init__(self, attribution: Attribution, **options: Any) -> None:
        self._parities: dict[tuple[str | None, MarkedText, str], float] = {}
        super().__init__(attribution, **options)

    @property
    def _engine(self) -> LIGEngine:
        """The engine of the task that is requested."""
        return self._engines.of(self.task)

    def _on_task(self, change: object) -> None:
        """Drop the settings that belong to the model of the task before."""
        if not self._is_open:
            return
        try:
            settings = self._settings_for(self._engine.wrapper)
        except ValueError:  # the request of the task has the same error, and shows it
            return
        with self.hold_trait_notifications():
            for name, value in settings.items():
                setattr(self, name, value)

    def _settings_for(self, wrapper: ModelWrapper) -> dict[str, Any]:
        """What differs from the requested settings, where another model is explained."""
        settings: dict[str, Any] = {"target": None, "contrast": None, "data_point": None}
        if self.baseline not in (None, *wrapper.baselines):
            settings["baseline"] = None
        if self.layer not in wrapper.layers:
            settings["layer"] = Request.layer
        if self.output not in wrapper.family.outputs:
            settings["output"] = wrapper.family.outputs[0]
        return settings

    def _parity_of(self, engine: LIGEngine) -> float:
        """How far the prediction that is shown is from Flair's own, which is asked once."""
        shown = self._attribution
        key = engine.wrapper.task, shown.marked, self._digest
        if key not in self._parities:
            given = shown.text if shown.marked.is_plain else shown.marked
            self._parities[key] = engine.wrapper.parity(given, shown.prediction)
        return self._parities[key]

    def _show_model(self, engine: LIGEngine, attribution: Attribution) -> None:
        """Show what can be chosen for the model of a result, and drop what is of another task."""
        wrapper = engine.wrapper
        if wrapper.task != self._shown_task:
            self._shown_task = wrapper.task
            self.parity, self.snapshots = None, {}
            self._drop_comparison()
        self.choices = choices_of(attribution.output)
        for name, value in choices_of_model(wrapper).items():
            setattr(self, name, value)
