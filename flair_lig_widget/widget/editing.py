"""The work of an edit: what the model says without some words, or with others in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flair_lig_widget.evaluation.editing import edit_words
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.frontend.edit import edit_to_wire
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request
from flair_lig_widget.widget.comparing import ComparingWidget
from flair_lig_widget.widget.options import fields_of


class EditingWidget(ComparingWidget):
    """Asks the model about one edit of the words that are shown."""

    _answered: tuple[dict[str, Any], str] | None = None
    """The edit that was answered last, and the hash of the weights that gave the answer."""

    def _edit_of(self, request: Request, task: str | None) -> dict[str, Any] | None:
        """What is edited of the result of a request; None if nothing is."""
        edit: dict[str, Any] | None = self.edit
        return edit if edit and edit.get("request") == fields_of(request, task) else None

    def _answer_edit(
        self, edit: dict[str, Any] | None, engine: LIGEngine, stale: Callable[[], bool]
    ) -> None:
        """Show what the model says after an edit of the result, unless that is shown already."""
        if stale():
            return
        shown = self._attribution
        if edit is None:
            self.edited = {}
            return
        asked = edit, shown.provenance.weights_digest
        if self.edited and asked == self._answered:
            return
        self.edited = {}
        self.status, self.progress = "checking", 0.0
        found = edit_words(
            engine.wrapper,
            shown,
            _range_of(shown, edit.get("words")),
            edit.get("replacement"),
            erase=edit.get("erase", "delete"),
            predictor=Predictor(engine.wrapper, cancelled=stale),
            cancelled=stale,
        )
        if not stale():
            self._answered, self.edited = asked, edit_to_wire(found, edit)


def _range_of(attribution: Attribution, numbers: object) -> tuple[int, int]:
    """The characters of some words, given by their numbers."""
    words = attribution.words()
    chosen = numbers if isinstance(numbers, list) else []
    if not chosen or not all(number in range(len(words)) for number in chosen):
        raise ValueError(
            f"words={numbers!r:.60} are no words of the text; give a list of their numbers, "
            f"from 0 to {len(words) - 1}"
        )
    return words[min(chosen)].start, words[max(chosen)].end
