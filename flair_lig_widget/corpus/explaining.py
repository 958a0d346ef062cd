"""Explaining the rows of one batch. Nothing here knows which engine runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flair.nn import Model

from flair_lig_widget.corpus.columns import explained_row, failed_row
from flair_lig_widget.evaluation import algorithms
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.integration.explained import output_of
from flair_lig_widget.model.errors import ClassifierChangedError
from flair_lig_widget.result.algorithms import INTEGRATED_GRADIENTS
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request

PREDICTED, GOLD = "predicted", "gold"
"""The targets that differ from text to text."""


class Explainer:
    """Explains rows of the input with one classifier.

    Parameters
    ----------
    classifier : Model
    task : str or None
        As for `attribute`.
    target : str
        ``"predicted"``, ``"gold"``, or a label.
    request : dict
        All other options of `attribute`.
    """

    def __init__(
        self,
        classifier: Model,
        *,
        task: str | None = None,
        target: str,
        request: Mapping[str, Any],
    ) -> None:
        self.engine = LIGEngine(classifier, task=task)
        self.target = target
        self.request = {**request, "output": output_of(self.engine.wrapper, request["output"])}

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rows of the corpus; a text that cannot be explained has an error."""
        requests: dict[int, Request] = {}
        errors: dict[int, str] = {}
        for index, row in enumerate(rows):
            if row["error"] is not None:
                errors[index] = row["error"]
                continue
            try:
                requests[index] = self._request_of(row)
            except ValueError as error:
                errors[index] = describe(error)
        results = dict(zip(requests, self._explain(list(requests.values())), strict=True))
        return [
            failed_row(row, errors[index]) if index in errors else _row(row, results[index])
            for index, row in enumerate(rows)
        ]

    def _request_of(self, row: Mapping[str, Any]) -> Request:
        target: str | None = self.target
        if target == PREDICTED:
            target = None
        elif target == GOLD:
            target = row["gold"]
            if target is None:
                raise ValueError("the text has no gold label to explain")
        return Request(text=row["text"], target=target, **self.request)

    def _explain(self, requests: Sequence[Request]) -> list[Attribution | Exception]:
        if self.request["algorithm"] == INTEGRATED_GRADIENTS:
            return self.engine.attribute_many(requests, on_error="record")
        return [self._explain_one(request) for request in requests]

    def _explain_one(self, request: Request) -> Attribution | Exception:
        try:
            *_, last = algorithms.stream(self.engine, request)
        except ClassifierChangedError:
            raise
        except Exception as error:  # recorded with the text, as `attribute_many` does
            return error
        return last


def describe(error: Exception) -> str:
    """An error as a row has it."""
    return f"{type(error).__name__}: {error}"


def _row(given: Mapping[str, Any], result: Attribution | Exception) -> dict[str, Any]:
    if isinstance(result, Exception):
        return failed_row(given, describe(result))
    return explained_row(given, result)
