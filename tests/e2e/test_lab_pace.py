"""A hand on the controls in JupyterLab: what is computed, what is shown, and how soon.

The two limits in milliseconds are those of the interface, for a median; nothing else is timed.
"""

from __future__ import annotations

import json
import statistics
from itertools import pairwise

from driving import (
    assert_shows,
    colours,
    label_of,
    method_of,
    number_of_steps,
    settled,
    steps_of,
)
from playwright.sync_api import expect

from flair_lig_widget import DEMO_TEXT, attribute

FIVE_STEPS = "widget = LIGWidget(classifier, DEMO_TEXT, method='riemann_trapezoid', n_steps=5)"
SHOW = f"{FIVE_STEPS}\nwidget"
# What the kernel is asked for, and which of it gets a picture, both by their steps.
RECORD = """
asked, shown = [], []
submit = widget._runner.submit
def counted(job):
    asked.append(widget.n_steps)
    submit(job)
widget._runner.submit = counted
widget.observe(lambda change: shown.append(change["new"]["request"]["n_steps"]), names="result")
"""
# Every state of the status line, as the evaluations that it tells.
WATCH = """(root) => {
    const line = root.querySelector("[role=status]");
    window.evaluations = [];
    new MutationObserver(() => {
        const told = Number(/(\\d+) evaluations/.exec(line.textContent)?.[1]);
        if (told !== window.evaluations.at(-1)) window.evaluations.push(told);
    }).observe(line, { childList: true, characterData: true, subtree: true });
}"""
# Chooses now this value and now that, and takes the time until the words have new colours.
TOGGLE = """async (select, [values, times]) => {
    const text = select.closest(".flair-lig").querySelector(".flair-lig-text");
    const taken = [];
    for (let n = 0; n < times; n += 1) {
        const repainted = new Promise((resolve) => {
            const watcher = new MutationObserver(() => {
                watcher.disconnect();
                resolve(performance.now());
            });
            watcher.observe(text, { attributes: true, childList: true, subtree: true });
        });
        const begun = performance.now();
        select.value = values[n % values.length];
        select.dispatchEvent(new Event("change", { bubbles: true }));
        taken.push((await repainted) - begun);
    }
    return taken;
}"""
CLICK_AND_WAIT = """(button) => new Promise((resolve) => {
    const bar = button.closest(".flair-lig").querySelector("progress");
    const begun = performance.now();
    new MutationObserver((_, watcher) => {
        if (!bar.hidden) return;
        watcher.disconnect();
        resolve(performance.now() - begun);
    }).observe(bar, { attributes: true });
    button.click();
})"""


def test_a_drag_over_fifty_values_asks_little_and_shows_nothing_old(scratch, demo_classifier):
    root = scratch.show(SHOW)
    settled(root)
    scratch.ask(RECORD)
    slider, number = steps_of(root), number_of_steps(root)
    slider.press("End")
    expect(number).to_have_value("1000")  # half a minute of work
    expect(root.locator("progress")).to_be_visible()
    assert scratch.ask("print(6 * 7)") == "42\n"  # the kernel is free
    expect(root.locator("progress")).to_be_visible()

    root.evaluate(WATCH)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    mouse, middle = scratch.page.mouse, box["y"] + box["height"] / 2
    passed = [number.input_value()]
    mouse.move(box["x"] + 1, middle)
    mouse.down()
    for part in [*range(1, 99, 2), *range(99, 6, -2)]:  # over all 27 stops, and back
        mouse.move(box["x"] + box["width"] * part / 100, middle)
        passed.append(number.input_value())
        scratch.page.wait_for_timeout(15)  # two seconds in all: this is how a hand moves
    mouse.up()
    last = int(number.input_value())
    moves = sum(a != b for a, b in pairwise(passed))
    assert moves >= 50
    expected = attribute(demo_classifier, DEMO_TEXT, method="riemann_trapezoid", n_steps=last)
    assert_shows(root, expected)

    asked, shown = json.loads(scratch.ask("import json; print(json.dumps([asked, shown]))"))
    assert asked[0] == 1000
    assert asked[-1] == shown[-1] == last
    assert len(asked) < 10
    assert 1000 not in shown
    assert shown == sorted(shown, key=asked.index)
    told = scratch.page.evaluate("window.evaluations")
    assert told[-1] == expected.n_evaluations
    assert len(told) == len(set(told))  # what was once replaced never comes back
    print(f"{len(asked)} computations for {moves} values")


def test_a_setting_that_was_seen_before_is_repainted_at_once(scratch):
    root = scratch.show(SHOW)
    methods = ["riemann_left", "riemann_right"]
    for method in methods:
        method_of(root).select_option(method)
        settled(root)
    taken = method_of(root).evaluate(TOGGLE, [methods, 10])
    settled(root)
    print(f"repainted after {statistics.median(taken):.0f} ms, {max(taken):.0f} at most")
    assert statistics.median(taken) < 100


def test_cancel_answers_at_once(scratch):
    root = scratch.show(SHOW)
    before = colours(root)
    taken = []
    for label in ("sport", "tech", "politics"):
        number_of_steps(root).fill("1000")
        number_of_steps(root).press("Enter")
        label_of(root, label).click()
        button = root.get_by_role("button", name="Cancel")
        expect(button).to_be_visible()
        taken.append(button.evaluate(CLICK_AND_WAIT))
        expect(root.get_by_role("status")).to_contain_text("Stopped")
    assert colours(root) == before
    print(f"cancelled after {statistics.median(taken):.0f} ms, {max(taken):.0f} at most")
    assert statistics.median(taken) < 300
