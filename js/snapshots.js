/** Snapshots: answers over a grid of wishes that were computed beforehand. */

import { answers } from "./answers.js";
import { floats } from "./packed.js";

/** @import { Layout, Request, Result, SnapshotAnswer, SnapshotLine, Snapshots } from "./model" */
/**
 * @typedef {{
 *   targets: string[],
 *   baselines: string[],
 *   methods: string[],
 *   of: Record<string, number[]>,  // of each method: tolerances of "auto", else numbers of steps
 *   count: number,                 // all answers
 * }} Stops
 */

const DEFAULT_STEPS = 50; // as in request.py

/** @type {WeakMap<Snapshots, Stops>} */
const counted = new WeakMap();
/** @type {WeakMap<SnapshotAnswer, Result>} */
const unpacked = new WeakMap();

/**
 * What there is to choose from.
 * @param {Snapshots} snapshots
 * @returns {Stops}
 */
export function stopsOf(snapshots) {
  const known = counted.get(snapshots);
  if (known) return known;
  const { lines } = snapshots;
  const answers = lines[0]?.answers ?? []; // the others have the same
  const methods = [...new Set(answers.map(({ method }) => method))];
  const of = Object.fromEntries(
    methods.map((method) => {
      const its = answers.filter((answer) => answer.method === method).map(stop);
      return [method, its.sort((a, b) => (method === "auto" ? b - a : a - b))];
    }),
  );
  const stops = {
    targets: [...new Set(lines.map(({ target }) => target))],
    baselines: [...new Set(lines.map(({ baseline }) => baseline))],
    methods,
    of,
    count: lines.reduce((sum, { answers }) => sum + answers.length, 0),
  };
  counted.set(snapshots, stops);
  return stops;
}

/** @param {SnapshotAnswer} answer */
function stop({ tolerance, n_steps }) {
  return tolerance ?? n_steps;
}

/**
 * The wishes on the grid that are nearest to these.
 * @param {Snapshots} snapshots
 * @param {Request} wished
 * @returns {Request}
 */
export function snap(snapshots, wished) {
  const { targets, baselines, methods, of } = stopsOf(snapshots);
  const { target, baseline } = named(snapshots, wished);
  const method = methods.includes(wished.method) ? wished.method : (methods[0] ?? wished.method);
  const auto = method === "auto";
  const nearest = near(of[method] ?? [], auto ? wished.tolerance : steps(wished));
  return {
    ...wished,
    ...snapshots.request,
    target: targets.includes(target) ? target : (targets[0] ?? null),
    baseline: baselines.includes(baseline) ? baseline : (baselines[0] ?? null),
    method,
    n_steps: auto ? null : nearest,
    tolerance: auto ? nearest : wished.tolerance,
  };
}

/**
 * The finished picture for these wishes; null if they are not on the grid.
 * @param {Snapshots} snapshots
 * @param {Request} wished
 * @returns {Result | null}
 */
export function find(snapshots, wished) {
  const shared = Object.entries(snapshots.request);
  if (shared.some(([key, value]) => wished[/** @type {keyof Request} */ (key)] !== value)) {
    return null;
  }
  const { target, baseline } = named(snapshots, wished);
  const line = snapshots.lines.find((each) => each.target === target && each.baseline === baseline);
  const auto = wished.method === "auto";
  if (auto && wished.n_steps !== null) return null; // capped
  const sought = auto ? wished.tolerance : steps(wished);
  const answer = line?.answers.find(
    (each) => each.method === wished.method && stop(each) === sought,
  );
  if (!line || !answer) return null;
  const known = unpacked.get(answer);
  if (known && answers(known, wished)) return known;
  const made = resultOf(snapshots, line, answer, wished, known?.scores ?? floats(answer.scores));
  unpacked.set(answer, made);
  return made;
}

/**
 * @param {Snapshots} snapshots
 * @param {SnapshotLine} line
 * @param {SnapshotAnswer} answer
 * @param {Request} wished
 * @param {number[]} scores
 * @returns {Result}
 */
function resultOf({ request, unit, prediction, predicted, layouts }, line, answer, wished, scores) {
  const { target, method, n_steps, tolerance, baseline } = wished;
  const difference = line.value - line.baseline_value;
  return {
    ...{ ...request, unit, prediction, predicted },
    ...line,
    ...answer,
    notes: [...line.notes, ...(answer.notes ?? [])],
    request: { ...request, target, method, n_steps, tolerance, baseline },
    relative_delta: difference === 0 ? null : answer.delta / difference,
    seconds: null,
    layout: /** @type {Layout} */ (layouts[line.layout]),
    scores,
  };
}

/**
 * What null stands for.
 * @param {Snapshots} snapshots
 * @param {Request} wished
 */
function named({ prediction, lines }, { target, baseline }) {
  return {
    target: target ?? prediction[0]?.[0] ?? "",
    baseline: baseline ?? lines[0]?.baseline ?? "",
  };
}

/** @param {Request} wished */
function steps({ n_steps }) {
  return n_steps ?? DEFAULT_STEPS;
}

/**
 * The stop that is the fewest times as large, or as small.
 * @param {number[]} stops
 * @param {number} wished
 */
function near(stops, wished) {
  const far = (/** @type {number} */ stop) => Math.abs(Math.log(stop / wished));
  return stops.reduce((best, stop) => (far(stop) < far(best) ? stop : best), stops[0] ?? wished);
}
