/** Geometry of the panel "Check": what fits, what stays where it is, and what its parts mark. */

import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { checkOf, firstCheck, newsResult } from "./support/checks.js";
import { stage } from "./support/stage.js";

const WIDTHS = [320, 360, 600, 1400];
const NEWS = newsResult();
const CHECKED = { result: NEWS, checked: checkOf(NEWS), checking: true };

test("a check that is replaced by the next one moves nothing", () => {
  for (let width = 300; width < 640; width += 20) {
    const { model, root } = stage({ width, state: CHECKED });
    const { height } = root.getBoundingClientRect();
    const result = { ...NEWS, request: { ...NEWS.request, baseline: "unk" }, baseline: "unk" };
    model.receive({ baseline: "unk", status: "running" });
    model.receive({ checked: {} });
    model.receive({ result, status: "checking" });
    expect(root.getBoundingClientRect().height, `at ${width} px`).toBe(height);
    model.receive({ checked: firstCheck(result) });
    expect(root.getBoundingClientRect().height, `in part at ${width} px`).toBe(height);
    model.receive({ checked: checkOf(result), status: "idle" });
    expect(root.getBoundingClientRect().height, `checked at ${width} px`).toBe(height);
  }
});

test.each([
  [320, 1],
  [360, 1],
  [600, 2],
  [1400, 2],
])("at %i px the charts have %i column(s), level with each other", (width, columns) => {
  const { el } = stage({ width, state: CHECKED });
  const plots = [...el.querySelectorAll(".lig-chart svg")].map((plot) =>
    plot.getBoundingClientRect(),
  );
  expect(new Set(plots.map(({ left }) => left)).size).toBe(columns);
  expect(new Set(plots.map(({ top }) => top)).size).toBe(3 - columns);
  for (const { width } of plots) expect(width).toBeGreaterThan(230);
});

test("no label of a chart leaves it or covers another one", () => {
  for (const width of WIDTHS) {
    const { el } = stage({ width, state: CHECKED });
    for (const chart of el.querySelectorAll(".lig-chart svg")) {
      const frame = chart.getBoundingClientRect();
      const boxes = [...chart.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
      for (const [i, box] of boxes.entries()) {
        expect(box.height).toBeGreaterThan(9); // readable
        expect(box.left).toBeGreaterThanOrEqual(frame.left);
        expect(box.right).toBeLessThanOrEqual(frame.right);
        expect(box.bottom).toBeLessThanOrEqual(frame.bottom);
        for (const other of boxes.slice(i + 1)) {
          const apart = box.right <= other.left || other.right <= box.left;
          expect(apart || box.bottom <= other.top + 4 || other.bottom <= box.top + 4).toBe(true);
        }
      }
    }
  }
});

test("the panel opens and closes by its summary, and each is saved once", async () => {
  const { model, find } = stage();
  const details = /** @type {HTMLDetailsElement} */ (find(".lig-check"));
  await userEvent.click(find(".lig-check > summary"));
  await expect.poll(() => model.saved).toEqual([{ checking: true }]);
  model.receive({ status: "checking", checked: firstCheck() });
  expect(details.open).toBe(true);
  await userEvent.click(find(".lig-check > summary"));
  await expect.poll(() => model.saved).toEqual([{ checking: true }, { checking: false }]);
  const toggled = new Promise((resolve) => {
    details.addEventListener("toggle", resolve, { once: true });
  });
  model.receive({ checking: true });
  await toggled;
  expect([details.open, model.saved.length]).toEqual([true, 2]);
});

test("the words of the flip are marked while the pointer is on it", async () => {
  const { find, el } = stage({ state: CHECKED });
  const lit = () => [...el.querySelectorAll(".lig-lit")].map((word) => word.textContent);
  await userEvent.hover(find(".lig-flip"));
  expect(lit()).toEqual(["budget", "airline", "jobs"]);
  const { outlineStyle, outlineWidth } = getComputedStyle(find(".lig-lit"));
  expect([outlineStyle, outlineWidth]).toEqual(["solid", "2px"]);
  await userEvent.hover(find(".lig-verdict"));
  expect(lit()).toEqual([]);
});

test("a click on the flip scrolls to its words and keeps them marked", async () => {
  const { find, el, span } = stage({ width: 360, state: CHECKED });
  const before = document.createElement("div");
  before.style.height = "3000px";
  find(".lig-check").before(before); // the text is out of sight
  await userEvent.click(find(".lig-flip"));
  expect(el.querySelectorAll(".lig-lit")).toHaveLength(3);
  const { top, bottom } = span(4).getBoundingClientRect();
  expect(top).toBeGreaterThanOrEqual(0);
  expect(bottom).toBeLessThanOrEqual(innerHeight);
});

test("words from right to left stay in the order of the sentence", () => {
  // As `flair_lig_widget/result/verdict.py` isolates them: Hebrew for sale, Arabic for London.
  const names = ["מכירה", "لندن", "3%"];
  const [first, second, third] = names;
  const sentence = `Without \u2068${first}\u2069, \u2068${second}\u2069, ${third} the model predicts tech.`;
  const flip = { words: [3, 4, 5], sentence };
  const { find } = stage({ width: 1400, state: { ...CHECKED, checked: checkOf(NEWS, { flip }) } });
  const text = /** @type {Text} */ (find(".lig-flip").firstChild);
  const places = names.map((name) => {
    const range = document.createRange();
    range.setStart(text, sentence.indexOf(name));
    range.setEnd(text, sentence.indexOf(name) + name.length);
    return range.getBoundingClientRect().left;
  });
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test("a check that was stopped starts again by the keyboard", async () => {
  const { model, find, button } = stage({ state: { checking: true, status: "checking" } });
  model.receive({ status: "idle" });
  /** @type {HTMLElement} */ (find(".lig-check > summary")).focus();
  await userEvent.keyboard("{Tab}");
  expect(document.activeElement).toBe(button("Check again"));
  await userEvent.keyboard("{Enter}");
  expect(model.sent).toEqual([{ request: true }]);
});
