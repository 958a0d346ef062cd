/** A slider over stops that are not evenly spaced. */

import { element, listen, setText } from "./dom.js";

/**
 * @param {string} name
 * @param {number[]} all its stops, in their order from left to right
 * @param {(stop: number) => string} say
 * @param {AbortSignal} signal
 * @param {(stop: number) => void} propose while the hand moves
 * @param {() => void} settle when it lets go
 */
export function createSlider(name, all, say, signal, propose, settle) {
  const slider = element("input");
  slider.type = "range";
  slider.min = "0";
  const caption = element("span", "", name);
  const field = element("label", "flair-lig-field", [caption, slider]);
  let offered = all;
  let stops = all;

  listen(slider, "input", signal, () => propose(stops[slider.valueAsNumber] ?? 0));
  listen(slider, "change", signal, settle);

  /**
   * @param {number | undefined} stop undefined = not known yet
   * @param {string} [hint] what stands behind the name
   * @param {number[]} [now] other stops, always the same array for the same
   */
  function draw(stop, hint = "", now = all) {
    if (now !== offered) stops = offered = now;
    // An odd stop stays until another one is needed: the scale must not shift under the hand.
    if (stop !== undefined && !stops.includes(stop)) stops = stopsWith(offered, stop);
    slider.max = String(stops.length - 1);
    slider.value = String(stop === undefined ? stops.length >> 1 : stops.indexOf(stop));
    slider.ariaValueText = stop === undefined ? "not known yet" : say(stop);
    setText(caption, hint ? `${name}, ${hint}` : name);
  }

  return { field, slider, draw };
}

/**
 * The stops, with another one in its place among them.
 * @param {number[]} stops
 * @param {number} stop
 */
export function stopsWith(stops, stop) {
  if (stops.includes(stop)) return stops;
  const falling = (stops[0] ?? 0) > (stops.at(-1) ?? 0);
  return [...stops, stop].sort((a, b) => (falling ? b - a : a - b));
}
