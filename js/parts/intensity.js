/** How strongly weak words are coloured: one exponent, which belongs to the view. */

import { element, inline, listen } from "../elements/dom.js";

/**
 * The exponent at a slider position: 1 in the middle, where colour is proportional to score.
 * @param {number} position
 */
export function gammaAt(position) {
  return 2 ** -position;
}

/** @param {{ signal: AbortSignal, root: HTMLElement }} options */
export function createIntensity({ signal, root }) {
  const slider = element("input");
  slider.type = "range";
  slider.min = "-2";
  slider.max = "2";
  slider.step = "0.25";
  slider.value = "0";
  const caption = inline("", "Intensity");
  const node = element("label", "field intensity", [caption, slider]);
  node.title = "How strongly weak words are coloured.";
  const describe = () => {
    const position = slider.valueAsNumber;
    slider.ariaValueText =
      position === 0
        ? "proportional to the score"
        : `weak words ${position > 0 ? "stronger" : "fainter"}`;
  };
  describe();
  listen(slider, "input", signal, () => {
    root.style.setProperty("--lig-gamma", String(gammaAt(slider.valueAsNumber)));
    describe();
  });

  /** Nothing in the model changes it. */
  function draw() {}

  return { node, draw };
}
