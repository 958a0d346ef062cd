// @vitest-environment node
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const COMMITTED = "flair_lig_widget/static";
const FILES = ["widget.js", "widget.css"];

test("the committed bundle is what the sources build", () => {
  const folder = mkdtempSync(join(tmpdir(), "flair-lig-"));
  try {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    const [program, ...options] = scripts.build.replace(COMMITTED, folder).split(" ");
    execFileSync(join("node_modules/.bin", program), [...options, "--log-level=error"]);
    for (const file of FILES) {
      const [built, committed] = [folder, COMMITTED].map((at) =>
        readFileSync(join(at, file), "utf8"),
      );
      expect(built === committed, `${file} is stale: npm run build`).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the bundle is small, for every widget in a notebook carries a copy", () => {
  const bytes = FILES.map((file) => readFileSync(join(COMMITTED, file)).length);
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(40_000);
});

test("the bundle asks no network and writes no markup", () => {
  const text = FILES.map((file) => readFileSync(join(COMMITTED, file), "utf8")).join("\n");
  expect(text).not.toMatch(/https?:|fetch\(|import\(|innerHTML|outerHTML|insertAdjacent|eval\(/);
  expect(text).not.toMatch(/getElementById|@import|url\(/);
});
