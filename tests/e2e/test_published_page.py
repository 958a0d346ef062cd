"""`to_html` from a file, with the network off: the controls work, and the numbers are Python's."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect
from support.browser.published import (
    assert_accessible,
    assert_explores,
    assert_results,
    assert_top_words,
    choose,
    offline,
    photograph,
)
from support.browser.servers import SCREENSHOTS

from flair_lig_widget import DEMO_TEXT, LIGWidget, compare, to_html
from flair_lig_widget.result.request import METHODS
from flair_lig_widget.result.summary import number


@pytest.fixture(scope="module")
def precomputed(demo_classifier):
    """A widget with everything that `precompute` makes by default, and its results."""
    widget = LIGWidget(demo_classifier, DEMO_TEXT, baseline="mask")
    return widget, widget.precompute()


def test_every_label_rule_and_stop_shows_what_python_computed(page, precomputed, tmp_path):
    widget, results = precomputed
    path = tmp_path / "page.html"
    widget.to_html(path, title="Why business?")
    with offline(page):
        page.goto(path.as_uri())
        root = page.locator(".flair-lig")
        expect(root.locator(".lig-text")).to_have_text(DEMO_TEXT)
        expect(root).to_contain_text("Snapshot")
        root.get_by_text("Top words").click()
        options = root.get_by_role("combobox", name="Method").locator("option")
        assert options.evaluate_all("all => all.map(option => option.value)") == list(METHODS)
        assert len(results) == 180
        assert_top_words(root, widget.attribution)  # as last shown in the notebook
        assert_results(root, results)


def test_hover_keyboard_and_screen_readers_work_as_in_the_notebook(page, precomputed, tmp_path):
    widget, _ = precomputed
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


def test_two_precomputed_results_are_compared_in_the_words_and_numbers_of_python(
    page, precomputed, tmp_path
):
    widget, results = precomputed
    target = widget.attribution.target
    first = next(r for r in results if (r.target, r.method) == (target, "riemann_left"))
    others = [r for r in results if r.method == "gausslegendre"]
    widget.to_html(tmp_path / "page.html")
    with offline(page):
        page.goto((tmp_path / "page.html").as_uri())
        root = page.locator(".flair-lig")
        choose(root, first)
        panel = root.locator(".lig-compare")
        panel.locator("summary").click()
        panel.get_by_role("button", name="Keep as A").click()
        for other in (next(r for r in others if r.target == target), others[-1]):
            choose(root, other)
            expected = compare(first, other)
            expect(panel.locator("p").first).to_have_text(expected.sentence)
            difference = panel.get_by_role("group", name="A − B").locator(".lig-span").first
            difference.hover()
            pair = expected.spans[0]
            numbers = [number(x, 4, "+") for x in (pair.first, pair.second, pair.difference)]
            read = "{}: A {}, B {}, A − B {}".format(pair.text, *numbers)
            expect(panel.locator("p").last).to_have_text(read)
        assert_accessible(root)
        photograph(page, "page-compared", root)


def test_five_widgets_with_snapshots_make_a_page_under_1_5_megabytes(page, precomputed, tmp_path):
    widget, _ = precomputed
    path = tmp_path / "page.html"
    source = to_html([widget] * 5, path)
    assert len(source.encode()) < 1_500_000
    SCREENSHOTS.mkdir(exist_ok=True)
    with offline(page):
        started = time.monotonic()
        page.goto(path.as_uri())
        expect(page.locator(".flair-lig")).to_have_count(5)
        rows = page.locator(".flair-lig-row > summary")
        expect(rows.last).to_contain_text("predicted: business, ")
        expect(rows.last).to_contain_text(DEMO_TEXT)
        expect(page.locator(".lig-text").last).to_be_hidden()
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=SCREENSHOTS / f"page-rows-{theme}.png", full_page=True)
        rows.last.click()
        last = page.locator(".flair-lig").last
        last.get_by_role("combobox", name="Method").select_option("riemann_left")
        expect(last.get_by_role("slider", name="Steps")).to_be_visible()
        seconds = time.monotonic() - started
        print(f"five widgets, {len(source) / 1e3:.0f} kB: usable in {seconds:.2f} s")
        # The page itself measures the time from the input to the new layout.
        times = last.evaluate(
            """async (root) => {
                const slider = [...root.querySelectorAll("input[type=range]")]
                    .find((each) => each.labels[0]?.textContent.startsWith("Steps"));
                const times = [];
                for (let index = 0; index <= Number(slider.max); index += 1) {
                    const started = performance.now();
                    slider.value = String(index);
                    slider.dispatchEvent(new Event("input", { bubbles: true }));
                    root.getBoundingClientRect();
                    times.push(performance.now() - started);
                    await new Promise(requestAnimationFrame);
                }
                return times.sort((a, b) => a - b);
            }"""
        )
        print(f"repaint: median {times[len(times) // 2]:.1f} ms")
        assert_accessible(last)


def test_a_page_without_snapshots_shows_the_result_and_disables_its_controls(
    page, demo_classifier, tmp_path
):
    LIGWidget(demo_classifier, DEMO_TEXT).to_html(tmp_path / "page.html")
    with offline(page):
        page.goto((tmp_path / "page.html").as_uri())
        root = page.locator(".flair-lig")
        expect(root.locator(".lig-span").first).to_be_visible()
        expect(root.get_by_role("combobox", name="Method")).to_be_disabled()
        root.get_by_role("combobox", name="Granularity").select_option("subword")
        assert_accessible(root)
