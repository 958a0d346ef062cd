/** The entry for pages without kernel: shows every widget that the page holds. */

import { mountAll } from "./page-mount.js";

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", () => mountAll(document));
} else {
  mountAll(document);
}
