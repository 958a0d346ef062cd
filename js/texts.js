/** Several texts: one at a time, with a button to the one before and one to the next. */

import { NO_KERNEL } from "./controls.js";
import { button, element, setText } from "./dom.js";

/** @import { Wishes } from "./model" */
/** @import { View } from "./state.js" */

/**
 * Which text it is, in words.
 * @param {Pick<View, "text" | "texts" | "position">} view
 */
export function where({ text, texts, position }) {
  const edited = text === texts[position] ? "" : " (edited)";
  return `${position + 1} of ${texts.length}${edited}`;
}

/**
 * @param {AbortSignal} signal
 * @param {(patch: Partial<Wishes>) => void} decide
 */
export function createTexts(signal, decide) {
  const previous = leaf("‹ Previous", "Previous text", -1);
  const place = element("span", "flair-lig-place");
  place.ariaLive = "polite";
  const next = leaf("Next ›", "Next text", 1);
  const nav = element("nav", "flair-lig-row flair-lig-texts", [previous, place, next]);
  nav.ariaLabel = "Texts";
  /** @type {View | null} */
  let drawn = null;

  /**
   * @param {string} name
   * @param {string} told
   * @param {1 | -1} way
   */
  function leaf(name, told, way) {
    const made = button(name, signal, () => {
      const position = (drawn?.position ?? 0) + way;
      const text = drawn?.texts[position];
      if (text !== undefined) decide({ position, text });
    });
    made.ariaLabel = told;
    return made;
  }

  /** @param {View} view */
  function draw(view) {
    drawn = view;
    const { texts, position, live } = view;
    nav.hidden = texts.length < 2;
    nav.title = live ? "" : NO_KERNEL;
    setText(place, where(view));
    const held = [previous, next].find((each) => each.matches(":focus"));
    previous.disabled = !live || position <= 0;
    next.disabled = !live || position >= texts.length - 1;
    // At an end the button in use goes out, and would take the focus along.
    if (held?.disabled) (held === next ? previous : next).focus();
  }

  return { node: nav, draw };
}
