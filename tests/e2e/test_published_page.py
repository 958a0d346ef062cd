"""`to_html` from a file, with the network off: the sliders move, and the numbers are Python's."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect
from published import (
    assert_accessible,
    assert_answers,
    assert_explores,
    assert_top_words,
    offline,
)
from servers import SCREENSHOTS

from flair_lig_widget import DEMO_TEXT, LIGWidget, to_html
from flair_lig_widget.request import METHODS


@pytest.fixture(scope="session")
def baked(demo_classifier):
    """A widget with everything that `bake` makes by default, and its answers."""
    widget = LIGWidget(demo_classifier, DEMO_TEXT, baseline="mask")
    return widget, widget.bake()


def test_every_class_rule_and_stop_shows_what_python_computed(page, baked, tmp_path):
    widget, answers = baked
    path = tmp_path / "page.html"
    widget.to_html(path, title="Why business?")
    with offline(page):
        page.goto(path.as_uri())
        root = page.locator(".flair-lig")
        expect(root.locator(".flair-lig-text")).to_have_text(DEMO_TEXT)
        expect(root).to_contain_text("Snapshot")
        root.get_by_text("Top words").click()
        options = root.get_by_role("combobox", name="Method").locator("option")
        assert options.evaluate_all("all => all.map(option => option.value)") == list(METHODS)
        assert len(answers) == 180
        assert_top_words(root, widget.attribution)  # what was last seen in the notebook
        assert_answers(root, answers)


def test_hover_keyboard_and_screen_readers_work_as_in_the_notebook(page, baked, tmp_path):
    widget, _ = baked
    shown = widget.attribution
    widget.to_html(tmp_path / "page.html")
    with offline(page):
        page.goto((tmp_path / "page.html").as_uri())
        root = page.locator(".flair-lig")
        assert_explores(page, root, shown)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert_accessible(root)
            for width in (600, 1400):
                page.set_viewport_size({"width": width, "height": 900})
                SCREENSHOTS.mkdir(exist_ok=True)
                page.screenshot(path=SCREENSHOTS / f"page-{theme}-{width}.png", full_page=True)


def test_five_baked_widgets_make_a_page_under_1_5_megabytes_that_is_there_at_once(
    page, baked, tmp_path
):
    widget, _ = baked
    path = tmp_path / "page.html"
    source = to_html([widget] * 5, path)
    assert len(source.encode()) < 1_500_000
    with offline(page):
        began = time.monotonic()
        page.goto(path.as_uri())
        expect(page.locator(".flair-lig")).to_have_count(5)
        last = page.locator(".flair-lig").last
        last.get_by_role("combobox", name="Method").select_option("riemann_left")
        expect(last.get_by_role("slider", name="Steps")).to_be_visible()
        print(
            f"five widgets, {len(source) / 1e3:.0f} kB: usable in {time.monotonic() - began:.2f} s"
        )
        # That each repaints within a frame is measured in the page: from the wish to the paint.
        spent = last.evaluate(
            """async (root) => {
                const slider = [...root.querySelectorAll("input[type=range]")]
                    .find((each) => each.labels[0]?.textContent.startsWith("Steps"));
                const spent = [];
                for (let place = 0; place <= Number(slider.max); place += 1) {
                    const began = performance.now();
                    slider.value = String(place);
                    slider.dispatchEvent(new Event("input", { bubbles: true }));
                    root.getBoundingClientRect();
                    spent.push(performance.now() - began);
                    await new Promise(requestAnimationFrame);
                }
                return spent.sort((a, b) => a - b);
            }"""
        )
        print(f"repaint: median {spent[len(spent) // 2]:.1f} ms")


def test_without_snapshots_the_picture_is_there_and_says_that_nothing_can_be_computed(
    page, demo_classifier, tmp_path
):
    LIGWidget(demo_classifier, DEMO_TEXT).to_html(tmp_path / "page.html")
    with offline(page):
        page.goto((tmp_path / "page.html").as_uri())
        root = page.locator(".flair-lig")
        expect(root.locator(".flair-lig-word").first).to_be_visible()
        expect(root.get_by_role("combobox", name="Method")).to_be_disabled()
        root.get_by_role("combobox", name="Colour").select_option("subword")
        assert_accessible(root)
