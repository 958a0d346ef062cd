/** Checks for tests, of any result: the probability is the logistic function of the kept scores. */

import golden from "../../../tests/fixtures/check.json";
import { spansOf } from "../../state/spans.js";
import { createRandom } from "./damage.js";
import { goldenResult } from "./fake-model.js";
import { resultOf, snapshotsOf } from "./results.js";

/** @import { Check, CheckBand, CheckCurve, Result } from "../../model" */

const N_RANDOM = 50;
const NUMBERS =
  "Mean drop of the probability at 5, 10, 20 and 50 % of the words: 0.573 without the best " +
  "(comprehensiveness), 0.082 with the best alone (sufficiency). p = 0.020, from 50 random orders.";
const NEWS =
  "Shares in the budget airline rose sharply on Tuesday after it said that it would create four " +
  "hundred jobs at two new bases in the north of the country and that bookings for the summer were " +
  "well ahead of last year despite higher fuel prices and the weakness of the pound";
const WEIGHTS = { budget: 1.9, airline: 1.6, jobs: 1.3, Shares: 1.1, prices: 0.9, pound: 0.8 };

/** A result of 49 words, most of which count for little. */
export function newsResult() {
  const words = NEWS.split(" ");
  const weights = /** @type {Record<string, number>} */ (WEIGHTS);
  return resultOf(words, (i) => weights[words[i] ?? ""] ?? Math.sin(i * 2.3) / 8);
}

/** The check of the golden result, as pytest reads it too; a fresh copy each time. */
export function goldenCheck() {
  return /** @type {Check} */ (/** @type {unknown} */ (structuredClone(golden)));
}

/**
 * As `evaluate` does, every word up to twenty and then at twenty shares.
 * @param {number} words
 */
function countsOf(words) {
  if (words <= 20) return Array.from({ length: words + 1 }, (_, i) => i);
  return [...new Set(Array.from({ length: 21 }, (_, i) => Math.round((i * words) / 20)))];
}

/**
 * The check of a result.
 * @param {Result} result
 * @param {Partial<Check>} [changes]
 * @returns {Check}
 */
export function checkOf(result = goldenResult(), changes) {
  const { target, contrast, output, baseline, layer, algorithm } = result;
  const scores = spansOf(result, "word").items.map(({ score }) => score);
  const all = scores.map((_, i) => i);
  const order = [...all].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const total = scores.reduce((sum, score) => sum + score, 0);
  const kept = (/** @type {number[]} */ words) =>
    1 / (1 + Math.exp(0.4 * total - words.reduce((sum, word) => sum + (scores[word] ?? 0), 0)));
  const counts = countsOf(scores.length);
  const below = createRandom(7);
  const randoms = Array.from({ length: N_RANDOM }, () => shuffled(all, below));
  /** @type {(words: (order: number[], count: number) => number[]) => CheckCurve} */
  const curve = (words) => ({
    counts: [...counts],
    probabilities: counts.map((count) => kept(words(order, count))),
    band: bandOf(
      counts,
      counts.map((count) => randoms.map((each) => kept(words(each, count)))),
    ),
  });
  return {
    request: {
      ...{ text: result.request.text, target, contrast, output, baseline, layer, algorithm },
      data_point: result.data_points?.[result.data_point ?? -1]?.ranges ?? null,
    },
    erase: "delete",
    order,
    without: curve((order, count) => order.slice(count)),
    only: curve((order, count) => order.slice(0, count)),
    verdict: {
      kind: "better",
      sentence:
        "Without its 5 best words business falls from 98.5 % to 41.0 %; without 5 random words it is between 96.2 % and 98.9 %.",
    },
    flip: {
      words: order.slice(0, 3),
      sentence: "Without budget, airline, jobs the model predicts tech.",
    },
    agreement:
      "Leaving out one word at a time agrees with the order of the scores (Kendall's tau 0.62).",
    numbers: NUMBERS,
    baselines: [
      { name: "unk", comprehensiveness: 2.47, sufficiency: -5.3, entropy: 2.24 },
      { name: "pad", comprehensiveness: 1.76, sufficiency: -5.57, entropy: 1.03 },
      { name: "mask", comprehensiveness: 0.34, sufficiency: -1.7, entropy: 1.99 },
      { name: "zero", comprehensiveness: 0.9, sufficiency: -3.38, entropy: 2.13 },
    ],
    ...changes,
  };
}

/**
 * The first of the checks that the kernel sends: no random order was tried yet.
 * @param {Result} [result]
 */
export function firstCheck(result) {
  const check = checkOf(result);
  const curve = (/** @type {CheckCurve} */ whole) => ({ ...whole, band: null });
  return checkOf(result, {
    ...{ without: curve(check.without), only: curve(check.only) },
    verdict: {
      kind: "pending",
      sentence: "Without its 5 best words business falls from 98.5 % to 41.0 %.",
    },
    ...{ agreement: "", baselines: null },
  });
}

/**
 * Snapshots whose paths are checked.
 * @param {Result} [result]
 */
export function checkedSnapshots(result = goldenResult()) {
  const snapshots = structuredClone(snapshotsOf(result));
  for (const path of snapshots.paths) {
    const { target, baseline } = path;
    path.check = checkOf({ ...result, target, baseline });
  }
  return snapshots;
}

/**
 * @param {number[]} items
 * @param {(limit: number) => number} below
 */
function shuffled(items, below) {
  const rest = [...items];
  return items.map(() => rest.splice(below(rest.length), 1)[0] ?? 0);
}

/**
 * @param {number[]} counts
 * @param {number[][]} values of the random orders, for each count
 * @returns {CheckBand}
 */
function bandOf(counts, values) {
  const sorted = values.map((each) => [...each].sort((a, b) => a - b));
  const at = (/** @type {number} */ share) =>
    sorted.map((each) => each[Math.round(share * (each.length - 1))] ?? 0);
  return { counts: [...counts], low: at(0.05), median: at(0.5), high: at(0.95) };
}
