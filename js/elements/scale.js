/** The scale of an axis: round ends around all values, and how numbers on it are written. */

import { decimal } from "./format.js";

/** @typedef {{ low: number, high: number, written: (x: number) => string }} Scale */

/**
 * @param {number[]} values at least one
 * @returns {Scale}
 */
export function scaleOf(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least) / 20 || Math.abs(most) / 2 || 1;
  const magnitude = Math.floor(Math.log10(most - least + 2 * room));
  const step = 10 ** magnitude / 2;
  const [first, last] = [Math.floor((least - room) / step), Math.ceil((most + room) / step)];
  const even = last + ((last - first) % 2); // so that the middle is round too
  const digits = Math.max(0, Math.min(1 - magnitude, 20));
  return { low: first * step, high: even * step, written: (x) => decimal(x, digits) };
}

/**
 * Where a number is on the scale: 0 at its low end, 1 at its high end.
 * @param {Pick<Scale, "low" | "high">} scale
 * @param {number} x
 */
export function placeOn({ low, high }, x) {
  return Math.max(0, Math.min((x - low) / (high - low), 1));
}
