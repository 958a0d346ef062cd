/** The controls: contrast, method, accuracy, output, baseline and layer. */

import { element } from "../elements/dom.js";
import { createSelect, optionsOf } from "../elements/select.js";
import { LAYER_NAMES, METHOD_NAMES, NO_KERNEL, NOT_PRECOMPUTED } from "../messages.js";
import { createSteps } from "./steps.js";
import { createTolerance } from "./tolerance.js";

/** @import { Option } from "../elements/select.js" */
/** @import { Request, Settings } from "../model" */
/** @import { View } from "../state/view.js" */

/**
 * Choosing "auto" leaves the number of steps to the tolerance.
 * @param {string} method
 * @returns {Partial<Settings>}
 */
export function settingsForMethod(method) {
  return method === "auto" ? { method, n_steps: null } : { method };
}

/**
 * No contrast, or any label but the explained one.
 * @param {View} view
 * @returns {Option<string | null>[]}
 */
export function contrastOptions({ labels, target, contrast, result }) {
  const explained = target ?? result?.target;
  const others = labels.filter((label) => label !== explained);
  return [[null, "none"], ...optionsOf(others, contrast)];
}

/**
 * @param {{
 *   signal: AbortSignal,
 *   onInput: (patch: Partial<Settings>) => void,   // while a slider moves or a number is typed
 *   onCommit: (patch: Partial<Settings>) => void,  // an option was chosen
 *   onRelease: () => void,                         // the slider was released
 * }} options
 */
export function createControls({ signal, onInput, onCommit, onRelease }) {
  /**
   * @template {string | null} V
   * @param {string} name
   * @param {(value: V) => Partial<Settings>} settings
   */
  const select = (name, settings) =>
    createSelect({ signal, name, onCommit: (/** @type {V} */ value) => onCommit(settings(value)) });
  const contrast = select("Contrast", (/** @type {string | null} */ contrast) => ({ contrast }));
  const method = select("Method", settingsForMethod);
  const steps = createSteps({ signal, onInput, onRelease });
  const tolerance = createTolerance({ signal, onInput, onRelease });
  const output = select("Output", (/** @type {string} */ value) => ({
    output: /** @type {Request["output"]} */ (value),
  }));
  const baseline = select("Baseline", (/** @type {string} */ baseline) => ({ baseline }));
  const layer = select("Layer", (/** @type {string} */ layer) => ({ layer }));

  const common = [contrast.node, method.node, tolerance.node, steps.node];
  const rare = [output.node, baseline.node, layer.node];
  // A fieldset disables all controls at once.
  const node = element("fieldset", "flair-lig-controls", [
    element("div", "flair-lig-fields", common),
    element("details", "flair-lig-more", [
      element("summary", "", "More"),
      element("div", "flair-lig-fields", rare),
    ]),
  ]);
  node.ariaLabel = "Explanation settings";

  /** @param {View} view */
  function draw(view) {
    const { stops, choices } = view;
    const fixed = stops ? NOT_PRECOMPUTED : "";
    contrast.draw(contrastOptions(view), view.contrast, fixed);
    const methods = stops?.methods ?? view.methods;
    method.draw(optionsOf(methods, view.method, METHOD_NAMES), view.method);
    tolerance.draw(view);
    steps.draw(view);
    output.draw(Object.entries(choices.outputs), view.output, fixed);
    const chosen = view.baseline ?? view.result?.baseline ?? view.baselines[0] ?? null;
    baseline.draw(optionsOf(stops?.baselines ?? view.baselines, chosen), chosen);
    layer.draw(optionsOf(view.layers, view.layer, LAYER_NAMES), view.layer, fixed);
    layer.node.hidden = view.layers.length < 2;
    node.disabled = !view.live && !stops;
    node.title = node.disabled ? NO_KERNEL : "";
  }

  return { node, draw };
}
