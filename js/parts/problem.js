/** The sentence that stands in for a view that cannot be drawn. */

import { element, setText } from "../elements/dom.js";

export function createProblem() {
  const node = element("p", "problem");
  node.role = "alert";

  /** @param {unknown} error null = all parts are drawn */
  function draw(error) {
    if (error === null) return setText(node, "");
    console.error(error);
    const why = error instanceof Error ? error.message : String(error);
    setText(node, `This explanation cannot be shown: ${why}.`);
  }

  return { node, draw };
}
