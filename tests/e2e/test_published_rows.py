"""The rows of a page from a file: themes, widths and the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.attributions import make
from support.browser.published import assert_accessible, offline
from support.browser.servers import SCREENSHOTS
from support.hostile import hostile_attribution

from flair_lig_widget import to_html

LONG = f"{'an-unbreakable-' * 20} {'word ' * 40}"
THEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "more-contrast": {"color_scheme": "dark", "contrast": "more"},
    "forced-colors": {"color_scheme": "dark", "forced_colors": "active"},
}


@pytest.fixture
def rows(page, tmp_path):
    """The summaries of two rows, of which the second has a long text and a long label."""
    path = tmp_path / "page.html"
    long = hostile_attribution(LONG, label=LONG[:99], model="model")
    to_html([make(), long], path, title="Two decisions", labels=["sport", None])
    with offline(page):
        page.goto(path.as_uri())
        yield page.locator(".flair-lig-row > summary")


@pytest.mark.parametrize("theme", THEMES)
def test_rows_are_accessible_and_fit_every_width(page, rows, theme):
    page.emulate_media(**THEMES[theme])
    for state in ("closed", "open"):
        if state == "open":
            rows.first.press("Enter")
            expect(page.locator(".flair-lig").first).to_be_visible()
            expect(page.locator(".flair-lig").last).to_be_hidden()
        assert_accessible(rows.first)
        for width in (360, 600, 900, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            too_wide = page.locator("html").evaluate("(e) => e.scrollWidth - e.clientWidth")
            assert too_wide == 0, (state, width)
            path = SCREENSHOTS / f"page-rows-{state}-{theme}-{width}.png"
            page.screenshot(path=path, full_page=True)


def test_lines_show_size_and_sign_when_colours_are_forced(page, rows):
    page.emulate_media(forced_colors="active")
    words = rows.first.locator("[class^=flair-lig-for], [class^=flair-lig-against]")
    lines = words.evaluate_all(
        """all => all.map(getComputedStyle)
            .map((style) => [style.borderBottomStyle, style.borderBottomWidth])"""
    )
    # 0.5, -0.75 and 0.125 of 0.75 are of levels 7, 10 and 2: 3.1, 4 and 1.6 px in whole pixels.
    assert lines == [["solid", "3px"], ["dotted", "4px"], ["solid", "1px"]]
