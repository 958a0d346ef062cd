"""The engines of a model: one for each of its tasks, or one alone."""

from __future__ import annotations

from flair.nn import Model

from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.model.tasks import checked_task, tasks_of


class Engines:
    """Makes the engine of a task when it is first asked for, and keeps it.

    So going back to a task costs no call of its model.

    Parameters
    ----------
    classifier : flair.nn.Model
    internal_batch_size : int or None
        As for `LIGEngine`.

    Attributes
    ----------
    tasks : tuple of str
        Those of the model; empty if it has none.
    """

    def __init__(self, classifier: Model, internal_batch_size: int | None) -> None:
        self.tasks = tasks_of(classifier)
        self._classifier = classifier
        self._internal_batch_size = internal_batch_size
        self._known: dict[str | None, LIGEngine] = {}

    def of(self, task: str | None) -> LIGEngine:
        """The engine of a task; None is the only task, or a model without tasks.

        Raises
        ------
        ValueError
            If there is no such task, or its model cannot be explained.
        """
        task = checked_task(self._classifier, task)
        if task not in self._known:
            self._known[task] = LIGEngine(
                self._classifier, task=task, internal_batch_size=self._internal_batch_size
            )
        return self._known[task]
