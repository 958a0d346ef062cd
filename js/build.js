/** Builds what the package ships: esbuild joins the files, swc makes the scripts small. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { minify } from "@swc/core";
import { build } from "esbuild";

const FOLDER = process.argv[2] ?? "flair_lig_widget/frontend/static";

/**
 * @param {string[]} entryPoints
 * @param {"esm" | "iife"} format
 */
async function bundle(entryPoints, format) {
  const { outputFiles } = await build({
    ...{ entryPoints, format, outdir: FOLDER, bundle: true, write: false },
    ...{ minify: true, target: "es2022", charset: "utf8" },
  });
  for (const { path, text } of outputFiles) {
    await writeFile(path, path.endsWith(".js") ? await small(text, format === "esm") : text);
  }
}

/**
 * @param {string} code
 * @param {boolean} module
 */
async function small(code, module) {
  const ecma = 2022;
  const { code: shorter } = await minify(code, {
    ...{ ecma, module, mangle: true, format: { ecma } },
    // No function here reads `this`, so all can be arrow functions.
    compress: { ecma, passes: 3, unsafe_arrows: true },
  });
  return `${shorter}\n`;
}

await bundle([join("js", "widget.js"), join("js", "widget.css")], "esm");
await bundle([join("js", "rows.js"), join("js", "rows.css")], "esm");
await bundle([join("js", "corpus.js"), join("js", "corpus.css")], "esm");
await bundle([join("js", "page.js"), join("js", "corpus-page.js")], "iife");
