"""What every export says about where its numbers come from."""

from __future__ import annotations

import json
from typing import Any

from flair_lig_widget.result.algorithms import describe_algorithm
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.faithfulness import Faithfulness
from flair_lig_widget.result.provenance import Provenance

_FIELDS = (
    *("target", "contrast", "output", "value", "baseline_value", "delta", "method", "n_steps"),
    *("n_evaluations", "error_estimate", "baseline", "layer", "precision", "algorithm", "seed"),
)
_FAITHFULNESS_FIELDS = (
    *("target", "contrast", "output", "value", "baseline_value", "probability", "baseline"),
    *("layer", "erase", "seed", "n_words", "n_random", "p_value", "area", "agreement"),
    *("infidelity", "algorithm"),
)
_ESCAPES = {",": "\\u002c", ";": "\\u003b", "\x7f": "\\u007f"}


def record(attribution: Attribution) -> dict[str, Any]:
    """The model, what was explained and how, and the versions, as plain data."""
    fields = {name: getattr(attribution, name) for name in _FIELDS}
    return _with_origin(fields, attribution.provenance)


def faithfulness_record(faithfulness: Faithfulness) -> dict[str, Any]:
    """The model, what was evaluated and how, measures, verdict and versions, as plain data."""
    f = faithfulness
    fields = {name: getattr(f, name) for name in _FAITHFULNESS_FIELDS}
    fields |= {
        "comprehensiveness": f.comprehensiveness.probability,
        "sufficiency": f.sufficiency.probability,
        "verdict": f.verdict.sentence,
    }
    return _with_origin(fields, f.provenance)


def comment_lines(fields: dict[str, Any]) -> list[str]:
    """A record as lines ``name: value`` of printable ASCII, for the comments of a file.

    Strings are escaped as in JSON, and so are commas and semicolons, so that no value can end a
    comment or begin a table cell.
    """
    versions = fields["versions"]
    lines = {name: value for name, value in fields.items() if name != "versions"}
    lines |= {f"versions.{package}": version for package, version in versions.items()}
    return [f"{_escape(name)}: {_value(value)}" for name, value in lines.items()]


def readable(attribution: Attribution) -> dict[str, str]:
    """The record in words for people; what is not known is left out."""
    a, origin = attribution, attribution.provenance
    values = [x for x in (a.value, a.baseline_value, a.delta) if x is not None]
    method = describe_algorithm(a) or f"{a.method}, {a.n_steps} steps"
    fields = {
        "model": origin.model,
        "weights digest": origin.weights_digest,
        "explained": a.explained,
        "f(x), f(x′)" if a.delta is None else "f(x), f(x′), delta": ", ".join(map(_exact, values)),
        "method": f"{method}, {a.n_evaluations} evaluations",
        "baseline": a.baseline,
        "layer": a.layer,
        "versions": ", ".join(f"{name} {version}" for name, version in origin.versions.items()),
        "created at": origin.created_at,
    }
    return {name: value for name, value in fields.items() if value}


def _exact(number: float) -> str:
    """All digits, with a minus for people."""
    return repr(number).replace("-", "−")


def _with_origin(fields: dict[str, Any], origin: Provenance) -> dict[str, Any]:
    return {
        "model": origin.model,
        "weights_digest": origin.weights_digest,
        **fields,
        "created_at": origin.created_at,
        "versions": dict(origin.versions),
    }


def _value(value: Any) -> str:
    return _escape(value) if isinstance(value, str) else json.dumps(value)


def _escape(text: str) -> str:
    escaped = json.dumps(text)[1:-1]
    return "".join(_ESCAPES.get(character, character) for character in escaped)
