// @vitest-environment node
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const COMMITTED = "flair_lig_widget/frontend/static";
const FILES = [
  ...["widget.js", "widget.css", "rows.js", "rows.css", "page.js"],
  ...["corpus.js", "corpus.css", "corpus-page.js"],
];

/** @param {string[]} files */
function read(...files) {
  return files.map((file) => readFileSync(join(COMMITTED, file), "utf8")).join("\n");
}

test("the committed bundle is what the sources build", () => {
  const folder = mkdtempSync(join(tmpdir(), "flair-lig-"));
  try {
    execFileSync("node", ["js/build.js", folder]);
    for (const file of FILES) {
      const built = readFileSync(join(folder, file), "utf8");
      expect(built === read(file), `${file} is stale: npm run build`).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["widget.js", "page.js"])(
  "%s is small, because every notebook or page has a copy",
  (file) => {
    const bytes = Buffer.byteLength(read(file)) + Buffer.byteLength(read("widget.css"));
    expect(bytes).toBeLessThanOrEqual(70_000);
  },
);

test("the view of many texts is small, although it can open one of them without a kernel", () => {
  expect(Buffer.byteLength(read("corpus.js", "corpus.css"))).toBeLessThanOrEqual(92_000);
});

test("the bundles use no network and write no markup", () => {
  // The SVG namespace is a name and is never fetched.
  const text = read(...FILES).replaceAll("http://www.w3.org/2000/svg", "");
  expect(text).not.toMatch(/https?:|fetch\(|import\(|innerHTML|outerHTML|insertAdjacent|eval\(/);
  expect(text).not.toMatch(/getElementById|@import|url\(/);
});

test.each(["page.js", "corpus-page.js"])("%s can be inlined, and is no module", (file) => {
  expect(read(file)).not.toMatch(/<\/script|<!--/i);
  expect(read(file)).not.toMatch(/\bexport\b|\bimport\b/);
});
