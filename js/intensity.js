/** How strongly weak words are coloured: one exponent, of this view alone. */

import { element, listen } from "./dom.js";

/**
 * The exponent for a place of the slider: 1 in the middle, where colour is proportional to score.
 * @param {number} place
 */
export function gammaAt(place) {
  return 2 ** -place;
}

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function createIntensity(root, signal) {
  const slider = element("input");
  slider.type = "range";
  slider.min = "-2";
  slider.max = "2";
  slider.step = "0.25";
  slider.value = "0";
  const caption = element("span", "", "Intensity");
  const field = element("label", "flair-lig-field flair-lig-intensity", [caption, slider]);
  field.title = "How strongly weak words are coloured.";
  const say = () => {
    const place = slider.valueAsNumber;
    slider.ariaValueText =
      place === 0 ? "as the score" : place > 0 ? "weak words stronger" : "weak words fainter";
  };
  say();
  listen(slider, "input", signal, () => {
    root.style.setProperty("--flair-lig-gamma", String(gammaAt(slider.valueAsNumber)));
    say();
  });
  return field;
}
