/** Views in a page without a kernel: each mount holds its state as JSON and gets a view of it. */

import { block } from "./elements/dom.js";
import { createProblem } from "./parts/problem.js";
import { DISCONNECTED } from "./state/connection.js";
import { createStaticModel } from "./state/static-model.js";

/**
 * A mount that cannot be read says so; the others are not affected.
 * @param {ParentNode} page
 * @param {string} name the class of the mounts
 * @param {(host: { model: any, el: HTMLElement }) => void} render
 */
export function mountEach(page, name, render) {
  for (const mount of page.querySelectorAll(`.${name}`)) {
    mount.classList.replace(name, `${name}ed`); // only once
    const el = block();
    el.className = DISCONNECTED;
    mount.append(el);
    try {
      render({ model: createStaticModel(stateOf(mount)), el });
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
