"""The documentation site: its links, and what a reader sees of it in a browser, in both themes."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import site
from support.browser.published import DRAWING, assert_accessible
from support.browser.servers import SCREENSHOTS, free_port, serving

pytestmark = pytest.mark.slow  # the first build runs every notebook

START = "docs/index.html"
TUTORIALS = [
    f"examples/{name}.html" for name in ("01_quickstart", "04_publishing", "05_is_it_true")
]
GALLERY = "docs/gallery.html"
CONCEPT = "docs/concepts/integrated_gradients.html"
REFERENCE = "docs/reference/explaining.html"
WIDTHS = (400, 1400)
# The theme's buttons: axe takes the titles of their icons, and a shortcut, for their names.
THEIRS = (".theme-switch-button", ".search-button__button")
TOO_WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth)
    .map((each) => each.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> Iterator[str]:
    """The site, built and served on loopback."""
    site.build()
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    log = tmp_path_factory.mktemp("site") / "server.log"
    with serving([*command, "--directory", str(site.SITE)], url, log, {}):
        yield url


@pytest.fixture(params=["light", "dark"])
def themed(request, browser: Browser) -> Iterator[Page]:
    """A page for a reader whose system prefers this theme."""
    context = browser.new_context(color_scheme=request.param)
    yield context.new_page()
    context.close()


def first_text(page: Page) -> Locator:
    """The text of the first widget, in the frame of the start page or in a tutorial."""
    live = page.locator("iframe.live")
    inside = page.frame_locator("iframe.live") if live.count() else page
    return inside.locator(".flair-lig .lig-text").first


def assert_moves(page: Page) -> None:
    """The first widget shows the score of a word that the mouse is on."""
    text = first_text(page)
    text.locator(".lig-span").nth(2).hover()
    tip = text.locator("xpath=ancestor::*[contains(@class, 'flair-lig')]").get_by_role("tooltip")
    expect(tip.first).to_contain_text("logit")


@pytest.mark.usefixtures("address")
def test_every_link_leads_to_a_file_or_an_anchor_of_the_site():
    broken, n_links = site.broken_links()
    assert broken == []
    assert n_links > 1000


def test_every_page_opens_without_an_error_and_without_the_network(page, outside, errors, address):
    for each in site.pages():
        page.set_viewport_size({"width": 400, "height": 900})
        page.goto(f"{address}/{each}")
        page.wait_for_load_state("networkidle")
        assert errors == [], each
        assert outside == [], each
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 400, (each, page.evaluate(TOO_WIDE))


@pytest.mark.parametrize("name", [START, *TUTORIALS])
def test_the_widgets_move(page, outside, errors, address, name):
    page.goto(f"{address}/{name}")
    assert_moves(page)
    assert errors == outside == []


def test_the_widgets_move_where_the_site_is_opened_from_files(page, outside, errors, address):
    for name in (START, TUTORIALS[0]):
        page.goto((site.SITE / name).as_uri())
        assert_moves(page)
    assert errors == outside == []


def test_another_label_changes_the_picture_of_a_published_tutorial(page, address):
    page.goto(f"{address}/examples/04_publishing.html")
    root = page.locator(".flair-lig").first
    text = root.locator(".lig-text")
    before = text.screenshot()
    root.locator(".lig-class", has_text="politics").click()
    expect(root.locator(".lig-waterfall")).to_contain_text("Explaining the logit of politics")
    page.mouse.move(0, 0)
    assert text.screenshot() != before


def test_the_switch_of_the_site_changes_the_theme_of_its_widgets(browser: Browser, address):
    # Without an emulated preference, which frames would follow whatever the site says.
    context = browser.new_context(color_scheme="null", viewport={"width": 1400, "height": 900})
    page = context.new_page()
    for name in (START, TUTORIALS[1]):
        page.goto(f"{address}/{name}")
        colours = {}
        for theme in ("light", "dark"):
            while page.locator("html").get_attribute("data-mode") != theme:
                page.locator(".theme-switch-button:visible").click()
            page.mouse.move(0, 0)
            colours[theme] = first_text(page).evaluate(
                "(text) => getComputedStyle(text).color.match(/\\d+/g).slice(0, 3).map(Number)"
            )
        assert max(colours["light"]) < 90
        assert min(colours["dark"]) > 165
    context.close()


@pytest.mark.parametrize("name", [START, TUTORIALS[0], CONCEPT, REFERENCE])
def test_axe_finds_nothing_in_either_theme(themed, address, name):
    themed.goto(f"{address}/{name}")
    themed.wait_for_load_state("networkidle")
    assert_accessible(themed.locator("html"), exclude=THEIRS)


def test_the_search_finds_pages_without_the_network(page, outside, errors, address):
    page.goto(f"{address}/search.html?q=baseline")
    expect(page.locator("#search-results li a").first).to_be_visible()
    assert errors == outside == []


@pytest.mark.parametrize("name", [START, *TUTORIALS, GALLERY, CONCEPT])
def test_photographs_for_people_to_look_at(themed, request, address, name):
    folder = SCREENSHOTS / "site"
    folder.mkdir(parents=True, exist_ok=True)
    theme = request.node.callspec.params["themed"]
    for width in WIDTHS:
        themed.set_viewport_size({"width": width, "height": 900})
        themed.goto(f"{address}/{name}")
        themed.wait_for_load_state("networkidle")
        # As high as the page, because frames that are out of sight are not drawn.
        height = themed.evaluate("document.documentElement.scrollHeight")
        themed.set_viewport_size({"width": width, "height": height})
        themed.wait_for_timeout(DRAWING)
        file = name.removesuffix(".html").replace("/", "-")
        themed.screenshot(path=folder / f"{file}-{width}-{theme}.png", full_page=True)
        expect(themed.locator("h1").first).to_be_visible()
