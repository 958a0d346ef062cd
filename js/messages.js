/** Text that several parts show. */

import { visible } from "./elements/format.js";

/** @import { Result } from "./model" */

export const NO_KERNEL = "No kernel with a classifier is connected.";
export const NOT_PRECOMPUTED = "No kernel is connected, and this result was not precomputed.";

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
