// What hosts change after drawing, what their high contrast themes ask for, and the keys that are theirs.
import axe from "axe-core";
import { afterEach, expect, test } from "vitest";
import css from "../widget.css?inline";
import { checkOf } from "./support/checks.js";
import { goldenModel } from "./support/fake-model.js";
import { mount, press } from "./support/mount.js";
import { stage } from "./support/stage.js";

/** The PyData theme of Sphinx, version 0.17, which Jupyter Book uses too. */
const SPHINX = `
  html[data-theme="light"] { color-scheme: light; color: #222832; background: #fff; }
  html[data-theme="dark"] { color-scheme: dark; color: #ced6dd; background: #14181e; }
  html[data-theme="dark"] .bd-content div.cell_output .widget-subarea {
    padding: .5rem;
    background-color: #ced6dd;
    color: #222832;
  }`;
/** Pages that do not set the colours of native controls. */
const PLAIN = `
  html { color: #222; background: #fff; }
  html:is([data-theme="dark"], [data-mode="dark"]) { color: #eee; background: #111; }`;

const html = document.documentElement;
afterEach(() => {
  html.removeAttribute("data-theme");
  html.removeAttribute("data-mode");
  document.body.removeAttribute("style"); // from a stage
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

/** @param {Element} root */
function colours(root) {
  return [root, ...root.querySelectorAll("*")].map((node) => {
    const { color, backgroundColor, borderBottomColor, fill, stroke } = styles(node);
    return [color, backgroundColor, borderBottomColor, fill, stroke];
  });
}

test.each([
  ["Sphinx", SPHINX, "data-theme", "light", "dark"],
  ["a plain page", PLAIN, "data-theme", "normal", "dark"],
  ["a page of unknown kind", PLAIN, "data-mode", "normal", "normal"],
])(
  "in %s a change of theme is followed, and its way back",
  async (_, page, attribute, ...schemes) => {
    html.setAttribute(attribute, "light");
    const style = document.createElement("style");
    style.textContent = page + css;
    const content = document.createElement("main");
    content.className = "bd-content";
    content.innerHTML = '<div class="cell_output"><div class="widget-subarea"></div></div>';
    document.body.replaceChildren(style, content);
    const box = /** @type {Element} */ (content.querySelector(".widget-subarea"));
    const model = goldenModel({ checked: checkOf(), checking: true });
    const { root, select, span, tip } = mount(model, { parent: box });
    span(2).focus();
    expect(tip.checkVisibility()).toBe(true);
    const changes = new MutationObserver(() => {});
    changes.observe(root, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    const light = colours(root);

    html.setAttribute(attribute, "dark");
    expect(styles(box).backgroundColor).toBe("rgba(0, 0, 0, 0)");
    expect(styles(root).color).toBe(styles(html).color);
    expect(styles(select("Method")).colorScheme).toBe(schemes[1]);
    expect(colours(root)).not.toEqual(light);
    const { violations, passes } = await axe.run(root);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain("color-contrast");

    html.setAttribute(attribute, "light");
    expect(styles(select("Method")).colorScheme).toBe(schemes[0]);
    expect(colours(root)).toEqual(light);
    expect(changes.takeRecords()).toEqual([]);
    expect(model.saved).toEqual([]);
  },
);

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
