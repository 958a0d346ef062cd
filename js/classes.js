/** The classes: each label with its probability; choosing one explains it. */

import { NO_KERNEL, NOT_BAKED } from "./controls.js";
import { button, element, listen, setText } from "./dom.js";
import { percent } from "./format.js";

/** @import { Result, Wishes } from "./model" */
/** @import { View } from "./state.js" */
/** @typedef {{ label: string, probability: number | null, predicted: boolean }} Class */

const FEW = 5;

/**
 * Every label, most probable first.
 * @param {View} view
 * @returns {Class[]}
 */
export function classesOf({ labels, result, target }) {
  const prediction = result?.prediction ?? [];
  const known = prediction.map(([label]) => label);
  const rest = new Set([...labels, ...(target === null ? [] : [target])]);
  for (const label of known) rest.delete(label);
  return [
    ...prediction.map(([label, probability]) => ({
      label,
      probability,
      predicted: (result?.predicted ?? []).includes(label), // several or none, if multi-label
    })),
    ...[...rest].map((label) => ({ label, probability: null, predicted: false })),
  ];
}

/**
 * One label as a rule; a multi-label classifier may predict several, or none.
 * @param {Result} result
 */
export function predictedLabels({ prediction, predicted }) {
  const chosen = prediction
    .filter(([label]) => predicted.includes(label))
    .map(([label, probability]) => `${label} (${percent(probability)})`);
  if (chosen.length > 0) return `Predicted ${chosen.join(", ")}`;
  const [closest] = prediction;
  if (closest === undefined) return "";
  return `Predicted no label; ${closest[0]} comes closest (${percent(closest[1])})`;
}

/**
 * Explaining the label that was the contrast leaves none: f - f would be explained.
 * @param {string} label
 * @param {string | null} contrast
 * @returns {Partial<Wishes>}
 */
export function wishForTarget(label, contrast) {
  return label === contrast ? { target: label, contrast: null } : { target: label };
}

/**
 * @param {AbortSignal} signal
 * @param {(patch: Partial<Wishes>) => void} decide
 */
export function createClasses(signal, decide) {
  const caption = element("div", "flair-lig-caption");
  const list = element("ul", "flair-lig-list");
  const more = button("", signal, () => {
    all = !all;
    if (drawn) draw(drawn);
  });
  const box = element("div", "flair-lig-classes", [caption, list, more]);
  box.role = "group";
  box.ariaLabel = "Which label to explain";
  /** @type {Map<string, ReturnType<typeof createRow>>} */
  const rows = new Map();
  /** @type {View | null} */
  let drawn = null;
  let all = false;

  listen(list, "click", signal, ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    for (const [label, row] of rows) {
      if (row.button === button) decide(wishForTarget(label, drawn?.contrast ?? null));
    }
  });

  /** @param {View} view */
  function draw(view) {
    drawn = view;
    const classes = classesOf(view);
    arrange(classes.map(({ label }) => label));
    const explained = view.target ?? view.result?.target;
    setText(caption, view.result ? predictedLabels(view.result) : "Labels");
    classes.forEach((each, i) => {
      const row = rows.get(each.label);
      row?.draw(each, each.label === explained, whyNot(each.label, view));
      if (row) row.node.hidden = !all && i >= FEW && each.label !== explained;
    });
    more.hidden = classes.length <= FEW;
    more.ariaExpanded = String(all);
    setText(more, all ? "Fewer labels" : `All ${classes.length} labels`);
  }

  /**
   * A row that stays keeps its element, and the focus.
   * @param {string[]} labels
   */
  function arrange(labels) {
    if (labels.join("\n") === [...rows.keys()].join("\n")) return;
    const held = [...rows.values()].find(({ button }) => button.matches(":focus"));
    const before = new Map(rows);
    rows.clear();
    for (const label of labels) rows.set(label, before.get(label) ?? createRow(label));
    list.replaceChildren(...[...rows.values()].map(({ node }) => node));
    held?.button.focus(); // it was taken out for a moment
  }

  return { node: box, draw };
}

/**
 * Why a label cannot be explained; empty if it can.
 * @param {string} label
 * @param {View} view
 */
function whyNot(label, { live, stops }) {
  if (live || stops?.targets.includes(label)) return "";
  return stops ? NOT_BAKED : NO_KERNEL;
}

/** @param {string} label */
function createRow(label) {
  const name = element("span", "flair-lig-name", label);
  name.dir = "auto";
  name.title = label;
  const mark = element("span", "flair-lig-mark", "✓");
  mark.role = "img";
  mark.ariaLabel = mark.title = "predicted";
  const filled = element("span");
  const bar = element("span", "flair-lig-probability", [filled]);
  const number = element("span", "flair-lig-number");
  const parts = [name, " ", mark, " ", bar, number];
  const button = element("button", "flair-lig-class", parts);
  button.type = "button";

  /**
   * @param {Class} its
   * @param {boolean} explained
   * @param {string} why it cannot be chosen
   */
  function draw({ probability, predicted }, explained, why) {
    button.ariaPressed = String(explained);
    button.disabled = why !== "";
    button.title = why;
    mark.style.visibility = predicted ? "" : "hidden"; // its column stays
    filled.style.width = `${(probability ?? 0) * 100}%`;
    setText(number, probability === null ? "–" : percent(probability));
  }

  return { node: element("li", "", [button]), button, draw };
}
