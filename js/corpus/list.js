/** A list whose rows are buttons, with one tab stop. */

import { element, listen } from "../elements/dom.js";
import { addArrows, placeStop } from "./arrows.js";

/**
 * @template T
 * @param {{
 *   signal: AbortSignal,
 *   name: string,  // of the class of its rows
 *   write: (item: T, row: HTMLButtonElement) => (Node | string)[],
 *   onChoose: (item: T) => void,
 * }} options
 */
export function createList({ signal, name, write, onChoose }) {
  const node = element("ul", `list rows-${name}`);
  /** @type {HTMLButtonElement[]} */
  let rows = [];
  /** @type {T[]} */
  let drawn = [];

  addArrows(node, signal);
  listen(node, "click", signal, ({ target }) => {
    const item = drawn[rows.findIndex((row) => row.contains(/** @type {Node} */ (target)))];
    if (item !== undefined) onChoose(item);
  });

  /**
   * @param {T[]} items the same array if nothing changed
   * @param {(item: T) => boolean} isChosen
   */
  function draw(items, isChosen) {
    if (items !== drawn) {
      const focused = rows.findIndex((row) => row.matches(":focus"));
      rows = items.map((item) => {
        const row = element("button", name);
        row.type = "button";
        row.append(...write(item, row));
        return row;
      });
      node.replaceChildren(...rows.map((row) => element("li", "", [row])));
      drawn = items;
      if (focused >= 0) rows[Math.min(focused, rows.length - 1)]?.focus();
      placeStop(node);
    }
    drawn.forEach((item, i) => {
      const row = rows[i];
      if (row) row.ariaPressed = String(isChosen(item));
    });
  }

  return { node, draw };
}
