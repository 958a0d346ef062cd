/** The marks in the text: each encloses its spans, followed by its label, which may be chosen. */

import { element, inline } from "../elements/dom.js";
import { visible } from "../elements/format.js";

/** @import { DataPoint, Mark, Settings } from "../model" */
/** @import { View } from "../state/view.js" */

const SHORT = 24; // characters that fit in a line, with the label

/**
 * Another data point may not have the label that was explained.
 * @param {DataPoint} point
 * @returns {Partial<Settings>}
 */
export function settingsForPoint({ ranges }) {
  return { data_point: ranges, target: null, contrast: null };
}

/** @param {{ text: HTMLElement, onCommit: (patch: Partial<Settings>) => void }} options */
export function createMarks({ text, onCommit }) {
  /** The label of each mark. @type {HTMLButtonElement[]} */
  let chips = [];
  let written = "";
  /** Those that the marks are around. @type {HTMLElement[]} */
  let nodes = [];

  /**
   * @param {View} view
   * @param {HTMLElement[]} spans their elements
   */
  function draw({ result, granularity, points }, spans) {
    const marks = result?.layout.marks?.[granularity] ?? [];
    // The labels keep their elements, and the focus, when another one is chosen.
    const fixed = JSON.stringify(marks.map(({ chosen, ...mark }) => mark));
    if (spans !== nodes || fixed !== written) write(marks, spans);
    [nodes, written] = [spans, fixed];
    marks.forEach((mark, i) => {
      const chip = /** @type {HTMLButtonElement} */ (chips[i]);
      const own = points[mark.data_point ?? -1];
      chip.classList.toggle("lig-chosen", (own ?? mark).chosen);
      if (!own) return;
      chip.ariaPressed = `${own.chosen}`;
      chip.ariaLabel = `explain ${own.text}, ${chip.textContent}`;
      chip.title = own.reason;
      chip.disabled = own.reason !== "";
      chip.onclick = () => onCommit(settingsForPoint(own)); // it goes with the text
    });
  }

  /**
   * @param {Mark[]} marks
   * @param {HTMLElement[]} spans
   */
  function write(marks, spans) {
    const focused = /** @type {HTMLElement | null} */ (text.querySelector(":focus"));
    for (const chip of chips) chip.remove();
    for (const box of text.querySelectorAll(".lig-marked")) box.replaceWith(...box.childNodes);
    let box = inline();
    let last = -1;
    chips = marks.map(({ label, role, data_point, spans: indexes }) => {
      const tag = /** @type {"button"} */ (data_point === null ? "span" : "button");
      const chip = element(tag, "chip", `${role} ${visible(label)}`.trim());
      chip.type = "button";
      const [first = 0] = indexes;
      // Marks that overlap share a box.
      if (first > last) {
        last = indexes.at(-1) ?? 0;
        box = inline("marked");
        const range = new Range();
        range.setStartBefore(/** @type {Node} */ (spans[first]));
        range.setEndAfter(/** @type {Node} */ (spans[last]));
        // A line would end before the label, because it is a button.
        if (`${range}`.length < SHORT) box.style.whiteSpace = "pre";
        range.surroundContents(box);
      }
      box.append(chip);
      return chip;
    });
    focused?.focus(); // what is moved loses it
  }

  return { draw };
}
