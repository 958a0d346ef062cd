/** Results and snapshots for tests, made from the golden payload. */

import { spansOf } from "../../state/spans.js";
import { goldenResult } from "./fake-model.js";

/** @import { Layout, Result, SnapshotResult, Snapshots } from "../../model" */

/** The words of the golden payload. */
export function goldenSpans() {
  return spansOf(goldenResult(), "word").items;
}

/**
 * The golden payload with other scores; its first and its last token are special.
 * @param {(score: number, word: number) => number} score
 */
export function rescored(score) {
  const result = goldenResult();
  const last = result.scores.length - 1;
  result.scores = result.scores.map((old, i) => (i % last === 0 ? 0 : score(old, i - 1)));
  return result;
}

/** The golden payload from another baseline, with other scores. */
export function fromUnk() {
  const result = rescored((score, word) => score + (word % 3) / 10);
  result.baseline = result.request.baseline = "unk";
  return result;
}

/**
 * The result of a text of these words, with one token each, in one sentence.
 * @param {string[]} words
 * @param {(word: number) => number} [score]
 * @param {Partial<Result>} [changes]
 * @returns {Result}
 */
export function resultOf(words, score = (i) => Math.sin(i * 1.7) ** 5, changes) {
  const golden = goldenResult();
  const text = words.join(" ");
  const parts = words.flatMap((each, i) => [each, " "].slice(0, i < words.length - 1 ? 2 : 1));
  const segments = /** @type {Layout["segments"]["word"]} */ (
    parts.map((each, i) => [each, i % 2 ? null : i / 2])
  );
  const indices = words.map((_, i) => i);
  return {
    ...golden,
    request: { ...golden.request, text },
    layout: {
      tokens: words,
      span_of_token: { subword: indices, word: indices, sentence: indices.map(() => 0) },
      segments: { subword: segments, word: segments, sentence: [[text, 0]] },
    },
    scores: indices.map(score),
    path_profile: null,
    notes: [],
    ...changes,
  };
}

/**
 * The result of one word with several subwords.
 * @param {string} text
 * @param {Record<string, number>} subwords with their scores
 * @returns {Result}
 */
export function oneWord(text, subwords) {
  const tokens = Object.keys(subwords);
  const result = resultOf([text], () => 0);
  result.layout.tokens = tokens;
  const zeros = tokens.map(() => 0);
  result.layout.span_of_token = { subword: zeros, word: zeros, sentence: zeros };
  return { ...result, scores: Object.values(subwords) };
}

/**
 * Packs numbers as Python does.
 * @param {Int16Array | Float32Array} numbers
 */
export function pack(numbers) {
  const bytes = Array.from(new Uint8Array(numbers.buffer), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join(""));
}

/**
 * A path profile: every token gains more and more.
 * @param {number} tokens
 * @returns {Result["path_profile"]}
 */
export function profileOf(tokens) {
  const bins = 16;
  const gains = Int16Array.from({ length: tokens * bins }, (_, i) => 2000 * (i % bins));
  return { bins, peak: 1, packed: pack(gains) };
}

export const TARGETS = ["business", "sport"];
const BASELINES = ["pad", "zero"];
/** @type {{ method: string, tolerance: number | null, n_steps: number }[]} */
const STOPS = [
  { method: "auto", tolerance: 0.1, n_steps: 9 },
  { method: "auto", tolerance: 0.01, n_steps: 17 },
  { method: "riemann_middle", tolerance: null, n_steps: 200 },
  { method: "riemann_middle", tolerance: null, n_steps: 10 },
  { method: "riemann_middle", tolerance: null, n_steps: 50 },
];

/**
 * Two labels, two baselines, two methods; every result has different scores.
 * @param {Result} [result]
 * @returns {Snapshots}
 */
export function snapshotsOf(result = goldenResult()) {
  const { request, value, baseline_value, special_score, notes, path_profile } = result;
  const { unit, prediction, predicted, prediction_summary } = result;
  const { text, contrast, output, layer, precision, algorithm, data_point, entities } = request;
  const paths = TARGETS.flatMap((target, i) =>
    BASELINES.map((baseline, j) => ({
      ...{ target, baseline, value, baseline_value, special_score, notes, path_profile },
      explained: `the logit of ${target}`,
      layout: 0,
      results: STOPS.map((stop, k) => {
        const factor = 1.1 - i * 1.5 - j / 4 - k / 16;
        return /** @satisfies {SnapshotResult} */ ({
          ...{ ...stop, n_evaluations: stop.n_steps, rounding: null },
          ...{ delta: 0.1 / stop.n_steps, error_estimate: stop.tolerance },
          accuracy_summary: `${stop.n_steps} evaluations.`,
          precision: /** @type {const} */ ("float32"),
          converged: stop.tolerance === null ? null : true,
          scores: pack(new Float32Array(result.scores.map((score) => score * factor))),
        });
      }),
    })),
  );
  return {
    request: { text, contrast, output, layer, precision, algorithm, data_point, entities },
    ...{ unit, prediction, predicted, prediction_summary },
    layouts: [result.layout],
    paths,
  };
}
