/** A select with a label. */

import { element, listen } from "./dom.js";

/**
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {(value: string) => void} choose
 */
export function createSelect(name, signal, choose) {
  const select = element("select");
  const field = element("label", "flair-lig-field", [element("span", "", name), select]);
  listen(select, "change", signal, () => choose(select.value));
  let drawn = "";

  /**
   * @param {[value: string, name: string][]} options
   * @param {string} value
   * @param {string} [why] nothing can be chosen
   */
  function draw(options, value, why = "") {
    const wanted = JSON.stringify(options);
    if (wanted !== drawn) {
      // Only when they change: new options would close a list that is open.
      const made = options.map(([value, text]) => {
        const option = element("option", "", text);
        option.value = value;
        return option;
      });
      select.replaceChildren(...made);
      drawn = wanted;
    }
    select.value = value;
    select.disabled = why !== "";
    field.title = why;
  }

  return { field, draw };
}

/**
 * What Python names, with what is chosen even if it is not among them, as value and name.
 * @param {string[]} values
 * @param {string} chosen
 * @param {Record<string, string>} [names]
 * @returns {[string, string][]}
 */
export function optionsOf(values, chosen, names = {}) {
  // A label may well be called "constructor".
  const nameOf = (/** @type {string} */ value) =>
    (Object.hasOwn(names, value) && names[value]) || value;
  return [...new Set([...values, chosen])].map((value) => [value, nameOf(value)]);
}
