/** The entry point of pages of many texts without a kernel: shows every corpus in the page. */

import { mountCorpora } from "./corpus/page-mount.js";

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", () => mountCorpora(document));
} else {
  mountCorpora(document);
}
