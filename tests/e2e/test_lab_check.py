"""The panel "Check" in JupyterLab, with a real kernel that takes words away."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect
from support.browser.accessibility import assert_accessible
from support.browser.driving import label_of, settled

TEXT = "The striker scored twice in the final, and the minister cut taxes for software firms."
SHOW = f"widget = LIGWidget(classifier, {TEXT!r})\nwidget"
LONG = 240_000
"""Milliseconds; a check takes some ten seconds on an idle machine."""


def panel(root: Locator) -> Locator:
    return root.locator(".lig-check")


def finished(root: Locator) -> None:
    """Wait for the last part of a check: the comparison of the baselines."""
    numbers = panel(root).locator(".lig-baselines td")
    expect(numbers.last).to_be_visible(timeout=LONG)
    expect(numbers.filter(has_text="–")).to_have_count(0, timeout=LONG)  # drawn until it is known
    expect(root.locator("progress")).to_be_hidden(timeout=LONG)


def test_the_panel_shows_what_the_kernel_found_and_follows_another_label(scratch):
    root = scratch.show(SHOW)
    settled(root)
    assert scratch.execute("print(widget.faithfulness)") == "None\n"
    panel(root).locator("summary").first.click()
    finished(root)
    verdict = panel(root).locator(".lig-verdict")
    found = scratch.execute("print(widget.faithfulness.verdict.sentence)").strip()
    expect(verdict).to_contain_text(found)
    expect(panel(root).get_by_role("img")).to_have_count(2)
    expect(panel(root)).to_contain_text("from 50 random orders")
    assert_accessible(root)
    label_of(root, "politics").click()
    found = scratch.execute("widget.wait()\nprint(widget.faithfulness.target)")
    assert found == "politics\n"
    found = scratch.execute("print(widget.faithfulness.verdict.sentence)").strip()
    expect(verdict).to_contain_text(found)
    panel(root).locator("summary").first.click()
    expect(verdict).to_be_hidden()


def test_a_check_can_be_cancelled_and_started_again_and_the_result_stays(scratch):
    root = scratch.show(SHOW)
    settled(root)
    panel(root).locator("summary").first.click()
    cancel = root.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    expect(root).not_to_have_class(re.compile("lig-stale"))
    cancel.click()
    expect(root.locator("progress")).to_be_hidden(timeout=LONG)
    expect(panel(root).locator(".lig-verdict")).to_contain_text("Stopped")
    expect(root.get_by_role("status")).to_contain_text("Converged")
    assert scratch.execute("print(widget.status, widget.checked == {})").startswith("idle")
    panel(root).get_by_role("button", name="Check again").click()
    expect(cancel).to_be_visible()
    expect(panel(root).locator(".lig-verdict")).not_to_contain_text("Stopped")
    cancel.click()
    expect(panel(root).get_by_role("button", name="Check again")).to_be_visible()
