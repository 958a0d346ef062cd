/** A model without a kernel: it holds the traits, and changes stay in the page. */

/** @import { AnyModel } from "@anywidget/types" */
/** @import { State } from "../model" */

/**
 * @param {State} state
 * @returns {AnyModel<State>}
 */
export function createStaticModel(state) {
  const traits = /** @type {Record<string, unknown>} */ ({ ...state });
  const changes = new EventTarget();
  const model = {
    get: (/** @type {string} */ name) => traits[name],
    /**
     * @param {string} name
     * @param {unknown} value
     */
    set(name, value) {
      if (traits[name] === value) return;
      traits[name] = value;
      changes.dispatchEvent(new Event(`change:${name}`));
    },
    on: changes.addEventListener.bind(changes),
    off: changes.removeEventListener.bind(changes),
    save_changes() {}, // there is no kernel
    send() {},
  };
  return /** @type {AnyModel<State>} */ (/** @type {unknown} */ (model));
}
