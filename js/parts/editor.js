/** The editor: a text area in place of the text. Ctrl+Enter explains the text, Esc discards it. */

import { button, element, listen } from "../elements/dom.js";
import { NO_KERNEL } from "../messages.js";

/** @import { Settings } from "../model" */
/** @import { View } from "../state/view.js" */

/**
 * @param {{
 *   signal: AbortSignal,
 *   text: HTMLElement,  // hidden while the editor is open
 *   onCommit: (patch: Partial<Settings>) => void,
 * }} options
 */
export function createEditor({ signal, text, onCommit }) {
  const edit = button("Edit text", signal, open);
  const area = element("textarea", "area");
  area.ariaLabel = "Text to explain";
  area.dir = "auto";
  const explain = button("Explain", signal, submit);
  const hint = element("span", "hint", "Ctrl+Enter explains, Esc discards");
  const row = element("div", "row", [explain, button("Discard", signal, discard), hint]);
  const node = element("div", "editor", [area, row]);
  node.hidden = true;
  /** @type {View | null} */ let drawn = null;
  /** The text that was submitted. @type {string | null} */ let submitted = null;

  listen(text, "dblclick", signal, open);
  listen(area, "keydown", signal, (event) => {
    const { key, ctrlKey, metaKey, isComposing } = event;
    if (isComposing) return; // the key belongs to the input method
    if (key === "Enter" && (ctrlKey || metaKey)) submit();
    else if (key === "Escape") discard();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Jupyter would run or leave the cell
  });

  function open() {
    if (!drawn?.live || !node.hidden) return;
    area.value = drawn.text;
    area.style.minHeight = `${text.offsetHeight}px`; // so that nothing below moves
    show(true);
    area.focus();
  }

  function submit() {
    submitted = area.value;
    onCommit({ text: submitted });
    if (drawn) draw(drawn); // an unchanged text brings no new result
  }

  function discard() {
    // A submitted text that failed is discarded too: the result is of the text before it.
    const before = drawn?.result?.request.text;
    if (before !== undefined && submitted !== null && submitted === drawn?.text) {
      onCommit({ text: before });
    }
    close();
  }

  function close() {
    submitted = null;
    const focused = node.querySelector(":focus") !== null;
    show(false);
    if (focused) edit.focus();
  }

  /** @param {boolean} editing */
  function show(editing) {
    node.hidden = !editing;
    text.hidden = edit.hidden = editing;
  }

  /** @param {View} view */
  function draw(view) {
    drawn = view;
    // Stays open until the result arrives: an error or Cancel keeps what was typed.
    if (submitted !== null && view.result?.request.text === submitted) close();
    edit.disabled = explain.disabled = !view.live;
    edit.title = view.live ? "" : NO_KERNEL;
  }

  return { node, button: edit, draw };
}
