/** Widgets in a page without a kernel: each mount holds its state as JSON and gets a view of it. */

import { element } from "./elements/dom.js";
import { DISCONNECTED } from "./state/connection.js";
import { createStaticModel } from "./state/static-model.js";
import widget from "./widget.js";

/** @import { State } from "./model" */

const MOUNT = "flair-lig-mount";

/**
 * A mount that cannot be read shows an error; the others are not affected.
 * @param {ParentNode} page
 */
export function mountAll(page) {
  for (const mount of page.querySelectorAll(`.${MOUNT}`)) {
    mount.classList.replace(MOUNT, `${MOUNT}ed`); // only once
    try {
      show(mount);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      mount.append(element("p", "", `This explanation cannot be shown: ${why}`));
    }
  }
}

/** @param {Element} mount */
function show(mount) {
  const json = mount.querySelector('script[type="application/json"]')?.textContent;
  const state = /** @type {State | null} */ (JSON.parse(json ?? "null"));
  if (!state?.result) throw new Error("it contains no result.");
  const el = element("div", DISCONNECTED);
  mount.append(el);
  try {
    widget.render({ model: createStaticModel(state), el });
  } catch (error) {
    el.remove();
    throw error;
  }
}
