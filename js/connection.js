/** Whether a kernel is there: by the host's class on the view, and by the word of its model. */

/** @import { AnyModel } from "@anywidget/types" */
/** @import { State } from "./model" */

/** The host's class for "no kernel". */
export const DISCONNECTED = "jupyter-widgets-disconnected";

/**
 * @param {AnyModel<State>} model
 * @param {HTMLElement} el
 * @param {AbortSignal} signal
 * @param {() => void} tell that it may have changed
 * @returns {() => boolean} is it there?
 */
export function watchConnection(model, el, signal, tell) {
  // anywidget takes away the listener by which a view gets the class when the kernel goes: only
  // views made later have it. The event is still heard, and has the view as its `this`.
  let lost = false;
  /** @this {{ model?: { comm_live?: boolean } } | undefined} */
  function heard() {
    lost = this?.model?.comm_live === false;
    tell();
  }
  const event = /** @type {"change:text"} */ (/** @type {string} */ ("comm_live_update"));
  model.on(event, heard);
  const observer = new MutationObserver(tell);
  observer.observe(el, { attributes: true, attributeFilter: ["class"] });
  signal.addEventListener("abort", () => {
    model.off(event, heard);
    observer.disconnect();
  });
  return () => !lost && !el.closest(`.${DISCONNECTED}`);
}
