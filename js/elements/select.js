/** A select with a label. */

import { element, listen } from "./dom.js";

/**
 * @param {{ signal: AbortSignal, name: string, onCommit: (value: string) => void }} options
 */
export function createSelect({ signal, name, onCommit }) {
  const select = element("select");
  const node = element("label", "flair-lig-field", [element("span", "", name), select]);
  listen(select, "change", signal, () => onCommit(select.value));
  let drawn = "";

  /**
   * @param {[value: string, name: string][]} options
   * @param {string} value
   * @param {string} [disabledReason] why nothing can be chosen
   */
  function draw(options, value, disabledReason = "") {
    const next = JSON.stringify(options);
    if (next !== drawn) {
      // Only if they changed: replacing the options closes an open list.
      const nodes = options.map(([value, text]) => {
        const option = element("option", "", text);
        option.value = value;
        return option;
      });
      select.replaceChildren(...nodes);
      drawn = next;
    }
    select.value = value;
    select.disabled = disabledReason !== "";
    node.title = disabledReason;
  }

  return { node, draw };
}

/**
 * The options of a select as value and name; the chosen value is included even if it is not offered.
 * @param {string[]} values
 * @param {string} chosen
 * @param {Record<string, string>} [names]
 * @returns {[string, string][]}
 */
export function optionsOf(values, chosen, names = {}) {
  // A label may be called "constructor".
  const nameOf = (/** @type {string} */ value) =>
    (Object.hasOwn(names, value) && names[value]) || value;
  return [...new Set([...values, chosen])].map((value) => [value, nameOf(value)]);
}
