"""The pages of the gallery from their files, with the network off: they show, and can be used."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from support.browser.published import DRAWING, assert_accessible, offline
from support.browser.servers import ROOT, SCREENSHOTS

GALLERY = ROOT / "docs" / "gallery"
WIDTHS = (400, 1400)


def choose_label_and_rule(root: Locator) -> None:
    """Another label, another rule, and the saved check of both labels."""
    summary = root.get_by_text("Check", exact=True)
    summary.click()
    expect(root.locator(".lig-check")).to_contain_text("Without its")
    waterfall = root.locator(".lig-waterfall")
    before = waterfall.inner_text()
    label = root.locator(".lig-class").nth(1)
    label.click()
    expect(label).to_have_attribute("aria-pressed", "true")
    expect(waterfall).not_to_have_text(before)
    root.locator(".lig-class").first.click()
    root.get_by_role("combobox", name="Method").select_option("riemann_trapezoid")
    expect(root.get_by_role("slider", name="Steps")).to_be_enabled()
    expect(root).to_contain_text("Snapshot")
    summary.click()


def choose_label(root: Locator) -> None:
    """Every label is explained by a click."""
    labels = root.locator(".lig-class")
    for index in range(labels.count()):
        labels.nth(index).click()
        name = labels.nth(index).locator(".lig-name").inner_text()
        expect(root.locator(".lig-waterfall")).to_contain_text(name)


def choose_tag(root: Locator) -> None:
    """The second Jordan is explained by a click on its tag."""
    chips = root.locator(".lig-text .lig-chip")
    assert chips.all_inner_texts() == ["PER", "LOC"]
    expect(root.locator(".lig-headline")).to_contain_text("Jordan is PER")
    chips.last.click()
    expect(root.locator(".lig-headline")).to_contain_text("Jordan is LOC")


def compare(root: Locator) -> None:
    """The panel "Compare" has both models, also when a reader comes back from another label."""
    panel = root.locator(".lig-compare")
    panel.locator("summary").click()
    expect(panel).to_contain_text("strongest words they share")
    root.locator(".lig-class").last.click()
    expect(panel).to_contain_text("this result was not precomputed")
    root.locator(".lig-class").first.click()
    expect(panel).to_contain_text("strongest words they share")
    word = panel.get_by_role("group", name="A − B").locator(".lig-span").first
    word.hover()
    expect(panel.locator("p").last).to_contain_text("A − B")


def find_the_shortcut(root: Locator) -> None:
    """From the shortcut to where it occurs, and to a text that it misleads."""
    root.locator(".lig-find", has_text="Quillmoor for positive").click()
    shown = root.locator(".lig-occurrence:visible")
    expect(shown.first).to_contain_text("Quillmoor")
    shown.first.click()
    expect(root.locator(".lig-opened .lig-text")).to_contain_text("Quillmoor")


USES: dict[str, Callable[[Locator], None]] = {
    "complaint": choose_label,
    "models": compare,
    "news": choose_label_and_rule,
    "sentiment": choose_label,
    "shortcut": find_the_shortcut,
    "tagger": choose_tag,
}


def test_every_page_is_used():
    assert set(USES) == {path.stem for path in GALLERY.glob("*.html")}


def photograph(page: Page, name: str) -> None:
    """The page in both themes and widths, for people to look at; nothing is cut off."""
    folder = SCREENSHOTS / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(DRAWING)
            page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
        too_wide = page.locator("html").evaluate("(e) => e.scrollWidth - e.clientWidth")
        assert too_wide == 0, (name, width)
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("name", USES)
def test_a_page_opens_from_its_file_explains_a_word_and_lets_a_reader_choose(page, name):
    with offline(page) as requests:
        page.goto((GALLERY / f"{name}.html").as_uri())
        photograph(page, name)
        rows = page.locator(".flair-lig-row > summary")
        if rows.count():
            assert_accessible(rows.first)
            rows.first.click()
        root = page.locator(".lig-corpus, .flair-lig:visible").first
        USES[name](root)
        span = root.locator(".lig-text .lig-span").first
        span.scroll_into_view_if_needed()
        span.hover()
        expect(root.get_by_role("tooltip").locator("visible=true").first).to_contain_text("logit")
        photograph(page, f"{name}-used")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert_accessible(root)
        assert requests == [(GALLERY / f"{name}.html").as_uri()]
