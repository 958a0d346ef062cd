/** The editor: an area in place of each text. Ctrl+Enter explains what is typed, Esc discards it. */

import { block, button, element, inline, listen, titled } from "../elements/dom.js";
import { NO_KERNEL } from "../messages.js";
import { SEPARATOR } from "../state/spans.js";

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
  const explain = button("Explain", signal, submit);
  const hint = inline("hint", "Ctrl+Enter explains, Esc discards");
  const row = block("row", [explain, button("Discard", signal, discard), hint]);
  const node = block("editor");
  node.hidden = true;
  /** @type {View | null} */ let drawn = null;
  /** The text that was submitted. @type {string | null} */ let submitted = null;
  /** Of a pair one for each text. @type {HTMLTextAreaElement[]} */ let areas = [];

  // Two clicks on the label of a mark are for that.
  listen(text, "dblclick", signal, ({ target }) => target instanceof HTMLButtonElement || open());
  listen(node, "keydown", signal, (event) => {
    const { key, ctrlKey, metaKey, isComposing, target } = event;
    // The key may belong to a button or to the input method.
    if (isComposing || !(target instanceof HTMLTextAreaElement)) return;
    if (key === "Enter" && (ctrlKey || metaKey)) submit();
    else if (key === "Escape") discard();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Jupyter would run or leave the cell
  });

  function open() {
    if (!drawn?.live || !node.hidden) return;
    const { result } = drawn;
    const several = result === null || (result.layout.n_texts ?? 1) > 1;
    const texts = several ? drawn.text.split(SEPARATOR) : [drawn.text];
    areas = texts.map((each, i) => {
      const area = areas[i] ?? element("textarea", "area");
      area.ariaLabel = texts.length === 1 ? "Text to explain" : `Text ${i + 1} to explain`;
      area.dir = "auto";
      area.value = each;
      area.style.minHeight = `${text.offsetHeight / texts.length}px`; // so that nothing below moves
      return area;
    });
    node.replaceChildren(...titled(areas), row);
    show(true);
    areas[0]?.focus();
  }

  function submit() {
    submitted = areas.map(({ value }) => value).join(SEPARATOR);
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
