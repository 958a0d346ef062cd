// Two projects: logic in happy-dom; layout (geometry, contrast, axe) in Chromium.
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

// The system's Chromium. If it is missing the tests fail; they are never skipped.
const executablePath = process.env.E2E_CHROMIUM || "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "logic",
          environment: "happy-dom",
          testTimeout: 60_000, // on a busy machine; each takes less than a second on an idle one
          include: ["js/test/**/*.test.js"],
          exclude: ["js/test/**/*.browser.test.js"],
        },
      },
      {
        // Bundled up front: discovering it during a first run would reload the page mid-test.
        optimizeDeps: { include: ["axe-core"] },
        test: {
          name: "chromium",
          testTimeout: 60_000,
          include: ["js/test/**/*.browser.test.js"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: "chromium" }],
            provider: playwright({ launchOptions: { executablePath, args } }),
          },
        },
      },
    ],
  },
});
