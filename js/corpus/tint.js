/** A word that is coloured by its score, on the one scale of all texts. */

import { inline } from "../elements/dom.js";
import { SPAN } from "../elements/span-element.js";

/**
 * @param {string} text
 * @param {number} strength from -1 to 1
 */
export function tinted(text, strength) {
  const word = inline("", text);
  word.className = `${SPAN} lig-${strength > 0 ? "for" : "against"}`;
  word.style.setProperty("--lig-strength", Math.abs(strength).toFixed(3));
  return word;
}
