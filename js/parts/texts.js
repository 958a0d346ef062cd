/** Browsing several texts, with a button to the previous and to the next one. */

import { button, element, inline, setText } from "../elements/dom.js";
import { NO_KERNEL } from "../messages.js";

/** @import { Settings } from "../model" */
/** @import { View } from "../state/view.js" */

/**
 * The position in words.
 * @param {Pick<View, "text" | "texts" | "position">} view
 */
export function describePosition({ text, texts, position }) {
  const edited = text === texts[position] ? "" : " (edited)";
  return `${position + 1} of ${texts.length}${edited}`;
}

/**
 * @param {{ signal: AbortSignal, onCommit: (patch: Partial<Settings>) => void }} options
 */
export function createTexts({ signal, onCommit }) {
  const previous = createStep("‹ Previous", "Previous text", -1);
  const position = inline();
  position.ariaLive = "polite";
  const next = createStep("Next ›", "Next text", 1);
  const node = element("nav", "row texts", [previous, position, next]);
  node.ariaLabel = "Texts";
  /** @type {View | null} */
  let drawn = null;

  /**
   * @param {string} name
   * @param {string} label
   * @param {1 | -1} offset
   */
  function createStep(name, label, offset) {
    const step = button(name, signal, () => {
      const position = (drawn?.position ?? 0) + offset;
      const text = drawn?.texts[position];
      if (text !== undefined) onCommit({ position, text });
    });
    step.ariaLabel = label;
    return step;
  }

  /** @param {View} view */
  function draw(view) {
    drawn = view;
    const { texts, live } = view;
    node.hidden = texts.length < 2;
    node.title = live ? "" : NO_KERNEL;
    setText(position, describePosition(view));
    const focused = [previous, next].find((each) => each.matches(":focus"));
    previous.disabled = !live || view.position <= 0;
    next.disabled = !live || view.position >= texts.length - 1;
    // At an end the focused button is disabled and would lose the focus.
    if (focused?.disabled) (focused === next ? previous : next).focus();
  }

  return { node, draw };
}
