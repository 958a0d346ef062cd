/** Several explanations: a row for each, which opens into its own widget. */

import { block, element, inline, listen } from "./elements/dom.js";
import { showChild } from "./state/child.js";

/** @import { AnyModel, AnyWidget } from "@anywidget/types" */
/**
 * @typedef {{ facts: [name: string, value: string][], text: [text: string, strength: number][] }} Row
 * @typedef {{ rows: Row[], widgets: string[] }} State
 */

/** @param {{ model: AnyModel<State>, el: HTMLElement }} host */
function render({ model, el }) {
  const life = new AbortController();
  const references = model.get("widgets");
  const root = block();
  root.className = "flair-lig-rows";
  root.append(
    ...model.get("rows").map((row, i) => {
      const place = block();
      const node = element("details", "row-of", [createSummary(row), place]);
      let opened = false;
      listen(node, "toggle", life.signal, () => {
        if (node.open && !opened) open(model, references[i] ?? "", place, life.signal);
        opened ||= node.open;
      });
      return node;
    }),
  );
  el.append(root);
  return () => {
    life.abort();
    root.remove();
  };
}

/**
 * Draws a widget; a sentence if it is not there, such as in a notebook without its state.
 * @param {AnyModel<State>} model
 * @param {string} reference
 * @param {HTMLElement} place
 * @param {AbortSignal} signal removes the widget
 */
async function open(model, reference, place, signal) {
  try {
    await showChild(model, reference, place, signal);
  } catch {
    place.textContent = "This explanation is not there any more; run the cell again.";
  }
}

/** @param {Row} row */
function createSummary({ facts, text }) {
  const named = facts.map(([name, value]) =>
    inline("fact", [`${name}: `, element("bdi", "", value)]),
  );
  const words = text.map(([content, strength]) => {
    if (strength === 0) return content;
    const word = inline(strength > 0 ? "plus" : "minus", content);
    word.style.setProperty("--lig-strength", Math.abs(strength).toFixed(3));
    return word;
  });
  const line = inline("row-text", words);
  line.dir = "auto";
  return element("summary", "", [...named, line]);
}

export default /** @satisfies {AnyWidget<State>} */ ({ render });
