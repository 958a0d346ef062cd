/** The tokens of a result gathered into what is coloured as one: subwords, words or sentences. */

import { shorts } from "./packed.js";

/** @import { Gains, Granularity, Layout, Result } from "./model" */
/**
 * @typedef {{
 *   text: string,
 *   score: number,         // the sum over its tokens, in the unit of the result
 *   share: number | null,  // of f(x) - f(x'): may be negative or above 1; null where that is 0
 *   rank: number,          // 1 = the largest absolute score
 *   subwords: { text: string, score: number }[],
 * }} Word
 * @typedef {{
 *   words: Word[],
 *   segments: Layout["segments"][Granularity],
 *   gains: (word: number) => number[] | null,  // by stretches of the path; null = not known
 * }} Pieces
 */

const STRETCHES = 16;
const FULL = 32767; // what the peak is packed as

/** @type {WeakMap<Result, Map<Granularity, Pieces>>} */
const cut = new WeakMap();
/** @type {WeakMap<Gains, number[]>} */
const unpacked = new WeakMap();

/**
 * The same object for the same result, so that one can see that nothing has changed.
 * @param {Result} result
 * @param {Granularity} granularity
 * @returns {Pieces}
 */
export function piecesOf(result, granularity) {
  const its = cut.get(result) ?? new Map();
  cut.set(result, its);
  const known = its.get(granularity);
  if (known) return known;
  const made = gather(result, granularity);
  its.set(granularity, made);
  return made;
}

/**
 * @param {Result} result
 * @param {Granularity} granularity
 * @returns {Pieces}
 */
function gather({ layout, scores, gains, value, baseline_value }, granularity) {
  const segments = layout.segments[granularity];
  /** The tokens of each piece. @type {number[][]} */
  const members = [];
  /** @type {Word[]} */
  const words = [];
  for (const [text, piece] of segments) {
    if (typeof piece !== "number") continue;
    members[piece] = [];
    words[piece] = { text, score: 0, share: null, rank: 0, subwords: [] };
  }
  layout.owners[granularity].forEach((owner, token) => {
    const word = words[owner ?? -1];
    if (word === undefined) return; // a special token
    const score = scores[token] ?? 0;
    members[owner ?? -1]?.push(token);
    word.score += score;
    word.subwords.push({ text: layout.tokens[token] ?? "", score });
  });
  const difference = value - baseline_value;
  const bySize = [...words].sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
  bySize.forEach((word, place) => {
    word.rank = place + 1;
    word.share = difference === 0 ? null : word.score / difference;
  });
  return {
    words,
    segments,
    gains: (word) => gains && sumOver(members[word] ?? [], gains),
  };
}

/**
 * Unpacked only when somebody looks: most words are never looked at.
 * @param {number[]} tokens
 * @param {Gains} gains
 */
function sumOver(tokens, gains) {
  const all = unpacked.get(gains) ?? shorts(gains.packed);
  unpacked.set(gains, all);
  return Array.from({ length: STRETCHES }, (_, stretch) => {
    const sum = tokens.reduce((sum, token) => sum + (all[token * STRETCHES + stretch] ?? 0), 0);
    return (sum * gains.peak) / FULL;
  });
}
