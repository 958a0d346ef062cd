import { expect, test } from "vitest";
import { readView } from "../../state/view.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { resultOf } from "../support/results.js";

/** @import { Result } from "../../model" */

/**
 * A result for a number of steps.
 * @param {number} n_steps
 * @returns {Result}
 */
function resultFor(n_steps) {
  const result = goldenResult();
  return { ...result, n_steps, request: { ...result.request, method: "riemann_left", n_steps } };
}

/**
 * The state of a model that has computed the result.
 * @param {Result} result
 */
function stateOf(result) {
  const { method, n_steps } = result.request;
  return { method, n_steps, result, status: /** @type {const} */ ("idle") };
}

/** @param {ReturnType<typeof goldenModel>} model */
function view(model, draft = {}) {
  return readView(model, draft, true);
}

test("a repeated request gets its earlier result at once", () => {
  const [one, two] = [resultFor(1), resultFor(2)];
  const model = goldenModel(stateOf(one));
  view(model);
  model.receive(stateOf(two));
  expect(view(model).result).toBe(two);
  expect(view(model, { n_steps: 1 })).toMatchObject({ result: one, stale: false });
  expect(view(model, { n_steps: 3 })).toMatchObject({ result: two, stale: true });
});

test("the kernel's result takes precedence, and replaces an earlier one", () => {
  const [old, other, newer] = [resultFor(1), resultFor(2), resultFor(1)];
  const model = goldenModel(stateOf(old));
  view(model);
  model.receive(stateOf(other));
  view(model);
  model.receive(stateOf(newer));
  expect(view(model).result).toBe(newer);
  model.receive(stateOf(other));
  expect(view(model, { n_steps: 1 }).result).toBe(newer);
});

test("an incomplete result is not kept, and a complete one is not stale", () => {
  const [one, incomplete] = [resultFor(1), resultFor(2)];
  const model = goldenModel(stateOf(one));
  view(model);
  model.receive({ ...stateOf(incomplete), status: "running" });
  expect(view(model)).toMatchObject({ result: incomplete, stale: true });
  model.receive({ n_steps: 1 });
  expect(view(model)).toMatchObject({ result: one, stale: false });
  model.receive({ n_steps: 2, result: one });
  expect(view(model)).toMatchObject({ result: one, stale: true });
});

test("the newest fifty results of each model are kept", () => {
  const model = goldenModel(stateOf(resultFor(1)));
  for (let n = 1; n <= 60; n++) {
    model.receive(stateOf(resultFor(n)));
    view(model);
  }
  expect(view(model, { n_steps: 11 }).stale).toBe(false);
  expect(view(model, { n_steps: 10 }).stale).toBe(true);
  expect(view(goldenModel(stateOf(resultFor(1))), { n_steps: 11 }).stale).toBe(true);
});

test("fewer results of very long texts are kept", () => {
  const words = Array(40_000).fill("word");
  const { layout, scores } = resultOf(words, () => 0);
  const long = (/** @type {number} */ n) => ({
    ...{ ...resultFor(n), layout, scores, path_profile: null },
  });
  const model = goldenModel(stateOf(long(1)));
  for (const n of [1, 2, 3]) {
    model.receive(stateOf(long(n)));
    view(model);
  }
  expect([1, 2, 3].map((n_steps) => view(model, { n_steps }).stale)).toEqual([true, false, false]);
});

test("a complete result is kept if it is asked for again while the kernel computes another", () => {
  const [one, two] = [resultFor(1), resultFor(2)];
  const model = goldenModel(stateOf(one));
  view(model);
  model.receive({ n_steps: 2, status: "running" });
  expect(view(model, { n_steps: 1 }).result).toBe(one);
  model.receive(stateOf(two));
  expect(view(model, { n_steps: 1 })).toMatchObject({ result: one, stale: false });
});

test("a request for the same data point matches, although it is another list", () => {
  const result = goldenResult();
  result.request.data_point = [[4, 9]];
  const model = goldenModel({ result, data_point: [[4, 9]] });
  expect(view(model)).toMatchObject({ result, stale: false });
  expect(view(model, { data_point: [[4, 8]] }).stale).toBe(true);
  expect(view(model, { data_point: null }).stale).toBe(true);
});
