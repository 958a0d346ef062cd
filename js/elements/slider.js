/** A slider over stops that are not evenly spaced. */

import { element, inline, listen, setText } from "./dom.js";

/**
 * @param {{
 *   signal: AbortSignal,
 *   name: string,
 *   format: (stop: number) => string,
 *   onInput: (stop: number) => void,  // while the slider moves
 *   onRelease: () => void,            // when it is released
 * }} options
 */
export function createSlider({ signal, name, format, onInput, onRelease }) {
  const slider = element("input");
  slider.type = "range";
  slider.min = "0";
  const caption = inline("", name);
  const node = element("label", "field", [caption, slider]);
  /** @type {number[]} */ let offered = [];
  /** @type {number[]} */ let stops = [];

  listen(slider, "input", signal, () => onInput(stops[slider.valueAsNumber] ?? 0));
  listen(slider, "change", signal, onRelease);

  /**
   * @param {number[]} all the stops from left to right; the same array if nothing changed
   * @param {number | undefined} stop undefined = not known yet
   * @param {string} [hint] shown after the name
   */
  function draw(all, stop, hint = "") {
    if (all !== offered) stops = offered = all;
    // An extra stop stays until another one is needed, so that the scale does not shift mid-drag.
    if (stop !== undefined && !stops.includes(stop)) stops = stopsWith(offered, stop);
    slider.max = String(stops.length - 1);
    slider.value = String(stop === undefined ? stops.length >> 1 : stops.indexOf(stop));
    slider.ariaValueText = stop === undefined ? "not known yet" : format(stop);
    setText(caption, hint ? `${name}, ${hint}` : name);
  }

  return { node, draw };
}

/**
 * The stops with one more in its place.
 * @param {number[]} stops
 * @param {number} stop
 */
export function stopsWith(stops, stop) {
  if (stops.includes(stop)) return stops;
  const descending = (stops[0] ?? 0) > (stops.at(-1) ?? 0);
  return [...stops, stop].sort((a, b) => (descending ? b - a : a - b));
}
