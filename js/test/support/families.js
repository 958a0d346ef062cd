/** Results of models that are no text classifiers: of pairs, of triples, and of regressors. */

import { checkOf } from "./checks.js";
import { goldenResult } from "./fake-model.js";

/** @import { Check, CheckCurve, Layout, Result, State } from "../../model" */

const SEPARATOR = "\u2029";

/**
 * The result of texts that are read at once; each word has one token, each text one sentence.
 * @param {string[]} written words with their scores, such as "A great/0.62 cast"
 * @param {Partial<Result>} [changes]
 * @returns {Result}
 */
export function resultOfTexts(written, changes) {
  const golden = goldenResult();
  const texts = written.map((text) => text.split(" ").map(scored));
  const words = texts.flat();
  const indices = words.map((_, i) => i);
  const sentenceOf = texts.flatMap((text, i) => text.map(() => i));
  /** @type {Layout["segments"]["word"]} */
  const segments = [];
  /** @type {Layout["segments"]["word"]} */
  const sentences = [];
  let next = 0;
  for (const [i, text] of texts.entries()) {
    if (i > 0) segments.push([SEPARATOR, null]);
    if (i > 0) sentences.push([SEPARATOR, null]);
    sentences.push([text.map(([word]) => word).join(" "), i]);
    for (const [place, [word]] of text.entries()) {
      if (place > 0) segments.push([" ", null]);
      segments.push([word, next++]);
    }
  }
  const layout = /** @type {Layout} */ ({
    tokens: words.map(([word]) => word),
    span_of_token: { subword: indices, word: indices, sentence: sentenceOf },
    segments: { subword: segments, word: segments, sentence: sentences },
    ...(texts.length > 1 ? { n_texts: texts.length } : {}),
  });
  const scores = words.map(([, score]) => score);
  const baseline_value = 0.2;
  const value = scores.reduce((sum, score) => sum + score, baseline_value);
  const text = segments.map(([part]) => part).join("");
  return {
    ...golden,
    ...{ layout, scores, value, baseline_value, delta: 0, relative_delta: 0 },
    ...{ path_profile: null, notes: [] },
    ...changes,
    request: { ...golden.request, text },
  };
}

/**
 * @param {string} part a word, with its score after a slash unless that is zero
 * @returns {[word: string, score: number]}
 */
function scored(part) {
  const [word = "", score = "0"] = part.split("/");
  return [word, Number(score)];
}

/**
 * What a label needs to be the explained and predicted one.
 * @param {Result["prediction"]} prediction
 * @returns {Partial<Result>}
 */
function predicting(prediction) {
  const [[target, probability] = ["", 0]] = prediction;
  return {
    ...{ prediction, target, predicted: [target], explained: `the logit of ${target}` },
    prediction_summary: `Predicted ${target} (${(100 * probability).toFixed(1)} %).`,
  };
}

/** A premise whose words speak for the label, and a hypothesis of which some speak against it. */
export function pair() {
  return resultOfTexts(
    [
      "A/0.02 man/0.31 in a/-0.03 red/-0.12 shirt/0.08 plays/0.94 the guitar/1.22 on a stage/0.27",
      "Somebody/0.18 makes/0.21 music/0.66 at/-0.09 home/-1.35",
    ],
    predicting([
      ["entailment", 0.812],
      ["neutral", 0.164],
      ["contradiction", 0.024],
    ]),
  );
}

/** A question, a passage and an answer. */
export function triple() {
  return resultOfTexts(
    [
      "When/0.4 was/0.02 the bridge/0.35 opened/0.52",
      "The bridge/0.44 was designed/-0.3 in 1869/-0.48 and opened/0.81 in 1883/1.6",
      "It/0.01 opened/0.62 in/0.04 1883/1.37",
    ],
    predicting([
      ["supported", 0.934],
      ["refuted", 0.066],
    ]),
  );
}

/**
 * The value of a review.
 * @param {Partial<Result>} [changes]
 */
export function rating(changes) {
  const review =
    "A great/0.62 cast/0.11 and/0.02 a story/0.08 to/0.01 love/0.44 but/-0.09 the ending/-0.05 is boring/-0.42";
  const value = 3.42;
  return resultOfTexts([review], {
    ...{ output: "value", unit: "units", target: "rating", explained: "the value of rating" },
    ...{ value, baseline_value: 2.7, prediction: [["rating", value]], predicted: [] },
    prediction_summary: "Predicted 3.42 (rating).",
    ...changes,
  });
}

/**
 * The check of a value: that of a probability, stretched to the scale of the value.
 * @param {Result} [result]
 */
export function checkOfValue(result = rating()) {
  const check = checkOf(result);
  const stretch = (/** @type {number[]} */ numbers) => numbers.map((x) => 1.5 + 2.5 * x);
  const curve = (/** @type {CheckCurve} */ { counts, probabilities, band }) => ({
    counts,
    probabilities: stretch(probabilities),
    band: band && {
      counts: band.counts,
      low: stretch(band.low),
      median: stretch(band.median),
      high: stretch(band.high),
    },
  });
  return /** @type {Check} */ ({
    ...check,
    ...{ without: curve(check.without), only: curve(check.only), baselines: null },
    verdict: {
      kind: "better",
      sentence:
        "Without its 2 best words rating falls from 3.42 to 2.61; without 2 random words it is between 3.11 and 3.58.",
    },
    flip: { words: [], sentence: "" },
    numbers:
      "Mean drop of the value at 5, 10, 20 and 50 % of the words: 0.513 without the best (comprehensiveness), 0.122 with the best alone (sufficiency).",
  });
}

/**
 * The traits of a widget that shows the result.
 * @param {Result} result
 * @param {Partial<State>} [changes]
 * @returns {Partial<State>}
 */
export function showing(result, changes) {
  return { result, labels: result.prediction.map(([label]) => label).sort(), ...changes };
}
