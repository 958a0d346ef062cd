"""The JSON that Python sends: golden results, a check and an edit, for the tests of Python and JS.

`PYTHONPATH=tests python tests/frontend/test_wire.py` writes all of them.
"""

from __future__ import annotations

import base64
import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from support.attributions import PAIR, make, make_pair
from support.faithfulness import example

from flair_lig_widget import Attribution, AttributionWidget, Edit, Token
from flair_lig_widget.frontend.check import check_to_wire
from flair_lig_widget.frontend.choices import CHOICES
from flair_lig_widget.frontend.edit import edit_to_wire
from flair_lig_widget.frontend.wire import request_of, snapshots_to_wire, state_of, to_wire
from flair_lig_widget.result.faithfulness import Band, Curve, Faithfulness, Flip
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.spans import GRANULARITIES

GOLDEN = Path(__file__).parents[1] / "fixtures" / "result.json"
CHOICES_FIXTURE = GOLDEN.with_name("choices.json")
CHECK = GOLDEN.with_name("check.json")
EDIT = GOLDEN.with_name("edit.json")
PAIR_FIXTURE = GOLDEN.with_name("pair.json")
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
        truncated=[(len(TEXT), len(TEXT + TRUNCATED))],
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


def golden_pair_payload() -> dict:
    """Of two texts; the model did not read the last word of the second."""
    tokens, scores = make_pair().tokens, make_pair().scores
    found = make_pair(
        truncated=[(18, 20)], tokens=(*tokens[:7], tokens[8]), scores=[*scores[:7], scores[8]]
    )
    return to_wire(found, request_of(found))


def golden_check() -> Faithfulness:
    """Of the golden result, with the log-odds falling by the scores of the words taken away."""
    a, words = golden(), golden().words()
    order = sorted(range(len(words)), key=lambda word: -words[word].score)
    scores = [words[word].score for word in order]
    taken, kept = range(len(words)), range(1, len(words) + 1)  # at least one word stays

    def probability(lost: float) -> float:
        return round(1 / (1 + math.exp(lost) / 13.5), 4)  # the odds of 0.931

    chance = [sum(scores) * count / len(words) for count in taken]
    shift = {"low": 0.9, "median": 0.0, "high": -0.9}
    band = {name: [probability(each + by) for each in chance] for name, by in shift.items()}
    own = [probability(sum(scores[:count])) for count in taken]
    alone = [probability(sum(scores[count:])) for count in kept]
    backwards = {name: numbers[::-1] for name, numbers in band.items()}
    return example(
        text=a.text,
        words=[(word.start, word.end) for word in words],
        scores=[word.score for word in words],
        order=order,
        value=a.value,
        baseline_value=a.baseline_value,
        probability=own[0],
        without=Curve(counts=taken, probabilities=own, band=Band(counts=taken, **band)),
        only=Curve(counts=kept, probabilities=alone, band=Band(counts=kept, **backwards)),
        flip=Flip(n_words=3, predicted=("sport", "tech"), probability=own[3]),
        leave_one_out=None,
        random_comprehensiveness=[1.0] * 19,
    )


def golden_check_payload() -> dict:
    baselines = [
        {"name": "pad", "comprehensiveness": 1.5, "sufficiency": -0.25, "entropy": 2.25},
        {"name": "zero", "comprehensiveness": 0.75, "sufficiency": 0.125, "entropy": 1.5},
    ]
    return check_to_wire(golden_check(), baselines=baselines)


def golden_edit() -> Edit:
    """Of the golden result, without its third word."""
    a, word = golden(), golden().words()[2]
    return Edit(
        original=a.text,
        start=word.start,
        end=word.end,
        replacement=None,
        erase="delete",
        text=TEXT.replace(f"{word.text} ", ""),
        target=a.target,
        contrast=a.contrast,
        output=a.output,
        baseline=a.baseline,
        value=a.value,
        edited_value=a.value - 1.24,
        promised=word.score,
        before=a.prediction,
        prediction={**a.prediction, "business": 0.831, "sport": 0.141},
        predicted_before=a.predicted,
        predicted=a.predicted,
    )


def golden_edit_payload() -> dict:
    request = asdict(Request(text=TEXT + TRUNCATED))
    asked = {"request": request, "words": [2], "replacement": None, "erase": "delete"}
    return edit_to_wire(golden_edit(), asked)


def as_json(payload: dict) -> str:
    return json.dumps(payload, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def test_the_golden_payload_is_what_python_sends():
    assert json.loads(as_json(golden_payload())) == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_golden_check_is_what_python_sends_of_the_golden_result():
    sent = golden_check_payload()
    assert json.loads(as_json(sent)) == json.loads(CHECK.read_text(encoding="utf-8"))
    result = golden_payload()
    of_request = {name: result["request"][name] for name in ("text", "data_point")}
    of = {name: result[name] for name in sent["request"] if name not in of_request}
    assert sent["request"] == {**of_request, **of}
    spans = {span for _, span in result["layout"]["segments"]["word"] if isinstance(span, int)}
    assert set(sent["order"]) == spans
    assert sent["verdict"]["kind"] == "better"


def test_the_golden_edit_is_what_python_sends_of_the_golden_result():
    sent, result = golden_edit_payload(), golden_payload()
    assert json.loads(as_json(sent)) == json.loads(EDIT.read_text(encoding="utf-8"))
    assert sent["edit"]["request"] == result["request"]
    assert result["layout"]["segments"]["word"][4] == ["bank", *sent["edit"]["words"]]
    assert {label for label, _ in sent["prediction"]} == {
        label for label, _ in result["prediction"]
    }
    assert [p for _, p in sent["prediction"]] == [0.831, 0.141, 0.0165, 0.0084, 0.0031]
    assert sent["summary"].startswith(
        "Without “bank” business falls from 93.1 % to 83.1 %; the score"
    )


def test_the_golden_pair_is_what_python_sends():
    sent = golden_pair_payload()
    assert json.loads(as_json(sent)) == json.loads(PAIR_FIXTURE.read_text(encoding="utf-8"))
    assert sent["request"]["text"] == "\u2029".join(PAIR)


def test_several_texts_are_counted_and_separated_in_every_granularity():
    layout = golden_pair_payload()["layout"]
    assert layout["n_texts"] == 2
    assert "n_texts" not in golden_payload()["layout"]  # a text may have separators itself
    for segments in layout["segments"].values():
        assert segments.count(["\u2029", None]) == 1
        assert "".join(text for text, _ in segments) == "\u2029".join(PAIR)
        assert segments[-1] == [" 🎉", "truncated"]
    assert layout["segments"]["sentence"][:3] == [
        ["Oil <rose>", 0],
        ["\u2029", None],
        ["It fell", 1],
    ]


def test_snapshots_and_pages_have_both_texts():
    found = make_pair()
    (layout,) = snapshots_to_wire([found, replace(found, target="sport")])["layouts"]
    assert layout == state_of(found)["result"]["layout"]
    assert layout["n_texts"] == 2
    page = found.to_html()
    assert '<p dir="auto">Oil &lt;rose&gt;</p><p dir="auto">It fell 🎉</p>' in page


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
    assert json.loads(CHOICES_FIXTURE.read_text(encoding="utf-8")) == CHOICES  # as JS tests read it
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
    CHOICES_FIXTURE.write_text(as_json(CHOICES), encoding="utf-8")
    GOLDEN.write_text(as_json(golden_payload()), encoding="utf-8")
    CHECK.write_text(as_json(golden_check_payload()), encoding="utf-8")
    EDIT.write_text(as_json(golden_edit_payload()), encoding="utf-8")
    PAIR_FIXTURE.write_text(as_json(golden_pair_payload()), encoding="utf-8")
