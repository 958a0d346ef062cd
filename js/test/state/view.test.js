import { expect, test } from "vitest";
import { readView } from "../../state/view.js";
import { checkedSnapshots, checkOf } from "../support/checks.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";

/** @import { Request } from "../../model" */

test("a result that matches the request is not stale", () => {
  expect(readView(goldenModel(), {}, true).stale).toBe(false);
});

test("a default baseline matches the result of the default, a named one does not", () => {
  const result = goldenResult();
  result.request.baseline = null;
  result.baseline = "zero";
  expect(readView(goldenModel({ result, baseline: null }), {}, true).stale).toBe(false);
  expect(readView(goldenModel({ result, baseline: "zero" }), {}, true).stale).toBe(true);
});

const CHANGES = /** @type {Partial<Request>[]} */ ([
  { text: "another" },
  { target: "sport" },
  { contrast: "sport" },
  { output: "probability" },
  { method: "riemann_left" },
  { n_steps: 3 },
  { tolerance: 0.5 },
  { baseline: "mask" },
  { layer: "embeddings" },
  { precision: "auto" },
]);

test.each(CHANGES)("a result is stale once the request has %o", (changes) => {
  expect(readView(goldenModel(changes), {}, true).stale).toBe(true);
});

test.each([true, false])("another granularity needs no kernel (live: %o)", (live) => {
  const view = readView(goldenModel({ granularity: "sentence" }), {}, live);
  expect(view.stale).toBe(false);
  expect(view.spans?.items).toHaveLength(1);
});

test("the view has every setting of the result's request", () => {
  expect(readView(goldenModel(), {}, true)).toMatchObject(goldenResult().request);
});

test("a setting that is not saved yet makes the result stale", () => {
  expect(readView(goldenModel(), { n_steps: 3 }, true).stale).toBe(true);
});

test("a result is stale while computing, but not in a notebook saved meanwhile", () => {
  expect(readView(goldenModel({ status: "running" }), {}, true).stale).toBe(true);
  const saved = readView(goldenModel({ status: "running" }), {}, false);
  expect(saved.stale).toBe(false);
  expect(saved.status).toBe("idle");
});

test("an empty dict is no result", () => {
  const view = readView(goldenModel({ result: {} }), {}, true);
  expect(view.result).toBe(null);
  expect(view.stale).toBe(false);
});

test("a result is final while it is checked", () => {
  for (const live of [true, false]) {
    const view = readView(goldenModel({ status: "checking" }), {}, live);
    expect([view.stale, view.status]).toEqual([false, live ? "checking" : "idle"]);
  }
});

test("a result that was checked comes back without the kernel", () => {
  const model = goldenModel({ status: "checking" });
  readView(model, {}, true);
  const other = goldenResult();
  other.request.target = other.target = "sport";
  model.receive({ result: other, target: "sport", status: "running" });
  expect(readView(model, {}, true).result?.target).toBe("sport");
  expect(readView(model, { target: null }, true).result?.target).toBe("business");
});

test("a check is that of the result", () => {
  const checked = checkOf();
  expect(readView(goldenModel({ checked }), {}, true).check).toBe(checked);
  expect(readView(goldenModel(), {}, true).check).toBe(null);
  expect(readView(goldenModel({ checked, result: {} }), {}, true).check).toBe(null);
});

const OTHERS = [
  { text: "another" },
  { target: "sport" },
  { contrast: "sport" },
  { output: "probability" },
  { baseline: "mask" },
  { layer: "embeddings" },
];

test.each(OTHERS)("a check of %o is not that of the result", (other) => {
  const checked = checkOf();
  Object.assign(checked.request, other);
  expect(readView(goldenModel({ checked }), {}, true).check).toBe(null);
});

test("a check of other words is not that of the result", () => {
  const checked = { ...checkOf(), order: [1, 0] };
  checked.without = checked.only = { counts: [], probabilities: [], band: null };
  checked.flip.words = [];
  expect(readView(goldenModel({ checked }), {}, true).check).toBe(null);
});

test("another way to take words away needs another check, unless there is no kernel", () => {
  const model = goldenModel({ checked: checkOf() });
  expect(readView(model, { erase: "mask" }, true).check).toBe(null);
  expect(readView(model, { erase: "mask" }, false).check?.erase).toBe("delete");
});

test("a precomputed check is that of the path that is drawn", () => {
  const snapshots = checkedSnapshots();
  for (const path of snapshots.paths) if (path.target === "sport") path.check = null;
  const model = goldenModel({ snapshots });
  for (const baseline of ["pad", "zero"]) {
    expect(readView(model, { baseline }, false).check?.request.baseline).toBe(baseline);
  }
  expect(readView(model, { target: "sport" }, false).check).toBe(null);
});

test("the state of an older version has no check, and is not being checked", () => {
  const model = goldenModel(/** @type {object} */ ({ checking: undefined, checked: undefined }));
  expect(readView(model, {}, false)).toMatchObject({ checking: false, check: null });
});
