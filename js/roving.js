/** One tab stop for the whole text; arrow keys, Home and End move it from word to word. */

import { listen } from "./dom.js";
import { wordAt } from "./heatmap.js";

/**
 * @param {HTMLElement} text
 * @param {AbortSignal} signal
 */
export function addRoving(text, signal) {
  listen(text, "keydown", signal, (event) => {
    const word = wordAt(event);
    if (word === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const words = /** @type {NodeListOf<HTMLElement>} */ (text.querySelectorAll("[data-word]"));
    const here = [...words].indexOf(word);
    const next = words[destination(event.key, here, words.length, isRightToLeft(text))];
    if (next === undefined) return;
    event.preventDefault(); // or the page scrolls
    next.focus();
  });
  listen(text, "focusin", signal, (event) => {
    const word = wordAt(event);
    if (word === null) return;
    for (const other of text.querySelectorAll("[tabindex='0']")) {
      /** @type {HTMLElement} */ (other).tabIndex = -1;
    }
    word.tabIndex = 0;
  });
}

/**
 * Where a key leads from word `here` of `count`; -1 for a key that leads nowhere.
 * @param {string} key
 * @param {number} here
 * @param {number} count
 * @param {boolean} rightToLeft
 */
export function destination(key, here, count, rightToLeft) {
  const forward = rightToLeft ? "ArrowLeft" : "ArrowRight";
  const back = rightToLeft ? "ArrowRight" : "ArrowLeft";
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === forward || key === "ArrowDown") return Math.min(here + 1, count - 1);
  if (key === back || key === "ArrowUp") return Math.max(here - 1, 0);
  return -1;
}

/** @param {HTMLElement} text */
function isRightToLeft(text) {
  return getComputedStyle(text).direction === "rtl";
}
