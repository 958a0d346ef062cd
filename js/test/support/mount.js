/** Mounts a model as a host does, finds the parts of the view and acts like a user. */

import { SPAN } from "../../elements/span-element.js";
import widget from "../../widget.js";

/** @import { goldenModel } from "./fake-model.js" */

/**
 * @param {ReturnType<typeof goldenModel>} model
 * @param {{ signal?: AbortSignal, parent?: Node }} [host]
 */
export function mount(model, { signal, parent = document.body } = {}) {
  const el = document.createElement("div");
  parent.appendChild(el);
  const cleanup = widget.render({ model, el, signal });
  /**
   * @template {Element} T
   * @param {string} selector
   */
  function find(selector) {
    const found = el.querySelector(selector);
    if (found === null) throw new Error(`nothing matches ${selector}`);
    return /** @type {T} */ (found);
  }
  /**
   * @param {string} name
   * @param {string} selector
   */
  const labelled = (name, selector) =>
    [...el.querySelectorAll("label")]
      .find(({ textContent }) => textContent?.startsWith(name))
      ?.querySelector(selector);
  return {
    el,
    cleanup,
    find,
    root: /** @type {HTMLElement} */ (find(".flair-lig")),
    text: /** @type {HTMLElement} */ (find(".lig-text")),
    tip: /** @type {HTMLElement} */ (find(".lig-tooltip")),
    status: /** @type {HTMLElement} */ (find("[role=status]")),
    number: /** @type {HTMLInputElement} */ (find("input[type=number]")),
    /** @param {"Steps" | "Tolerance" | "Intensity"} name */
    slider: (name) => /** @type {HTMLInputElement} */ (labelled(name, "input")),
    /** @param {"Task" | "Explained" | "Contrast" | "Granularity" | "Method" | "Output" | "Baseline" | "Layer" | "Take words away"} name */
    select: (name) => /** @type {HTMLSelectElement} */ (labelled(name, "select")),
    /** @param {string} name the beginning of its text */
    button: (name) =>
      /** @type {HTMLButtonElement} */ (
        [...el.querySelectorAll("button")].find(({ textContent }) => textContent?.startsWith(name))
      ),
    spans: () => /** @type {HTMLElement[]} */ ([...el.querySelectorAll(`.${SPAN}`)]),
    /** @param {number} i */
    span: (i) => /** @type {HTMLElement} */ (el.querySelectorAll(`.${SPAN}`)[i]),
  };
}

/**
 * Chooses an option.
 * @param {HTMLSelectElement} select
 * @param {string} value
 */
export function choose(select, value) {
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Drags the slider to a stop without releasing it.
 * @param {HTMLInputElement} slider
 * @param {number} stop
 */
export function drag(slider, stop) {
  slider.value = String(stop);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * @param {Element} target
 * @param {string} key
 * @param {KeyboardEventInit} [options]
 */
export function press(target, key, options = {}) {
  const init = { key, bubbles: true, cancelable: true, composed: true, ...options };
  target.dispatchEvent(new KeyboardEvent("keydown", init));
}

/**
 * Types a text without leaving the field.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {string} text
 */
export function type(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Where a page would show a state, not yet mounted.
 * @param {string} json
 */
export function addMount(json) {
  const place = document.createElement("div");
  place.className = "flair-lig-mount";
  const data = document.createElement("script");
  data.type = "application/json";
  data.textContent = json;
  place.append(data);
  document.body.append(place);
  return place;
}
