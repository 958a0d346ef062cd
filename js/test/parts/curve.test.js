import { afterEach, expect, test } from "vitest";
import { barsPath, densestRun, describeProfile } from "../../parts/curve.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { mount } from "../support/mount.js";
import { resultOf } from "../support/results.js";

afterEach(() => document.body.replaceChildren());

/** @param {Record<number, number>} gains by bin; the others are zero */
function profile(gains) {
  return Array.from({ length: 16 }, (_, i) => gains[i] ?? 0);
}

test("the densest run is the shortest that holds half of all gains and losses", () => {
  expect(densestRun(profile({ 3: 5 }))).toEqual([3, 4]);
  expect(densestRun(profile({ 3: 2, 4: -2, 9: 3 }))).toEqual([3, 5]);
  expect(densestRun(Array(16).fill(1))).toEqual([0, 8]);
});

test("the description gives percentages of the path", () => {
  expect(describeProfile(profile({ 4: 1, 5: 1, 6: 1 }))).toBe(
    "gained mostly between 25 % and 38 % of the path from the baseline to the text",
  );
  expect(describeProfile(profile({ 15: -1 }))).toMatch(/^lost mostly between 94 % and 100 %/);
});

test("gains are drawn above the zero line and losses below it", () => {
  const both = profile({ 0: 3, 15: -1 });
  expect(barsPath(both, 1)).toBe("M0 21v-21h6.5V21z");
  expect(barsPath(both, -1)).toBe("M112.5 21v7h6.5V21z");
  expect(barsPath(profile({ 0: 3 }), -1)).toBe("");
});

test("the tooltip shows the curve unless the profile is unknown or zero", () => {
  const model = goldenModel();
  const { find, span } = mount(model);
  const curve = /** @type {HTMLElement} */ (find(".lig-curve"));
  span(2).focus();
  expect(curve.hidden).toBe(false);
  const image = find(".lig-curve svg");
  expect(image.getAttribute("role") ?? image.role).toBe("img");
  expect(image.ariaLabel).toMatch(/^gained mostly between \d+ % and \d+ %/);
  expect(curve.textContent).toBe("baselinetext");
  model.receive({ result: { ...goldenResult(), path_profile: null } });
  expect(curve.hidden).toBe(true);
  const path_profile = { bins: 16, peak: 0, packed: btoa("\0".repeat(32)) };
  model.receive({ text: "a", result: resultOf(["a"], () => 0, { path_profile }) });
  expect(curve.hidden).toBe(true);
});
