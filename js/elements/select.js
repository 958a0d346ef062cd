/** A select with a label. A value may be null, which is not the same as "". */

import { equal } from "../state/result-cache.js";
import { element, inline, listen } from "./dom.js";
import { visible } from "./format.js";

/** @template {string | null} V @typedef {[value: V, name: string, group?: string]} Option */

/**
 * @template {string | null} V
 * @param {{ signal: AbortSignal, name: string, onCommit: (value: V) => void }} options
 */
export function createSelect({ signal, name, onCommit }) {
  const select = element("select");
  const node = element("label", "field", [inline("", name), select]);
  /** @type {Option<V>[]} */
  let offered = [];

  // The index tells null from "", the value of an option does not.
  listen(select, "change", signal, () => {
    const option = offered[select.selectedIndex];
    if (option) onCommit(option[0]);
  });

  /**
   * @param {Option<V>[]} options those of a group last
   * @param {V | null} value null = that option, or none if there is no such option
   * @param {string} [disabledReason] why nothing can be chosen
   */
  function draw(options, value, disabledReason = "") {
    if (!equal(options, offered)) {
      // Only if they changed: replacing the options closes an open list.
      select.replaceChildren();
      let place = /** @type {HTMLElement} */ (select);
      for (const [value, text, group = ""] of options) {
        const option = element("option", "", text);
        option.value = value ?? "";
        if (group && /** @type {HTMLOptGroupElement} */ (place).label !== group) {
          const node = element("optgroup");
          node.label = group;
          select.append(node);
          place = node;
        }
        place.append(option);
      }
      offered = options;
    }
    select.selectedIndex = options.findIndex(([each]) => each === value);
    select.disabled = disabledReason !== "";
    node.title = disabledReason;
  }

  return { node, draw };
}

/**
 * The options of a select; the chosen value is included even if it is not offered.
 * @param {string[]} values
 * @param {string | null} chosen null = none
 * @param {Record<string, string>} [names]
 * @returns {Option<string>[]}
 */
export function optionsOf(values, chosen, names = {}) {
  // A label may be called "constructor".
  const nameOf = (/** @type {string} */ value) =>
    (Object.hasOwn(names, value) && names[value]) || visible(value);
  const all = chosen === null ? values : [...values, chosen];
  return [...new Set(all)].map((value) => [value, nameOf(value)]);
}
