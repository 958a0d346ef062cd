/** Views in a page without a kernel: each mount holds its state as JSON and gets a view of it. */

import { element } from "./elements/dom.js";
import { createProblem } from "./parts/problem.js";
import { DISCONNECTED } from "./state/connection.js";
import { createStaticModel } from "./state/static-model.js";
import widget from "./widget.js";

const MOUNT = "flair-lig-mount";

/**
 * A mount that cannot be read says so; the others are not affected.
 * @param {ParentNode} page
 */
export function mountAll(page) {
  for (const mount of page.querySelectorAll(`.${MOUNT}`)) {
    mount.classList.replace(MOUNT, `${MOUNT}ed`); // only once
    const el = element("div");
    el.className = DISCONNECTED;
    mount.append(el);
    try {
      widget.render({ model: createStaticModel(stateOf(mount)), el });
    } catch (error) {
      const problem = createProblem();
      problem.draw(error);
      el.classList.add("flair-lig");
      el.append(problem.node);
    }
  }
}

/** @param {Element} mount */
function stateOf(mount) {
  const json = mount.querySelector('script[type="application/json"]')?.textContent;
  try {
    return JSON.parse(json ?? "");
  } catch {
    throw new Error("its data are damaged (they are not JSON)");
  }
}
