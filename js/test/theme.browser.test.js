// What hosts change after drawing, what their high contrast themes ask for, and the keys that are theirs.
import { afterEach, expect, test } from "vitest";
import { press } from "./support/mount.js";
import { stage } from "./support/stage.js";

const html = document.documentElement;
afterEach(() => {
  html.removeAttribute("data-jp-theme-light");
  html.removeAttribute("data-vscode-theme-kind");
  html.removeAttribute("style");
});

/** @param {Element} node */
const styles = (node) => getComputedStyle(node);

test("a theme that changes after drawing is followed", () => {
  const { page, root, select } = stage();
  page.style.colorScheme = "normal"; // the host says it by its attribute alone
  html.setAttribute("data-jp-theme-light", "true");
  html.style.setProperty("--jp-content-font-color1", "rgb(10, 20, 30)");
  html.style.setProperty("--jp-layout-color0", "rgb(250, 251, 252)");
  expect([styles(root).color, styles(root).colorScheme]).toEqual(["rgb(10, 20, 30)", "light"]);
  html.setAttribute("data-jp-theme-light", "false");
  html.style.setProperty("--jp-content-font-color1", "rgb(220, 221, 222)");
  html.style.setProperty("--jp-layout-color0", "rgb(17, 18, 19)");
  expect([styles(root).color, styles(root).colorScheme]).toEqual(["rgb(220, 221, 222)", "dark"]);
  const { color, backgroundColor } = styles(select("Method"));
  expect([color, backgroundColor]).toEqual(["rgb(220, 221, 222)", "rgb(17, 18, 19)"]);
});

test.each([
  ["vscode-high-contrast", "dark"],
  ["vscode-high-contrast-light", "light"],
])("in %s nothing is faint, and the theme draws borders and focus", (kind, scheme) => {
  const { root, find, button, span } = stage();
  html.setAttribute("data-vscode-theme-kind", kind);
  html.style.setProperty("--vscode-contrastBorder", "rgb(1, 2, 3)");
  html.style.setProperty("--vscode-focusBorder", "rgb(4, 5, 6)");
  expect(styles(root).colorScheme).toBe(scheme);
  expect(styles(find(".lig-caption")).color).toBe(styles(root).color);
  expect(styles(button("Edit")).borderTopColor).toBe("rgb(1, 2, 3)");
  press(root, "Tab"); // from here on, the focus is visible
  span(0).focus({ focusVisible: true });
  expect(styles(span(0)).outlineColor).toBe("rgb(4, 5, 6)");
});

test("in a dark host, native fields on a light ground have a text that can be read", () => {
  const { page, root, select } = stage();
  html.setAttribute("data-vscode-theme-kind", "vscode-dark");
  Object.assign(page.style, { background: "white", color: "black" });
  const { color, backgroundColor } = styles(select("Method"));
  expect(styles(root).colorScheme).toBe("dark");
  expect([color, backgroundColor]).toEqual(["rgb(255, 255, 255)", "rgb(18, 18, 18)"]);
});

test("no option of a setting is cut off", () => {
  const { select, root } = stage({ width: 900 });
  const measure = document.createElement("span");
  root.append(measure);
  for (const name of /** @type {const} */ (["Method", "Baseline", "Layer", "Output"])) {
    const node = select(name);
    const { font, paddingLeft } = styles(node);
    Object.assign(measure.style, { font, whiteSpace: "nowrap", position: "absolute" });
    for (const option of node.options) {
      measure.textContent = option.textContent;
      const arrow = 12; // pixels
      const needed = measure.getBoundingClientRect().width + Number.parseFloat(paddingLeft) + arrow;
      for (const details of root.querySelectorAll("details")) details.open = true;
      expect(node.clientWidth, option.textContent ?? "").toBeGreaterThanOrEqual(needed);
    }
  }
});

test("plain keys stay in the widget, function keys and shortcuts go to the host", () => {
  const { page, span } = stage();
  /** @type {string[]} */
  const seen = [];
  page.addEventListener("keydown", ({ key }) => seen.push(key));
  span(2).focus();
  for (const key of ["d", "ArrowDown", "F1", "F12"]) press(span(2), key);
  press(span(2), "s", { ctrlKey: true });
  expect(seen).toEqual(["F1", "F12", "s"]);
});
