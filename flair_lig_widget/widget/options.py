"""What the constructor of a widget was given, as requests and traits."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import anywidget

from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.request import METHODS, Request
from flair_lig_widget.widget.base import REQUEST_TRAITS

_OPTIONS = {*REQUEST_TRAITS, "granularity", *anywidget.AnyWidget.class_trait_names()}


def requests_of(text: str | Sequence[str], options: Mapping[str, Any]) -> list[Request]:
    """A request for each text, all with the same options.

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
    texts = [text] if isinstance(text, str) else list(text)
    if not texts:
        raise ValueError("no text; give at least one to explain")
    settings: Any = {name: value for name, value in options.items() if name in REQUEST_TRAITS}
    return [Request(text=each, **settings) for each in texts]


def traits_of(
    wrapper: ModelWrapper, requests: Sequence[Request], options: Mapping[str, Any]
) -> dict[str, Any]:
    """The traits that the classifier and the first request determine."""
    return {
        **options,
        **dataclasses.asdict(requests[0]),
        "computes": True,
        "labels": list(wrapper.labels),
        "methods": list(METHODS),
        "baselines": list(wrapper.baselines),
        "layers": list(wrapper.layers),
        "texts": [each.text for each in requests],
    }
