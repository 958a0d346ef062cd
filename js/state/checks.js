/** Checks of plain data, and how to combine them. */

/**
 * What is wrong with a value, to be read after its name; empty if nothing is.
 * @typedef {(value: any) => string} Check
 */

const LARGEST = 1e200; // sums stay finite; no score or value in Python is above 1e150

/**
 * @param {string} kind
 * @param {(value: any) => boolean} test
 * @returns {Check}
 */
export function is(kind, test) {
  return (value) => {
    if (value === undefined) return " is missing";
    return test(value) ? "" : ` is not ${kind}`;
  };
}

export const text = is("text", (value) => typeof value === "string");
export const flag = is("true or false", (value) => typeof value === "boolean");
export const number = is(
  "a number",
  (value) => typeof value === "number" && Math.abs(value) < LARGEST,
);
export const count = is(
  "a count",
  (value) => Number.isInteger(value) && value >= 0 && value < LARGEST,
);
const list = is("a list", Array.isArray);
const object = is("an object", (value) => typeof value === "object" && value !== null);

/** @param {readonly string[]} values */
export function oneOf(values) {
  return is(`one of ${values.join(", ")}`, (value) => values.includes(value));
}

/**
 * @param {Check} check
 * @returns {Check}
 */
export function orNull(check) {
  return (value) => (value === null ? "" : check(value));
}

/**
 * @param {Check} check
 * @returns {Check}
 */
export function orMissing(check) {
  return (value) => (value === undefined ? "" : check(value));
}

/**
 * @param {Check} check
 * @returns {Check}
 */
export function orEmpty(check) {
  return (value) => object(value) || (Object.keys(value).length === 0 ? "" : check(value));
}

/**
 * @param {Check} check
 * @returns {Check}
 */
export function listOf(check) {
  return (value) => list(value) || firstWrong(value, check);
}

/**
 * An object with any names.
 * @param {Check} check of its values
 * @returns {Check}
 */
export function recordOf(check) {
  return (value) => object(value) || firstWrong(Object.values(value), check);
}

/**
 * @param {unknown[]} items
 * @param {Check} check
 */
function firstWrong(items, check) {
  for (const [i, item] of items.entries()) {
    const wrong = check(item);
    if (wrong) return `[${i}]${wrong}`;
  }
  return "";
}

/**
 * An object with these fields. Others are ignored, so that newer versions can add some.
 * @param {Record<string, Check>} checks
 * @param {Check} [whole] whether the fields fit together
 * @returns {Check}
 */
export function fields(checks, whole = () => "") {
  const entries = Object.entries(checks);
  return (value) => {
    const wrong = object(value);
    if (wrong) return wrong;
    for (const [name, check] of entries) {
      const wrong = check(value[name]);
      if (wrong) return `.${name}${wrong}`;
    }
    return whole(value);
  };
}

/**
 * @param {Check} first
 * @param {Check} second
 * @returns {Check}
 */
export function pair(first, second) {
  const items = fields({ 0: first, 1: second });
  return (value) => list(value) || items(value);
}

/** Ranges of characters. */
export const ranges = listOf(pair(count, count));

/**
 * Whether a text is the base64 of so many numbers.
 * @param {string} packed
 * @param {(base64: string) => number[]} unpack
 * @param {number} length
 */
export function holds(packed, unpack, length) {
  try {
    const numbers = unpack(packed);
    return numbers.length === length && numbers.every(Number.isFinite);
  } catch {
    return false; // not base64
  }
}
