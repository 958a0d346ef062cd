"""What is painted of the widget in the page of a host, and axe-core over it."""

from __future__ import annotations

from playwright.sync_api import Locator

from support.browser.servers import PACKAGES

AXE = (PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
# JupyterLab's body has no height; axe would conclude that contrast does not apply.
RUN = """async (node) => {
    const before = document.body.style.height;
    document.body.style.height = "100vh";
    try {
        const { violations, passes } = await axe.run(node);
        return {
            violations: violations.map(({ id, nodes }) => [
                id, nodes.map(({ html, failureSummary }) => [html, failureSummary])
            ]),
            checked: passes.map(({ id }) => id),
        };
    } finally {
        document.body.style.height = before;
    }
}"""

PAINTED = """(root) => [root, ...root.querySelectorAll("*")].map((node) => {
    const { color, backgroundColor, borderBottomColor, fill, stroke } = getComputedStyle(node);
    return [color, backgroundColor, borderBottomColor, fill, stroke].join(" ");
})"""


def painted(root: Locator) -> list[str]:
    """The colours of the widget's elements: text, background, border, fill and stroke."""
    return root.evaluate(PAINTED)


def assert_accessible(root: Locator) -> None:
    """No rule is violated, and contrast was checked."""
    root.page.evaluate(AXE)
    found = root.evaluate(RUN)
    assert found["violations"] == []
    assert "color-contrast" in found["checked"]
