"""A notebook in JupyterLab or Notebook 7: open it, run its cells, run code in its kernel."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

LONG = 180_000
"""Milliseconds until a test gives up: enough to load Flair and the encoder on a busy machine."""


IDLE = """() =>
    window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === "idle"
"""
# Returns nothing, because the result of a command may be a large object.
DO = """async ([command, args]) => {
    await window.jupyterapp.commands.execute(command, args);
}"""
CLEAR = """() => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    sharedModel.deleteCellRange(0, sharedModel.cells.length);
}"""
APPEND = """(source) => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { sharedModel } = content.model;
    // A notebook always has a cell, so the first one may be empty.
    const empty = sharedModel.cells.length === 1 && sharedModel.getCell(0).source === "";
    const index = empty ? 0 : sharedModel.cells.length;
    if (empty) sharedModel.deleteCell(0);
    sharedModel.insertCell(index, { cell_type: "code", source });
    content.activeCellIndex = index;
    return index;
}"""
EXECUTE = """async (code) => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const future = kernel.requestExecute({ code });
    let printed = "";
    future.onIOPub = ({ header, content }) => {
        if (header.msg_type === "stream") printed += content.text;
        if (header.msg_type === "error") printed += content.traceback.join("\\n");
    };
    const reply = await future.done;
    if (reply.content.status !== "ok") throw new Error(printed);
    return printed;
}"""


class NotebookPage:
    """The notebook that a page of JupyterLab or Notebook 7 shows."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, url: str) -> None:
        self.page.goto(url)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait for the kernel; the toolbar already shows "idle" before there is one."""
        self.page.wait_for_function(IDLE, timeout=LONG)

    def do(self, command: str, **arguments) -> None:
        """Execute a command of the application, and wait until it is done."""
        self.page.evaluate(DO, [command, arguments])

    def run_all(self) -> None:
        """Clear all outputs, so that none is from the saved notebook, and run all cells."""
        self.do("editmenu:clear-all")
        expect(self.page.locator(".jp-OutputArea-output")).to_have_count(0)
        self.do("notebook:run-all-cells")

    def reset(self, path: str) -> None:
        """The notebook at ``path``, empty and in the light theme, whatever was done before."""
        self.do("docmanager:open", path=path)
        self.wait_until_idle()
        self.page.evaluate(CLEAR)
        if self.page.locator("body").get_attribute("data-jp-theme-light") != "true":
            self.theme("light")

    def append(self, source: str) -> Locator:
        """Add a last cell, without running it."""
        index = self.page.evaluate(APPEND, source)
        cell = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(index)
        cell.wait_for()
        return cell

    def run(self, source: str) -> Locator:
        """Add a last cell and run it to its end."""
        cell = self.append(source)
        self.do("notebook:run-cell")
        return cell

    def show(self, source: str) -> Locator:
        """Add a last cell, run it, and return the widget that it shows."""
        root = self.run(source).locator(".flair-lig").first
        root.locator(".lig-span").first.wait_for(timeout=LONG)
        return root

    def execute(self, code: str) -> str:
        """Run code in the kernel, invisibly, and return what it prints."""
        return self.page.evaluate(EXECUTE, code)

    def theme(self, kind: str) -> None:
        """Choose the light or the dark theme, and wait for it."""
        self.do("apputils:change-theme", theme=f"JupyterLab {kind.title()}")
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-jp-theme-light", str(kind == "light").lower())
        # What JupyterLab covers the page with fades away, and axe cannot see through it.
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)
