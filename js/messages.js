/** Text that several parts show. */

import { visible } from "./elements/format.js";

/** @import { Result } from "./model" */
/** @import { View } from "./state/view.js" */

export const NO_KERNEL = "No kernel with a classifier is connected.";
export const NOT_PRECOMPUTED = "No kernel is connected, and this result was not precomputed.";

/**
 * Why a result cannot be had; empty if it can.
 * @param {Pick<View, "live" | "stops">} view
 * @param {boolean} [precomputed]
 */
export function reasonFor({ live, stops }, precomputed = false) {
  if (live || (stops && precomputed)) return "";
  return stops ? NOT_PRECOMPUTED : NO_KERNEL;
}

/**
 * What a positive or a negative score means. With a contrast, evidence against one label is
 * evidence for the other.
 * @param {Pick<Result, "output" | "target" | "contrast">} result
 * @param {1 | -1} sign
 */
export function sideName({ output, target, contrast }, sign) {
  if (output === "value") return `${sign > 0 ? "raises" : "lowers"} ${visible(target)}`;
  if (sign > 0) return `for ${visible(target)}`;
  return contrast === null ? `against ${visible(target)}` : `for ${visible(contrast)}`;
}
