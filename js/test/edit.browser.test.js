/** Geometry and use of the tools that edit a word, with a real pointer and keyboard. */

import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { newsResult } from "./support/checks.js";
import { answered, editOf } from "./support/edits.js";
import { stage } from "./support/stage.js";

const WIDTHS = [320, 360, 600, 1400];
const NEWS = newsResult();

/**
 * Opens the field of a pinned word; the tooltip is placed again in the next frame.
 * @param {ReturnType<typeof stage>} view
 */
async function openField({ button }) {
  button("Replace").click();
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}

test.each(WIDTHS)("at %i px the tools stay in the widget and off their word", async (width) => {
  const view = stage({ width, state: { result: NEWS } });
  const { root, tip, spans } = view;
  for (const word of spans().filter((_, i) => i % 6 === 0)) {
    word.click();
    for (const act of [() => {}, () => openField(view)]) {
      await act();
      const [box, frame] = [tip.getBoundingClientRect(), root.getBoundingClientRect()];
      expect(box.left).toBeGreaterThanOrEqual(frame.left);
      expect(box.right).toBeLessThanOrEqual(frame.right);
      expect(tip.scrollWidth).toBeLessThanOrEqual(tip.clientWidth);
      for (const line of word.getClientRects()) {
        expect(box.bottom <= line.top || box.top >= line.bottom).toBe(true);
      }
    }
  }
});

test("an edit moves nothing above its line, unless the numbers need another row", () => {
  const { model, span, find, button } = stage({ width: 1400 });
  const places = () =>
    [find(".lig-class"), span(0)].map((node) => {
      const { top, height } = node.getBoundingClientRect();
      return [top, height];
    });
  const before = places();
  model.receive({ edit: editOf(), status: "checking" });
  expect(places()).toEqual(before);
  model.receive({ ...answered(), status: "idle" });
  expect(places()).toEqual(before);
  expect(button("Undo").getBoundingClientRect().top).toBeGreaterThan(before[1]?.[0] ?? 0);
  const [bar, changed] = find(".lig-probability").children;
  const [upper, lower] = [bar, changed].map((each) => each?.getBoundingClientRect());
  expect(lower?.top).toBe(upper?.bottom);
  expect((lower?.width ?? 0) / (upper?.width ?? 1)).toBeCloseTo(0.831 / 0.931, 2);
});

test("a pointer uses the tools, and a click anywhere else closes them", async () => {
  const { model, span, tip, button, find } = stage({ state: { result: NEWS } });
  await userEvent.click(span(4));
  await userEvent.click(button("Replace"));
  await userEvent.click(/** @type {HTMLElement} */ (tip.querySelector("input")));
  expect(tip.checkVisibility()).toBe(true);
  await userEvent.keyboard("cheap{Enter}");
  expect(model.saved[0]?.edit).toEqual(editOf({ words: [4], replacement: "cheap" }, NEWS));
  await userEvent.click(span(9));
  await userEvent.click(button("Remove"));
  expect(model.saved[1]?.edit?.words).toEqual([9]);
  await userEvent.click(span(9));
  expect(tip.checkVisibility()).toBe(true);
  await userEvent.click(find(".lig-headline"));
  await expect.poll(() => tip.checkVisibility()).toBe(false);
});

test("inside a shadow root Esc takes the focus from the tools to the word", async () => {
  const { button, span, tip } = stage({ shadow: true });
  const shadow = /** @type {ShadowRoot} */ (span(2).getRootNode());
  span(2).focus();
  await userEvent.keyboard("{Enter}{Tab}");
  expect(shadow.activeElement).toBe(button("Remove"));
  await userEvent.keyboard("{Escape}");
  expect(shadow.activeElement).toBe(span(2));
  expect(tip.checkVisibility()).toBe(false);
});

test.each(WIDTHS)("at %i px a long sentence and long labels overflow nothing", (width) => {
  const name = "A label with a very long name, longer than a narrow column is wide_".repeat(3);
  const result = { ...NEWS, target: name, predicted: [name] };
  result.prediction = [[name, 0.999]];
  const edit = editOf({}, result);
  const { root, el } = stage({
    width,
    state: {
      ...{ result, labels: [name] },
      ...answered(edit, { summary: name, prediction: [[name, 0.001]] }),
    },
  });
  expect(el.textContent).toContain("99.9 → 0.1 %");
  expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
});
