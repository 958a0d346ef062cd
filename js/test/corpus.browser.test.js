// The view of many texts in a real layout: widths, themes, the keyboard, axe, scrolling, screenshots.
import axe from "axe-core";
import { afterEach, expect, test } from "vitest";
import { page as browser, cdp, userEvent } from "vitest/browser";
import css from "../../flair_lig_widget/frontend/static/corpus.css?raw";
import script from "../../flair_lig_widget/frontend/static/corpus-page.js?raw";
import {
  corpusState,
  goldenCorpus,
  matrixOf,
  savedState,
  stageCorpus,
  textRows,
} from "./support/corpus.js";
import { HOSTS } from "./support/stage.js";

/** @import { Query } from "../corpus/model" */
/** @typedef {ReturnType<typeof stageCorpus>} View */

const WIDTHS = [360, 600, 900, 1400];
const [LIGHT, DARK] = HOSTS;

/** @param {Record<string, string>} features preferences of the system */
function emulate(features) {
  const wanted = Object.entries(features).map(([name, value]) => ({ name, value }));
  return cdp().send("Emulation.setEmulatedMedia", { features: wanted });
}
afterEach(() => emulate({}));

/**
 * Asks and answers.
 * @param {View} view
 * @param {Partial<Query>} patch
 */
function query(view, patch) {
  view.ask(patch);
  view.answer();
}

/** @type {[string, NonNullable<Parameters<typeof stageCorpus>[0]>, (view: View) => void][]} */
const STATES = [
  ["start", {}, () => {}],
  ["word", {}, (view) => query(view, { word: "PressWire" })],
  [
    "filtered",
    {},
    (view) => query(view, { word: "PressWire", gold: "politics", predicted: "business" }),
  ],
  ["failed", { texts: textRows(3) }, () => {}],
  [
    "stale",
    {},
    (view) => {
      view.ask({ gold: "sport" });
      view.model.receive({ status: "running" });
    },
  ],
  ["error", {}, ({ model }) => model.receive({ status: "error", error: "the folder is gone" })],
  [
    "saved",
    { kernel: false },
    ({ ask }) => ask({ word: "PressWire", open: "news-1", only: "wrong" }),
  ],
  [
    "not-saved",
    { kernel: false },
    ({ ask }) => ask({ word: "x", fold_case: true, open: "news-2" }),
  ],
  ["many-labels", { state: manyLabels() }, (view) => query(view, { word: "PressWire" })],
];

function manyLabels() {
  const names = ["business and finance", "politics", "sport", "an-unbreakable-label", "כלכלה"];
  const labels = Array.from({ length: 20 }, (_, i) => `${names[i % 5]} ${i}`);
  return { overview: { ...corpusState().overview, labels, matrix: matrixOf(labels) } };
}

const SIZES = STATES.flatMap(([name, options, act]) =>
  WIDTHS.map((width, i) => ({ name, options, act, width, host: HOSTS[i % 2] ?? LIGHT })),
);
test.each(SIZES)("it fits, $name, $width px", async ({ name, options, act, width, host }) => {
  await browser.viewport(width, 1200);
  const view = stageCorpus({ ...options, width, host });
  const { page, find } = view;
  Object.assign(document.body.style, { margin: "0" });
  Object.assign(page.style, { padding: "12px", boxSizing: "border-box", fontFamily: "sans-serif" });
  act(view);
  await userEvent.hover(page, { position: { x: 1, y: 1 } });
  expect(page.scrollWidth).toBe(page.clientWidth);
  const box = find(".lig-box:has(.lig-matrix)"); // it scrolls in its box
  expect(box.getBoundingClientRect().right).toBeLessThanOrEqual(page.clientWidth);
  const path = `../../tests/screenshots/js-corpus-${name}-${host?.name}-${width}.png`;
  expect(await browser.screenshot({ element: page, path })).toContain(name);
});

test.each(["light", "dark"])(
  "with forced colours (%s) chosen and size are lines",
  async (scheme) => {
    await emulate({ "forced-colors": "active", "prefers-color-scheme": scheme });
    await browser.viewport(900, 1200);
    const view = stageCorpus({ width: 900, host: scheme === "dark" ? DARK : LIGHT });
    query(view, { word: "PressWire", gold: "politics", predicted: "business" });
    const border = (/** @type {string} */ name) =>
      getComputedStyle(view.button(name)).borderTopWidth;
    expect(border("10 texts: gold business, predicted sport")).toBe("4px");
    expect(border("2 texts: gold business, predicted tech")).toBe("1px");
    const [word, other] = /** @type {HTMLElement[]} */ ([
      ...view.el.querySelectorAll("li > .lig-word"),
    ]);
    const color = (/** @type {HTMLElement | undefined} */ node) =>
      node && getComputedStyle(node).borderTopColor;
    expect(color(word)).not.toBe(color(other));
    const { violations } = await axe.run(view.page);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const path = `../../tests/screenshots/js-corpus-forced-${scheme}.png`;
    expect(await browser.screenshot({ element: view.page, path })).toContain("forced");
  },
);

const SOME = STATES.filter(([name]) => ["word", "stale", "saved"].includes(name));
for (const [i, host] of HOSTS.entries()) {
  test.each(i < 2 ? STATES : SOME)(
    `axe finds nothing in the ${host.name} corpus: %s`,
    async (_, options, act) => {
      const view = stageCorpus({ ...options, host });
      act(view);
      for (const animation of view.root.getAnimations({ subtree: true })) animation.finish();
      const { violations, passes } = await axe.run(view.page);
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(passes.map(({ id }) => id)).toEqual(
        expect.arrayContaining(["color-contrast", "select-name", "label", "list"]),
      );
    },
  );
}

/**
 * Presses Tab until the node has the focus.
 * @param {Element | null | undefined} node
 */
async function tabTo(node) {
  for (let i = 0; i < 30; i++) {
    if (document.activeElement === node) return;
    await userEvent.keyboard("{Tab}");
  }
  throw new Error(`Tab does not reach ${node?.outerHTML}`);
}
const focused = () => /** @type {HTMLElement} */ (document.activeElement);

test("everything can be reached and used without a mouse", async () => {
  const view = stageCorpus();
  const { find, query, select, answer, button } = view;
  await tabTo(find("input[type=search]"));
  await userEvent.keyboard("air{Enter}");
  expect(query().search).toBe("air");
  await tabTo(select("Show"));
  await userEvent.keyboard("p"); // predicted wrongly
  expect(query().only).toBe("wrong");
  await tabTo(button("Clear all"));
  await userEvent.keyboard("{Enter}");
  expect(query()).toMatchObject({ search: "", only: "all" });
  answer();

  await tabTo(find(".lig-cell"));
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(query()).toMatchObject({ gold: "politics", predicted: "business" });
  await userEvent.keyboard(" ");
  expect(query()).toMatchObject({ gold: null, predicted: null });
  answer();
  await userEvent.keyboard("{Tab}");
  expect(focused().textContent).toContain("PressWire for business");
  await userEvent.keyboard("{ArrowDown}{ArrowDown}");
  expect(focused().textContent).toContain("2024");

  await tabTo(select("Label"));
  await userEvent.keyboard("s"); // sport
  await tabTo(select("Sort by"));
  await userEvent.keyboard("m"); // mean
  await tabTo(find("input[type=checkbox]"));
  await userEvent.keyboard(" ");
  expect(query()).toMatchObject({ label: "sport", order: "mean", fold_case: true });
  answer();
  await userEvent.keyboard("{Tab}{ArrowDown}{ArrowUp}{Enter}");
  expect(query().word).toBe("PressWire");
  answer();
  expect(focused().textContent).toContain("PressWire");
  await tabTo(view.lines()[0]);
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(query().open).toBe("news-2");
  expect(focused()).toBe(button("Close"));
  await userEvent.keyboard("{Enter}");
  expect(query().open).toBeNull();
  expect(focused()).toBe(view.lines()[1]);

  await tabTo(select("Sort"));
  await tabTo(view.textNodes()[0]?.querySelector("button"));
  await userEvent.keyboard("{End}{ArrowUp}{Enter}");
  expect(query().open).toBe(focused() === button("Close") ? "news-22" : "");
  await userEvent.keyboard("{Enter}{Home}");
  expect(focused().textContent).toContain("news-1");
});

test("an opened text is brought into sight, and the list comes back after it", async () => {
  await browser.viewport(900, 700);
  const view = stageCorpus({ kernel: false });
  const row = /** @type {HTMLElement} */ (view.textNodes()[0]?.querySelector("button"));
  await userEvent.click(row);
  const text = view.find(".lig-opened .lig-text");
  expect(text.textContent).toContain("Shares");
  expect(text.getBoundingClientRect().bottom).toBeLessThan(700);
  expect(view.button("Close").getBoundingClientRect().top).toBeGreaterThan(0);
  await userEvent.keyboard("{Enter}");
  expect(focused()).toBe(row);
  const back = row.getBoundingClientRect();
  expect([back.top >= 0, back.bottom <= 700]).toEqual([true, true]);
});

const SLACK = 8; // as in fluid.browser.test.js, for the same reasons
const FRAME = (1000 / 60) * SLACK;

test("1,000 texts scroll without a stutter, and few of them are in the page", () => {
  const view = stageCorpus({ texts: textRows(1000), kernel: false });
  const box = view.find(".lig-box:has(.lig-text-list)");
  const height = view.find(".lig-text-list").scrollHeight / 1000;
  expect(height).toBeGreaterThan(50);
  const times = Array.from({ length: 121 }, (_, i) => {
    const begin = performance.now();
    box.scrollTop = (i * 1000 * height) / 121;
    box.dispatchEvent(new Event("scroll"));
    box.getBoundingClientRect(); // with style and layout
    expect(view.textNodes().length).toBeLessThan(25);
    return performance.now() - begin;
  });
  const median = times.sort((a, b) => a - b)[60] ?? Infinity;
  console.info(`corpus: the median of a scrolled frame is ${median.toFixed(1)} ms`);
  expect(median).toBeLessThan(FRAME);
  const last = view.textNodes().at(-1);
  expect(last?.getBoundingClientRect().height).toBeCloseTo(height, 0);
});

test("rows that can be seen are filled, wherever the list is scrolled to", async () => {
  const view = stageCorpus({ texts: textRows(1000) });
  const box = view.find(".lig-box:has(.lig-text-list)");
  for (const share of [0.5, 0.27, 1]) {
    box.scrollTop = share * view.find(".lig-text-list").scrollHeight;
    const first = () => view.model.get(/** @type {any} */ ("query"));
    const before = first();
    await expect.poll(first).not.toBe(before);
    view.answer();
    const { top, bottom } = box.getBoundingClientRect();
    const seen = view.textNodes().filter((node) => {
      const place = node.getBoundingClientRect();
      return place.bottom > top && place.top < bottom;
    });
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.filter(({ textContent }) => textContent === "…")).toEqual([]);
  }
});

test("the lines of a concordance have the word in one place, whatever is before it", () => {
  const view = stageCorpus({ width: 900 });
  query(view, { word: "PressWire" });
  const words = view
    .lines()
    .map((line) => line.querySelector(".lig-span")?.getBoundingClientRect());
  expect(words.length).toBeGreaterThan(10);
  const middle = words.map((box) => Math.round(((box?.left ?? 0) + (box?.right ?? 0)) / 2));
  expect(Math.max(...middle) - Math.min(...middle)).toBeLessThanOrEqual(2);
});

test("on a right-to-left page the view is read from left to right", () => {
  const view = stageCorpus({ width: 900, rightToLeft: true });
  const [first, last] = ["Search", "Show"].map((name) =>
    [...view.el.querySelectorAll("label")].find(({ textContent }) => textContent?.startsWith(name)),
  );
  const left = (/** @type {Element | undefined} */ node) => node?.getBoundingClientRect().left ?? 0;
  expect(left(first)).toBeLessThan(left(last));
  expect(view.page.scrollWidth).toBe(view.page.clientWidth);
});

test.each([360, 900])(
  "hostile texts, labels and ids fit into %i px, and nothing runs",
  async (width) => {
    const golden = goldenCorpus();
    await browser.viewport(width, 1200);
    const view = stageCorpus({ kernel: false, width, state: { ...golden, computes: false } });
    Object.assign(document.body.style, { margin: "0" });
    view.model.receive({ status: "error", error: "<img src=x onerror='window.pwned = 1'>" });
    for (const row of view.textNodes()) row.querySelector("button")?.click();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(view.el.querySelector("img, script, iframe")).toBeNull();
    expect(window).not.toHaveProperty("pwned");
    expect(view.page.scrollWidth).toBe(view.page.clientWidth);
    const path = `../../tests/screenshots/js-corpus-hostile-${width}.png`;
    expect(await browser.screenshot({ element: view.page, path })).toContain("hostile");
  },
);

test("the built page draws and answers under a policy that allows nothing else", async () => {
  const encode = async (/** @type {string} */ source) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(source));
    return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
  };
  const policy = `default-src 'none'; script-src ${await encode(script)}; style-src ${await encode(css)}`;
  const json = JSON.stringify(savedState()).replaceAll("<", "\\u003c");
  const frame = document.createElement("iframe");
  frame.title = "a page";
  frame.style.width = "900px";
  frame.srcdoc = `<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><style>${css}</style>
<div class="flair-lig-corpus-mount"><script type="application/json">${json}</script></div>
<script>${script}</script></html>`;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.replaceChildren(frame);
  await loaded;
  const page = /** @type {Document} */ (frame.contentDocument);
  const press = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (page.querySelector(selector)).click();
  press(".lig-sides .lig-word");
  press(".lig-occurrence");
  expect(page.querySelector(".lig-opened .lig-text")?.textContent).toContain(
    "Shares in the budget",
  );
  const fill = /** @type {Element} */ (page.querySelector(".lig-word-bar > .lig-bar"));
  expect(fill.getBoundingClientRect().width).toBeGreaterThan(30);
});

/** What Chromium holds after a garbage collection. */
async function held() {
  await cdp().send("HeapProfiler.collectGarbage");
  return cdp().send("Memory.getDOMCounters");
}

test("removed views leave no listeners and no nodes", async () => {
  const visit = async () => {
    const view = stageCorpus({ kernel: false });
    view.ask({ word: "PressWire", open: "news-1" });
    await new Promise(requestAnimationFrame);
    view.cleanup();
    expect(view.model.listening()).toBe(0);
    document.body.replaceChildren();
  };
  for (let i = 0; i < 3; i++) await visit();
  const before = await held();
  for (let i = 0; i < 20; i++) await visit();
  const after = await held();
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(50);
  expect(after.nodes - before.nodes).toBeLessThan(200);
});
