/** The labels of the classifier with their probabilities; choosing one explains it. */

import { bareButton, block, button, element, inline, listen, setText } from "../elements/dom.js";
import { percent, visible } from "../elements/format.js";
import { reasonFor } from "../messages.js";
import { equal } from "../state/result-cache.js";

/** @import { Settings } from "../model" */
/** @import { View } from "../state/view.js" */
/** @typedef {{ label: string, probability: number | null, predicted: boolean }} Class */

const COLLAPSED = 5; // labels shown until "All labels" is chosen

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
      predicted: (result?.predicted ?? []).includes(label), // several or none under multi_label
    })),
    ...[...rest].map((label) => ({ label, probability: null, predicted: false })),
  ];
}

/**
 * Explaining the label that was the contrast removes the contrast: f - f is zero.
 * @param {string} label
 * @param {string | null} contrast
 * @returns {Partial<Settings>}
 */
export function settingsForTarget(label, contrast) {
  return label === contrast ? { target: label, contrast: null } : { target: label };
}

/**
 * @param {{ signal: AbortSignal, onCommit: (patch: Partial<Settings>) => void }} options
 */
export function createClasses({ signal, onCommit }) {
  const list = element("ul", "list");
  const more = button("", signal, () => {
    expanded = !expanded;
    if (drawn) draw(drawn);
  });
  const node = block("classes", [list, more]);
  node.role = "group";
  node.ariaLabel = "Label to explain";
  /** @type {Map<string, ReturnType<typeof createRow>>} */
  const rows = new Map();
  /** @type {View | null} */
  let drawn = null;
  let expanded = false;

  listen(list, "click", signal, ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    for (const [label, row] of rows) {
      if (row.button === button) onCommit(settingsForTarget(label, drawn?.contrast ?? null));
    }
  });

  /** @param {View} view */
  function draw(view) {
    drawn = view;
    node.hidden = view.result?.output === "value"; // it has a scale in place of labels
    const classes = classesOf(view);
    arrange(classes.map(({ label }) => label));
    const explained = view.target ?? view.result?.target;
    const after = new Map(view.edited?.prediction);
    classes.forEach((each, i) => {
      const row = rows.get(each.label);
      const reason = reasonFor(view, view.stops?.targets.includes(each.label));
      row?.draw(each, each.label === explained, reason, after.get(each.label));
      if (row) row.node.hidden = !expanded && i >= COLLAPSED && each.label !== explained;
    });
    more.hidden = classes.length <= COLLAPSED;
    more.ariaExpanded = String(expanded);
    setText(more, expanded ? "Fewer labels" : `All ${classes.length} labels`);
  }

  /**
   * A row that stays keeps its element and its focus.
   * @param {string[]} labels
   */
  function arrange(labels) {
    if (equal(labels, [...rows.keys()])) return;
    const focused = [...rows.values()].find(({ button }) => button.matches(":focus"));
    const before = new Map(rows);
    rows.clear();
    for (const label of labels) rows.set(label, before.get(label) ?? createRow(label));
    list.replaceChildren(...[...rows.values()].map(({ node }) => node));
    focused?.button.focus(); // replacing the children removed it briefly
  }

  return { node, draw };
}

/** @param {string} label */
function createRow(label) {
  const name = inline("name", visible(label));
  name.dir = "auto";
  name.title = visible(label);
  const mark = inline("mark", "✓");
  mark.role = "img";
  mark.ariaLabel = mark.title = "predicted";
  const [fill, changed] = [inline(), inline()];
  const bar = inline("probability", [fill, changed]);
  const number = inline("number");
  const parts = [name, " ", mark, " ", number, bar];
  const button = bareButton("class", parts);

  /**
   * @param {Class} label
   * @param {boolean} explained
   * @param {string} reason why it cannot be chosen; empty if it can
   * @param {number} [after] its probability after the edit that is shown
   */
  function draw({ probability, predicted }, explained, reason, after) {
    button.ariaPressed = String(explained);
    button.disabled = reason !== "";
    button.title = reason;
    mark.hidden = !predicted;
    fill.style.width = `${(probability ?? 0) * 100}%`;
    const before = probability === null ? "–" : percent(probability);
    const now = after === undefined ? before : percent(after);
    changed.hidden = now === before;
    changed.style.width = `${(after ?? 0) * 100}%`;
    setText(number, now === before ? now : `${before.slice(0, -2)} → ${now}`);
  }

  return { node: element("li", "", [button]), button, draw };
}
