/** How many steps a fixed rule takes: a slider whose stops grow with the cost, and a number. */

import { element, listen } from "./dom.js";
import { plural } from "./format.js";
import { createSlider } from "./slider.js";

/** @import { Wishes } from "./model" */
/** @import { View } from "./state.js" */

const STOPS = [2, 3, 4, 5, 7, 9, 11, 13, 15, 17, 20, 25, 33, 40, 50, 65, 80, 100, 129, 160, 200];
STOPS.push(257, 300, 400, 500, 700, 1000);

/**
 * @param {AbortSignal} signal
 * @param {(patch: Partial<Wishes>) => void} propose while the hand moves
 * @param {() => void} settle when it lets go
 */
export function createSteps(signal, propose, settle) {
  const wish = (/** @type {number} */ n) => propose({ n_steps: n });
  const say = (/** @type {number} */ n) => plural(n, "step");
  const slider = createSlider("Steps", STOPS, say, signal, wish, settle);
  const number = element("input");
  number.type = "number";
  number.min = "1";
  number.ariaLabel = "Number of steps";
  const field = element("div", "flair-lig-stops", [slider.field, number]);
  field.title = "How many points of the path make the scores.";

  /** @type {number | undefined} */
  let known;
  const write = () => {
    number.value = known === undefined ? "" : String(known);
  };
  const valid = () => Number.isInteger(number.valueAsNumber) && number.valueAsNumber > 0;
  listen(number, "input", signal, () => valid() && wish(number.valueAsNumber));
  listen(number, "change", signal, () => (valid() ? settle() : write()));

  /** @param {View} view */
  function draw({ n_steps, result, method, stops }) {
    field.hidden = method === "auto"; // there the tolerance chooses
    known = n_steps ?? result?.n_steps;
    slider.draw(known, "", stops?.of[method]);
    number.hidden = stops !== null; // only stops can be chosen
    // A number that is only half typed is left alone.
    if (number.valueAsNumber !== known && (valid() || !number.matches(":focus"))) write();
  }

  return { field, draw };
}
