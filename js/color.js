/** Score to colour: only here is anything normalised. The colours themselves are in widget.css. */

/** @import { Word } from "./pieces.js" */

/**
 * The score that gets the full colour.
 * @param {Word[]} words
 */
export function peak(words) {
  return words.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0);
}

/**
 * Which way a score points, and how strongly: 0 to 1.
 * @param {number} score
 * @param {number} most the largest absolute score
 * @returns {{ side: "for" | "against" | "none", strength: number }}
 */
export function tone(score, most) {
  if (score === 0 || most === 0) return { side: "none", strength: 0 };
  return { side: score > 0 ? "for" : "against", strength: Math.abs(score) / most };
}
