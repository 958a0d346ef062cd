/** The controls: task, data point, contrast, method, accuracy, output, baseline and layer. */

import { block, element, panel } from "../elements/dom.js";
import { percent, visible } from "../elements/format.js";
import { createSelect, optionsOf } from "../elements/select.js";
import { NO_KERNEL, NOT_PRECOMPUTED } from "../messages.js";
import { settingsForPoint } from "./marks.js";
import { createSteps } from "./steps.js";
import { createTolerance } from "./tolerance.js";

/** @import { Option } from "../elements/select.js" */
/** @import { Choices, DataPoint, Request, Settings } from "../model" */
/** @import { View } from "../state/view.js" */

/**
 * Another algorithm replaces the rule and has its own number of samples. Choosing "auto" leaves the
 * number of steps to the tolerance.
 * @param {string} method a rule or an algorithm
 * @param {Choices["algorithms"]} algorithms
 * @returns {Partial<Settings>}
 */
export function settingsForMethod(method, algorithms = {}) {
  if (Object.hasOwn(algorithms, method)) return { algorithm: method, n_steps: null };
  const settings = { method, algorithm: "integrated_gradients" };
  return method === "auto" ? { ...settings, n_steps: null } : settings;
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
 * A data point and its label.
 * @param {DataPoint} point
 */
export function nameOf({ ranges, text, label, probability }) {
  // The text of a relation has an arrow.
  const name = `${text}${ranges.length > 1 ? ":" : " →"} ${visible(label)}`;
  return probability === null ? name : `${name}, ${percent(probability)}`;
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
  const task = select("Task", (/** @type {string} */ task) => ({ task }));
  /** @type {View["points"]} */
  let points = [];
  const point = select("Explained", (/** @type {string} */ index) =>
    settingsForPoint(/** @type {DataPoint} */ (points[Number(index)])),
  );
  const contrast = select("Contrast", (/** @type {string | null} */ contrast) => ({ contrast }));
  /** @type {Choices["algorithms"]} */
  let algorithms;
  const method = select("Method", (/** @type {string} */ method) =>
    settingsForMethod(method, algorithms),
  );
  const steps = createSteps({ signal, onInput, onRelease });
  const tolerance = createTolerance({ signal, onInput, onRelease });
  const output = select("Output", (/** @type {string} */ value) => ({
    output: /** @type {Request["output"]} */ (value),
  }));
  const baseline = select("Baseline", (/** @type {string} */ baseline) => ({ baseline }));
  const layer = select("Layer", (/** @type {string} */ layer) => ({ layer }));

  const common = [task.node, point.node, method.node, tolerance.node, steps.node, contrast.node];
  const rare = [output.node, baseline.node, layer.node];
  // A fieldset disables all controls at once.
  const node = element("fieldset", "controls", [
    block("fields", common),
    panel("", "More", [block("fields", rare)]),
  ]);
  node.ariaLabel = "Explanation settings";

  /** @param {View} view */
  function draw(view) {
    // Older versions have no tasks.
    const { stops, choices, requested, tasks = [], task: current = null } = view;
    const fixed = stops ? NOT_PRECOMPUTED : "";
    task.node.hidden = tasks.length < 2;
    task.draw(optionsOf(tasks, current), current, fixed);
    points = view.points;
    point.node.hidden = points.length === 0;
    /** @type {Option<string>[]} */
    const offered = points.flatMap((each, i) =>
      each.reason && !each.chosen ? [] : [[`${i}`, nameOf(each)]],
    );
    point.draw(offered, `${points.findIndex(({ chosen }) => chosen)}`);
    contrast.draw(contrastOptions(view), view.contrast, fixed);
    algorithms = choices.algorithms;
    const rules = optionsOf(stops?.methods ?? view.methods, view.method, choices.names);
    /** @type {Option<string>[]} */
    const others = Object.entries(algorithms ?? {})
      .slice(stops ? Infinity : 0)
      .map(([key, { name }]) => [key, name, "to compare with"]);
    const chosen = requested ? (view.algorithm ?? "") : view.method;
    method.draw([...rules, ...others], chosen);
    tolerance.draw(view);
    steps.draw(view);
    const isValue = view.result?.output === "value"; // of one label, which has no other output
    contrast.node.hidden = output.node.hidden = isValue;
    const outputs = Object.entries(choices.outputs).filter(([name]) => name !== "value");
    output.draw(outputs, view.output, fixed);
    const from = view.baseline ?? view.result?.baseline ?? view.baselines[0] ?? null;
    baseline.draw(optionsOf(stops?.baselines ?? view.baselines, from), from);
    layer.draw(optionsOf(view.layers, view.layer, choices.names), view.layer, fixed);
    layer.node.hidden = view.layers.length < 2;
    node.disabled = !view.live && !stops;
    node.title = node.disabled ? NO_KERNEL : "";
  }

  return { node, draw };
}
