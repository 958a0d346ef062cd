/** The entry point of pages without a kernel: shows every widget in the page. */

import { mountAll } from "./page-mount.js";

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", () => mountAll(document));
} else {
  mountAll(document);
}
