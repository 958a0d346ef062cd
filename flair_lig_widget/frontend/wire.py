"""The JSON that the front end reads; `js/model.d.ts` describes the same shape for JavaScript."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from flair_lig_widget.frontend.choices import choices_of
from flair_lig_widget.frontend.marks import data_points_to_wire, marks
from flair_lig_widget.result.algorithms import INTEGRATED_GRADIENTS
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.faithfulness import ERASURES
from flair_lig_widget.result.numbers import fraction
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.spans import GRANULARITIES, span_of_tokens
from flair_lig_widget.result.summary import accuracy_summary, prediction_summary

_LARGEST_INT16 = 32767
_COMMON_TO_SNAPSHOTS = (
    *("text", "contrast", "output", "layer", "precision", "algorithm"),
    *("entities", "data_point"),
)
"""The fields of a request that are the same in all snapshots."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def to_wire(
    attribution: Attribution, request: Mapping[str, Any], seconds: float | None = None
) -> dict[str, Any]:
    """One result as the front end draws it, with the request that it belongs to.

    Parameters
    ----------
    attribution : Attribution
        The result.
    request : dict
        The fields of a `Request`.
    seconds : float, optional
        How long the computation took.
    """
    a = attribution
    return {
        "request": dict(request),
        "target": a.target,
        "contrast": a.contrast,
        "output": a.output,
        "unit": a.unit,
        "explained": a.explained,
        "algorithm": a.algorithm,
        "method": a.method,
        "n_steps": a.n_steps,
        "baseline": a.baseline,
        "layer": a.layer,
        "precision": a.precision,
        "prediction": most_probable_first(a.prediction),
        "predicted": list(a.predicted),
        "prediction_summary": prediction_summary(a),
        "accuracy_summary": accuracy_summary(a),
        "value": a.value,
        "baseline_value": a.baseline_value,
        "delta": a.residual,
        "relative_delta": fraction(a.residual, a.value - a.baseline_value),
        "error_estimate": a.error_estimate,
        "rounding": a.rounding,
        "converged": a.converged,
        "n_evaluations": a.n_evaluations,
        "special_score": a.special_score,
        "notes": list(a.notes),
        "seconds": seconds,
        **data_points_to_wire(a),
        "layout": _layout(a),
        "scores": a.scores.tolist(),
        "path_profile": _path_profile(a),
    }


def request_of(attribution: Attribution) -> dict[str, Any]:
    """The request that an attribution is the result of."""
    a = attribution
    is_integrated = a.algorithm == INTEGRATED_GRADIENTS
    return {
        "text": a.text,
        "target": a.target,
        "contrast": a.contrast,
        "output": a.output,
        "method": a.method if is_integrated else Request.method,
        "n_steps": None if a.method == "auto" else a.n_steps or None,
        "tolerance": Request.tolerance if a.tolerance is None else a.tolerance,
        "baseline": a.baseline,
        "layer": a.layer,
        "precision": "float32" if a.rounding is None else "auto",
        "algorithm": a.algorithm,
        "entities": [list(each) for each in a.entities],
        "data_point": None if a.data_point is None else [list(each) for each in a.data_point],
    }


def state_of(attribution: Attribution) -> dict[str, Any]:
    """The traits of a widget that shows an attribution and has no classifier."""
    request = request_of(attribution)
    return without_surrogates(
        {
            **request,
            "task": None,
            "tasks": [],
            "granularity": "word",
            "position": 0,
            "computes": False,
            "choices": choices_of(attribution.output),
            "labels": sorted(attribution.prediction),
            "methods": [request["method"]],
            "baselines": [attribution.baseline],
            "layers": [attribution.layer],
            "texts": [],
            "parity": None,
            "status": "idle",
            "progress": 0.0,
            "error": "",
            "result": to_wire(attribution, request),
            "snapshots": {},
            "checking": False,
            "erase": ERASURES[0],
            "checked": {},
            "edit": None,
            "edited": {},
            "kept": {},
            "other": None,
        }
    )


def snapshots_to_wire(
    results: Sequence[Attribution],
    checks: Sequence[dict[str, Any]] = (),
    *,
    task: str | None = None,
) -> dict[str, Any]:
    """Final results of one text, as pages without a kernel draw them.

    What the results have in common is written once: the text, and for each label and baseline the
    path. Scores are 32-bit floats, as `precompute` returns them.

    Parameters
    ----------
    results : sequence of Attribution
    checks : sequence of dict
        As `check_to_wire` returns them, at most one for each label and baseline.
    task : str, optional
        The task of the model that they explain.
    """
    first = results[0]
    request = request_of(first)
    common = {name: request[name] for name in _COMMON_TO_SNAPSHOTS}
    layouts: list[dict[str, Any]] = []
    points = data_points_to_wire(first)
    explained = {"data_point": points.pop("data_point")} if points else {}
    check_of = {(c["request"]["target"], c["request"]["baseline"]): c for c in checks}
    return {
        "request": common if task is None else {**common, "task": task},
        "unit": first.unit,
        "prediction": most_probable_first(first.prediction),
        "predicted": list(first.predicted),
        "prediction_summary": prediction_summary(first),
        **points,
        "layouts": layouts,
        "paths": [
            {**_snapshot_path(along, layouts), **explained, "check": check_of.get(path)}
            for path, along in _by_path(results).items()
        ],
    }


def most_accurate(results: Sequence[Attribution]) -> list[Attribution]:
    """The most accurate result of each label and baseline."""
    return [_most_accurate(along) for along in _by_path(results).values()]


def _by_path(results: Sequence[Attribution]) -> dict[tuple[str, str], list[Attribution]]:
    paths: dict[tuple[str, str], list[Attribution]] = {}
    for a in results:
        paths.setdefault((a.target, a.baseline), []).append(a)
    return paths


def _most_accurate(results: Sequence[Attribution]) -> Attribution:
    return min(results, key=lambda a: math.inf if a.error_estimate is None else a.error_estimate)


def without_surrogates(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with lone surrogates replaced by U+FFFD, because no host can send them."""
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
    if not _SURROGATES.search(text):
        return payload
    replaced: dict[str, Any] = json.loads(_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text))
    return replaced


def most_probable_first(prediction: Mapping[str, float]) -> list[tuple[str, float]]:
    """Labels with their probabilities, as the front end lists them."""
    return sorted(prediction.items(), key=lambda item: -item[1])


def _layout(attribution: Attribution) -> dict[str, Any]:
    """The text and its tokens.

    The text is sent as segments, because Python counts code points and JavaScript UTF-16 units.
    """
    a = attribution
    layout: dict[str, Any] = {
        "tokens": [token.text for token in a.tokens],
        "span_of_token": {
            name: span_of_tokens(a.tokens, name, a.sentence_starts) for name in GRANULARITIES
        },
        "segments": {
            name: [
                [segment.text, "truncated" if segment.truncated else segment.span]
                for segment in a.segments(name)
            ]
            for name in GRANULARITIES
        },
    }
    if len(a.text_starts) > 1:
        layout["n_texts"] = len(a.text_starts)
    if a.data_points or a.entities:
        layout["marks"] = {name: marks(a, name) for name in GRANULARITIES}
    return layout


def _path_profile(attribution: Attribution) -> dict[str, Any] | None:
    """The path profile as 16-bit integers, token by token."""
    profile = attribution.path_profile
    if profile is None:
        return None
    peak = float(abs(profile).max(initial=0.0))
    units = np.round(profile.T / (peak or 1.0) * _LARGEST_INT16)
    return {"bins": len(profile), "peak": peak, "packed": _base64(units.astype("<i2"))}


def _base64(numbers: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def _snapshot_path(results: Sequence[Attribution], layouts: list[dict[str, Any]]) -> dict[str, Any]:
    """The results along one path; their layout is added to ``layouts`` if it is new."""
    a = results[0]
    layout = _layout(a)
    if layout not in layouts:
        layouts.append(layout)
    common_notes = [note for note in a.notes if all(note in other.notes for other in results)]
    return {
        "target": a.target,
        "baseline": a.baseline,
        "explained": a.explained,
        "value": a.value,
        "baseline_value": a.baseline_value,
        "special_score": a.special_score,
        "notes": common_notes,
        # That of the most accurate result serves all of them.
        "path_profile": _path_profile(_most_accurate(results)),
        "layout": layouts.index(layout),
        "results": [_snapshot_result(each, common_notes) for each in results],
    }


def _snapshot_result(attribution: Attribution, common_notes: Sequence[str]) -> dict[str, Any]:
    """What differs between the results along one path; ``notes`` only if there are others."""
    a = attribution
    result: dict[str, Any] = {
        "method": a.method,
        "n_steps": a.n_steps,
        "tolerance": a.tolerance,
        "n_evaluations": a.n_evaluations,
        "delta": a.residual,
        "error_estimate": a.error_estimate,
        "rounding": a.rounding,
        "precision": a.precision,
        "converged": a.converged,
        "accuracy_summary": accuracy_summary(a),
        "scores": _base64(a.scores.astype("<f4")),
    }
    if notes := [note for note in a.notes if note not in common_notes]:
        result["notes"] = notes
    return result
