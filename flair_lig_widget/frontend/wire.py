"""The JSON that the front end reads; `js/model.d.ts` states the same shape for JavaScript."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.pieces import GRANULARITIES, owners_of

_PACKED = 32767
"""The largest number of 16 bits with a sign."""
_SHARED = ("text", "contrast", "output", "layer", "precision")
"""What of a request all snapshots have in common."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def to_wire(
    attribution: Attribution, request: Mapping[str, Any], seconds: float | None = None
) -> dict[str, Any]:
    """One answer as the front end draws it, with the request that it answers.

    Parameters
    ----------
    attribution : Attribution
        The answer.
    request : dict
        What was asked: the fields of a `Request`.
    seconds : float, optional
        How long the answer took.
    """
    return {
        "request": dict(request),
        "target": attribution.target,
        "contrast": attribution.contrast,
        "output": attribution.output,
        "unit": attribution.unit,
        "explained": attribution.explained,
        "method": attribution.method,
        "n_steps": attribution.n_steps,
        "baseline": attribution.baseline,
        "layer": attribution.layer,
        "precision": attribution.precision,
        "prediction": _sorted(attribution.prediction),
        "predicted": list(attribution.predicted),
        "value": attribution.value,
        "baseline_value": attribution.baseline_value,
        "delta": attribution.delta,
        "relative_delta": attribution.relative_delta,
        "error_estimate": attribution.error_estimate,
        "rounding": attribution.rounding,
        "converged": attribution.converged,
        "n_evaluations": attribution.n_evaluations,
        "special_score": attribution.special_score,
        "notes": list(attribution.notes),
        "seconds": seconds,
        "layout": _layout(attribution),
        "scores": attribution.scores.tolist(),
        "gains": _gains(attribution),
    }


def _sorted(prediction: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(prediction.items(), key=lambda item: -item[1])


def _layout(attribution: Attribution) -> dict[str, Any]:
    """The text and its subwords.

    The text travels as segments, ``[characters, number of the piece, None or "unseen"]``, because
    Python counts characters and JavaScript UTF-16 units.
    """
    a = attribution
    return {
        "tokens": [token.text for token in a.tokens],
        "owners": {name: owners_of(a.tokens, name, a.sentence_starts) for name in GRANULARITIES},
        "segments": {name: a.segments(name) for name in GRANULARITIES},
    }


def _gains(attribution: Attribution) -> dict[str, Any] | None:
    """What each token gained where, as 16-bit integers."""
    gains = attribution.gains
    if gains is None:
        return None
    peak = float(abs(gains).max(initial=0.0))
    units = np.round(gains.T * (_PACKED / peak if peak else 0.0))
    return {"peak": peak, "packed": _base64(units.astype("<i2"))}


def _base64(numbers: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def request_of(attribution: Attribution) -> dict[str, Any]:
    """The request that an attribution answers."""
    a = attribution
    auto = a.method == "auto"
    return {
        "text": a.text,
        "target": a.target,
        "contrast": a.contrast,
        "output": a.output,
        "method": a.method,
        "n_steps": None if auto else a.n_steps,
        "tolerance": a.tolerance or 0.01,
        "baseline": a.baseline,
        "layer": a.layer,
        "precision": "auto" if a.rounding is not None else "float32",
    }


def snapshots_to_wire(answers: Sequence[Attribution]) -> dict[str, Any]:
    """Finished answers of one text, as pages without a kernel draw them.

    What the answers share stands there once: the text, and for each label and reference input
    the path. Scores are 32-bit floats, which `bake` has made of them.
    """
    request = request_of(answers[0])
    layouts: list[dict[str, Any]] = []
    paths: dict[tuple[str, str], list[Attribution]] = {}
    for a in answers:
        paths.setdefault((a.target, a.baseline), []).append(a)
    return {
        "request": {name: request[name] for name in _SHARED},
        "unit": answers[0].unit,
        "prediction": _sorted(answers[0].prediction),
        "predicted": list(answers[0].predicted),
        "layouts": layouts,
        "lines": [_line(along, layouts) for along in paths.values()],
    }


def _line(answers: Sequence[Attribution], layouts: list[dict[str, Any]]) -> dict[str, Any]:
    """The answers along one path; their layout is added to ``layouts`` if it is not there."""
    a = answers[0]
    layout = _layout(a)
    if layout not in layouts:
        layouts.append(layout)
    # The gains of the most exact answer stand for all of them.
    finest = min(answers, key=lambda a: math.inf if a.error_estimate is None else a.error_estimate)
    notes = [note for note in a.notes if all(note in other.notes for other in answers)]
    return {
        "target": a.target,
        "baseline": a.baseline,
        "explained": a.explained,
        "value": a.value,
        "baseline_value": a.baseline_value,
        "special_score": a.special_score,
        "notes": notes,
        "gains": _gains(finest),
        "layout": layouts.index(layout),
        "answers": [_answer(each, notes) for each in answers],
    }


def _answer(attribution: Attribution, known: Sequence[str]) -> dict[str, Any]:
    """What an answer has of its own; notes that are not known already as a rule are none."""
    a = attribution
    answer: dict[str, Any] = {
        "method": a.method,
        "n_steps": a.n_steps,
        "tolerance": a.tolerance,
        "n_evaluations": a.n_evaluations,
        "delta": a.delta,
        "error_estimate": a.error_estimate,
        "rounding": a.rounding,
        "precision": a.precision,
        "converged": a.converged,
        "scores": _base64(a.scores.astype("<f4")),
    }
    if notes := [note for note in a.notes if note not in known]:
        answer["notes"] = notes
    return answer


def sendable(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with half characters (lone surrogates) replaced, which no host can send."""
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
    if not _SURROGATES.search(text):
        return payload
    replaced: dict[str, Any] = json.loads(_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text))
    return replaced
