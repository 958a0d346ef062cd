/** A model without a kernel: it holds the traits, and what is set stays on the page. */

/** @import { AnyModel } from "@anywidget/types" */
/** @import { State } from "./model" */

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
    save_changes() {}, // nobody is there to tell
    send() {},
  };
  return /** @type {AnyModel<State>} */ (/** @type {unknown} */ (model));
}
