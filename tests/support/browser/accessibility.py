"""axe-core over the widget in the page of a host."""

from __future__ import annotations

from playwright.sync_api import Locator
from servers import PACKAGES

AXE = (PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
# JupyterLab's body is of no height; axe then finds that contrast does not apply, and is content.
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


def assert_accessible(root: Locator) -> None:
    """No violation of any rule, and contrast was really looked at."""
    root.page.evaluate(AXE)
    found = root.evaluate(RUN)
    assert found["violations"] == []
    assert "color-contrast" in found["checked"]
