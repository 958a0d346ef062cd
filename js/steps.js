/** The steps slider: stops that grow with the cost, and taking over from "auto". */

import { element, setText } from "./dom.js";
import { plural } from "./format.js";

/** @import { Request } from "./model" */
/** @import { View } from "./state.js" */

const STOPS = [2, 3, 4, 5, 7, 9, 11, 13, 15, 17, 20, 25, 33, 40, 50, 65, 80, 100, 129, 160, 200];
STOPS.push(257, 300, 400, 500, 700, 1000);

/**
 * The stops, with the present number among them even if it is none.
 * @param {number} n
 */
export function stopsWith(n) {
  return STOPS.includes(n) ? STOPS : [...STOPS, n].sort((a, b) => a - b);
}

/**
 * What moving the slider asks for. Under "auto" the tolerance chooses the steps, so a hand on
 * the slider takes over with a fixed rule: the trapezoid, whose doublings share their points.
 * @param {string} method
 * @param {number} n
 * @returns {Partial<Request>}
 */
export function wishForSteps(method, n) {
  return method === "auto" ? { method: "riemann_trapezoid", n_steps: n } : { n_steps: n };
}

/**
 * @param {AbortSignal} signal
 * @param {(patch: Partial<Request>) => void} propose while the hand moves
 * @param {() => void} settle when it lets go
 */
export function createSteps(signal, propose, settle) {
  const slider = element("input");
  slider.type = "range";
  slider.min = "0";
  const number = element("output");
  number.ariaHidden = "true"; // the slider says it already, by aria-valuetext
  const hint = element("small", "flair-lig-hint");
  const label = element("label", "flair-lig-field", [element("span", "", "Steps"), slider]);
  const field = element("div", "flair-lig-steps", [label, number, hint]);

  let stops = STOPS;
  let method = "";

  slider.addEventListener(
    "input",
    () => propose(wishForSteps(method, stops[slider.valueAsNumber] ?? 0)),
    { signal },
  );
  slider.addEventListener("change", settle, { signal });

  /** @param {View} view */
  function draw(view) {
    method = view.method;
    const n = view.n_steps ?? view.result?.n_steps;
    // An odd stop stays until another one is needed: the scale must not shift under the hand.
    if (n !== undefined && !stops.includes(n)) stops = stopsWith(n);
    slider.max = String(stops.length - 1);
    slider.value = String(stops.indexOf(n ?? 50));
    slider.ariaValueText = n === undefined ? "not known yet" : plural(n, "step");
    setText(number, n === undefined ? "–" : String(n));
    setText(hint, method === "auto" ? "set by the tolerance" : "");
    slider.title =
      method === "auto"
        ? "The tolerance chooses the number of steps. Move the slider to choose it yourself."
        : "How many points of the path the scores are made from.";
  }

  return { field, draw };
}
