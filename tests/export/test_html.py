"""The picture without scripts: escaped, deterministic, and true to the numbers."""

from __future__ import annotations

import dataclasses
import re

from support.attributions import make
from support.markup import Reader

from flair_lig_widget import Token
from flair_lig_widget.export import html
from flair_lig_widget.frontend import page


def test_the_text_is_shown_as_typed_and_nothing_in_it_is_markup():
    hostile = "<script>alert(1)</script> \"'& <img onerror=x>\n  </div>"
    tokens = (Token("x", 0, len(hostile), 0, False),)
    attribution = make(
        text=hostile,
        tokens=tokens,
        scores=[1.0],
        target="<i>",
        prediction={"<i>": 1.0},
        predicted=("<i>",),
    )
    for source in (html.heatmap(attribution), html.plain(attribution)):
        document = Reader(source)
        assert hostile in document.text
        assert set(document.tags) <= {"div", "span", "p", "ol", "li", "bdi", "details", "summary"}


def test_every_word_carries_its_score_share_and_rank():
    assert Reader(html.heatmap(make())).titles == [
        "+0.5000 logit, −100.0 % of f(x) − f(x′), rank 2 of 3",
        "−0.7500 logit, 150.0 % of f(x) − f(x′), rank 1 of 3, read as < ##rose>",
        "+0.1250 logit, −25.0 % of f(x) − f(x′), rank 3 of 3, read as [UNK]",
    ]


def test_the_summary_is_below_the_text():
    assert (
        "Predicted business (75.0 %). f(x) = 3.000, f(x′) = 3.500, where f is the logit of "
        "business; auto, 9 steps, not converged, baseline pad. Delta 0.375 logit (−75.0 % of "
        "f(x) − f(x′)), scores within 0.2 %, 9 evaluations. Blue: for business, orange: against it."
    ) in Reader(html.heatmap(make())).text


def test_a_remark_stands_before_the_summary_as_text():
    text = Reader(html.heatmap(make(), remark="As <i>it</i> was.")).text
    assert "As <i>it</i> was. Predicted business" in text


def test_the_provenance_has_all_digits_and_a_minus():
    text = Reader(html.heatmap(make(value=-3.0))).text
    assert "f(x), f(x′), delta: −3.0, 3.5, 6.375" in text


def test_colour_follows_sign_and_size():
    source = html.heatmap(make())
    red, green, blue = html.POSITIVE
    assert f"rgba({red},{green},{blue},0.400);border-bottom:2px solid" in source  # 0.5 of 0.75
    red, green, blue = html.NEGATIVE
    assert f"rgba({red},{green},{blue},0.600);border-bottom:2px dotted" in source


def test_scores_of_zero_are_drawn_without_colour():
    source = html.heatmap(make(scores=[0.0] * 6, value=3.5))
    assert set(re.findall(r"rgba\(.*?,([\d.]+)\)", source)) == {"0.000"}


def test_the_summary_says_where_f_of_the_text_equals_f_of_the_baseline():
    assert "f(x) equals f(x′), so no word has a share." in html.heatmap(make(value=3.5))


def test_the_picture_fetches_and_runs_nothing():
    assert not re.search(r"<script|https?:|url\(|@import|src=", html.heatmap(make()))


def test_the_same_attribution_gives_the_same_bytes():
    assert html.heatmap(make()) == html.heatmap(make())


def test_the_colours_are_those_of_the_live_widget():
    css = (page.STATIC / "widget.css").read_text()
    for colour in (html.POSITIVE, html.NEGATIVE):
        assert " ".join(map(str, colour)) in css


def test_the_summary_says_that_the_error_is_unknown():
    unknown = dataclasses.replace(make(), error_estimate=None)
    assert "error of the scores unknown" in html.heatmap(unknown)
