import { afterEach, expect, test } from "vitest";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { mount } from "../support/mount.js";
import { goldenSpans, resultOf } from "../support/results.js";

/** @import { Result } from "../../model" */

afterEach(() => document.body.replaceChildren());

/** @param {Partial<Result>} changes */
function legend(changes) {
  const { find } = mount(goldenModel({ result: { ...goldenResult(), ...changes } }));
  return [...find(".lig-legend").querySelectorAll("span")].map((node) => node.textContent);
}

test("the legend shows both sides, the scores of the full colours and their unit", () => {
  const most = Math.max(...goldenSpans().map(({ score }) => Math.abs(score))).toFixed(3);
  expect(legend({ target: "business", unit: "log-odds" })).toEqual([
    "against business",
    `−${most}`,
    "log-odds",
    `+${most}`,
    "for business",
  ]);
});

test("with a contrast, evidence against one label is evidence for the other", () => {
  const names = legend({ target: "business", contrast: "tech" });
  expect([names.at(0), names.at(-1)]).toEqual(["for tech", "for business"]);
});

test("a very small probability keeps its scale", () => {
  expect(legend({ ...resultOf(["The"], () => -0.00003), unit: "probability" })).toContain(
    "−0.00003",
  );
});
