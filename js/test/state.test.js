import { expect, test } from "vitest";
import { readView } from "../state.js";
import { goldenModel, goldenResult } from "./fake-model.js";

/** @import { Request } from "../model" */

test("a result that answers the request is fresh", () => {
  expect(readView(goldenModel(), {}, true).stale).toBe(false);
});

test("a baseline that is left to the classifier is answered by the one it has", () => {
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

test.each(CHANGES)("a result is stale once the model asks for %o", (changed) => {
  expect(readView(goldenModel(changed), {}, true).stale).toBe(true);
});

test.each([true, false])("other pieces need no kernel (here: %o)", (live) => {
  const view = readView(goldenModel({ granularity: "sentence" }), {}, live);
  expect(view.stale).toBe(false);
  expect(view.pieces?.words).toHaveLength(1);
});

test("the view reads the whole request that the result repeats", () => {
  expect(readView(goldenModel(), {}, true)).toMatchObject(goldenResult().request);
});

test("a wish that is not saved yet makes the picture stale too", () => {
  expect(readView(goldenModel(), { n_steps: 3 }, true).stale).toBe(true);
});

test("a picture is stale while computing, but not for ever in a notebook saved meanwhile", () => {
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
