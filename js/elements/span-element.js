/** The element of a span in the text: its class, and how to find it. */

/** The class of every span. */
export const SPAN = "lig-span";

/**
 * @param {HTMLElement} span
 * @returns {number} its index in the result
 */
export function indexOf(span) {
  return Number(span.dataset.span);
}

/**
 * The span that an event happened on.
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
export function spanAt({ target }) {
  return target instanceof HTMLElement ? target.closest(`.${SPAN}`) : null;
}
