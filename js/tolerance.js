/** How exact "auto" is to be: it takes as many steps as that needs. */

import { element, setText } from "./dom.js";
import { plural, tidyPercent } from "./format.js";
import { createSlider } from "./slider.js";

/** @import { Wishes } from "./model" */
/** @import { View } from "./state.js" */

const STOPS = [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/**
 * @param {AbortSignal} signal
 * @param {(patch: Partial<Wishes>) => void} propose while the hand moves
 * @param {() => void} settle when it lets go
 */
export function createTolerance(signal, propose, settle) {
  const wish = (/** @type {number} */ tolerance) => propose({ tolerance });
  const slider = createSlider("Tolerance", STOPS, tidyPercent, signal, wish, settle);
  const number = element("span");
  number.ariaHidden = "true"; // the slider says it already, by aria-valuetext
  const field = element("div", "flair-lig-stops", [slider.field, number]);
  field.title = "How far scores may be off; it chooses the steps.";

  /** @param {View} view */
  function draw({ method, tolerance, n_steps, stops }) {
    field.hidden = method !== "auto";
    // A number that Python has set is a cap, and not lost by choosing a tolerance.
    const cap = n_steps === null ? "" : `${plural(n_steps, "step")} at most`;
    slider.draw(tolerance, cap, stops?.of.auto);
    setText(number, tidyPercent(tolerance));
  }

  return { field, draw };
}
