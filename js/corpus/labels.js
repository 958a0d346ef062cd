/** The labels of a text: gold and predicted, and whether they agree. */

import { element, inline } from "../elements/dom.js";
import { visible } from "../elements/format.js";
import { nameOf } from "./query.js";

/** @import { TextRow } from "./model" */

/**
 * "✗ politics → business", or "✓ business" where they agree; its title says which is which.
 * @param {Pick<TextRow, "gold" | "predicted">} row
 */
export function labelsOf({ gold, predicted }) {
  const said = predicted.map(visible).join(", ") || nameOf("");
  const right = gold !== null && predicted.includes(gold);
  const node = inline("name");
  node.title = `predicted ${said}`;
  if (gold !== null) {
    node.title = `gold ${visible(gold)}, ${node.title}`;
    node.append(right ? inline("parity", "✓ ") : inline("wrong", "✗ "));
    if (!right || predicted.length > 1) node.append(element("bdi", "", visible(gold)), " → ");
  }
  node.append(element("bdi", "", said));
  return node;
}
