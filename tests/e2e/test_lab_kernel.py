"""The widget in JupyterLab when cells run again, notebooks are reopened and kernels end."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect
from support.browser.driving import (
    assert_shows,
    colours,
    label_of,
    method_of,
    number_of_steps,
    settled,
)
from support.browser.guards import block_other_hosts, errors_of
from support.browser.jupyter import open_scratch
from support.browser.notebook_page import LONG, NotebookPage

from flair_lig_widget import DEMO_TEXT, attribute

FIVE = {"method": "riemann_trapezoid", "n_steps": 5}
SHOW = "widget = LIGWidget(classifier, DEMO_TEXT, method='riemann_trapezoid', n_steps=5)\nwidget"
RERUN = """(index) => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
    return window.jupyterapp.commands.execute("notebook:run-cell");
}"""
START = "void window.jupyterapp.commands.execute('notebook:run-cell')"
RUN_IN_A_SUBSHELL = """async (code) => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const reply = await kernel.requestCreateSubshell({}).done;
    kernel.subshellId = reply.content.subshell_id;
    try {
        await kernel.requestExecute({ code }).done;
    } finally {
        kernel.subshellId = null;
    }
}"""


def test_a_cell_that_runs_again_shows_only_its_new_widget(scratch, demo_classifier):
    root = scratch.show(SHOW)
    label_of(root, "sport").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **FIVE))
    scratch.page.evaluate(RERUN, 0)
    expect(scratch.page.locator(".flair-lig")).to_have_count(1)
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, **FIVE))
    label_of(root, "tech").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="tech", **FIVE))


def test_a_reopened_notebook_shows_its_widget_which_still_computes(
    scratch, jupyter, demo_classifier
):
    page = scratch.page
    root = scratch.show(SHOW)
    label_of(root, "sport").click()
    settled(root)
    scratch.do("docmanager:save")
    path = page.evaluate("window.jupyterapp.shell.currentWidget.context.path")
    scratch.do("application:close")
    expect(page.locator(".flair-lig")).to_have_count(0)
    scratch.do("docmanager:open", path=path)
    scratch.wait_until_idle()
    root.locator(".lig-span").first.wait_for()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **FIVE))
    label_of(root, "tech").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="tech", **FIVE))


def test_a_subshell_receives_the_request_while_a_cell_runs(scratch, demo_classifier):
    """A front end sends to the subshell that the widget's last message came from."""
    root = scratch.show(SHOW)
    scratch.execute(
        "import threading\n"
        "received, threads = threading.Event(), []\n"
        "def record(change):\n"
        "    threads.append(threading.current_thread())\n"
        "    received.set()\n"
        "widget.observe(record, names='target')\n"
    )
    scratch.page.evaluate(RUN_IN_A_SUBSHELL, "widget.send_state('labels')")
    cell = scratch.append("print(received.wait(180), threads != [threading.main_thread()])")
    scratch.page.evaluate(START)
    expect(cell.locator(".jp-InputPrompt")).to_have_text("[*]:")
    label_of(root, "sport").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **FIVE))
    expect(cell.locator(".jp-OutputArea-output")).to_have_text("True True")


def test_python_and_the_front_end_at_once_end_with_one_result(scratch, demo_classifier):
    root = scratch.show(SHOW)
    cell = scratch.append(
        "import time\n"
        "for n in range(60):\n"
        "    widget.n_steps = 2 + n % 7\n"
        "    time.sleep(0.02)\n"
        "print('done')"
    )
    scratch.page.evaluate(START)
    for n in range(15):
        for label in ("sport", "tech", "politics", "business"):
            label_of(root, label).click()
        method_of(root).select_option(["riemann_left", "riemann_right"][n % 2])
    method_of(root).select_option("riemann_middle")
    expect(cell.locator(".jp-OutputArea-output")).to_have_text("done", timeout=LONG)
    # The last request may arrive later than a cell. One that waited for it could hold it up.
    end = time.monotonic() + LONG / 1000
    while scratch.execute("print(widget.method)") != "riemann_middle\n":
        assert time.monotonic() < end, "the last request did not arrive"
        scratch.page.wait_for_timeout(100)
    settled(root)
    requested = scratch.execute("print(widget.target, widget.method, widget.n_steps)").split()
    assert requested == ["business", "riemann_middle", "5"]
    expected = attribute(
        demo_classifier, DEMO_TEXT, target="business", method="riemann_middle", n_steps=5
    )
    assert_shows(root, expected)
    expect(number_of_steps(root)).to_have_value("5")
    assert scratch.execute("print(widget.wait(180) == widget.attribution, widget.status)") == (
        "True idle\n"
    )


@pytest.mark.parametrize("end", ["restarted", "killed"])
def test_a_kernel_that_ends_during_a_computation_leaves_the_result_and_a_message(
    end, browser, browser_context_args, jupyter
):
    context = browser.new_context(**browser_context_args)
    context.set_default_timeout(LONG)
    outside, page = block_other_hosts(context), context.new_page()
    errors = errors_of(page)
    notebook = open_scratch(page, jupyter, f"{end}.ipynb")
    root = notebook.show(SHOW)
    settled(root)
    before = colours(root)
    number_of_steps(root).fill("1000")
    number_of_steps(root).press("Enter")
    expect(root.locator("progress")).to_be_visible()
    END[end](notebook)
    expect(root.get_by_role("status")).to_contain_text(re.compile("kernel", re.I), timeout=LONG)
    expect(root.locator("progress")).to_be_hidden()
    expect(root.get_by_role("button", name="Cancel")).to_be_hidden()
    assert colours(root) == before
    assert errors == []
    assert outside == []
    context.close()


def restart(notebook: NotebookPage) -> None:
    notebook.page.evaluate(
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )


def kill(notebook: NotebookPage) -> None:
    """As the system does when memory runs out; the server then starts another kernel."""
    notebook.page.evaluate(
        """void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
            .requestExecute({ code: "import os, signal; os.kill(os.getpid(), signal.SIGKILL)" })
            .done.catch(() => {})"""
    )


END = {"restarted": restart, "killed": kill}
