/** Snapshots: results that were precomputed over a grid of requests. */

import { floats } from "./packed.js";
import { equal, matches } from "./result-cache.js";
import { fraction } from "./spans.js";

/** @import { Layout, Request, Result, SnapshotPath, SnapshotResult, Snapshots } from "../model" */
/**
 * @typedef {{
 *   targets: string[],
 *   baselines: string[],
 *   methods: string[],
 *   of: Record<string, number[]>,  // per method: the tolerances of "auto", else numbers of steps
 *   count: number,                 // of all results
 * }} Stops
 */

/** @type {WeakMap<Snapshots, Stops>} */
const stopsCache = new WeakMap();
/** @type {WeakMap<SnapshotResult, Result>} */
const unpacked = new WeakMap();

/**
 * The settings that the snapshots cover.
 * @param {Snapshots} snapshots
 * @returns {Stops}
 */
export function stopsOf(snapshots) {
  const known = stopsCache.get(snapshots);
  if (known) return known;
  const { paths } = snapshots;
  const results = paths[0]?.results ?? []; // the same on every path
  const methods = [...new Set(results.map(({ method }) => method))];
  /** @type {Stops["of"]} */
  const of = Object.create(null); // not even a method "constructor" is found by accident
  for (const method of methods) {
    const stops = results.filter((result) => result.method === method).map(stopOf);
    of[method] = stops.sort((a, b) => (method === "auto" ? b - a : a - b));
  }
  const stops = {
    targets: [...new Set(paths.map(({ target }) => target))],
    baselines: [...new Set(paths.map(({ baseline }) => baseline))],
    methods,
    of,
    count: paths.reduce((sum, { results }) => sum + results.length, 0),
  };
  stopsCache.set(snapshots, stops);
  return stops;
}

/** @param {SnapshotResult} result */
function stopOf({ tolerance, n_steps }) {
  return tolerance ?? n_steps;
}

/**
 * The request on the grid that is nearest to the given one.
 * @param {Snapshots} snapshots
 * @param {Request} request
 * @param {number} defaultSteps
 * @returns {Request}
 */
export function snap(snapshots, request, defaultSteps) {
  const { targets, baselines, methods, of } = stopsOf(snapshots);
  const { target, baseline } = resolveNames(snapshots, request);
  const method = methods.includes(request.method) ? request.method : (methods[0] ?? request.method);
  const auto = method === "auto";
  const requested = auto ? request.tolerance : (request.n_steps ?? defaultSteps);
  const stop = nearest(of[method] ?? [], requested);
  return {
    ...request,
    ...snapshots.request,
    target: targets.includes(target) ? target : (targets[0] ?? null),
    baseline: baselines.includes(baseline) ? baseline : (baselines[0] ?? null),
    method,
    n_steps: auto ? null : stop,
    tolerance: auto ? stop : request.tolerance,
  };
}

/**
 * The precomputed result of the request; null if the request is not on the grid.
 * @param {Snapshots} snapshots
 * @param {Request} request
 * @param {number} defaultSteps
 * @returns {Result | null}
 */
export function find(snapshots, request, defaultSteps) {
  const shared = Object.entries(snapshots.request);
  if (shared.some(([key, value]) => !equal(request[/** @type {keyof Request} */ (key)], value))) {
    return null;
  }
  const { target, baseline } = resolveNames(snapshots, request);
  const path = snapshots.paths.find((each) => each.target === target && each.baseline === baseline);
  const auto = request.method === "auto";
  if (auto && request.n_steps !== null) return null; // capped
  const stop = auto ? request.tolerance : (request.n_steps ?? defaultSteps);
  const found = path?.results.find(
    (each) => each.method === request.method && stopOf(each) === stop,
  );
  if (!path || !found) return null;
  const known = unpacked.get(found);
  if (known && matches(known, request)) return known;
  const scores = known?.scores ?? floats(found.scores);
  const result = resultOf(snapshots, path, found, request, scores);
  unpacked.set(found, result);
  return result;
}

/**
 * @param {Snapshots} snapshots
 * @param {SnapshotPath} path
 * @param {SnapshotResult} found
 * @param {Request} request
 * @param {number[]} scores
 * @returns {Result}
 */
function resultOf(snapshots, { check, ...path }, found, request, scores) {
  const { request: shared, layouts, paths, ...common } = snapshots;
  const { target, method, n_steps, tolerance, baseline } = request;
  const difference = path.value - path.baseline_value;
  return {
    ...{ ...common, ...shared },
    ...path,
    ...found,
    notes: [...path.notes, ...(found.notes ?? [])],
    request: { ...shared, target, method, n_steps, tolerance, baseline },
    relative_delta: fraction(found.delta, difference),
    seconds: null,
    data_point: path.data_point ?? null, // that of the request is given by its ranges
    layout: /** @type {Layout} */ (layouts[path.layout]),
    scores,
  };
}

/**
 * The target and baseline of a request, with null replaced by its meaning.
 * @param {Snapshots} snapshots
 * @param {Request} request
 */
function resolveNames({ prediction, paths }, { target, baseline }) {
  return {
    target: target ?? prediction[0]?.[0] ?? "",
    baseline: baseline ?? paths[0]?.baseline ?? "",
  };
}

/**
 * The stop with the smallest ratio to the requested number.
 * @param {number[]} stops
 * @param {number} requested
 */
function nearest(stops, requested) {
  const distance = (/** @type {number} */ stop) => Math.abs(Math.log(stop / requested));
  return stops.reduce(
    (best, stop) => (distance(stop) < distance(best) ? stop : best),
    stops[0] ?? requested,
  );
}
