import { afterEach, expect, test } from "vitest";
import { bars, inWords, mostly } from "../curve.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { mount } from "./mount.js";
import { resultOf } from "./results.js";

afterEach(() => document.body.replaceChildren());

/** @param {Record<number, number>} some the rest is zero */
function gains(some) {
  return Array.from({ length: 16 }, (_, i) => some[i] ?? 0);
}

test("the shortest run that holds half of all is found, whatever the signs", () => {
  expect(mostly(gains({ 3: 5 }))).toEqual([3, 4]);
  expect(mostly(gains({ 3: 2, 4: -2, 9: 3 }))).toEqual([3, 5]);
  expect(mostly(Array(16).fill(1))).toEqual([0, 8]);
});

test("it is told in percent of the way", () => {
  expect(inWords(gains({ 4: 1, 5: 1, 6: 1 }))).toBe(
    "gained mostly between 25 % and 38 % of the way from the baseline to the text",
  );
  expect(inWords(gains({ 15: -1 }))).toMatch(/^lost mostly between 94 % and 100 %/);
});

test("bars of gain stand on the line of zero, bars of loss hang from it", () => {
  const both = gains({ 0: 3, 15: -1 });
  expect(bars(both, 1)).toBe("M0 21v-21h6.5V21z");
  expect(bars(both, -1)).toBe("M112.5 21v7h6.5V21z");
  expect(bars(gains({ 0: 3 }), -1)).toBe("");
});

test("the tooltip draws it, and not for a word of which nothing is known or nothing came", () => {
  const model = goldenModel();
  const { find, word } = mount(model);
  const curve = /** @type {HTMLElement} */ (find(".flair-lig-curve"));
  word(2).focus();
  expect(curve.hidden).toBe(false);
  const image = find(".flair-lig-curve svg");
  expect(image.getAttribute("role") ?? image.role).toBe("img");
  expect(image.ariaLabel).toMatch(/^gained mostly between \d+ % and \d+ %/);
  expect(curve.textContent).toBe("baselinetext");
  model.receive({ result: { ...goldenResult(), gains: null } });
  expect(curve.hidden).toBe(true);
  const packed = btoa("\0".repeat(32));
  model.receive({ text: "a", result: resultOf(["a"], () => 0, { gains: { peak: 0, packed } }) });
  expect(curve.hidden).toBe(true);
});
