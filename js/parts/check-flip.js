/** The flip: the words without which the prediction changes, marked in the text on hover and focus. */

import { bareButton, listen, setText } from "../elements/dom.js";
import { spansOfWords } from "../state/spans.js";

/** @import { View } from "../state/view.js" */

/**
 * @param {{
 *   signal: AbortSignal,
 *   onLight: (spans: Set<number>) => void,  // the spans to mark
 *   onShow: () => void,                     // brings the marked spans into sight
 * }} options
 */
export function createFlip({ signal, onLight, onShow }) {
  const node = bareButton("flip");
  /** @type {View | null} */
  let drawn = null;
  let hovered = false;
  let focused = false;
  let lit = false;

  function update() {
    const { check, checking, result, granularity } = drawn ?? {};
    const wanted = (hovered || focused) && checking && check && result && granularity;
    if (wanted) onLight(spansOfWords(result.layout, check.flip.words, granularity));
    else if (lit) onLight(new Set());
    lit = Boolean(wanted);
  }

  const hover = (/** @type {boolean} */ on) => () => {
    hovered = on;
    update();
  };
  const focus = (/** @type {boolean} */ on) => () => {
    focused = on;
    update();
  };
  listen(node, "pointerenter", signal, hover(true));
  listen(node, "pointerleave", signal, hover(false));
  listen(node, "focus", signal, focus(true));
  listen(node, "blur", signal, focus(false));
  listen(node, "click", signal, () => {
    node.focus(); // not every browser does it
    focused = true; // again, after Escape
    update();
    onShow();
  });
  /** @param {KeyboardEvent} event */
  function release(event) {
    if (event.key !== "Escape" || !lit) return;
    event.stopPropagation(); // the key has done its work
    hovered = focused = false;
    update();
  }
  // On the document: a button that is hovered but not focused receives no keys.
  document.addEventListener("keydown", release, { signal, capture: true });

  /** @param {View} view */
  function draw(view) {
    drawn = view;
    const { check } = view;
    setText(node, check ? check.flip.sentence : "\u2026");
    node.hidden = node.textContent === ""; // a value has no label to change
    // Without words there is nothing to mark. A focused button that is disabled loses the focus.
    const empty = !check?.flip.words.length;
    node.title = empty ? "" : "Marks these words in the text.";
    node.disabled = empty && !node.matches(":focus");
    update();
  }

  return { node, draw };
}
