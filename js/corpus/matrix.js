/** Gold by predicted label: the number of texts in each cell; choosing one shows those texts. */

import { block, element, inline, listen } from "../elements/dom.js";
import { plural, visible } from "../elements/format.js";
import { addArrows, placeStop } from "./arrows.js";
import { nameOf } from "./query.js";

/** @import { Matrix, Query } from "./model" */
/** @import { View } from "./source.js" */

const LEVEL = 4; // more labels than this stand upright over their columns

/**
 * The largest count of a cell whose labels differ; at least 1.
 * @param {Matrix} matrix
 */
export function mostErrors({ gold, predicted, counts }) {
  const errors = counts.flatMap((row, i) => row.filter((_, j) => gold[i] !== predicted[j]));
  return Math.max(1, ...errors);
}

/** @param {{ signal: AbortSignal, onCommit: (patch: Partial<Query>) => void }} options */
export function createMatrix({ signal, onCommit }) {
  const table = element("table", "matrix");
  table.role = "grid";
  table.ariaLabel = "Texts by gold and predicted label";
  const node = element("section", "panel", [
    element("h2", "", "Gold and predicted labels"),
    element("p", "caption", "Rows are gold labels, columns predictions."),
    block("box", [table]),
  ]);
  /** @type {{ button: HTMLButtonElement, gold: string, predicted: string }[]} */
  let cells = [];
  /** @type {Matrix | null} */
  let drawn = null;

  addArrows(table, signal, () => drawn?.predicted.length ?? 1);
  listen(table, "click", signal, ({ target }) => {
    const cell = cells.find(({ button }) => button === target);
    if (!cell) return;
    const { button, gold, predicted } = cell;
    const pressed = button.ariaPressed === "true";
    onCommit(pressed ? { gold: null, predicted: null } : { gold, predicted, only: "all" });
  });

  /** @param {View} view */
  function draw({ overview: { matrix }, query }) {
    node.hidden = matrix === null;
    if (matrix && matrix !== drawn) write(matrix);
    drawn = matrix;
    for (const { button, gold, predicted } of cells) {
      button.ariaPressed = String(gold === query.gold && predicted === query.predicted);
    }
  }

  /** @param {Matrix} matrix */
  function write(matrix) {
    const { gold, predicted, counts } = matrix;
    const most = mostErrors(matrix);
    cells = [];
    table.classList.toggle("lig-upright", predicted.length > LEVEL);
    const head = [element("td"), ...predicted.map((label) => heading("col", nameOf(label)))];
    const body = gold.map((label, i) => {
      const numbers = predicted.map((other, j) => cell(label, other, counts[i]?.[j] ?? 0, most));
      return element("tr", "", [heading("row", visible(label)), ...numbers]);
    });
    table.replaceChildren(
      element("thead", "", [element("tr", "", head)]),
      element("tbody", "", body),
    );
    placeStop(table);
  }

  /**
   * @param {string} scope
   * @param {string} name
   */
  function heading(scope, name) {
    const text = inline("name", name);
    text.dir = "auto";
    const node = element("th", "", [text]);
    node.scope = scope;
    node.title = name;
    return node;
  }

  /**
   * @param {string} gold
   * @param {string} predicted
   * @param {number} count
   * @param {number} most
   */
  function cell(gold, predicted, count, most) {
    const error = gold !== predicted && count > 0;
    const button = element("button", error ? "cell errors" : "cell", String(count));
    button.type = "button";
    button.title = `${plural(count, "text")}: gold ${visible(gold)}, predicted ${nameOf(predicted)}`;
    button.ariaLabel = button.title;
    button.style.setProperty("--lig-strength", (count / most).toFixed(3));
    cells.push({ button, gold, predicted });
    return element("td", "", [button]);
  }

  return { node, draw };
}
