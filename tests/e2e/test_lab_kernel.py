"""What becomes of the widget in JupyterLab when cells, notebooks and kernels come and go."""

from __future__ import annotations

import re

import pytest
from conftest import complaints, keep_at_home, open_scratch
from driving import (
    assert_shows,
    colours,
    label_of,
    method_of,
    number_of_steps,
    settled,
)
from notebook_page import LONG, NotebookPage
from playwright.sync_api import expect

from flair_lig_widget import DEMO_TEXT, attribute

FIVE = {"method": "riemann_trapezoid", "n_steps": 5}
SHOW = "widget = LIGWidget(classifier, DEMO_TEXT, method='riemann_trapezoid', n_steps=5)\nwidget"
RERUN = """(index) => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
    return window.jupyterapp.commands.execute("notebook:run-cell");
}"""
START = "void window.jupyterapp.commands.execute('notebook:run-cell')"
SPEAK_FROM_A_SUBSHELL = """async (code) => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const reply = await kernel.requestCreateSubshell({}).done;
    kernel.subshellId = reply.content.subshell_id;
    try {
        await kernel.requestExecute({ code }).done;
    } finally {
        kernel.subshellId = null;
    }
}"""


def test_a_cell_that_is_run_again_shows_its_new_widget_alone(scratch, demo_classifier):
    root = scratch.show(SHOW)
    label_of(root, "sport").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **FIVE))
    scratch.page.evaluate(RERUN, 0)
    expect(scratch.page.locator(".flair-lig")).to_have_count(1)
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, **FIVE))
    label_of(root, "tech").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="tech", **FIVE))


def test_a_notebook_closed_and_opened_again_shows_its_widget_which_still_answers(
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
    root.locator(".flair-lig-word").first.wait_for()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **FIVE))
    label_of(root, "tech").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="tech", **FIVE))


def test_the_front_end_is_heard_on_another_thread_while_a_cell_runs(scratch, demo_classifier):
    """A kernel may answer on a subshell: there, if that is where the widget last spoke."""
    root = scratch.show(SHOW)
    scratch.ask(
        "import threading\n"
        "heard, threads = threading.Event(), []\n"
        "def hear(change):\n"
        "    threads.append(threading.current_thread())\n"
        "    heard.set()\n"
        "widget.observe(hear, names='target')\n"
    )
    scratch.page.evaluate(SPEAK_FROM_A_SUBSHELL, "widget.send_state('labels')")
    cell = scratch.append("print(heard.wait(60), threads != [threading.main_thread()])")
    scratch.page.evaluate(START)
    expect(cell.locator(".jp-InputPrompt")).to_have_text("[*]:")
    label_of(root, "sport").click()
    assert_shows(root, attribute(demo_classifier, DEMO_TEXT, target="sport", **FIVE))
    expect(cell.locator(".jp-OutputArea-output")).to_have_text("True True")


def test_python_and_the_front_end_at_once_end_with_one_answer(scratch, demo_classifier):
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
    # The last wish may still be on its way, by another shell than what is asked here.
    heard = "any(widget.method == 'riemann_middle' or time.sleep(0.01) for _ in range(1000))"
    assert scratch.ask(f"print({heard})") == "True\n"
    settled(root)
    wished = scratch.ask("print(widget.target, widget.method, widget.n_steps)").split()
    assert wished == ["business", "riemann_middle", "5"]
    expected = attribute(
        demo_classifier, DEMO_TEXT, target="business", method="riemann_middle", n_steps=5
    )
    assert_shows(root, expected)
    expect(number_of_steps(root)).to_have_value("5")
    assert scratch.ask("print(widget.wait(60) == widget.attribution, widget.status)") == (
        "True idle\n"
    )


@pytest.mark.parametrize("end", ["restarted", "killed"])
def test_a_kernel_that_goes_while_it_computes_leaves_the_picture_and_a_word(
    end, browser, browser_context_args, jupyter
):
    context = browser.new_context(**browser_context_args)
    outside, page = keep_at_home(context), context.new_page()
    errors = complaints(page)
    notebook = open_scratch(page, jupyter, f"{end}.ipynb")
    root = notebook.show(SHOW)
    settled(root)
    before = colours(root)
    number_of_steps(root).fill("1000")
    number_of_steps(root).press("Enter")
    expect(root.locator("progress")).to_be_visible()
    GO[end](notebook)
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


GO = {"restarted": restart, "killed": kill}
