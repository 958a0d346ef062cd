"""The page of docs/how_to/web_page.md: another page in a frame, with the network off."""

from __future__ import annotations

from playwright.sync_api import expect
from support.attributions import make
from support.browser.published import offline
from support.browser.servers import ROOT, SCREENSHOTS
from support.documents import blocks_of

PAGE = ROOT / "docs" / "how_to" / "web_page.md"


def test_the_frame_works_in_its_sandbox_under_the_policy_of_the_page_around_it(page, tmp_path):
    (index,) = blocks_of(PAGE, "html")
    (tmp_path / "index.html").write_text(index.code, encoding="utf-8")
    attribution = make()
    attribution.to_html(tmp_path / "why.html")
    with offline(page):
        page.goto((tmp_path / "index.html").as_uri())
        root = page.frame_locator("iframe").locator(".flair-lig")
        SCREENSHOTS.mkdir(exist_ok=True)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            root.locator(".lig-span").first.hover()
            expect(root.get_by_role("tooltip")).to_contain_text(attribution.words()[0].text)
            page.screenshot(path=SCREENSHOTS / f"web-page-{theme}.png")
