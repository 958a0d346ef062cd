/** Whether a kernel is connected, from the host's class on the view and from the model's event. */

/** @import { AnyModel } from "@anywidget/types" */
/** @import { State } from "../model" */

/** The host's class for "no kernel". */
export const DISCONNECTED = "jupyter-widgets-disconnected";

/**
 * @param {{
 *   signal: AbortSignal,
 *   model: AnyModel<State>,
 *   el: HTMLElement,
 *   onChange: () => void,  // the connection may have changed
 * }} options
 * @returns {() => boolean} whether a kernel is connected
 */
export function watchConnection({ signal, model, el, onChange }) {
  // anywidget removes the listener that gives a view the class when the kernel disconnects, so
  // only later views have the class. The event still fires, with the view as its `this`.
  let lost = false;
  /** @this {{ model?: { comm_live?: boolean } } | undefined} */
  function update() {
    lost = this?.model?.comm_live === false;
    onChange();
  }
  const event = /** @type {"change:text"} */ (/** @type {string} */ ("comm_live_update"));
  model.on(event, update);
  const observer = new MutationObserver(onChange);
  observer.observe(el, { attributes: true, attributeFilter: ["class"] });
  signal.addEventListener("abort", () => {
    model.off(event, update);
    observer.disconnect();
  });
  return () => !lost && !el.closest(`.${DISCONNECTED}`);
}
