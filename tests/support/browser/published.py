"""Reading what a published page shows, and comparing it with the results that Python computed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from flair_lig_widget import Attribution
from flair_lig_widget.result.summary import number
from support.browser.accessibility import AXE
from support.browser.servers import SCREENSHOTS

RUN = """(exclude) => axe.run(
    { include: document, exclude }, { resultTypes: ["violations", "passes"] }
)"""
VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation",
        (event) => window.violations.push(event.violatedDirective + " " + event.blockedURI));
"""
DRAWING = 300  # milliseconds for the screenshots alone: a frame that was hidden is drawn late


@contextmanager
def offline(page: Page) -> Iterator[list[str]]:
    """No network; at the end there was no request, no error and no warning.

    Yields the list of all requests, those for the page included.
    """
    problems: list[str] = []
    requests: list[str] = []
    page.context.set_offline(True)
    page.add_init_script(VIOLATIONS)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else 0)
    page.on("request", lambda request: requests.append(request.url))
    yield requests
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    for frame in page.frames:
        assert frame.evaluate("window.violations") == []
    assert problems == []


def choose(root: Locator, wanted: Attribution) -> None:
    """Set the controls to the request of a result, as a reader does."""
    label = root.locator(".lig-class", has_text=wanted.target)
    if label.get_attribute("aria-pressed") != "true":
        label.click()
    method = root.get_by_role("combobox", name="Method")
    if method.input_value() != wanted.method:
        method.select_option(wanted.method)
    auto = wanted.method == "auto"
    slider = root.get_by_role("slider", name="Tolerance" if auto else "Steps")
    stop = f"{100 * (wanted.tolerance or 0):g} %" if auto else f"{wanted.n_steps} step"
    for index in range(int(slider.get_attribute("max")) + 1):
        slider.fill(str(index))
        if re.match(re.escape(stop) + r"s?$", slider.get_attribute("aria-valuetext")):
            return
    raise AssertionError(f"no stop {stop}")


def assert_top_words(root: Locator, expected: Attribution) -> None:
    """The list of top words has Python's words and numbers, digit for digit."""
    words = sorted(expected.words(), key=lambda word: word.rank)
    expected_rows = [
        (word.text, number(word.score, 4, "+"))
        for sign in (1, -1)
        for word in words
        if word.score * sign > 0
    ]
    shown = root.locator(".lig-find:visible").evaluate_all(
        "all => all.map(b => [...b.children].map(part => part.textContent))"
    )
    assert shown
    missing = [row for row in shown if tuple(row) not in expected_rows]
    assert missing == [], (missing, expected_rows)
    assert [tuple(row) for row in shown] == [row for row in expected_rows if list(row) in shown]
    for sign in "+−":  # the largest of each sign is listed
        first = next((row for row in expected_rows if row[1].startswith(sign)), None)
        assert first is None or list(first) in shown


def assert_sum(root: Locator, expected: Attribution) -> None:
    """The page shows f(x), f(x'), delta and evaluations as Python formats them."""
    waterfall, status = root.locator(".lig-waterfall"), root.get_by_role("status")
    for name, value in (("f(x)", expected.value), ("f(x′)", expected.baseline_value)):
        expect(waterfall).to_contain_text(f"{name} {number(value, 3)}")
    expect(waterfall).to_contain_text(f"Explaining {expected.explained}")
    delta = number(expected.delta, 3)
    expect(status).to_contain_text(re.compile(f"delta {re.escape(delta)}(?!\\d)", re.IGNORECASE))
    expect(status).to_contain_text(f"{expected.n_evaluations} evaluation")


def assert_results(root: Locator, results: Sequence[Attribution]) -> None:
    """At every label, rule and stop the page has the numbers of Python; top words are open."""
    for result in results:
        choose(root, result)
        assert_top_words(root, result)
        assert_sum(root, result)


def assert_explores(page: Page, root: Locator, shown: Attribution) -> None:
    """A reader looks at words and moves the first slider, with the mouse and with the keyboard."""
    most = shown.top(1)[0]
    root.locator(".lig-span").nth(shown.words().index(most)).hover()
    tip = root.get_by_role("tooltip")
    expect(tip).to_contain_text(f"{number(most.score, 4, '+')} logit")
    expect(tip.locator("svg")).to_be_visible()
    root.get_by_role("status").hover()
    expect(tip).to_be_hidden()
    root.get_by_role("slider", name="Tolerance").focus()
    before = root.get_by_role("status").inner_text()
    page.keyboard.press("Home")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert root.get_by_role("status").inner_text() != before
    page.keyboard.press("ArrowRight")
    root.locator(".lig-span[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    expect(tip).to_contain_text(shown.words()[1].text)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def photograph(page: Page, name: str, of: Locator) -> None:
    """A screenshot in each theme, for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    of.scroll_into_view_if_needed()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(DRAWING)
        of.screenshot(path=SCREENSHOTS / f"{name}-{theme}.png")
    page.emulate_media(color_scheme="light")


def assert_accessible(root: Locator, *, exclude: Sequence[str] = ()) -> None:
    """axe-core finds no violation in the page of the widget, and contrast was checked.

    Elements that one of the selectors ``exclude`` finds are left out.
    """
    frame = root.element_handle().owner_frame()
    frame.evaluate(AXE)
    found = frame.evaluate(RUN, list(exclude))
    wrong = [
        (v["id"], [(n["html"], n["failureSummary"]) for n in v["nodes"]])
        for v in found["violations"]
    ]
    assert wrong == [], wrong
    assert "color-contrast" in [rule["id"] for rule in found["passes"]]
