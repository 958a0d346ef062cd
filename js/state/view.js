/** The view: the state of the model and what follows from it, read for every drawing. */

import { checkState, TRAITS } from "./contract.js";
import { forget, matches, recall, remember } from "./result-cache.js";
import { find, snap, stopsOf } from "./snapshots.js";
import { spansOf } from "./spans.js";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Result, Settings, Snapshots, State } from "../model" */
/** @import { Stops } from "./snapshots.js" */
/** @import { Spans } from "./spans.js" */

/**
 * @typedef {Omit<State, "result" | "snapshots"> & {
 *   result: Result | null,  // the result to draw; null before the first one
 *   spans: Spans | null,    // its spans at the chosen granularity
 *   live: boolean,          // whether a kernel can compute results
 *   stops: Stops | null,    // the available settings where snapshots replace the kernel
 *   stale: boolean,         // whether the result does not (yet) match the request
 * }} View
 */

/**
 * @param {AnyModel<State>} model
 * @param {Partial<Settings>} draft settings that are not saved yet
 * @param {boolean} live
 * @returns {View}
 * @throws {Error} if there is nothing that can be drawn
 */
export function readView(model, draft, live) {
  const traits = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const { snapshots: saved, ...state } = { ...checkState(traits), ...draft };
  const current = "layout" in state.result ? /** @type {Result} */ (state.result) : null;
  const snapshots = "paths" in saved ? /** @type {Snapshots} */ (saved) : null;
  if (!live && !current && !snapshots) throw new Error("there is no result");
  // While the kernel computes, results are incomplete, also one that came before the status.
  if (current && state.status === "idle") remember(model, current);
  else if (current && state.status === "running" && matches(current, state)) forget(model, current);
  // A view that was saved while computing never receives the final result.
  const status = state.status === "running" && !live ? "idle" : state.status;
  const view = { ...state, status, live };
  // Snapshots of another text must not replace the last result.
  if (
    !live &&
    snapshots &&
    (current?.request.text ?? snapshots.request.text) === snapshots.request.text
  ) {
    const stops = stopsOf(snapshots);
    // The last result stays until a control is moved, even if it is not on the grid.
    if (current && matches(current, state)) return withSpans({ ...view, stops }, current, false);
    const steps = state.choices.default_n_steps;
    const request = snap(snapshots, state, steps);
    return withSpans({ ...view, ...request, stops }, find(snapshots, request, steps), false);
  }
  const result =
    current && matches(current, state) ? current : (resolve(model, state, snapshots) ?? current);
  // A result from the cache or the snapshots is complete, whatever the kernel is doing.
  const incomplete = status === "running" && result === current;
  const stale = incomplete || (result !== null && !matches(result, state));
  return withSpans({ ...view, stops: null }, result, stale);
}

/**
 * @param {AnyModel<State>} model
 * @param {Omit<State, "snapshots">} state
 * @param {Snapshots | null} snapshots
 */
function resolve(model, state, snapshots) {
  const { default_n_steps } = state.choices;
  return recall(model, state) ?? (snapshots && find(snapshots, state, default_n_steps));
}

/**
 * @param {Omit<View, "result" | "spans" | "stale">} view
 * @param {Result | null} result
 * @param {boolean} stale
 * @returns {View}
 */
function withSpans(view, result, stale) {
  return { ...view, result, stale, spans: result && spansOf(result, view.granularity) };
}
