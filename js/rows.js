/** Several explanations: a row for each, which opens into its own widget. */

import { element, listen } from "./elements/dom.js";

/** @import { AnyModel, AnyWidget } from "@anywidget/types" */
/**
 * @typedef {{ facts: [name: string, value: string][], text: [text: string, strength: number][] }} Row
 * @typedef {{ rows: Row[], widgets: string[] }} State
 */

const REFERENCE = "IPY_MODEL_"; // before the id of another widget's model

/** @param {{ model: AnyModel<State>, el: HTMLElement }} host */
function render({ model, el }) {
  const life = new AbortController();
  const references = model.get("widgets");
  const root = element("div");
  root.className = "flair-lig-rows";
  root.append(
    ...model.get("rows").map((row, i) => {
      const place = element("div");
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
    const manager = /** @type {any} */ (model.widget_manager);
    const child = await manager.get_model(reference.slice(REFERENCE.length));
    const view = await manager.create_view(child);
    if (signal.aborted) return view.remove();
    signal.addEventListener("abort", () => view.remove());
    place.replaceChildren(view.el);
  } catch {
    place.textContent = "This explanation is not there any more; run the cell again.";
  }
}

/** @param {Row} row */
function createSummary({ facts, text }) {
  const named = facts.map(([name, value]) =>
    element("span", "fact", [`${name}: `, element("bdi", "", value)]),
  );
  const words = text.map(([content, strength]) => {
    if (strength === 0) return content;
    const word = element("span", strength > 0 ? "plus" : "minus", content);
    word.style.setProperty("--lig-strength", Math.abs(strength).toFixed(3));
    return word;
  });
  const line = element("span", "row-text", words);
  line.dir = "auto";
  return element("summary", "", [...named, line]);
}

export default /** @satisfies {AnyWidget<State>} */ ({ render });
