/** What the model says now, and what follows from it: read anew for every drawing. */

import { answers, recall, remember } from "./answers.js";
import { piecesOf } from "./pieces.js";
import { find, snap, stopsOf } from "./snapshots.js";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Request, Result, Snapshots, State, Wishes } from "./model" */
/** @import { Pieces } from "./pieces.js" */
/** @import { Stops } from "./snapshots.js" */

/**
 * @typedef {Omit<State, "result" | "snapshots"> & {
 *   result: Result | null,  // what is to be drawn; null before the first one
 *   pieces: Pieces | null,  // the same, cut up
 *   live: boolean,          // is there a kernel to answer?
 *   stops: Stops | null,    // all that can be chosen, where snapshots answer for want of a kernel
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
  "position",
  "computes",
  "labels",
  "methods",
  "baselines",
  "layers",
  "texts",
  "parity",
  "status",
  "progress",
  "error",
  "result",
  "snapshots",
];

/**
 * @param {AnyModel<State>} model
 * @param {Partial<Wishes>} draft wishes that are not saved yet
 * @param {boolean} live
 * @returns {View}
 */
export function readView(model, draft, live) {
  const traits = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const { snapshots: baked, ...state } = /** @type {State} */ ({ ...traits, ...draft });
  const own = "layout" in (state.result ?? {}) ? /** @type {Result} */ (state.result) : null;
  const snapshots = "lines" in (baked ?? {}) ? /** @type {Snapshots} */ (baked) : null;
  // While it runs there are only beginnings of an answer.
  if (own && state.status === "idle") remember(model, own);
  // A view saved while computing will never hear the end of it.
  const status = state.status === "running" && !live ? "idle" : state.status;
  const view = { ...state, status, live };
  // Snapshots of another text must not take the last picture away.
  if (
    !live &&
    snapshots &&
    (own?.request.text ?? snapshots.request.text) === snapshots.request.text
  ) {
    const stops = stopsOf(snapshots);
    // What was last seen stays until a control is moved, even if it is not on the grid.
    if (own && answers(own, state)) return drawn({ ...view, stops }, own, false);
    const wishes = snap(snapshots, state);
    return drawn({ ...view, ...wishes, stops }, find(snapshots, wishes), false);
  }
  const result = own && answers(own, state) ? own : (resolve(model, state, snapshots) ?? own);
  // What was seen before, or baked, is finished, whatever the kernel still does.
  const begun = status === "running" && result === own;
  const stale = begun || (result !== null && !answers(result, state));
  return drawn({ ...view, stops: null }, result, stale);
}

/**
 * @param {AnyModel<State>} model
 * @param {Wishes} wished
 * @param {Snapshots | null} snapshots
 */
function resolve(model, wished, snapshots) {
  return recall(model, wished) ?? (snapshots && find(snapshots, wished));
}

/**
 * @param {Omit<View, "result" | "pieces" | "stale">} view
 * @param {Result | null} result
 * @param {boolean} stale
 * @returns {View}
 */
function drawn(view, result, stale) {
  return { ...view, result, stale, pieces: result && piecesOf(result, view.granularity) };
}
