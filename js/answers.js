/** Which result answers which wishes: the newest of each model are kept for when a wish returns. */

/** @import { Request, Result, Wishes } from "./model" */

const MOST = 50; // results
const ROOM = 100_000; // tokens in all of them together

/** The newest last. @type {WeakMap<object, Result[]>} */
const seen = new WeakMap();

/**
 * Does the result answer the request? Compared by the result's own keys, so that a request may
 * grow.
 * @param {Result} result
 * @param {Request} wished
 */
export function answers({ request }, wished) {
  const asked = /** @type {[keyof Request, unknown][]} */ (Object.entries(request));
  return asked.every(([key, value]) => (wished[key] ?? null) === value);
}

/**
 * @param {object} model
 * @param {Result} result
 */
export function remember(model, result) {
  const before = seen.get(model) ?? [];
  if (before.at(-1) === result) return;
  const others = before.filter((old) => !answers(old, result.request));
  const kept = [...others, result].slice(-MOST);
  let room = kept.reduce((sum, { scores }) => sum + scores.length, 0);
  while (room > ROOM && kept.length > 1) room -= kept.shift()?.scores.length ?? 0;
  seen.set(model, kept);
}

/**
 * @param {object} model
 * @param {Wishes} wished
 * @returns {Result | null}
 */
export function recall(model, wished) {
  return seen.get(model)?.find((result) => answers(result, wished)) ?? null;
}
