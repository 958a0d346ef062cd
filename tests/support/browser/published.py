"""Reading what a published page shows, and comparing it with what Python baked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect
from servers import PACKAGES, SCREENSHOTS

from flair_lig_widget import Attribution
from flair_lig_widget.html import number

AXE = PACKAGES / "axe-core" / "axe.min.js"
VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation",
        (event) => window.violations.push(event.violatedDirective + " " + event.blockedURI));
"""
DRAWING = 300  # milliseconds; a frame that was out of sight is drawn a little later


@contextmanager
def offline(page: Page) -> Iterator[list[str]]:
    """No network; at the end nothing was asked for, and nobody complained.

    Gives the list of requests that are not for the page itself.
    """
    complaints: list[str] = []
    requests: list[str] = []
    page.context.set_offline(True)
    page.add_init_script(VIOLATIONS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else 0)
    page.on("request", lambda request: requests.append(request.url))
    yield requests
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    for frame in page.frames:
        assert frame.evaluate("window.violations") == []
    assert complaints == []


def choose(root: Locator, wanted: Attribution) -> None:
    """Set the controls to what an answer was asked with, as a reader does."""
    label = root.locator(".flair-lig-class", has_text=wanted.target)
    if label.get_attribute("aria-pressed") != "true":
        label.click()
    method = root.get_by_role("combobox", name="Method")
    if method.input_value() != wanted.method:
        method.select_option(wanted.method)
    auto = wanted.method == "auto"
    slider = root.get_by_role("slider", name="Tolerance" if auto else "Steps")
    said = f"{100 * (wanted.tolerance or 0):g} %" if auto else f"{wanted.n_steps} step"
    for place in range(int(slider.get_attribute("max")) + 1):
        slider.fill(str(place))
        if re.match(re.escape(said) + r"s?$", slider.get_attribute("aria-valuetext")):
            return
    raise AssertionError(f"no stop {said}")


def printed(x: float, digits: int, sign: str = "-") -> str:
    """A number as the front end prints it: with a real minus."""
    text = number(x, digits, sign)
    return f"−{text[1:]}" if text.startswith("-") else text


def assert_top_words(root: Locator, expected: Attribution) -> None:
    """The list of top words has Python's words and numbers, digit for digit."""
    words = sorted(expected.words(), key=lambda word: word.rank)
    expected_rows = [
        (word.text, printed(word.score, 4, "+"))
        for sign in (1, -1)
        for word in words
        if word.score * sign > 0
    ]
    shown = root.locator(".flair-lig-find:visible").evaluate_all(
        "all => all.map(b => [...b.children].map(part => part.textContent))"
    )
    assert shown
    missing = [row for row in shown if tuple(row) not in expected_rows]
    assert missing == [], (missing, expected_rows)
    assert [tuple(row) for row in shown] == [row for row in expected_rows if list(row) in shown]
    for sign in "+−":  # the largest of either sign is there
        first = next((row for row in expected_rows if row[1].startswith(sign)), None)
        assert first is None or list(first) in shown


def assert_account(root: Locator, expected: Attribution) -> None:
    """f(x), f(x'), delta and evaluations as Python prints them."""
    account, status = root.locator(".flair-lig-account"), root.get_by_role("status")
    for name, value in (("f(x)", expected.value), ("f(x′)", expected.baseline_value)):
        expect(account).to_contain_text(f"{name} {printed(value, 3)}")
    expect(account).to_contain_text(f"Explaining {expected.explained}")
    delta = printed(expected.delta, 3)
    expect(status).to_contain_text(re.compile(f"delta {re.escape(delta)}(?!\\d)", re.IGNORECASE))
    expect(status).to_contain_text(f"{expected.n_evaluations} evaluation")


def assert_answers(root: Locator, answers: list[Attribution]) -> None:
    """At every label, rule and stop the page has the numbers of Python; top words are open."""
    for answer in answers:
        choose(root, answer)
        assert_top_words(root, answer)
        assert_account(root, answer)


def assert_explores(page: Page, root: Locator, shown: Attribution) -> None:
    """By mouse and by keys a reader learns of words, and moves the first slider."""
    most = shown.top(1)[0]
    root.locator(".flair-lig-word").nth(shown.words().index(most)).hover()
    tip = root.get_by_role("tooltip")
    expect(tip).to_contain_text(f"{printed(most.score, 4, '+')} logit")
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
    root.locator(".flair-lig-word[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    expect(tip).to_contain_text(shown.words()[1].text)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def photograph(page: Page, name: str, of: Locator) -> None:
    """A picture in either theme, for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    of.scroll_into_view_if_needed()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(DRAWING)
        of.screenshot(path=SCREENSHOTS / f"{name}-{theme}.png")
    page.emulate_media(color_scheme="light")


def assert_accessible(root: Locator) -> None:
    """axe-core finds nothing, and did look at the colours."""
    frame = root.element_handle().owner_frame()
    frame.evaluate(AXE.read_text())
    found = frame.evaluate("axe.run(document, {resultTypes: ['violations', 'passes']})")
    wrong = [
        (v["id"], [(n["html"], n["failureSummary"]) for n in v["nodes"]])
        for v in found["violations"]
    ]
    assert wrong == [], wrong
    assert "color-contrast" in [rule["id"] for rule in found["passes"]]
