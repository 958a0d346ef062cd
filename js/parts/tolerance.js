/** The tolerance of "auto", which takes as many steps as the tolerance needs. */

import { block, inline, setText } from "../elements/dom.js";
import { plural, tidyPercent } from "../elements/format.js";
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
export function createTolerance({ signal, onInput, onRelease }) {
  const slider = createSlider({
    ...{ signal, name: "Tolerance", format: tidyPercent, onRelease },
    onInput: (tolerance) => onInput({ tolerance }),
  });
  const number = inline();
  number.ariaHidden = "true"; // the slider's aria-valuetext already has it
  const node = block("stops", [slider.node, number]);
  node.title = "The largest acceptable error of the scores; it determines the number of steps.";

  /** @param {View} view */
  function draw({ method, requested, tolerance, n_steps, stops, choices }) {
    node.hidden = requested !== null || method !== "auto";
    // A number set from Python is a cap, and choosing a tolerance keeps it.
    const cap = n_steps === null ? "" : `${plural(n_steps, "step")} at most`;
    slider.draw(stops?.of.auto ?? choices.tolerances, tolerance, cap);
    setText(number, tidyPercent(tolerance));
  }

  return { node, draw };
}
