/** The widgets in a page without a kernel. */

import { mountEach } from "./mount.js";
import widget from "./widget.js";

/** @param {ParentNode} page */
export function mountAll(page) {
  mountEach(page, "flair-lig-mount", widget.render);
}
