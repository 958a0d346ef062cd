/** The number of steps of a fixed rule: a slider with widening stops, and a number field. */

import { block, element, listen } from "../elements/dom.js";
import { plural } from "../elements/format.js";
import { createSlider } from "../elements/slider.js";

/** @import { Settings } from "../model" */
/** @import { View } from "../state/view.js" */

/**
 * @param {{
 *   signal: AbortSignal,
 *   onInput: (patch: Partial<Settings>) => void,
 *   onRelease: () => void,
 * }} options
 */
export function createSteps({ signal, onInput, onRelease }) {
  const setSteps = (/** @type {number} */ n_steps) => onInput({ n_steps });
  const slider = createSlider({
    ...{ signal, name: "Steps", onInput: setSteps, onRelease },
    format: (steps) => plural(steps, "step"),
  });
  const number = element("input");
  number.type = "number";
  number.min = "1";
  number.ariaLabel = "Number of steps";
  const node = block("stops", [slider.node, number]);
  node.title = "The number of points on the path at which gradients are computed.";

  /** @type {number | undefined} */
  let current;
  const reset = () => {
    number.value = current === undefined ? "" : String(current);
  };
  const valid = () => Number.isInteger(number.valueAsNumber) && number.valueAsNumber > 0;
  listen(number, "input", signal, () => valid() && setSteps(number.valueAsNumber));
  listen(number, "change", signal, () => (valid() ? onRelease() : reset()));

  /** @param {View} view */
  function draw({ n_steps, result, method, requested, stops, choices }) {
    // The tolerance decides, or an algorithm draws nothing at random.
    node.hidden = requested ? !requested.samples : method === "auto";
    current = n_steps ?? result?.n_steps;
    const samples = requested ? `random ${requested.samples}s` : "";
    slider.draw(stops?.of[method] ?? choices.n_steps, current, samples);
    number.hidden = stops !== null; // only stops can be chosen
    // A number that is still being typed is not overwritten.
    if (number.valueAsNumber !== current && (valid() || !number.matches(":focus"))) reset();
  }

  return { node, draw };
}
