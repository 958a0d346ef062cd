import { expect, test } from "vitest";
import { readView } from "../../state/view.js";
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
