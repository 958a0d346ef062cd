// Rows in a real layout: what hosts and the system ask for, every width, the keyboard, screenshots.
import { afterEach, expect, test } from "vitest";
import { page as browser, cdp, userEvent } from "vitest/browser";
import { ROW, stageRows } from "./support/rows.js";
import { HOSTS } from "./support/stage.js";

const html = document.documentElement;

/** @param {Record<string, string>} features preferences of the system */
function emulate(features) {
  const wanted = Object.entries(features).map(([name, value]) => ({ name, value }));
  return cdp().send("Emulation.setEmulatedMedia", { features: wanted });
}
afterEach(async () => {
  html.removeAttribute("data-jp-theme-light");
  html.removeAttribute("data-vscode-theme-kind");
  html.removeAttribute("style");
  await emulate({});
});

/** @param {Element} node */
const styles = (node) => getComputedStyle(node);

const SIZES = [360, 600, 900, 1400].flatMap((width) =>
  HOSTS.slice(0, 2).map((host) => ({ width, host, name: host.name })),
);
test.each(SIZES)("closed and open rows fit, $name, $width px", async ({ width, host, name }) => {
  await browser.viewport(width, width === 360 ? 2000 : 1400); // nothing below it is painted
  const { page, summary, open } = stageRows({ width, host });
  document.body.style.margin = "0";
  Object.assign(page.style, { padding: "12px", boxSizing: "border-box", fontFamily: "sans-serif" });
  for (const each of ["closed", "open"]) {
    if (each === "open") await open();
    await userEvent.hover(summary); // off the words of the widget
    await expect.poll(() => page.scrollWidth).toBe(page.clientWidth);
    const path = `../../tests/screenshots/js-rows-${each}-${name}-${width}.png`;
    expect(await browser.screenshot({ element: page, path })).toContain(each);
  }
});

test("the keyboard opens a row and goes on in its widget", async () => {
  const { root, summary, widget } = stageRows();
  await userEvent.keyboard("{Tab}");
  expect(document.activeElement).toBe(summary);
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => root.contains(widget)).toBe(true);
  expect(widget.checkVisibility()).toBe(true);
  await userEvent.keyboard("{Tab}");
  expect(widget.contains(document.activeElement)).toBe(true);
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}{Enter}");
  expect(widget.checkVisibility()).toBe(false);
});

test("rows follow a theme that changes after drawing", () => {
  const { root } = stageRows();
  html.style.setProperty("--jp-content-font-color1", "rgb(10, 20, 30)");
  expect(styles(root).color).toBe("rgb(0, 0, 0)"); // that of the page, which is no JupyterLab
  html.setAttribute("data-jp-theme-light", "true");
  expect(styles(root).color).toBe("rgb(10, 20, 30)");
  html.style.setProperty("--jp-content-font-color1", "rgb(220, 221, 222)");
  expect(styles(root).color).toBe("rgb(220, 221, 222)");
});

test.each(["vscode-high-contrast", "vscode-high-contrast-light"])(
  "in %s no line is faint, and the theme draws lines and focus",
  (kind) => {
    const { root, summary } = stageRows();
    const row = /** @type {Element} */ (summary.parentElement);
    expect(styles(row).borderTopColor).toContain("0.3"); // part of the text's colour
    html.setAttribute("data-vscode-theme-kind", kind);
    html.style.setProperty("--vscode-editor-foreground", "rgb(7, 8, 9)");
    html.style.setProperty("--vscode-contrastBorder", "rgb(1, 2, 3)");
    html.style.setProperty("--vscode-focusBorder", "rgb(4, 5, 6)");
    expect(styles(root).color).toBe("rgb(7, 8, 9)");
    expect(styles(row).borderTopColor).toBe("rgb(1, 2, 3)");
    summary.focus({ focusVisible: true });
    expect(styles(summary).outlineColor).toBe("rgb(4, 5, 6)");
  },
);

test("rows of which none is open are not in the white box of VS Code", () => {
  const { page, root } = stageRows();
  const style = document.createElement("style");
  style.textContent = ".cell-output-ipywidget-background { background: white !important }";
  const box = document.createElement("div");
  box.className = "cell-output-ipywidget-background";
  page.append(style, box);
  expect(styles(box).backgroundColor).toBe("rgb(255, 255, 255)");
  box.append(root);
  expect(styles(box).backgroundColor).toBe("rgba(0, 0, 0, 0)");
});

test("with more contrast no line is faint", async () => {
  await emulate({ "prefers-contrast": "more" });
  const { summary } = stageRows();
  const row = /** @type {Element} */ (summary.parentElement);
  expect(styles(row).borderTopColor).toBe("rgb(0, 0, 0)");
});

test("with forced colours a line says the sign and the size of a score", async () => {
  await emulate({ "forced-colors": "active", "prefers-color-scheme": "dark" });
  const { page, words, open } = stageRows({ width: 700, host: HOSTS[1] });
  const lines = words().map((word) => {
    const { borderBottomStyle, borderBottomWidth } = styles(word);
    return [borderBottomStyle, borderBottomWidth];
  });
  const row = [
    ["solid", "4px"], // 1 px and 3 px of its share
    ["dotted", "4px"],
    ["solid", "1px"], // 1.6 px, in whole pixels
    ["dotted", "1px"],
  ];
  expect(lines).toEqual([...row, ...row]);
  await open();
  const path = "../../tests/screenshots/js-rows-forced-colors.png";
  expect(await browser.screenshot({ element: page, path })).toContain("forced");
});

test("on a right-to-left page the facts are read from left to right", () => {
  const { root } = stageRows({ rightToLeft: true, width: 900 });
  const [name, value] = ["", " bdi"].map((part) =>
    [...root.querySelectorAll(`.lig-fact${part}`)].map((node) => node.getBoundingClientRect()),
  );
  expect(value).toHaveLength(2 * ROW.facts.length);
  for (const [i, each] of value?.entries() ?? []) {
    expect(each.left).toBeGreaterThan(name?.[i]?.left ?? Number.POSITIVE_INFINITY);
  }
});
