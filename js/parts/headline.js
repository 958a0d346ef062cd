/** The headline: the explained label, its probability and its strongest words, in one sentence. */

import { peak } from "../elements/color.js";
import { element } from "../elements/dom.js";
import { amount, percent, visible } from "../elements/format.js";
import { spansOf } from "../state/spans.js";
import { strongest } from "./top.js";

/** @import { Result } from "../model" */
/** @import { Span } from "../state/spans.js" */
/** @import { View } from "../state/view.js" */

const MOST = { for: 3, against: 2 }; // words
const WEAKEST = 0.2; // weaker words than this fraction of the strongest are not named

/**
 * The strongest words of one side, each once.
 * @param {Span[]} words
 * @param {1 | -1} sign
 * @param {number} most
 */
export function named(words, sign, most) {
  const least = WEAKEST * peak(words);
  const strong = strongest(words, sign)
    .flatMap((i) => words[i] ?? [])
    .filter(({ score }) => Math.abs(score) >= least);
  return [...new Set(strong.map(({ text }) => text))].slice(0, most);
}

/**
 * What comes before the words. What was predicted is said only where that is not what is explained.
 * @param {Pick<Result, "prediction" | "predicted" | "prediction_summary" | "output" | "target"
 *   | "contrast" | "data_points" | "data_point">} result
 */
export function leadOf(result) {
  const { prediction, predicted, prediction_summary, output, target, contrast } = result;
  const probability = prediction.find(([label]) => label === target)?.[1];
  if (output === "value") return `${visible(target)} ${amount(probability ?? 0)}`;
  const number = probability === undefined ? "" : `, ${percent(probability)}`;
  const rather = contrast === null ? "" : ` rather than ${visible(contrast)}`;
  const lead = `${visible(target)}${number}${rather}`;
  const obvious = predicted.length === 1 && predicted[0] === target;
  const point = result.data_points?.[result.data_point ?? -1];
  const [is, predicts] = point ? [`${point.text} is `, `${point.text}: `] : ["", ""];
  return obvious ? is + lead : `${predicts}${prediction_summary} Explained: ${lead}`;
}

export function createHeadline() {
  const node = element("p", "headline");
  node.dir = "auto";
  /** @type {Result | null} */
  let drawn = null;

  /** @param {View} view */
  function draw({ result }) {
    if (result === drawn) return;
    drawn = result;
    node.replaceChildren(...(result ? sentenceOf(result) : []));
    node.title = node.textContent ?? "";
  }

  return { node, draw };
}

/** @param {Result} result */
function sentenceOf(result) {
  const { items } = spansOf(result, "word");
  const [up, down] = [named(items, 1, MOST.for), named(items, -1, MOST.against)];
  const against = result.contrast === null ? "against it" : `for ${visible(result.contrast)}`;
  const isValue = result.output === "value";
  const does = (/** @type {string[]} */ { length }, /** @type {string} */ verb) =>
    `${verb}${length === 1 ? "s" : ""} it`;
  const parts = [
    side(up, isValue ? does(up, "raise") : "for it"),
    side(down, isValue ? does(down, "lower") : against),
  ].filter((part) => part.length > 0);
  const lead = element("strong", "", leadOf(result));
  return [lead, ...parts.flatMap((part, i) => [i === 0 ? ": " : "; ", ...part])];
}

/**
 * Words as elements, because their direction must not change the sentence.
 * @param {string[]} words
 * @param {string} what
 */
function side(words, what) {
  if (words.length === 0) return [];
  return [
    ...words.flatMap((word, i) => [i === 0 ? "" : ", ", element("bdi", "", word)]),
    ` ${what}`,
  ];
}
