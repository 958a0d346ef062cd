"""A notebook in JupyterLab or Notebook 7: open it, run cells, ask its kernel."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

LONG = 90_000  # milliseconds: importing Flair and loading the encoder, on a busy machine

IDLE = """() =>
    window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === "idle"
"""
CLEAR = """() => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    sharedModel.deleteCellRange(0, sharedModel.cells.length);
}"""
APPEND = """(source) => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { sharedModel } = content.model;
    // A notebook is never without a cell, so the first one may be empty.
    const empty = sharedModel.cells.length === 1 && sharedModel.getCell(0).source === "";
    const place = empty ? 0 : sharedModel.cells.length;
    if (empty) sharedModel.deleteCell(0);
    sharedModel.insertCell(place, { cell_type: "code", source });
    content.activeCellIndex = place;
    return place;
}"""
ASK = """async (code) => {
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
    """The notebook in front of a page of JupyterLab or Notebook 7."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, url: str) -> None:
        self.page.goto(url)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait for the kernel; what the toolbar shows is "idle" before there is one."""
        self.page.wait_for_function(IDLE, timeout=LONG)

    def do(self, command: str, **arguments) -> None:
        """Execute a command of the application, and wait for its end."""
        self.page.evaluate(
            "([c, a]) => window.jupyterapp.commands.execute(c, a)", [command, arguments]
        )

    def run_all(self) -> None:
        """Run all cells from a clean sheet, so that nothing seen later is what was saved."""
        self.do("editmenu:clear-all")
        expect(self.page.locator(".jp-OutputArea-output")).to_have_count(0)
        self.do("notebook:run-all-cells")

    def clear(self) -> None:
        self.page.evaluate(CLEAR)

    def append(self, source: str) -> Locator:
        """A new last cell, not run."""
        place = self.page.evaluate(APPEND, source)
        cell = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(place)
        cell.wait_for()
        return cell

    def run(self, source: str) -> Locator:
        """Run a new last cell to its end."""
        cell = self.append(source)
        self.do("notebook:run-cell")
        return cell

    def show(self, source: str) -> Locator:
        """Run a new last cell, and give the widget that it shows."""
        root = self.run(source).locator(".flair-lig").first
        root.locator(".flair-lig-word").first.wait_for(timeout=LONG)
        return root

    def ask(self, code: str) -> str:
        """What the kernel prints; nothing of it is seen in the notebook."""
        return self.page.evaluate(ASK, code)

    def theme(self, kind: str) -> None:
        """Take the light or the dark theme, and wait for it."""
        self.do("apputils:change-theme", theme=f"JupyterLab {kind.title()}")
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-jp-theme-light", str(kind == "light").lower())
