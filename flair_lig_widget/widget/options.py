"""What the constructor of a widget was given, as requests and traits."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
from flair.data import Sentence

from flair_lig_widget.integration.explained import output_of
from flair_lig_widget.model.given import request_of
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.request import METHODS, Request
from flair_lig_widget.result.texts import Text
from flair_lig_widget.widget.base import REQUEST_TRAITS

_OPTIONS = {*REQUEST_TRAITS, "granularity", *anywidget.AnyWidget.class_trait_names()}


def requests_of(
    wrapper: ModelWrapper, text: Text | Sequence[Text], options: Mapping[str, Any]
) -> list[Request]:
    """A request for each text, all with the same options and the name of what is explained.

    Raises
    ------
    TypeError
        If an option is unknown.
    ValueError
        If there is no text, or a text or an option is not possible.
    """
    unknown = [name for name in options if name not in _OPTIONS]
    if unknown:
        known = ", ".join((*REQUEST_TRAITS[1:], "granularity"))  # without the text
        raise TypeError(f"unknown option {unknown[0]!r}; options are {known}")
    is_one = isinstance(text, (str, Sentence)) or (wrapper.n_texts > 1 and isinstance(text, tuple))
    texts: list[Any] = [text] if is_one else list(text)
    if not texts:
        raise ValueError("no text; give at least one to explain")
    settings: Any = {name: value for name, value in options.items() if name in REQUEST_TRAITS}
    requests = [request_of(wrapper, each, settings) for each in texts]
    output = output_of(wrapper, requests[0].output)
    return [dataclasses.replace(request, output=output) for request in requests]


def traits_of(
    wrapper: ModelWrapper, requests: Sequence[Request], options: Mapping[str, Any]
) -> dict[str, Any]:
    """The traits that the classifier and the first request determine."""
    return {
        **options,
        **requests[0].to_dict(),
        **choices_of_model(wrapper),
        "computes": True,
        "methods": list(METHODS),
        "texts": [each.text for each in requests],
    }


def choices_of_model(wrapper: ModelWrapper) -> dict[str, Any]:
    """The traits that list what can be chosen for a model."""
    return {
        "labels": list(wrapper.labels),
        "baselines": list(wrapper.baselines),
        "layers": list(wrapper.layers),
    }


def fields_of(request: Request, task: str | None) -> dict[str, Any]:
    """A request as the front end has it, with its task if the model has tasks."""
    fields = request.to_dict()
    return fields if task is None else {**fields, "task": task}
