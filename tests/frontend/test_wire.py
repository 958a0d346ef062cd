"""The JSON that Python sends: one golden payload, which the test suites of Python and JS both read.

`PYTHONPATH=tests python tests/frontend/test_wire.py` writes it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from support.attributions import make

from flair_lig_widget import Attribution, AttributionWidget, Token
from flair_lig_widget.frontend.wire import CHOICES, state_of, to_wire
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.spans import GRANULARITIES

GOLDEN = Path(__file__).parents[1] / "fixtures" / "result.json"
TEXT = (
    "The central bank raised its rates  again 🚀,\nand <b>shares</b> of the football club fell 3 %."
)
TRUNCATED = " More was never read."
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
    tokens, scores, end = [Token("[CLS]", 0, 0, None, True)], [0.0], 0
    words = (
        TEXT.replace(",", " ,").replace("<", " <").replace(">", "> ").replace("%.", "% .").split()
    )
    for index, word in enumerate(words):
        start = TEXT.index(word, end)
        end = start + len(word)
        tokens.append(Token(word.lower(), start, end, index, False))
        scores.append(SCORES.get(word, 0.02))
    tokens.append(Token("[SEP]", end, end, None, True))
    scores.append(0.0)
    return Attribution(
        text=TEXT + TRUNCATED,
        truncated=(len(TEXT), len(TEXT + TRUNCATED)),
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
        path_profile=np.outer(np.hanning(16) / np.hanning(16).sum(), scores),
        sentence_starts=(0, len(TEXT) + 1),
    )


def golden_payload() -> dict:
    return to_wire(golden(), asdict(Request(text=TEXT + TRUNCATED)), seconds=0.42)


def as_json(payload: dict) -> str:
    return json.dumps(payload, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def test_the_golden_payload_is_what_python_sends():
    assert json.loads(as_json(golden_payload())) == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_the_segments_join_to_the_text_and_name_every_span_once(granularity):
    segments = golden_payload()["layout"]["segments"][granularity]
    spans = golden().spans(granularity)
    assert "".join(text for text, _ in segments) == TEXT + TRUNCATED
    assert segments[-1] == [TRUNCATED, "truncated"]
    named = [(text, index) for text, index in segments if isinstance(index, int)]
    assert named == [(span.text, index) for index, span in enumerate(spans)]


@pytest.mark.parametrize("granularity", GRANULARITIES)
def test_a_span_is_the_sum_of_its_tokens(granularity):
    payload = golden_payload()
    span_of_token = payload["layout"]["span_of_token"][granularity]
    for index, span in enumerate(golden().spans(granularity)):
        own = [token for token, owner in enumerate(span_of_token) if owner == index]
        assert sum(payload["scores"][token] for token in own) == pytest.approx(span.score)
        assert tuple(payload["layout"]["tokens"][token] for token in own) == span.subwords
    assert [span_of_token[0], span_of_token[-1]] == [None, None]  # the special tokens


def test_a_word_or_sentence_without_a_token_shifts_no_scores():
    third = [replace(token, word=token.word and token.word + 3) for token in make().tokens]
    a = make(tokens=third, sentence_starts=(0, 1, 2, 12))
    layout = state_of(a)["result"]["layout"]
    assert layout["span_of_token"]["word"] == [None, 0, 1, 1, 2, None]
    assert layout["span_of_token"]["sentence"] == [None, 0, 1, 1, 2, None]
    for granularity in GRANULARITIES:
        sums = [0.0] * len(a.spans(granularity))
        for index, score in zip(layout["span_of_token"][granularity], a.scores, strict=True):
            if index is not None:
                sums[index] += score
        assert sums == [span.score for span in a.spans(granularity)]


def test_the_scores_and_delta_add_up():
    payload = golden_payload()
    difference = payload["value"] - payload["baseline_value"]
    assert sum(payload["scores"]) - difference == pytest.approx(payload["delta"])
    assert payload["relative_delta"] == pytest.approx(payload["delta"] / difference)
    assert [p for _, p in payload["prediction"]] == [0.931, 0.041, 0.0165, 0.0084, 0.0031]
    assert "did not read the last 21 of" in payload["notes"][0]


def test_the_path_profile_is_packed_with_an_error_too_small_to_see():
    profile, sent = golden().path_profile, golden_payload()["path_profile"]
    packed = np.frombuffer(base64.b64decode(sent["packed"]), "<i2")
    assert sent["bins"] == len(profile) == 16
    unpacked = packed.reshape(len(golden().tokens), sent["bins"]).T * sent["peak"] / 32767
    assert abs(unpacked - profile).max() <= sent["peak"] / 32767


def test_the_choices_are_sent_with_every_widget():
    assert AttributionWidget(make()).choices == CHOICES
    assert CHOICES["granularities"] == list(GRANULARITIES)
    assert CHOICES["default_n_steps"] in CHOICES["n_steps"]
    assert Request.tolerance in CHOICES["tolerances"]
    assert sorted(CHOICES["n_steps"]) == CHOICES["n_steps"]
    assert sorted(CHOICES["tolerances"], reverse=True) == CHOICES["tolerances"]


def test_the_state_of_a_page_is_every_trait_of_the_widget_and_nothing_else():
    widget = AttributionWidget(make())
    synced = [n for n in AttributionWidget.class_own_traits(sync=True) if not n.startswith("_")]
    state = state_of(make())
    assert sorted(state) == sorted(synced)
    assert state == {name: getattr(widget, name) for name in synced}
    assert json.loads(as_json(state)) == json.loads(as_json(widget.page_state()))


if __name__ == "__main__":
    GOLDEN.write_text(as_json(golden_payload()), encoding="utf-8")
