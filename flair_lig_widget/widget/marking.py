"""What is marked in the text that is shown: its entities, and the data point that is explained."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.widget.tasking import TaskWidget


class MarkingWidget(TaskWidget):
    """Gives each text its entities; a data point belongs to one text."""

    _entities_of: dict[str, list[Any]]
    """The entities of the texts to choose from."""

    def _settings_for(self, wrapper: ModelWrapper) -> dict[str, Any]:
        """With the entities of the text, if the model reads any."""
        known = self.entities or self._entities_of.get(self.text, [])
        entities = known if wrapper.family.reads_entities else []
        return {**super()._settings_for(wrapper), "entities": entities}

    def _on_text(self, change: object) -> None:
        """Drop what is marked in the text before."""
        if self._is_open:
            with self.hold_trait_notifications():
                self.set_trait("entities", self._entities_of.get(self.text, []))
                self.set_trait("data_point", None)
