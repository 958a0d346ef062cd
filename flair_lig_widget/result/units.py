"""The outputs that can be explained, their units, and how f is described in words."""

from __future__ import annotations

OUTPUTS = {"logit": "logit", "probability": "probability", "log_odds": "log-odds"}
"""Each output of a label that can be explained, with the unit of its scores."""


def visible(label: str) -> str:
    """The label as sentences show it."""
    return label or "(empty)"


def describe_output(output: str, target: str, contrast: str | None) -> str:
    """F in words, such as ``"the logit of sport minus that of tech"``."""
    minus = "" if contrast is None else f" minus that of {visible(contrast)}"
    return f"the {OUTPUTS[output]} of {visible(target)}{minus}"
