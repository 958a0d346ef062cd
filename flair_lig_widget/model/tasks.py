"""The tasks of a Flair model that has several; each is decided by a model that can be explained."""

from __future__ import annotations

from typing import Any

from flair.models import MultitaskModel

from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import join_labels


def tasks_of(classifier: Any) -> tuple[str, ...]:
    """The tasks of a ``MultitaskModel``, in its order; none of any other model."""
    return tuple(classifier.tasks) if isinstance(classifier, MultitaskModel) else ()


def checked_task(classifier: Any, task: str | None) -> str | None:
    """The task that is explained; None for a model without tasks.

    Parameters
    ----------
    classifier : flair.nn.Model
    task : str or None
        If None, a model with one task explains that.

    Raises
    ------
    ValueError
        If there is no such task, several and none is named, or the model has no tasks.
    """
    tasks, name = tasks_of(classifier), type(classifier).__name__
    if not tasks:
        if task is not None:
            raise ValueError(
                f"task={shown(task)} is given, but only a MultitaskModel has tasks, and this is a "
                f"{name}; leave it out"
            )
        return None
    if task is None and len(tasks) > 1:
        raise ValueError(f"the {name} has several tasks; give task=, one of {join_labels(tasks)}")
    if task not in (None, *tasks):
        raise ValueError(f"unknown task {shown(task)}; tasks are {join_labels(tasks)}")
    return tasks[0] if task is None else task


def model_of_task(classifier: Any, task: str | None) -> Any:
    """The model that decides a task: an entry of ``classifier.tasks``.

    Parameters and errors are those of `checked_task`. A model without tasks is returned itself.
    """
    task = checked_task(classifier, task)
    return classifier if task is None else classifier.tasks[task]
