/** Editing: the text becomes a text area; Ctrl+Enter explains what it then says, Esc gives up. */

import { NO_KERNEL } from "./controls.js";
import { button, element, listen } from "./dom.js";

/** @import { Wishes } from "./model" */
/** @import { View } from "./state.js" */

/**
 * @param {HTMLElement} text the picture that it stands in for
 * @param {AbortSignal} signal
 * @param {(patch: Partial<Wishes>) => void} decide
 */
export function createEditor(text, signal, decide) {
  const edit = button("Edit text", signal, open);
  const area = element("textarea", "flair-lig-area");
  area.ariaLabel = "The text to explain";
  area.dir = "auto";
  const explain = button("Explain", signal, ask);
  const hint = element("span", "flair-lig-hint", "Ctrl+Enter explains, Esc gives up");
  const row = element("div", "flair-lig-row", [explain, button("Give up", signal, giveUp), hint]);
  const box = element("div", "flair-lig-editor", [area, row]);
  box.hidden = true;
  /** @type {View | null} */ let drawn = null;
  /** What was sent to be explained. @type {string | null} */ let asked = null;

  listen(text, "dblclick", signal, open);
  listen(area, "keydown", signal, (event) => {
    const { key, ctrlKey, metaKey, isComposing } = event;
    if (isComposing) return; // these keys are the input method's
    if (key === "Enter" && (ctrlKey || metaKey)) ask();
    else if (key === "Escape") giveUp();
    else return;
    event.preventDefault();
    event.stopPropagation(); // in Jupyter they would run the cell, or leave it
  });

  function open() {
    if (!drawn?.live || !box.hidden) return;
    area.value = drawn.text;
    area.style.minHeight = `${text.offsetHeight}px`; // so that nothing below moves
    show(true);
    area.focus();
  }

  function ask() {
    asked = area.value;
    decide({ text: asked });
    if (drawn) draw(drawn); // where nothing was changed, nothing comes
  }

  function giveUp() {
    // What was asked for in vain goes as well: the picture is of the text before.
    const before = drawn?.result?.request.text;
    if (before !== undefined && asked !== null && asked === drawn?.text) decide({ text: before });
    close();
  }

  function close() {
    asked = null;
    const held = box.querySelector(":focus") !== null;
    show(false);
    if (held) edit.focus();
  }

  /** @param {boolean} editing */
  function show(editing) {
    box.hidden = !editing;
    text.hidden = edit.hidden = editing;
  }

  /** @param {View} view */
  function draw(view) {
    drawn = view;
    // Until the answer is there: an error, or Cancel, leaves what was typed.
    if (asked !== null && view.result?.request.text === asked) close();
    edit.disabled = explain.disabled = !view.live;
    edit.title = view.live ? "" : NO_KERNEL;
  }

  return { node: box, edit, draw };
}
