import { expect, test } from "vitest";
import { readView } from "../state.js";
import { goldenModel, goldenResult } from "./fake-model.js";

/** @import { Result } from "../model" */

/**
 * An answer for a number of steps.
 * @param {number} n_steps
 * @returns {Result}
 */
function answer(n_steps) {
  const result = goldenResult();
  return { ...result, n_steps, request: { ...result.request, method: "riemann_left", n_steps } };
}

/** @param {Result} result */
function shows(result) {
  const { method, n_steps } = result.request;
  return { method, n_steps, result, status: /** @type {const} */ ("idle") };
}

/** @param {ReturnType<typeof goldenModel>} model */
function view(model, draft = {}) {
  return readView(model, draft, true);
}

test("a wish that comes again is answered at once by what was seen for it", () => {
  const [one, two] = [answer(1), answer(2)];
  const model = goldenModel(shows(one));
  view(model);
  model.receive(shows(two));
  expect(view(model).result).toBe(two);
  expect(view(model, { n_steps: 1 })).toMatchObject({ result: one, stale: false });
  expect(view(model, { n_steps: 3 })).toMatchObject({ result: two, stale: true });
});

test("the kernel's own answer comes first, and is the one that is kept", () => {
  const [old, other, newer] = [answer(1), answer(2), answer(1)];
  const model = goldenModel(shows(old));
  view(model);
  model.receive(shows(other));
  view(model);
  model.receive(shows(newer));
  expect(view(model).result).toBe(newer);
  model.receive(shows(other));
  expect(view(model, { n_steps: 1 }).result).toBe(newer);
});

test("the beginning of an answer is not kept, and a finished one is not dimmed", () => {
  const [one, begun] = [answer(1), answer(2)];
  const model = goldenModel(shows(one));
  view(model);
  model.receive({ ...shows(begun), status: "running" });
  expect(view(model)).toMatchObject({ result: begun, stale: true });
  model.receive({ n_steps: 1 });
  expect(view(model)).toMatchObject({ result: one, stale: false });
  model.receive({ n_steps: 2, result: one });
  expect(view(model)).toMatchObject({ result: one, stale: true });
});

test("the newest fifty are kept, and another model has its own", () => {
  const model = goldenModel(shows(answer(1)));
  for (let n = 1; n <= 60; n++) {
    model.receive(shows(answer(n)));
    view(model);
  }
  expect(view(model, { n_steps: 11 }).stale).toBe(false);
  expect(view(model, { n_steps: 10 }).stale).toBe(true);
  expect(view(goldenModel(shows(answer(1))), { n_steps: 11 }).stale).toBe(true);
});

test("of very long texts fewer are kept", () => {
  const long = (/** @type {number} */ n) => ({ ...answer(n), scores: Array(40_000).fill(0) });
  const model = goldenModel(shows(long(1)));
  for (const n of [1, 2, 3]) {
    model.receive(shows(long(n)));
    view(model);
  }
  expect([1, 2, 3].map((n_steps) => view(model, { n_steps }).stale)).toEqual([true, false, false]);
});
