/** One tab stop for the buttons of a list or a table; arrow keys, Home and End move it. */

import { listen } from "../elements/dom.js";
import { destination } from "../elements/roving.js";

/**
 * @param {HTMLElement} node all of whose buttons are cells
 * @param {AbortSignal} signal
 * @param {() => number} [columns]
 */
export function addArrows(node, signal, columns = () => 1) {
  listen(node, "keydown", signal, (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    const buttons = [...node.querySelectorAll("button")];
    const current = buttons.findIndex((each) => each.matches(":focus"));
    const rows = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
    const next = rows
      ? current + rows * columns()
      : destination(key, current, buttons.length, false);
    if (ctrlKey || metaKey || altKey || !buttons[next]) return;
    event.preventDefault(); // the page would scroll
    buttons[next].focus();
  });
  listen(node, "focusin", signal, () => placeStop(node));
}

/**
 * The tab stop is where the focus is or was; it is the first button if that is gone.
 * @param {HTMLElement} node
 */
export function placeStop(node) {
  const stop = node.querySelector(":focus") ?? node.querySelector("[tabindex='0']");
  const buttons = node.querySelectorAll("button");
  for (const each of buttons) each.tabIndex = each === (stop ?? buttons[0]) ? 0 : -1;
}
