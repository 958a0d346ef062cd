"""The columns of a corpus: a row for each text, as `docs/format.md` describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from flair_lig_widget.corpus.manifest import Manifest
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.provenance import Provenance
from flair_lig_widget.result.tokens import Token

INPUT = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("text", pa.string()),
        pa.field("gold", pa.string()),
        pa.field("error", pa.string()),
    ]
)
"""What is known of a text before it is explained. A text that cannot even be read has an error."""

_WORD = pa.struct(
    [
        pa.field("text", pa.string(), nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
    ]
)
_TOKEN = pa.struct(
    [
        pa.field("text", pa.string(), nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("word", pa.int32()),
        pa.field("special", pa.bool_(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
    ]
)

SCHEMA = pa.schema(
    [
        *INPUT,
        pa.field("predicted", pa.list_(pa.string())),
        pa.field("target", pa.string()),
        pa.field("probability", pa.float64()),
        pa.field("value", pa.float64()),
        pa.field("baseline_value", pa.float64()),
        pa.field("residual", pa.float64()),
        pa.field("words", pa.list_(_WORD)),
        pa.field("tokens", pa.list_(_TOKEN)),
        pa.field("probabilities", pa.list_(pa.float64())),
        pa.field("baseline_probabilities", pa.list_(pa.float64())),
        pa.field("method", pa.string()),
        pa.field("baseline", pa.string()),
        pa.field("precision", pa.string()),
        pa.field("n_steps", pa.int32()),
        pa.field("n_evaluations", pa.int32()),
        pa.field("rounding", pa.float64()),
        pa.field("error_estimate", pa.float64()),
        pa.field("tolerance", pa.float64()),
        pa.field("seed", pa.int64()),
        pa.field("sentence_starts", pa.list_(pa.int32())),
        pa.field("text_starts", pa.list_(pa.int32())),
        pa.field("truncated", pa.list_(pa.list_(pa.int32()))),
        pa.field("paired_text", pa.string()),
        pa.field("created_at", pa.string()),
    ]
)
"""What is known of it afterwards. If it could not be explained, ``error`` says why, and the columns
after it are null."""

_SAME_NAME = (
    *("target", "value", "baseline_value", "residual", "method", "baseline", "precision"),
    *("n_steps", "n_evaluations", "rounding", "error_estimate", "tolerance", "seed"),
    "paired_text",
)
"""Columns that are attributes of an Attribution."""


def explained_row(given: Mapping[str, Any], attribution: Attribution) -> dict[str, Any]:
    """The row of a text that was explained, from its row of the input."""
    a = attribution
    words = a.words()
    return {
        **given,
        **{name: getattr(a, name) for name in _SAME_NAME},
        "predicted": list(a.predicted),
        "probability": a.prediction[a.target],
        "words": [
            {"text": word.text, "start": word.start, "end": word.end, "score": word.score}
            for word in words
        ],
        "tokens": [
            {
                "text": token.text,
                "start": token.start,
                "end": token.end,
                "word": token.word,
                "special": token.special,
                "score": float(score),
            }
            for token, score in zip(a.tokens, a.scores, strict=True)
        ],
        "probabilities": list(a.prediction.values()),
        "baseline_probabilities": list(a.baseline_prediction.values()),
        "sentence_starts": list(a.sentence_starts),
        "text_starts": list(a.text_starts),
        "truncated": [list(each) for each in a.truncated],
        "created_at": a.provenance.created_at,
    }


def failed_row(given: Mapping[str, Any], error: str) -> dict[str, Any]:
    """The row of a text that could not be explained, from its row of the input."""
    return {**dict.fromkeys(SCHEMA.names), **given, "error": error}


def attribution_of(row: Mapping[str, Any], manifest: Manifest) -> Attribution:
    """The attribution in a row without an error; it has no path profile, which is not kept."""
    labels = manifest.labels
    return Attribution(
        text=row["text"],
        tokens=tuple(
            Token(**{name: value for name, value in token.items() if name != "score"})
            for token in row["tokens"]
        ),
        scores=np.array([token["score"] for token in row["tokens"]]),
        prediction=dict(zip(labels, row["probabilities"], strict=True)),
        baseline_prediction=dict(zip(labels, row["baseline_probabilities"], strict=True)),
        predicted=tuple(row["predicted"]),
        multi_label=manifest.multi_label,
        contrast=manifest.request["contrast"],
        output=manifest.request["output"],
        layer=manifest.request["layer"],
        algorithm=manifest.request["algorithm"],
        sentence_starts=tuple(row["sentence_starts"]),
        text_starts=tuple(row["text_starts"]),
        truncated=tuple((start, end) for start, end in row["truncated"]),
        provenance=Provenance(
            model=manifest.model,
            weights_digest=manifest.weights_digest,
            versions=manifest.versions,
            created_at=row["created_at"],
        ),
        **{name: row[name] for name in _SAME_NAME if name != "residual"},
    )
