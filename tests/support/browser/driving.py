"""The parts of the widget as a user finds them, and a comparison with what Python computed."""

from __future__ import annotations

import re

import pytest
from flair.nn import Classifier
from playwright.sync_api import Locator, expect

from flair_lig_widget import DEMO_TEXT, Attribution, attribute
from flair_lig_widget.result.summary import percent
from support.browser.notebook_page import LONG


def method_of(root: Locator) -> Locator:
    return root.get_by_role("combobox", name="Method")


def steps_of(root: Locator) -> Locator:
    """The steps slider; only a fixed rule has one."""
    return root.get_by_role("slider", name="Steps")


def number_of_steps(root: Locator) -> Locator:
    return root.get_by_role("spinbutton")


def label_of(root: Locator, label: str) -> Locator:
    """The button that explains a label."""
    return root.locator(".lig-class", has_text=label)


def settled(root: Locator) -> None:
    """Wait until the widget shows the result that its controls request."""
    expect(root).not_to_have_class(re.compile("lig-stale"), timeout=LONG)
    expect(root.locator("progress")).to_be_hidden()


def tooltip(root: Locator, word: Locator) -> tuple[str, float, float, int]:
    """Span, score, share and rank that hovering shows."""
    word.hover()
    tip = root.get_by_role("tooltip")
    expect(tip).to_be_visible()
    name, score, share, rank, *_ = tip.locator("> *").all_inner_texts()

    def number(text: str) -> float:
        return float(re.search(r"[+−]?[\d.]+(e[+-]\d+)?", text)[0].replace("−", "-"))

    return name, number(score), number(share) / 100, int(number(rank.removeprefix("rank ")))


def colours(root: Locator) -> list[float]:
    """The strength of each word's colour, from -1 to 1."""
    return root.locator(".lig-span").evaluate_all(
        "all => all.map(span => (span.className.includes('-against') ? -1 : 1)"
        " * Number(span.style.getPropertyValue('--lig-strength')))"
    )


def assert_shows(root: Locator, expected: Attribution) -> None:
    """Compare every word's colour, three words' tooltips, and the status line with Python."""
    settled(root)
    words = expected.words()
    shown = root.locator(".lig-span")
    assert shown.all_inner_texts() == [word.text for word in words]
    most = max(abs(word.score) for word in words)
    for colour, word in zip(colours(root), words, strict=True):
        assert colour == pytest.approx(word.score / most, abs=1e-3), word
    for word in expected.top(3):
        name, score, share, rank = tooltip(root, shown.nth(words.index(word)))
        assert (name, rank) == (word.text, word.rank)
        assert score == pytest.approx(word.score, abs=1e-4)
        assert share == pytest.approx(word.share, abs=1e-3)
    headline = f"{expected.target}, {percent(expected.prediction[expected.target])}"
    expect(root.locator(".lig-headline")).to_contain_text(headline)
    expect(label_of(root, expected.target)).to_have_attribute("aria-pressed", "true")
    waterfall = root.locator(".lig-waterfall")
    expect(waterfall).to_contain_text(f"Explaining {expected.explained}")
    expect(waterfall).to_contain_text(f"f(x) {expected.value:.3f}".replace("-", "−"))
    expect(waterfall).to_contain_text(f"f(x′) {expected.baseline_value:.3f}".replace("-", "−"))
    status = root.get_by_role("status")
    expect(status).to_contain_text(f"{expected.n_evaluations} evaluations")


def assert_follows(root: Locator, classifier: Classifier) -> dict[str, object]:
    """Compare a widget of the demo text with Python: its first result, another rule, another label.

    Returns the options of the rule.
    """
    assert_shows(root, attribute(classifier, DEMO_TEXT))
    method_of(root).select_option("riemann_trapezoid")
    number_of_steps(root).fill("5")
    number_of_steps(root).press("Enter")
    coarse = {"method": "riemann_trapezoid", "n_steps": 5}
    assert_shows(root, attribute(classifier, DEMO_TEXT, **coarse))
    label_of(root, "sport").click()
    assert_shows(root, attribute(classifier, DEMO_TEXT, target="sport", **coarse))
    return coarse
