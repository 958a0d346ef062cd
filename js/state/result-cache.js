/** The newest results of each model, kept for when the same request comes again. */

/** @import { Request, Result } from "../model" */

const MAX_RESULTS = 50;
const MAX_TOKENS = 100_000; // in all results of a model together

/** The newest last. @type {WeakMap<object, Result[]>} */
const cache = new WeakMap();

/**
 * Whether the result belongs to the request. Compares the keys of the result's request, so that
 * newer versions can add keys.
 * @param {Pick<Result, "request">} result
 * @param {Request} request
 */
export function matches(result, request) {
  const entries = /** @type {[keyof Request, unknown][]} */ (Object.entries(result.request));
  return entries.every(([key, value]) => equal(request[key] ?? null, value));
}

/**
 * Whether two plain values are the same, also lists.
 * @param {unknown} one
 * @param {unknown} other
 */
export function equal(one, other) {
  if (one === other) return true;
  return typeof one === "object" && JSON.stringify(one) === JSON.stringify(other);
}

/**
 * @param {object} model
 * @param {Result} result
 */
export function remember(model, result) {
  const before = cache.get(model) ?? [];
  if (before.at(-1) === result) return;
  const others = before.filter((old) => !matches(old, result.request));
  const kept = [...others, result].slice(-MAX_RESULTS);
  let tokens = kept.reduce((sum, { scores }) => sum + scores.length, 0);
  while (tokens > MAX_TOKENS && kept.length > 1) tokens -= kept.shift()?.scores.length ?? 0;
  cache.set(model, kept);
}

/**
 * @param {object} model
 * @param {Request} request
 * @returns {Result | null}
 */
export function recall(model, request) {
  return cache.get(model)?.find((result) => matches(result, request)) ?? null;
}
