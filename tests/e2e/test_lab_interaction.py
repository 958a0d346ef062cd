"""A user at the controls in JupyterLab: what is computed, what is shown, and in which order.

The times of repainting and cancelling are printed, and no test depends on them.
"""

from __future__ import annotations

import json
import statistics
from itertools import pairwise

from playwright.sync_api import expect
from support.browser.driving import (
    assert_shows,
    colours,
    label_of,
    method_of,
    number_of_steps,
    settled,
    steps_of,
)

from flair_lig_widget import DEMO_TEXT, attribute

FIVE_STEPS = "widget = LIGWidget(classifier, DEMO_TEXT, method='riemann_trapezoid', n_steps=5)"
SHOW = f"{FIVE_STEPS}\nwidget"
PAUSE = 250
"""Milliseconds without input after which a setting is sent, as in js/state/commit.js."""
# The steps of every request that the kernel receives, and of every result that it sends.
RECORD = """
requested, shown = [], []
put = widget._runner.put
def record(job, key=None):
    is_new = put(job, key)
    if is_new:
        requested.append(widget.n_steps)
    return is_new
widget._runner.put = record
widget.observe(lambda change: shown.append(change["new"]["request"]["n_steps"]), names="result")
"""
# The batches that go through the model, and how many there were at the end of each computation.
COUNT_BATCHES = """
batches, at_end = [], []
hook = classifier.embeddings.model.register_forward_pre_hook(
    lambda module, args: batches.append(1)
)
def record(change):
    if change["new"] == "idle":
        at_end.append(len(batches))
widget.observe(record, names="status")
"""
# In the background, the model waits.
HOLD = """
import threading
release = threading.Event()
def hold(module, args):
    if threading.current_thread() is not threading.main_thread():
        release.wait(180)
hook = classifier.embeddings.model.register_forward_pre_hook(hold)
widget = LIGWidget(classifier, DEMO_TEXT)
widget"""
# Every state of the status line, by its number of evaluations.
WATCH_STATUS = """(root) => {
    const line = root.querySelector("[role=status]");
    window.evaluations = [];
    new MutationObserver(() => {
        const shown = Number(/(\\d+) evaluations/.exec(line.textContent)?.[1]);
        if (shown !== window.evaluations.at(-1)) window.evaluations.push(shown);
    }).observe(line, { childList: true, characterData: true, subtree: true });
}"""
# No pause during a drag is as long as the one that sends a setting, however slow the machine is.
NEVER_PAUSE = """(pause) => {
    const { setTimeout } = window;
    window.setTimeout = (run, delay, ...args) =>
        setTimeout(run, delay === pause ? 1e8 : delay, ...args);
    window.pauseAgain = () => { window.setTimeout = setTimeout; };
}"""
# Chooses a value, and reads the colours before the browser can receive any message.
CHOOSE = """(select, value) => {
    const started = performance.now();
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    const spans = [...select.closest(".flair-lig").querySelectorAll(".lig-span")];
    const painted = spans.map((span) => [span.className, span.getAttribute("style")]);
    return [painted, performance.now() - started];
}"""
PAINTED = """(select) => [...select.closest(".flair-lig").querySelectorAll(".lig-span")]
    .map((span) => [span.className, span.getAttribute("style")])"""
CLICK_AND_WAIT = """(button) => new Promise((resolve) => {
    const bar = button.closest(".flair-lig").querySelector("progress");
    const started = performance.now();
    new MutationObserver((_, watcher) => {
        if (!bar.hidden) return;
        watcher.disconnect();
        resolve(performance.now() - started);
    }).observe(bar, { attributes: true });
    button.click();
})"""


def test_a_drag_over_fifty_values_requests_little_and_shows_nothing_stale(scratch, demo_classifier):
    root = scratch.show(SHOW)
    settled(root)
    scratch.execute(RECORD)
    slider, number = steps_of(root), number_of_steps(root)
    slider.press("End")
    expect(number).to_have_value("1000")  # half a minute of work
    expect(root.locator("progress")).to_be_visible()
    assert scratch.execute("print(6 * 7)") == "42\n"  # the kernel is free
    expect(root.locator("progress")).to_be_visible()

    root.evaluate(WATCH_STATUS)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    mouse, middle = scratch.page.mouse, box["y"] + box["height"] / 2
    passed = [number.input_value()]
    mouse.move(box["x"] + 1, middle)
    scratch.page.evaluate(NEVER_PAUSE, PAUSE)
    try:
        mouse.down()
        for part in [*range(1, 99, 2), *range(99, 6, -2)]:  # over all 27 stops, and back
            mouse.move(box["x"] + box["width"] * part / 100, middle)
            passed.append(number.input_value())
            scratch.page.wait_for_timeout(15)  # about as fast as a hand; no test depends on it
        mouse.up()
    finally:
        scratch.page.evaluate("pauseAgain()")
    last = int(number.input_value())
    moves = sum(a != b for a, b in pairwise(passed))
    assert moves >= 50
    expected = attribute(demo_classifier, DEMO_TEXT, method="riemann_trapezoid", n_steps=last)
    assert_shows(root, expected)

    requested, shown = json.loads(
        scratch.execute("import json; print(json.dumps([requested, shown]))")
    )
    assert requested == [1000, last]  # the second one by the release
    assert shown[-1] == last
    assert 1000 not in shown
    assert shown == sorted(shown, key=requested.index)
    evaluations = scratch.page.evaluate("window.evaluations")
    assert evaluations[-1] == expected.n_evaluations
    assert len(evaluations) == len(set(evaluations))  # nothing that was replaced comes back
    print(f"{len(requested)} computations for {moves} values")


def test_the_first_estimate_is_there_before_the_kernel_has_finished(scratch, demo_classifier):
    root = scratch.show(HOLD)
    status = root.get_by_role("status")
    expect(status).to_contain_text("5 evaluations")
    expect(root.locator("progress")).to_be_visible()
    first = colours(root)
    assert len(set(first)) > 3
    root.evaluate(WATCH_STATUS)
    scratch.execute("release.set(); hook.remove()")
    final = attribute(demo_classifier, DEMO_TEXT)
    assert_shows(root, final)
    evaluations = scratch.page.evaluate("window.evaluations")
    assert evaluations == sorted(evaluations)
    assert evaluations[-1] == final.n_evaluations > 5
    assert final.converged
    assert colours(root) != first


def test_a_setting_that_was_shown_before_is_repainted_without_the_kernel(scratch):
    root = scratch.show(SHOW)
    method, painted = method_of(root), {}
    for name in ("riemann_left", "riemann_right"):
        method.select_option(name)
        settled(root)
        painted[name] = method.evaluate(PAINTED)
    assert painted["riemann_left"] != painted["riemann_right"]
    times = []
    for name in ["riemann_left", "riemann_right"] * 5:
        # The script does not yield, so no message of the kernel arrives meanwhile.
        repainted, milliseconds = method.evaluate(CHOOSE, name)
        assert repainted == painted[name]
        times.append(milliseconds)
    settled(root)
    assert method.evaluate(PAINTED) == painted["riemann_right"]
    print(f"repainted after {statistics.median(times):.1f} ms, {max(times):.1f} at most")


def test_cancel_stops_within_one_batch_and_keeps_the_result(scratch):
    root = scratch.show(SHOW)
    before = colours(root)
    scratch.execute(COUNT_BATCHES)
    times = []
    for label in ("sport", "tech", "politics"):
        number_of_steps(root).fill("1000")
        number_of_steps(root).press("Enter")
        label_of(root, label).click()
        button = root.get_by_role("button", name="Cancel")
        expect(button).to_be_visible()
        times.append(button.evaluate(CLICK_AND_WAIT))
        expect(root.get_by_role("status")).to_contain_text("Stopped")
        after = scratch.execute("print(widget._runner.wait(180), len(batches) - at_end[-1])")
        stopped, further = after.split()
        assert stopped == "True"
        assert int(further) <= 1  # a batch that began as the request to cancel arrived
    assert colours(root) == before
    scratch.execute("hook.remove()")
    print(f"cancelled after {statistics.median(times):.0f} ms, {max(times):.0f} at most")


def test_a_word_is_removed_by_the_keyboard_and_the_edited_text_is_kept(scratch):
    root = scratch.show(SHOW)
    settled(root)
    word = root.locator(".lig-span").nth(1)
    word.press("Enter")
    word.press("Tab")
    root.get_by_role("button", name="Remove").press("Enter")
    expect(root.get_by_role("button", name="Undo")).to_be_visible()
    found = json.loads(
        scratch.execute(
            "import json; widget.wait(); print(json.dumps([widget.edited, widget.text]))"
        )
    )
    answer, before = found
    expect(root).to_contain_text(answer["summary"])
    assert answer["text"] == before.replace(f"{before.split()[1]} ", "", 1)
    root.get_by_role("button", name="Keep this text").click()
    expect(root.get_by_role("button", name="Undo")).to_be_hidden()
    settled(root)
    kept = "widget.wait(); print(json.dumps([widget.attribution.text, widget.edit, widget.edited]))"
    assert json.loads(scratch.execute(kept)) == [answer["text"], None, {}]
