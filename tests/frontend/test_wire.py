"""What Python sends is what JavaScript was told: one golden payload, read by both test suites.

`python tests/test_wire.py` writes it anew.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from flair_lig_widget import Attribution, Token
from flair_lig_widget.pieces import GRANULARITIES
from flair_lig_widget.request import Request
from flair_lig_widget.wire import to_wire

GOLDEN = Path(__file__).parent / "fixtures" / "result.json"
TEXT = (
    "The central bank raised its rates  again 🚀,\nand <b>shares</b> of the football club fell 3 %."
)
UNREAD = " More was never read."
SCORES = {
    "central": 0.62,
    "bank": 1.31,
    "rates": 0.94,
    "🚀": -0.08,
    "<b>": -0.12,
    "shares": 1.07,
    "football": -0.83,
    "club": -0.41,
    "fell": 0.29,
    "%": 0.18,
}


def golden() -> Attribution:
    tokens, scores, here = [Token("[CLS]", 0, 0, None, True)], [0.0], 0
    words = (
        TEXT.replace(",", " ,").replace("<", " <").replace(">", "> ").replace("%.", "% .").split()
    )
    for place, word in enumerate(words):
        here = TEXT.index(word, here)
        tokens.append(Token(word.lower(), here, here + len(word), place, False))
        scores.append(SCORES.get(word, 0.02))
        here += len(word)
    tokens.append(Token("[SEP]", here, here, None, True))
    scores.append(0.0)
    return Attribution(
        text=TEXT + UNREAD,
        unseen=(len(TEXT), len(TEXT + UNREAD)),
        tokens=tuple(tokens),
        scores=scores,
        value=sum(scores) + 0.752,
        baseline_value=0.764,
        prediction={
            "business": 0.931,
            "entertainment": 0.0031,
            "politics": 0.0165,
            "sport": 0.041,
            "tech": 0.0084,
        },
        baseline_prediction=dict.fromkeys(
            ("business", "entertainment", "politics", "sport", "tech"), 0.2
        ),
        predicted=("business",),
        target="business",
        method="auto",
        n_steps=17,
        n_evaluations=17,
        baseline="pad",
        layer="word_embeddings",
        error_estimate=0.0081,
        tolerance=0.01,
        gains=np.outer(np.hanning(16) / np.hanning(16).sum(), scores),
        sentence_starts=(0, len(TEXT) + 1),
    )


def golden_payload() -> dict:
    return to_wire(golden(), asdict(Request(text=TEXT + UNREAD)), seconds=0.42)


def as_json(payload: dict) -> str:
    return json.dumps(payload, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def test_the_golden_payload_is_what_python_sends():
    assert json.loads(as_json(golden_payload())) == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_segments_join_to_the_text_and_name_every_piece_once(granularity):
    segments = golden_payload()["layout"]["segments"][granularity]
    pieces = golden().pieces(granularity)
    assert "".join(text for text, _ in segments) == TEXT + UNREAD
    assert segments[-1] == (UNREAD, "unseen")
    named = [(text, place) for text, place in segments if isinstance(place, int)]
    assert named == [(piece.text, place) for place, piece in enumerate(pieces)]


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_a_piece_is_the_sum_of_the_tokens_that_it_owns(granularity):
    payload = golden_payload()
    owners = payload["layout"]["owners"][granularity]
    for place, piece in enumerate(golden().pieces(granularity)):
        own = [token for token, owner in enumerate(owners) if owner == place]
        assert sum(payload["scores"][token] for token in own) == pytest.approx(piece.score)
        assert tuple(payload["layout"]["tokens"][token] for token in own) == piece.subwords
    assert [owners[0], owners[-1]] == [None, None]  # the special tokens


def test_the_account_adds_up():
    payload = golden_payload()
    difference = payload["value"] - payload["baseline_value"]
    assert sum(payload["scores"]) - difference == pytest.approx(payload["delta"])
    assert payload["relative_delta"] == pytest.approx(payload["delta"] / difference)
    assert [p for _, p in payload["prediction"]] == [0.931, 0.041, 0.0165, 0.0084, 0.0031]
    assert "did not read the last 21 of" in payload["notes"][0]


def test_gains_are_packed_to_what_can_be_seen():
    gains, sent = golden().gains, golden_payload()["gains"]
    packed = np.frombuffer(base64.b64decode(sent["packed"]), "<i2")
    unpacked = packed.reshape(len(golden().tokens), 16).T * sent["peak"] / 32767
    assert abs(unpacked - gains).max() <= sent["peak"] / 32767


if __name__ == "__main__":
    GOLDEN.write_text(as_json(golden_payload()), encoding="utf-8")
