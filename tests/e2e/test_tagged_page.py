"""A page of a tagged text without a kernel: choosing another span explains it, as Python did."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.browser.published import assert_accessible, offline
from support.browser.servers import SCREENSHOTS

from flair_lig_widget import LIGWidget
from flair_lig_widget.result.summary import number

TAGGER = ("SequenceTagger", "spans in BIOES, no RNN, CRF")
TEXT = "the airline of Prime Minister made a film in New York"


@pytest.fixture
def precomputed(family_classifier):
    widget = LIGWidget(family_classifier(*TAGGER), TEXT)
    return widget, widget.precompute(methods=["auto"], tolerances=[0.01])


def test_another_span_is_explained_by_a_click_on_its_label_or_by_the_select(
    page, precomputed, tmp_path
):
    widget, results = precomputed
    shown = widget.attribution
    labelled = [point for point in shown.data_points if point.label != "O"]
    other = next(point for point in labelled if point.ranges != shown.data_point)
    found = next(result for result in results if result.data_point == other.ranges)
    widget.to_html(tmp_path / "page.html")
    with offline(page):
        page.goto((tmp_path / "page.html").as_uri())
        root = page.locator(".flair-lig")
        waterfall = root.locator(".lig-waterfall")
        expect(waterfall).to_contain_text(f"f(x) {number(shown.value, 3)}")
        chips = root.locator(".lig-text .lig-chip")
        assert chips.all_inner_texts() == [point.label for point in labelled]
        chip = chips.nth(labelled.index(other))
        chip.focus()
        page.keyboard.press("Enter")
        expect(chip).to_have_attribute("aria-pressed", "true")
        expect(waterfall).to_contain_text(f"f(x) {number(found.value, 3)}")
        (place,) = other.ranges
        headline = f"{TEXT[slice(*place)]} is {other.label}"
        expect(root.locator(".lig-headline")).to_contain_text(headline)
        select = root.get_by_role("combobox", name="Explained")
        first = shown.data_points.index(next(p for p in labelled if p.ranges == shown.data_point))
        select.select_option(index=first)
        expect(waterfall).to_contain_text(f"f(x) {number(shown.value, 3)}")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert_accessible(root)
            SCREENSHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SCREENSHOTS / f"page-tagged-{theme}.png", full_page=True)
