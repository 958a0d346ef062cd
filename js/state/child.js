/** The view of another widget inside this one. */

/** @import { AnyModel } from "@anywidget/types" */

const REFERENCE = "IPY_MODEL_"; // before the id of another widget's model

/**
 * Draws a widget into a place.
 * @param {AnyModel<any>} model
 * @param {string} reference
 * @param {HTMLElement} place
 * @param {AbortSignal} signal removes the widget
 * @throws {Error} if it is not there, such as in a notebook without its state
 */
export async function showChild(model, reference, place, signal) {
  const manager = /** @type {any} */ (model.widget_manager);
  const child = await manager.get_model(reference.slice(REFERENCE.length));
  const view = await manager.create_view(child);
  if (signal.aborted) return view.remove();
  signal.addEventListener("abort", () => view.remove());
  place.replaceChildren(view.el);
}
