/** Two results of one text: their words joined by characters, and how far they agree. */

import { fraction, SEPARATOR, spansOf } from "./spans.js";

/** @import { Result } from "../model" */
/** @import { Spans } from "./spans.js" */
/**
 * @typedef {{ text: string, first: number, second: number }} Pair
 * @typedef {{
 *   pairs: Pair[],                   // the parts of the text that both read
 *   segments: Spans["segments"],     // the whole text; a number is the index of a pair
 *   n_texts: number,
 *   spearman: number | null,         // null if all scores of one are the same
 *   shared: number | null,           // how many of the strongest TOP both have; null with TOP or fewer
 *   relative_l2: number | null,      // null if the units differ, or every first score is zero
 *   sameUnit: boolean,
 * }} Comparison
 */

/** How many of the strongest words are compared. */
export const TOP = 5;

/**
 * @param {Result} one
 * @param {Result} two of the same text
 * @returns {Comparison}
 */
export function compareResults(one, two) {
  const text = one.request.text;
  const { pairs, segments } = join(text, [one, two]);
  const [first, second] = [pairs.map((pair) => pair.first), pairs.map((pair) => pair.second)];
  const sameUnit = one.unit === two.unit;
  const norm = Math.hypot(...first);
  const distance = Math.hypot(...pairs.map((pair) => pair.first - pair.second));
  return {
    ...{ pairs, segments, n_texts: one.layout.n_texts ?? 1, sameUnit },
    spearman: spearman(first, second),
    shared: shared(first, second),
    relative_l2: sameUnit ? fraction(distance, norm) : null,
  };
}

/**
 * The finest parts of the text that hold only whole words of both. No score is divided.
 * @param {string} text
 * @param {[Result, Result]} results
 */
function join(text, results) {
  const words = results.flatMap((result, side) => extents(result, side));
  words.sort((a, b) => a.start - b.start || a.end - b.end);
  /** @type {{ start: number, end: number, sums: (number | null)[] }[]} */
  const parts = [];
  for (const { start, end, side, score } of words) {
    let part = parts.at(-1);
    if (!part || start >= part.end) {
      part = { start, end, sums: [null, null] };
      parts.push(part);
    }
    part.end = Math.max(part.end, end);
    part.sums[side] = (part.sums[side] ?? 0) + score;
  }
  /** @type {Pair[]} */
  const pairs = [];
  /** @type {Spans["segments"]} */
  const segments = [];
  let place = 0;
  for (const { start, end, sums } of parts) {
    const [first = null, second = null] = sums;
    if (first === null || second === null) continue; // one did not read it
    segments.push(...gapOf(text.slice(place, start)), [text.slice(start, end), pairs.length]);
    pairs.push({ text: text.slice(start, end), first, second });
    place = end;
  }
  segments.push(...gapOf(text.slice(place)));
  return { pairs, segments };
}

/**
 * What is between two pairs; a separator of texts is a segment itself.
 * @param {string} gap may be empty
 * @returns {Spans["segments"]}
 */
function gapOf(gap) {
  const parts = gap.split(new RegExp(`(${SEPARATOR})`)).filter(Boolean);
  return parts.map((part) => [part, null]);
}

/**
 * Where the words of a result are in the text.
 * @param {Result} result
 * @param {number} side
 */
function extents(result, side) {
  const { items, segments } = spansOf(result, "word");
  let start = 0;
  return segments.flatMap(([content, index]) => {
    const end = start + content.length;
    const found = { start, end, side, score: items[Number(index)]?.score ?? 0 };
    start = end;
    return typeof index === "number" ? [found] : [];
  });
}

/**
 * Pearson's correlation of the average ranks.
 * @param {number[]} first
 * @param {number[]} second
 */
export function spearman(first, second) {
  const [x, y] = [averageRanks(first), averageRanks(second)];
  const middle = (first.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((rank, i) => {
    const [dx, dy] = [rank - middle, (y[i] ?? 0) - middle];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

/** @param {number[]} numbers */
function averageRanks(numbers) {
  const order = numbers.map((_, i) => i).sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0));
  /** @type {number[]} */
  const ranks = [];
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && numbers[order[to] ?? -1] === numbers[order[from] ?? -1]) to++;
    for (const i of order.slice(from, to)) ranks[i] = (from + 1 + to) / 2;
  }
  return ranks;
}

/**
 * How many of the strongest words both have; of equal scores the first in the text counts.
 * @param {number[]} first
 * @param {number[]} second
 */
function shared(first, second) {
  if (first.length <= TOP) return null;
  const strongest = (/** @type {number[]} */ scores) => {
    const size = (/** @type {number} */ i) => Math.abs(scores[i] ?? 0);
    const order = scores.map((_, i) => i).sort((a, b) => size(b) - size(a));
    const differ = size(order[0] ?? 0) !== size(order.at(-1) ?? 0);
    return differ ? new Set(order.slice(0, TOP)) : null;
  };
  const [one, two] = [strongest(first), strongest(second)];
  return one && two && [...one].filter((i) => two.has(i)).length;
}
