/** Widgets in a page without kernel: each mount holds its state as JSON, and gets a view of it. */

import { DISCONNECTED } from "./connection.js";
import { element } from "./dom.js";
import { createStaticModel } from "./static-model.js";
import widget from "./widget.js";

/** @import { State } from "./model" */

const MOUNT = "flair-lig-mount";

/**
 * One that cannot be read says so, and the others are shown all the same.
 * @param {ParentNode} page
 */
export function mountAll(page) {
  for (const mount of page.querySelectorAll(`.${MOUNT}`)) {
    mount.classList.replace(MOUNT, `${MOUNT}ed`); // once is enough
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
  if (!state?.result) throw new Error("it holds no result.");
  const el = element("div", DISCONNECTED);
  mount.append(el);
  try {
    widget.render({ model: createStaticModel(state), el });
  } catch (error) {
    el.remove();
    throw error;
  }
}
