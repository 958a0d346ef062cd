"""The JSON that the front end reads; `js/model.d.ts` states the same shape for JavaScript."""

from __future__ import annotations

import dataclasses
from typing import Any

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.request import Request


def to_wire(
    attribution: Attribution, request: Request, granularity: str = "word"
) -> dict[str, Any]:
    """One answer as the front end draws it, with the request that it answers.

    Its words are subwords or sentences if the granularity says so.

    The text travels as segments, ``[characters, number of the word, None or "unseen"]``, because
    Python counts characters and JavaScript UTF-16 units.
    """
    words = attribution.pieces(granularity)
    return {
        "request": dataclasses.asdict(request),
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
        "prediction": sorted(attribution.prediction.items(), key=lambda item: -item[1]),
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
        "granularity": granularity,
        "segments": attribution.segments(granularity),
        "words": [
            {
                "text": word.text,
                "score": word.score,
                "share": word.share,
                "rank": word.rank,
                "subwords": list(word.subwords),
            }
            for word in words
        ],
    }
