import { afterEach, expect, test } from "vitest";
import { answered, editOf } from "../support/edits.js";
import { goldenModel } from "../support/fake-model.js";
import { checkOfValue, pair, rating, showing } from "../support/families.js";
import { mount } from "../support/mount.js";

/** @import { State } from "../../model" */

afterEach(() => document.body.replaceChildren());

/** @param {Partial<State>} [changes] */
function scale(changes) {
  const result = rating();
  const model = goldenModel({ ...result.request, ...showing(result), ...changes });
  const view = mount(model);
  const node = /** @type {HTMLElement} */ (view.find(".lig-value"));
  const dots = [...node.querySelectorAll(".lig-dot, .lig-hollow")].filter(
    (dot) => !(/** @type {HTMLElement} */ (dot).hidden),
  );
  const left = (/** @type {Element} */ dot) => /** @type {HTMLElement} */ (dot).style.left;
  const bar = /** @type {HTMLElement} */ (node.querySelector(".lig-bar"));
  return { ...view, model, node, bar, places: () => dots.map(left).map(Number.parseFloat) };
}

test("the value is on a scale with that of the baseline, in place of labels", () => {
  const { node, bar, find, places } = scale();
  expect(find(".lig-classes")).toHaveProperty("hidden", true);
  expect(node.ariaLabel).toBe("rating: baseline f(x′) 2.70, f(x) 3.42");
  expect(node.firstChild?.textContent).toBe("2.65");
  expect(node.lastChild?.textContent).toBe("3.55");
  const [from = 0, to = 0] = places();
  expect(from).toBeCloseTo((100 * (2.7 - 2.65)) / 0.9, 6);
  expect(to).toBeCloseTo((100 * (3.42 - 2.65)) / 0.9, 6);
  expect(bar.className).toBe("lig-bar lig-bar-for");
  expect(Number.parseFloat(bar.style.left)).toBeCloseTo(from, 6);
  expect(Number.parseFloat(bar.style.width)).toBeCloseTo(to - from, 6);
});

test("a value below that of the baseline has the colour of what lowers it", () => {
  const result = rating({ value: 1.5, prediction: [["rating", 1.5]] });
  const { bar, places } = scale({ result });
  expect(bar.className).toBe("lig-bar lig-bar-against");
  const [from = 0, to = 0] = places();
  expect(to).toBeLessThan(from);
  expect(Number.parseFloat(bar.style.left)).toBeCloseTo(to, 6);
});

test("after an edit the new value is on the scale too", () => {
  const edit = editOf({ words: [1] }, rating());
  const { node, places } = scale(answered(edit, { prediction: [["rating", 2.1]], predicted: [] }));
  expect(node.ariaLabel).toBe("rating: baseline f(x′) 2.70, f(x) 3.42 → 2.10");
  const [from = 0, to = 0, edited = 0] = places();
  expect(edited).toBeLessThan(from);
  expect(from).toBeLessThan(to);
});

test("a classifier has labels and no scale", () => {
  const { find } = mount(goldenModel(showing(pair())));
  expect(find(".lig-value")).toHaveProperty("hidden", true);
  expect(find(".lig-classes")).toHaveProperty("hidden", false);
});

test("words raise and lower the value wherever sides have a name", () => {
  const { root, find } = scale();
  const sides = [...root.querySelectorAll(".lig-side")].map(({ textContent }) => textContent);
  expect(new Set(sides)).toEqual(new Set(["raises rating", "lowers rating"]));
  expect(sides).toHaveLength(4); // in the legend and above the top words
  expect(find(".lig-waterfall").textContent).toContain("raised by words");
});

test("there is neither a contrast nor another output", () => {
  const { select } = scale();
  for (const name of /** @type {const} */ (["Contrast", "Output"])) {
    expect(select(name).closest("label")).toHaveProperty("hidden", true);
  }
  const { select: of } = mount(goldenModel());
  expect(of("Contrast").closest("label")).toHaveProperty("hidden", false);
  expect([...of("Output").options].map(({ value }) => value)).not.toContain("value");
});

test("the check has no table of baselines and no words that change a label", () => {
  const { find, el } = scale({ checked: checkOfValue(), checking: true });
  expect(find(".lig-flip")).toHaveProperty("hidden", true);
  expect(find(".lig-baselines")).toHaveProperty("hidden", true);
  const charts = [...el.querySelectorAll(".lig-chart")].map(({ textContent }) => textContent);
  for (const chart of charts) expect(chart).toContain("value of rating");
  const pending = scale({ checking: true, status: "checking" });
  expect(pending.find(".lig-baselines")).toHaveProperty("hidden", true);
});

test("how far it is from Flair's own prediction is in its unit", () => {
  const { find } = scale({ parity: 0.0234 });
  expect(find(".lig-status .lig-note").textContent).toBe(
    "Flair's own prediction differs by up to 0.0234.",
  );
});
