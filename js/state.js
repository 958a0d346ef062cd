/** What the model says now, and what follows from it: read anew for every drawing. */

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Request, Result, State, Wishes } from "./model" */

/**
 * @typedef {Omit<State, "result"> & {
 *   result: Result | null,  // null before the first one
 *   live: boolean,          // is there a kernel to answer?
 *   stale: boolean,         // is the picture not (yet) what is wished for?
 * }} View
 */

/** @type {(keyof Request)[]} */
const REQUEST = [
  "text",
  "target",
  "contrast",
  "output",
  "method",
  "n_steps",
  "tolerance",
  "baseline",
  "layer",
  "precision",
];

/** @type {(keyof State)[]} */
export const TRAITS = [
  ...REQUEST,
  "granularity",
  "labels",
  "methods",
  "baselines",
  "layers",
  "parity",
  "status",
  "progress",
  "error",
  "result",
];

/**
 * @param {AnyModel<State>} model
 * @param {Partial<Wishes>} draft wishes that are not saved yet
 * @param {boolean} live
 * @returns {View}
 */
export function readView(model, draft, live) {
  const traits = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const state = /** @type {State} */ ({ ...traits, ...draft });
  const result = "segments" in (state.result ?? {}) ? /** @type {Result} */ (state.result) : null;
  // A view saved while computing will never hear the end of it.
  const status = state.status === "running" && !live ? "idle" : state.status;
  const stale = status === "running" || (result !== null && !answers(result, state));
  return { ...state, status, result, live, stale };
}

/**
 * Does the result answer the request that stands in the model? Compared by the result's own
 * keys, so that a request may grow.
 * @param {Result} result
 * @param {Wishes} wished
 */
export function answers(result, wished) {
  if (result.granularity !== wished.granularity) return false;
  const asked = /** @type {[keyof Request, unknown][]} */ (Object.entries(result.request));
  return asked.every(([key, value]) => (wished[key] ?? null) === value);
}
