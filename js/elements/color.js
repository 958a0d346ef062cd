/** Score to colour, the only place where scores are normalised. The colours are in theme.css. */

/**
 * The score that gets the full colour.
 * @param {{ score: number }[]} spans
 */
export function peak(spans) {
  return spans.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0);
}

/**
 * The side of a score and its strength from 0 to 1.
 * @param {number} score
 * @param {number} most the largest absolute score
 * @returns {{ side: "for" | "against" | "none", strength: number }}
 */
export function tone(score, most) {
  if (score === 0 || most === 0) return { side: "none", strength: 0 };
  return { side: score > 0 ? "for" : "against", strength: Math.abs(score) / most };
}
