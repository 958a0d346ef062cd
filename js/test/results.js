/** Results and snapshots of a test's own making, from the golden payload. */

import { piecesOf } from "../pieces.js";
import { goldenResult } from "./fake-model.js";

/** @import { Layout, Result, SnapshotAnswer, Snapshots } from "../model" */

/** The words of the golden payload. */
export function goldenWords() {
  return piecesOf(goldenResult(), "word").words;
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

/**
 * A text of these words, of one token each, and of one sentence.
 * @param {string[]} texts
 * @param {(word: number) => number} [score]
 * @param {Partial<Result>} [changed]
 * @returns {Result}
 */
export function resultOf(texts, score = (i) => Math.sin(i * 1.7) ** 5, changed) {
  const golden = goldenResult();
  const text = texts.join(" ");
  const segments = texts.flatMap((each, i) => [each, " "].slice(0, i < texts.length - 1 ? 2 : 1));
  const cut = /** @type {Layout["segments"]["word"]} */ (
    segments.map((each, i) => [each, i % 2 ? null : i / 2])
  );
  const owners = texts.map((_, i) => i);
  return {
    ...golden,
    request: { ...golden.request, text },
    layout: {
      tokens: texts,
      owners: { subword: owners, word: owners, sentence: owners.map(() => 0) },
      segments: { subword: cut, word: cut, sentence: [[text, 0]] },
    },
    scores: owners.map(score),
    gains: null,
    notes: [],
    ...changed,
  };
}

/**
 * One word that the model reads in pieces.
 * @param {string} text
 * @param {Record<string, number>} subwords with their scores
 * @returns {Result}
 */
export function oneWord(text, subwords) {
  const tokens = Object.keys(subwords);
  const made = resultOf([text], () => 0);
  made.layout.tokens = tokens;
  const owners = tokens.map(() => 0);
  made.layout.owners = { subword: owners, word: owners, sentence: owners };
  return { ...made, scores: Object.values(subwords) };
}

/**
 * As Python packs them.
 * @param {Int16Array | Float32Array} numbers
 */
export function pack(numbers) {
  const bytes = Array.from(new Uint8Array(numbers.buffer), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join(""));
}

export const TARGETS = ["business", "sport"];
const BASELINES = ["pad", "zero"];
/** @type {[method: string, tolerance: number | null, n_steps: number][]} */
const ANSWERS = [
  ["auto", 0.1, 9],
  ["auto", 0.01, 17],
  ["riemann_middle", null, 200],
  ["riemann_middle", null, 10],
  ["riemann_middle", null, 50],
];

/**
 * Two labels, two baselines, two methods; every answer has scores of its own.
 * @param {Result} [result]
 * @returns {Snapshots}
 */
export function snapshotsOf(result = goldenResult()) {
  const { request, value, baseline_value, special_score, notes, gains } = result;
  const { text, contrast, output, layer, precision } = request;
  const lines = TARGETS.flatMap((target, i) =>
    BASELINES.map((baseline, j) => ({
      ...{ target, baseline, value, baseline_value, special_score, notes, gains },
      explained: `the logit of ${target}`,
      layout: 0,
      answers: ANSWERS.map(
        ([method, tolerance, n_steps], k) =>
          /** @satisfies {SnapshotAnswer} */ ({
            ...{ method, tolerance, n_steps, n_evaluations: n_steps },
            ...{ delta: 0.1 / n_steps, error_estimate: tolerance, rounding: null },
            precision: /** @type {const} */ ("float32"),
            converged: tolerance === null ? null : true,
            scores: pack(
              new Float32Array(
                result.scores.map((score) => score * (1.1 - i * 1.5 - j / 4 - k / 16)),
              ),
            ),
          }),
      ),
    })),
  );
  return {
    request: { text, contrast, output, layer, precision },
    ...{ unit: result.unit, prediction: result.prediction, predicted: result.predicted },
    layouts: [result.layout],
    lines,
  };
}
