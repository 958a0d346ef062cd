/** The contract of a check: what taking words away showed. */

import { count, fields, listOf, number, orMissing, orNull, ranges, text } from "./checks.js";

/** @import { Check as Checked, CheckBand, CheckBaseline, CheckCurve } from "../model" */
/** @import { Check } from "./checks.js" */

/** @type {Record<keyof Checked["request"], Check>} */
const REQUEST = {
  text,
  target: text,
  contrast: orNull(text),
  output: text,
  baseline: text,
  layer: text,
  // Older versions have none of these.
  algorithm: orMissing(text),
  data_point: orMissing(orNull(ranges)),
};

const probabilities = listOf(number); // values of a regressor

/** @type {Record<keyof CheckBand, Check>} */
const BAND = {
  counts: listOf(count),
  low: probabilities,
  median: probabilities,
  high: probabilities,
};

const band = fields(BAND, (/** @type {CheckBand} */ { counts, low, median, high }) =>
  checkCounts(counts, [low, median, high]),
);

/** @type {Record<keyof CheckCurve, Check>} */
const CURVE = { counts: listOf(count), probabilities, band: orNull(band) };

const curve = fields(CURVE, (/** @type {CheckCurve} */ { counts, probabilities }) =>
  checkCounts(counts, [probabilities]),
);

/** @type {Record<keyof CheckBaseline, Check>} */
const BASELINE = {
  name: text,
  comprehensiveness: number,
  sufficiency: number,
  entropy: number,
};

/** @type {Record<keyof Checked, Check>} */
const CHECK = {
  request: fields(REQUEST),
  erase: text,
  order: listOf(count),
  without: curve,
  only: curve,
  verdict: fields({ kind: text, sentence: text }),
  flip: fields({ words: listOf(count), sentence: text }),
  agreement: text,
  numbers: text,
  baselines: orNull(listOf(fields(BASELINE))),
};

export const check = fields(CHECK, (/** @type {Checked} */ { order, without, only, flip }) => {
  const n = order.length;
  const words = new Set(order);
  if (words.size !== n) return ".order has a word twice";
  for (const [name, { counts, band }] of Object.entries({ without, only })) {
    const most = Math.max(counts.at(-1) ?? 0, band?.counts.at(-1) ?? 0);
    if (most > n) return `.${name} has more words than the text`;
  }
  return flip.words.every((word) => words.has(word))
    ? ""
    : ".flip has a word that is not in the text";
});

/**
 * @param {number[]} counts
 * @param {number[][]} lists each with a number for every count
 */
function checkCounts(counts, lists) {
  if (lists.some(({ length }) => length !== counts.length)) return " does not fit its counts";
  const ascending = counts.every((count, i) => i === 0 || count > (counts[i - 1] ?? 0));
  return ascending ? "" : ".counts is not ascending";
}
