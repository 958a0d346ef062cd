/** The corpora in a page without a kernel. */

import corpus from "../corpus.js";
import { mountEach } from "../mount.js";

/** @param {ParentNode} page */
export function mountCorpora(page) {
  mountEach(page, "flair-lig-corpus-mount", corpus.render);
}
