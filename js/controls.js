/** The controls: which integration rule, how exact, against what. They emit wishes. */

import { element } from "./dom.js";
import { createSelect, optionsOf } from "./select.js";
import { createSteps } from "./steps.js";
import { createTolerance } from "./tolerance.js";

/** @import { Request, Wishes } from "./model" */
/** @import { View } from "./state.js" */

export const NO_KERNEL = "No kernel with a classifier is connected.";
export const NOT_BAKED = "No kernel is connected, and this was not computed beforehand.";

/** @type {Record<string, string>} */
const METHODS = {
  auto: "auto",
  gausslegendre: "Gauss-Legendre",
  riemann_left: "left Riemann",
  riemann_right: "right Riemann",
  riemann_middle: "midpoint",
  riemann_trapezoid: "trapezoid",
};
/** @type {Record<Request["output"], string>} */
const OUTPUTS = { logit: "logit", probability: "probability", log_odds: "log-odds" };
/** @type {Record<string, string>} */
const LAYERS = { word_embeddings: "word embeddings", embeddings: "whole embedding block" };
const NONE = ""; // no label is empty

/**
 * Choosing "auto" gives the number of steps back to the tolerance.
 * @param {string} method
 * @returns {Partial<Wishes>}
 */
export function wishForMethod(method) {
  return method === "auto" ? { method, n_steps: null } : { method };
}

/**
 * What can be subtracted: none, or any label but the one explained.
 * @param {View} view
 * @returns {[string, string][]}
 */
export function contrastOptions({ labels, target, contrast, result }) {
  const explained = target ?? result?.target;
  const others = labels.filter((label) => label !== explained);
  return [[NONE, "none"], ...optionsOf(others, contrast ?? NONE).filter(([label]) => label)];
}

/**
 * @param {AbortSignal} signal
 * @param {{
 *   propose: (patch: Partial<Wishes>) => void,  // the hand still moves
 *   decide: (patch: Partial<Wishes>) => void,   // chosen
 *   settle: () => void,                         // the hand let go
 * }} emit
 */
export function createControls(signal, { propose, decide, settle }) {
  /**
   * @param {string} name
   * @param {(value: string) => Partial<Wishes>} wish
   */
  const select = (name, wish) => createSelect(name, signal, (value) => decide(wish(value)));
  const contrast = select("Instead of", (label) => ({ contrast: label === NONE ? null : label }));
  const method = select("Method", wishForMethod);
  const steps = createSteps(signal, propose, settle);
  const tolerance = createTolerance(signal, propose, settle);
  const output = select("Output", (value) => ({
    output: /** @type {Request["output"]} */ (value),
  }));
  const baseline = select("Baseline", (value) => ({ baseline: value }));
  const layer = select("Layer", (value) => ({ layer: value }));

  const rare = [output.field, baseline.field, layer.field];
  const more = element("details", "flair-lig-more", [
    element("summary", "", "More"),
    element("div", "flair-lig-fields", rare),
  ]);
  const fields = [contrast.field, method.field, tolerance.field, steps.field];
  // A fieldset can be disabled as one.
  const box = element("fieldset", "flair-lig-controls", [
    element("div", "flair-lig-fields", fields),
    more,
  ]);
  box.ariaLabel = "How to explain it";

  /** @param {View} view */
  function draw(view) {
    const { stops } = view;
    const fixed = stops ? NOT_BAKED : "";
    contrast.draw(contrastOptions(view), view.contrast ?? NONE, fixed);
    const methods = stops?.methods ?? view.methods;
    method.draw(optionsOf(methods, view.method, METHODS), view.method);
    tolerance.draw(view);
    steps.draw(view);
    output.draw(Object.entries(OUTPUTS), view.output, fixed);
    const chosen = view.baseline ?? view.result?.baseline ?? view.baselines[0] ?? "";
    baseline.draw(optionsOf(stops?.baselines ?? view.baselines, chosen), chosen);
    layer.draw(optionsOf(view.layers, view.layer, LAYERS), view.layer, fixed);
    layer.field.hidden = view.layers.length < 2;
    box.disabled = !view.live && !stops;
    box.title = box.disabled ? NO_KERNEL : "";
  }

  return { node: box, draw };
}
