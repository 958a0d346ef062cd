import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { find, snap, stopsOf } from "../../state/snapshots.js";
import { readView } from "../../state/view.js";
import { choices, goldenModel, goldenResult } from "../support/fake-model.js";
import { choose, drag, mount } from "../support/mount.js";
import { snapshotsOf, TARGETS } from "../support/results.js";

/** @import { Request, State } from "../../model" */

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const snapshots = snapshotsOf();
const base = goldenResult().request;
const STEPS = choices().default_n_steps;

test("each method has its stops in the order of their sliders", () => {
  expect(stopsOf(snapshots)).toEqual({
    targets: TARGETS,
    baselines: ["pad", "zero"],
    methods: ["auto", "riemann_middle"],
    of: { auto: [0.1, 0.01], riemann_middle: [10, 50, 200] },
    count: 20,
  });
  expect(stopsOf(snapshots)).toBe(stopsOf(snapshots));
});

test("a request on the grid has a complete result, created once", () => {
  const request = {
    ...base,
    target: "sport",
    baseline: "zero",
    method: "riemann_middle",
    n_steps: 10,
  };
  const result = find(snapshots, request, STEPS);
  expect(result).toMatchObject({
    ...{ request, target: "sport", baseline: "zero", method: "riemann_middle", n_steps: 10 },
    ...{ contrast: null, output: "logit", layer: "word_embeddings", precision: "float32" },
    ...{ unit: "logit", explained: "the logit of sport", delta: 0.01, n_evaluations: 10 },
    ...{ error_estimate: null, converged: null, rounding: null, seconds: null },
    ...{ prediction_summary: goldenResult().prediction_summary },
    ...{ accuracy_summary: "10 evaluations." },
  });
  expect(Object.keys(goldenResult()).filter((key) => !(key in (result ?? {})))).toEqual([]);
  expect(result?.relative_delta).toBeCloseTo(0.01 / (3.942 - 0.764), 12);
  expect(result?.scores[3]).toBeCloseTo(1.31 * (1.1 - 1.5 - 0.25 - 3 / 16), 6);
  expect(result?.layout).toEqual(goldenResult().layout);
  expect(find(snapshots, { ...request }, STEPS)).toBe(result);
});

test("a result may add notes to those of its path", () => {
  const noted = snapshotsOf({ ...goldenResult(), notes: ["Of all."] });
  const results = noted.paths[0]?.results ?? [];
  noted.paths = noted.paths.slice(0, 1);
  Object.assign(results[0] ?? {}, { notes: ["Of this one."] });
  const notes = results.map(({ method, n_steps, tolerance }) => {
    const auto = method === "auto";
    const settings = { method, n_steps: auto ? null : n_steps, tolerance: tolerance ?? 0.01 };
    return find(noted, { ...base, ...settings, target: "business" }, STEPS)?.notes;
  });
  expect(notes).toEqual([["Of all.", "Of this one."], ...Array(4).fill(["Of all."])]);
});

test("null is the most probable label, the first baseline and the default number of steps", () => {
  expect(find(snapshots, base, STEPS)).toMatchObject({
    target: "business",
    baseline: "pad",
    n_steps: 17,
  });
  const fixed = { ...base, method: "riemann_middle" };
  const request = { n_steps: null, target: null };
  expect(find(snapshots, fixed, 50)).toMatchObject({ n_steps: 50, request });
  expect(find(snapshots, fixed, 10)).toMatchObject({ n_steps: 10, request });
});

/** @type {Partial<Request>[]} */
const OFF_GRID = [
  { text: "another" },
  { contrast: "sport" },
  { output: "probability" },
  { layer: "embeddings" },
  { precision: "auto" },
  { target: "tech" },
  { baseline: "mask" },
  { method: "riemann_left" },
  { tolerance: 0.02 },
  { n_steps: 100 },
  { method: "riemann_middle", n_steps: 49 },
];
test.each(OFF_GRID)("%o is not on the grid, but near it", (changes) => {
  const request = { ...base, ...changes };
  expect(find(snapshots, request, STEPS)).toBe(null);
  expect(find(snapshots, snap(snapshots, request, STEPS), STEPS)).not.toBe(null);
});

test("the nearest stop is the one with the smallest ratio", () => {
  const near = (/** @type {Partial<Request>} */ changes) =>
    snap(snapshots, { ...base, ...changes }, STEPS);
  expect(near({ tolerance: 0.04 })).toMatchObject({ tolerance: 0.1, n_steps: null });
  expect(near({ tolerance: 0.03 }).tolerance).toBe(0.01);
  const method = "riemann_middle";
  expect(near({ method, n_steps: 23 })).toMatchObject({ n_steps: 50, tolerance: 0.01 });
  expect(near({ method, n_steps: 1000 }).n_steps).toBe(200);
  expect(near({ method: "riemann_left" }).method).toBe("auto");
});

test("a result of the kernel takes precedence, then an earlier one, then a snapshot", () => {
  const model = goldenModel({ snapshots });
  const score = goldenResult().scores[3];
  expect(readView(model, {}, true).result?.scores[3]).toBe(score);
  const precomputed = readView(model, { target: "sport" }, true);
  expect(precomputed).toMatchObject({ stale: false, stops: null, result: { target: "sport" } });
  const result = { ...goldenResult(), target: "sport" };
  result.request.target = "sport";
  model.receive({ target: "sport", result });
  expect(readView(model, {}, true).result).toBe(result);
  expect(readView(model, { target: null }, true).result?.scores[3]).toBe(score); // the earlier one
  const off = readView(model, { target: "tech" }, true);
  expect([off.stale, off.result]).toEqual([true, result]);
});

/** @param {Partial<State>} [changes] */
function page(changes) {
  const parent = document.createElement("div");
  parent.className = "jupyter-widgets-disconnected";
  document.body.append(parent);
  const model = goldenModel({ snapshots, texts: ["One.", "Two."], ...changes });
  return { model, ...mount(model, { parent }) };
}

test("without a kernel the controls offer what was precomputed, and nothing else", () => {
  const { button, find: part, number, select, slider, status } = page();
  const values = (/** @type {HTMLSelectElement} */ select) =>
    [...select.options].map(({ value }) => value);
  expect(values(select("Method"))).toEqual(["auto", "riemann_middle"]);
  expect(values(select("Baseline"))).toEqual(["pad", "zero"]);
  for (const name of /** @type {const} */ (["Method", "Baseline", "Granularity"])) {
    expect(select(name).matches(":disabled")).toBe(false);
  }
  for (const name of /** @type {const} */ (["Contrast", "Output", "Layer"])) {
    expect(select(name).disabled).toBe(true);
  }
  expect([slider("Tolerance").max, slider("Tolerance").ariaValueText]).toEqual(["1", "1 %"]);
  expect(number.hidden).toBe(true);
  expect(["business", "sport", "tech"].map((label) => button(label).disabled)).toEqual([
    false,
    false,
    true,
  ]);
  expect(button("tech").title).toContain("not precomputed");
  expect(["Edit", "‹", "Next"].map((name) => button(name).disabled)).toEqual([true, true, true]);
  const badge = /** @type {HTMLElement} */ (part(".lig-badge"));
  expect(badge.hidden).toBe(false);
  expect(badge.title).toContain("among 20 precomputed results");
  expect(status.textContent).not.toContain("No kernel"); // there never was one
});

test("without a kernel every change shows another result at once", () => {
  const { button, find: part, model, root, select, slider, span } = page();
  const label = () => span(2).ariaLabel;
  const seen = new Set([label()]);
  drag(slider("Tolerance"), 0);
  seen.add(label());
  vi.advanceTimersByTime(1000);
  expect(model.get("tolerance")).toBe(0.1);
  choose(select("Method"), "riemann_middle");
  expect(slider("Steps").ariaValueText).toBe("50 steps"); // the nearest to null
  expect(slider("Steps").max).toBe("2");
  seen.add(label());
  drag(slider("Steps"), 2);
  seen.add(label());
  choose(select("Baseline"), "zero");
  seen.add(label());
  button("sport").click();
  seen.add(label());
  expect(part(".lig-waterfall").textContent).toContain("the logit of sport");
  expect(seen.size).toBe(6);
  expect(root.classList.contains("lig-stale")).toBe(false);
});

test("the last result stays until a control is moved, even off the grid", () => {
  const result = { ...goldenResult(), contrast: "tech" };
  result.request = { ...result.request, contrast: "tech" };
  const { select, slider, span } = page({ contrast: "tech", result });
  expect(span(2).ariaLabel).toBe("bank, plus 1.31, rank 1"); // that of the result
  drag(slider("Tolerance"), 0);
  expect(span(2).ariaLabel).not.toBe("bank, plus 1.31, rank 1");
  expect(select("Contrast").value).toBe("");
});

test("the controls show the settings of the shown result", () => {
  const { button, select, slider } = page({ target: "tech", baseline: "mask", output: "log_odds" });
  expect(button("business").ariaPressed).toBe("true");
  expect(select("Baseline").value).toBe("pad");
  expect(select("Output").value).toBe("logit");
  expect(slider("Tolerance").ariaValueText).toBe("1 %");
});

test("a page may hold nothing but snapshots", () => {
  const { text } = page({ result: {} });
  expect(text.textContent).toBe(base.text);
});

test("snapshots of another text do not replace the last result", () => {
  const result = goldenResult();
  result.request.text = "Another.";
  const { find: part } = page({ text: "Another.", result });
  expect(part("fieldset")).toHaveProperty("disabled", true);
  expect(part(".lig-badge")).toHaveProperty("hidden", true);
});
