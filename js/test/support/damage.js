/** Random damage to a state, the same for the same seed. */

/** @typedef {Record<string | number, unknown>} Container */

// What a field may become; a function gets the value of before.
/** @type {unknown[]} */
const VALUES = [
  ...[undefined, null, true, false, 0, -1, 0.5, 2 ** 31, 1e9, -1e99, 1e308, -1e308],
  ...["", " ", "NaN", "Infinity", "-1", "null", "=?not base64?=", "AAAA", "constructor"],
  ...["__proto__", "<img src=x onerror='window.pwned = 1'>", "x".repeat(10_000), "\ud800"],
  ...[[], {}, [[]], [null], [1, 2, 3], { toString: 1 }, { length: 1e9 }, [["a", 0]], [["a", -1]]],
];
const CHANGES = [
  (/** @type {any} */ value) => (value?.slice ? value.slice(0, -1) : [value]),
  (/** @type {any} */ value) => (value?.concat ? value.concat(value) : { value }),
  (/** @type {any} */ value) => (Array.isArray(value) ? [...value].reverse() : String(value)),
  (/** @type {any} */ value) => (typeof value === "number" ? -value - 1 : JSON.stringify(value)),
];

/** @param {number} seed */
export function createRandom(seed) {
  let state = seed;
  /** A whole number from 0 to below the limit (mulberry32). @param {number} limit */
  const below = (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return below;
}

/**
 * The JSON of a state that was damaged in one to three places.
 * @param {object} state
 * @param {number} seed
 */
export function damage(state, seed) {
  const below = createRandom(seed);
  const broken = structuredClone(state);
  for (let i = below(3); i >= 0; i--) {
    // Down from the top, so that a field counts as much as a whole list of numbers.
    let inside = /** @type {Container} */ (broken);
    for (;;) {
      const names = Object.keys(inside);
      const name = names[below(names.length)];
      if (name === undefined) break;
      const value = inside[name];
      const deeper = typeof value === "object" && value !== null && Object.keys(value).length > 0;
      if (deeper && below(5) > 0) {
        inside = /** @type {Container} */ (value);
        continue;
      }
      const change = CHANGES[below(CHANGES.length * 2)];
      inside[name] = change ? change(value) : structuredClone(VALUES[below(VALUES.length)]);
      break;
    }
  }
  const json = JSON.stringify(broken);
  if (seed % 25 > 0) return json;
  const at = below(json.length); // a damaged file
  return json.slice(0, at) + (seed % 2 ? "" : `#${json.slice(at + 1)}`);
}
