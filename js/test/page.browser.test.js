import { expect, test } from "vitest";
import script from "../../flair_lig_widget/frontend/static/page.js?raw";
import style from "../../flair_lig_widget/frontend/static/widget.css?raw";
import { checkedSnapshots } from "./support/checks.js";
import { goldenState } from "./support/fake-model.js";
import { drag } from "./support/mount.js";

/** Records what the policy blocks. */
const WATCH = `window.blocked = [];
addEventListener("securitypolicyviolation", (event) => blocked.push(event.violatedDirective));`;

/** @param {string} source */
async function hash(source) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(source));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}

/**
 * A page as Python writes it, in an iframe.
 * @param {string[]} states as JSON
 */
async function load(...states) {
  const scripts = `${await hash(WATCH)} ${await hash(script)}`;
  const policy = `default-src 'none'; script-src ${scripts}; style-src ${await hash(style)}; img-src data:`;
  const mounts = states.map(
    (json) =>
      `<div class="flair-lig-mount"><script type="application/json">${json.replaceAll("<", "\\u003c")}</script></div>`,
  );
  const frame = document.createElement("iframe");
  frame.title = "a page";
  frame.style.width = "700px";
  frame.srcdoc = `<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><script>${WATCH}</script>
<style>${style}</style>${mounts.join("")}<script>${script}</script></html>`;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.replaceChildren(frame);
  await loaded;
  const page = /** @type {Document} */ (frame.contentDocument);
  const blocked = /** @type {string[]} */ (Reflect.get(frame.contentWindow ?? {}, "blocked"));
  return { page, blocked };
}

test("under a policy that allows nothing else, the page draws and reacts to the controls", async () => {
  const state = JSON.stringify(goldenState({ snapshots: checkedSnapshots() }));
  const { page, blocked } = await load(state, "{", state);
  expect(page.querySelectorAll(".lig-text")).toHaveLength(2);
  expect(page.body.innerText).toContain(
    "This explanation cannot be shown: its data are damaged (they are not JSON).",
  );
  const word = /** @type {HTMLElement} */ (page.querySelector("[data-span='2']"));
  const before = word.ariaLabel;
  expect(getComputedStyle(word).backgroundColor).toMatch(/^rgba\(20, 125, 195, 0\.6/);
  const bar = /** @type {HTMLElement} */ (page.querySelector(".lig-bar"));
  expect(bar.getBoundingClientRect().width).toBeGreaterThan(100);

  word.focus();
  const tip = /** @type {HTMLElement} */ (page.querySelector(".lig-tooltip"));
  expect(tip.checkVisibility()).toBe(true);
  expect(tip.querySelector("svg")?.getBoundingClientRect().width).toBe(120);
  const slider = [...page.querySelectorAll("label")].find((each) =>
    each.textContent?.startsWith("Tolerance"),
  );
  drag(/** @type {HTMLInputElement} */ (slider?.querySelector("input")), 0);
  expect(word.ariaLabel).not.toBe(before);
  /** @type {HTMLElement} */ (page.querySelector(".lig-check > summary")).click();
  const plot = /** @type {Element} */ (page.querySelector(".lig-chart svg"));
  await expect.poll(() => plot.getBoundingClientRect().width).toBeGreaterThan(200);
  expect(page.querySelector(".lig-verdict")?.textContent).toContain("41.0 %");
  expect(blocked).toEqual([]);
});

test("the policy of this test does block", async () => {
  const { page, blocked } = await load();
  const evil = page.createElement("script");
  evil.textContent = "1";
  page.body.append(evil);
  await expect.poll(() => blocked).toEqual(["script-src-elem"]);
});
