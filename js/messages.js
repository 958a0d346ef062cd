/** Text that several parts show: messages and display names. */

import { visible } from "./elements/format.js";

/** @import { Granularity, Result } from "./model" */

export const NO_KERNEL = "No kernel with a classifier is connected.";
export const NOT_PRECOMPUTED = "No kernel is connected, and this result was not precomputed.";

/** @type {Record<string, string>} */
export const METHOD_NAMES = {
  auto: "auto",
  gausslegendre: "Gauss-Legendre",
  riemann_left: "left Riemann",
  riemann_right: "right Riemann",
  riemann_middle: "midpoint",
  riemann_trapezoid: "trapezoid",
};

/** @type {Record<string, string>} */
export const LAYER_NAMES = {
  word_embeddings: "word embeddings",
  embeddings: "whole embedding block",
};

/** What follows "Take words away by". @type {Record<string, string>} */
export const ERASURE_NAMES = {
  delete: "deleting them",
  mask: "masking them",
  baseline: "putting the baseline in their place",
};

/** @type {Record<Granularity, string>} */
export const GRANULARITY_NAMES = { subword: "subwords", word: "words", sentence: "sentences" };

/**
 * What a positive or a negative score means. With a contrast, evidence against one label is
 * evidence for the other.
 * @param {Pick<Result, "target" | "contrast">} result
 * @param {1 | -1} sign
 */
export function sideName({ target, contrast }, sign) {
  if (sign > 0) return `for ${visible(target)}`;
  return contrast === null ? `against ${visible(target)}` : `for ${visible(contrast)}`;
}
