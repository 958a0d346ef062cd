/** One tab stop for the whole text; arrow keys, Home and End move it from span to span. */

import { listen } from "./dom.js";
import { spanAt } from "./span-element.js";

/**
 * @param {HTMLElement} text
 * @param {AbortSignal} signal
 */
export function addRoving(text, signal) {
  listen(text, "keydown", signal, (event) => {
    const span = spanAt(event);
    if (span === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const spans = /** @type {NodeListOf<HTMLElement>} */ (text.querySelectorAll("[data-span]"));
    const current = [...spans].indexOf(span);
    const next = spans[destination(event.key, current, spans.length, isRightToLeft(span))];
    if (next === undefined) return;
    event.preventDefault(); // the page would scroll
    next.focus();
  });
  listen(text, "focusin", signal, (event) => {
    const span = spanAt(event);
    if (span === null) return;
    for (const other of text.querySelectorAll("[tabindex='0']")) {
      /** @type {HTMLElement} */ (other).tabIndex = -1;
    }
    span.tabIndex = 0;
  });
}

/**
 * The index that a key moves to; -1 for a key that does not move.
 * @param {string} key
 * @param {number} current
 * @param {number} count
 * @param {boolean} rightToLeft
 */
export function destination(key, current, count, rightToLeft) {
  const forward = rightToLeft ? "ArrowLeft" : "ArrowRight";
  const back = rightToLeft ? "ArrowRight" : "ArrowLeft";
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === forward || key === "ArrowDown") return Math.min(current + 1, count - 1);
  if (key === back || key === "ArrowUp") return Math.max(current - 1, 0);
  return -1;
}

/** @param {HTMLElement} span in a text, of which there may be several */
function isRightToLeft(span) {
  return getComputedStyle(span).direction === "rtl";
}
