/** The spans of a result at one granularity: subwords, words or sentences with their scores. */

import { shorts } from "./packed.js";

/** @import { Granularity, Layout, PathProfile, Result } from "../model" */
/**
 * @typedef {{
 *   text: string,
 *   score: number,         // the sum over its tokens, in the unit of the result
 *   share: number | null,  // of f(x) - f(x'): may be negative or above 1; null where that is 0
 *   rank: number,          // 1 = the largest absolute score
 *   subwords: { text: string, score: number }[],
 * }} Span
 * @typedef {{
 *   items: Span[],
 *   segments: Layout["segments"][Granularity],
 *   n_texts: number,       // 2 for a pair
 *   profile: (span: number) => number[] | null,  // the gain in each bin; null = unknown
 * }} Spans
 */

/** Stands between the texts of a pair or triple: the paragraph separator of Unicode. */
export const SEPARATOR = "\u2029";

const PACKED_PEAK = 32767;
const LARGEST = 1e150;

/** @type {WeakMap<Result, Map<Granularity, Spans>>} */
const cache = new WeakMap();
/** @type {WeakMap<PathProfile, number[]>} */
const unpacked = new WeakMap();

/**
 * Returns the same object for the same result, so that callers can tell that nothing changed.
 * @param {Result} result
 * @param {Granularity} granularity
 * @returns {Spans}
 */
export function spansOf(result, granularity) {
  const cached = cache.get(result) ?? new Map();
  cache.set(result, cached);
  const known = cached.get(granularity);
  if (known) return known;
  const spans = gather(result, granularity);
  cached.set(granularity, spans);
  return spans;
}

/**
 * @param {Result} result
 * @param {Granularity} granularity
 * @returns {Spans}
 */
function gather({ layout, scores, path_profile, value, baseline_value }, granularity) {
  const segments = layout.segments[granularity];
  /** The tokens of each span. @type {number[][]} */
  const tokensOf = [];
  /** @type {Span[]} */
  const items = [];
  for (const [text, index] of segments) {
    if (typeof index !== "number") continue;
    tokensOf[index] = [];
    items[index] = { text, score: 0, share: null, rank: 0, subwords: [] };
  }
  layout.span_of_token[granularity].forEach((index, token) => {
    const span = items[index ?? -1];
    if (span === undefined) return; // a special token
    const score = scores[token] ?? 0;
    tokensOf[index ?? -1]?.push(token);
    span.score += score;
    span.subwords.push({ text: layout.tokens[token] ?? "", score });
  });
  const difference = value - baseline_value;
  const bySize = [...items].sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
  bySize.forEach((span, place) => {
    span.rank = place + 1;
    span.share = fraction(span.score, difference);
  });
  return {
    ...{ items, segments, n_texts: layout.n_texts ?? 1 },
    profile: (span) => path_profile && sumOver(tokensOf[span] ?? [], path_profile),
  };
}

/**
 * The segments of each text, without those that stand between two of them.
 * @param {Pick<Spans, "segments" | "n_texts">} spans
 */
export function textsOf({ segments, n_texts }) {
  const texts = [/** @type {Spans["segments"]} */ ([])];
  for (const segment of segments) {
    if (n_texts > 1 && segment[0] === SEPARATOR) texts.push([]);
    else texts.at(-1)?.push(segment);
  }
  return texts;
}

/**
 * The sum of the scores of each text.
 * @param {Spans} spans
 */
export function sumsOfTexts(spans) {
  return textsOf(spans).map((segments) =>
    segments.reduce((sum, [, span]) => sum + (spans.items[Number(span ?? -1)]?.score ?? 0), 0),
  );
}

/**
 * The number of words.
 * @param {Layout} layout
 */
export function wordsOf({ segments }) {
  return segments.word.filter(([, span]) => typeof span === "number").length;
}

/**
 * The spans at a granularity that have a token of one of the words.
 * @param {Layout} layout
 * @param {number[]} words
 * @param {Granularity} granularity
 */
export function spansOfWords({ span_of_token }, words, granularity) {
  const wanted = new Set(words);
  const spans = new Set(/** @type {number[]} */ ([]));
  span_of_token.word.forEach((word, token) => {
    const span = span_of_token[granularity][token] ?? null;
    if (word !== null && span !== null && wanted.has(word)) spans.add(span);
  });
  return spans;
}

/**
 * A fraction of f(x) - f(x'); null where that is 0 or too small, by the rule of Python.
 * @param {number} part
 * @param {number} whole
 */
export function fraction(part, whole) {
  return whole === 0 || Math.abs(part) > LARGEST * Math.abs(whole) ? null : part / whole;
}

/**
 * Unpacks on demand: most profiles are never shown.
 * @param {number[]} tokens
 * @param {PathProfile} profile
 */
function sumOver(tokens, profile) {
  const { bins, peak, packed } = profile;
  const gains = unpacked.get(profile) ?? shorts(packed);
  unpacked.set(profile, gains);
  return Array.from({ length: bins }, (_, bin) => {
    const sum = tokens.reduce((sum, token) => sum + (gains[token * bins + bin] ?? 0), 0);
    return (sum * peak) / PACKED_PEAK;
  });
}
