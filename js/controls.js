/** The controls: which label, which integration rule, how many steps. They emit wishes. */

import { element } from "./dom.js";
import { percent } from "./format.js";
import { createSteps } from "./steps.js";

/** @import { Request } from "./model" */
/** @import { View } from "./state.js" */

/** @type {Record<string, string>} */
const METHOD_NAMES = {
  auto: "auto",
  gausslegendre: "Gauss-Legendre",
  riemann_left: "left Riemann",
  riemann_right: "right Riemann",
  riemann_middle: "midpoint",
  riemann_trapezoid: "trapezoid",
};

/**
 * Choosing "auto" gives the number of steps back to the tolerance.
 * @param {string} method
 * @returns {Partial<Request>}
 */
export function wishForMethod(method) {
  return method === "auto" ? { method, n_steps: null } : { method };
}

/**
 * Every label, most probable first, as value and name.
 * @param {View} view
 * @returns {[string, string][]}
 */
export function targetOptions({ labels, result, target }) {
  const prediction = result?.prediction ?? [];
  const predicted = result?.predicted ?? []; // several or none of a multi-label classifier's
  const known = prediction.map(([label]) => label);
  /** @type {[string, string][]} */
  const options = prediction.map(([label, probability]) => [
    label,
    `${label}, ${percent(probability)}${predicted.includes(label) ? " (predicted)" : ""}`,
  ]);
  if (target === null && result === null) options.push(["", "the predicted label"]);
  const rest = new Set([...labels, ...(target === null ? [] : [target])]);
  for (const label of rest) if (!known.includes(label)) options.push([label, label]);
  return options;
}

/**
 * @param {AbortSignal} signal
 * @param {{
 *   propose: (patch: Partial<Request>) => void,  // the hand still moves
 *   decide: (patch: Partial<Request>) => void,   // chosen
 *   settle: () => void,                          // the hand let go
 * }} emit
 */
export function createControls(signal, { propose, decide, settle }) {
  const target = createSelect("Explain", signal, (label) => decide({ target: label }));
  const method = createSelect("Method", signal, (name) => decide(wishForMethod(name)));
  const steps = createSteps(signal, propose, settle);
  // A fieldset can be disabled as one.
  const box = element("fieldset", "flair-lig-controls", [target.field, method.field, steps.field]);
  box.ariaLabel = "What to explain, and how";

  /** @param {View} view */
  function draw(view) {
    target.draw(targetOptions(view), view.target ?? view.result?.target ?? "");
    const methods = new Set([...view.methods, view.method]);
    method.draw(
      [...methods].map((name) => [name, METHOD_NAMES[name] ?? name]),
      view.method,
    );
    steps.draw(view);
    box.disabled = !view.live;
    box.title = view.live ? "" : "No kernel is connected, so nothing can be computed anew.";
  }

  return { node: box, draw };
}

/**
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {(value: string) => void} choose
 */
function createSelect(name, signal, choose) {
  const select = element("select");
  const field = element("label", "flair-lig-field", [element("span", "", name), select]);
  select.addEventListener("change", () => choose(select.value), { signal });
  let drawn = "";

  /**
   * @param {[string, string][]} options
   * @param {string} value
   */
  function draw(options, value) {
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
  }

  return { field, draw };
}
