/** The view: the state of the model and what follows from it, read for every drawing. */

import { reasonFor } from "../messages.js";
import { checkState, TRAITS } from "./contract.js";
import { equal, matches, recall, remember } from "./result-cache.js";
import { find, snap, stopsOf } from "./snapshots.js";
import { spansOf } from "./spans.js";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Algorithm, Check, DataPoint, Edit, Edited, Ranges, Request, Result, Settings, Snapshots, State } from "../model" */
/** @import { Stops } from "./snapshots.js" */
/** @import { Spans } from "./spans.js" */

/**
 * @typedef {DataPoint & {
 *   chosen: boolean,  // whether it is the requested one
 *   reason: string,   // why it cannot be chosen; empty if it can
 * }} Point
 * @typedef {Omit<State, "result" | "snapshots" | "checked" | "edited" | "kept" | "other"> & {
 *   result: Result | null,  // the result to draw; null before the first one
 *   check: Check | null,    // its check; null if it is not (yet) checked
 *   spans: Spans | null,    // its spans at the chosen granularity
 *   live: boolean,          // whether a kernel can compute results
 *   stops: Stops | null,    // the available settings where snapshots replace the kernel
 *   saved: Snapshots[],     // of each data point that was precomputed
 *   points: Point[],        // what can be explained of the text; usually nothing
 *   stale: boolean,         // whether the result does not (yet) match the request
 *   edit: Edit | null,      // what is edited of this result; null if nothing is
 *   edited: Edited | null,  // what the model says after it; null if it did not (yet) say it
 *   compares: boolean,      // whether there is a classifier to compare with
 *   requested: Algorithm | null,   // the requested algorithm; null = integrated gradients
 *   computedBy: Algorithm | null,  // that of the result
 *   reference: Result | null,  // the result to compare with; null if there is none (yet)
 *   again: () => void,      // asks the kernel for what the settings say, also if it was cancelled
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
  const { snapshots: saved, checked, ...state } = { ...checkState(traits), ...draft };
  const current = "layout" in state.result ? /** @type {Result} */ (state.result) : null;
  const first = "paths" in saved ? /** @type {Snapshots} */ (saved) : null;
  const all = first ? [first, ...(first.others ?? [])] : [];
  const { data_point } = state;
  const snapshots = all.find(({ request }) => equal(request.data_point, data_point)) ?? first;
  if (!live && !current && !snapshots) throw new Error("there is no result");
  // While the kernel computes, results are incomplete.
  const final = state.status === "idle" || state.status === "checking";
  if (current && final) remember(model, current);
  // A view that was saved while computing never receives the final result.
  const status = live || state.status === "error" ? state.status : "idle";
  const { checking = false, erase = "" } = state; // older versions have none
  const again = () => model.send({ request: true });
  const { kept, other, ...shown } = state;
  const compares = Boolean(other); // older versions have none
  const reference = /** @type {Result | null} */ (whole(compares ? other : kept));
  const requested = otherAlgorithm(state, state.algorithm);
  const settings = { status, live, checking, erase, again, compares, reference, requested };
  const view = { ...shown, ...settings, saved: all };
  const checks = [checked, ...(snapshots?.paths.map(({ check }) => check) ?? [])];
  // Snapshots of another text must not replace the last result.
  if (
    !live &&
    snapshots &&
    (current?.request.text ?? snapshots.request.text) === snapshots.request.text
  ) {
    const stops = stopsOf(snapshots);
    // The last result stays until a control is moved, even if it is not on the grid.
    if (current && matches(current, state)) {
      return withResult({ ...view, stops }, current, checks, false);
    }
    const steps = state.choices.default_n_steps;
    const request = snap(snapshots, state, steps);
    const result = find(snapshots, request, steps);
    return withResult({ ...view, ...request, stops }, result, checks, false);
  }
  const result =
    current && matches(current, state) ? current : (resolve(model, state, snapshots) ?? current);
  // A result from the cache or the snapshots is complete, whatever the kernel is doing.
  const incomplete = status === "running" && result === current;
  const stale = incomplete || (result !== null && !matches(result, state));
  return withResult({ ...view, stops: null }, result, checks, stale);
}

/**
 * @param {AnyModel<State>} model
 * @param {Pick<State, keyof Request | "choices">} state
 * @param {Snapshots | null} snapshots
 */
function resolve(model, state, snapshots) {
  const { default_n_steps } = state.choices;
  return recall(model, state) ?? (snapshots && find(snapshots, state, default_n_steps));
}

/**
 * @param {Omit<View, "result" | "spans" | "check" | "stale" | "edited" | "computedBy" | "points"> & Pick<State, "edited">} view
 * @param {Result | null} result
 * @param {Parameters<typeof findCheck>[1]} checks
 * @param {boolean} stale
 * @returns {View}
 */
function withResult(view, result, checks, stale) {
  const edit = result && view.edit && matches(view.edit, result.request) ? view.edit : null;
  // Python returns an edit as it came.
  const same = edit && equal(view.edited?.edit, edit);
  const edited = same ? /** @type {Edited} */ (view.edited) : null;
  const computedBy = otherAlgorithm(view, result?.algorithm);
  const points = (result?.data_points ?? []).map((point, i) => {
    const is = (/** @type {Ranges | null | undefined} */ ranges) => equal(point.ranges, ranges);
    const saved = view.saved.some(({ request }) => is(request.data_point));
    const chosen = view.data_point ? is(view.data_point) : i === result?.data_point;
    return { ...point, chosen, reason: reasonFor(view, saved) };
  });
  const drawn = { ...view, result, stale, edit, edited, computedBy, points };
  if (result === null) return { ...drawn, spans: null, check: null };
  const spans = spansOf(result, view.granularity);
  const { compares, reference: known } = view;
  // Two classifiers are compared with the same settings.
  const reference = compares && known && !matches(known, result.request) ? null : known;
  const check = findCheck(result, checks, view);
  return { ...drawn, spans, reference, check };
}

/**
 * An algorithm other than integrated gradients.
 * @param {Pick<State, "choices">} state
 * @param {string | undefined} name older versions have none
 */
function otherAlgorithm({ choices: { algorithms = {} } }, name = "") {
  return algorithms[name] ?? null;
}

/**
 * A result that is there; null if it is not.
 * @param {Result | Record<string, never> | null | undefined} result
 */
function whole(result) {
  return result && "layout" in result ? result : null;
}

/**
 * Where the explained data point is in the text; null if that is the text itself.
 * @param {Result} result
 */
function rangesOf({ data_points = [], data_point = null }) {
  return data_points[data_point ?? -1]?.ranges ?? null;
}

const CHECKED = /** @type {const} */ ([
  "target",
  "contrast",
  "output",
  "baseline",
  "layer",
  "algorithm",
]);

/**
 * The check of a result. A kernel can check in the requested way, so it must be that.
 * @param {Result} result
 * @param {(Check | Record<string, never> | null | undefined)[]} checks
 * @param {Pick<View, "live" | "erase">} view
 * @returns {Check | null}
 */
function findCheck(result, checks, { live, erase }) {
  const words = spansOf(result, "word").items.length;
  for (const each of checks) {
    if (!each || !("order" in each)) continue;
    const check = /** @type {Check} */ (each);
    const { request, order } = check;
    const same =
      request.text === result.request.text &&
      CHECKED.every((name) => request[name] === result[name]) &&
      equal(request.data_point ?? null, rangesOf(result)) &&
      order.length === words;
    if (same && (!live || check.erase === erase)) return check;
  }
  return null;
}
