// Every state of the widget as a picture in tests/screenshots (git-ignored): look at them.
import { afterEach, expect, test } from "vitest";
import { page as browser, cdp, userEvent } from "vitest/browser";
import { goldenResult } from "./fake-model.js";
import { HOSTS, stage } from "./stage.js";

/** @import { Result, State } from "../model" */
/** @typedef {ReturnType<typeof stage>} View */

const LIGHT = HOSTS[0];
const DARK = HOSTS[1];

/** @param {Record<string, string>} features what the system of the reader prefers */
function emulate(features) {
  const wanted = Object.entries(features).map(([name, value]) => ({ name, value }));
  return cdp().send("Emulation.setEmulatedMedia", { features: wanted });
}
afterEach(() => emulate({}));

/**
 * @param {string} name
 * @param {Parameters<typeof stage>[0]} how
 * @param {(view: View) => void} [act]
 */
async function photograph(name, how, act) {
  await browser.viewport(how?.width ?? 600, 900);
  const view = stage(how);
  const { page, root } = view;
  Object.assign(document.body.style, { margin: "0" });
  Object.assign(page.style, { padding: "12px", boxSizing: "border-box", fontFamily: "sans-serif" });
  await userEvent.hover(view.find(".flair-lig-caption")); // off the words
  act?.(view);
  for (const animation of root.getAnimations({ subtree: true })) animation.finish();
  expect(page.scrollWidth).toBeLessThanOrEqual(page.clientWidth);
  const path = `../../tests/screenshots/js-${name}.png`;
  expect(await browser.screenshot({ element: page, path })).toContain(name);
}

/**
 * @param {string[]} texts
 * @returns {Result}
 */
function resultOf(texts) {
  const words = texts.map((text, i) => {
    const score = Math.sin(i * 1.7) ** 5;
    return { text, score, share: score / 3, rank: i + 1, subwords: [text] };
  });
  const segments = /** @type {Result["segments"]} */ (
    texts.flatMap((text, i) => [
      [text, i],
      [" ", null],
    ])
  );
  return { ...goldenResult(), words, segments };
}

/** @param {View} view */
function openAll({ root }) {
  for (const details of root.querySelectorAll("details")) details.open = true;
}

const SIZES = [360, 600, 1400].flatMap((width) =>
  [LIGHT, DARK].map((host) => ({ width, host, name: host?.name ?? "" })),
);
test.each(SIZES)("idle, $name, $width px, with a tooltip", async ({ width, host, name }) => {
  await photograph(`${name}-${width}`, { width, host }, ({ word }) => word(2).focus());
});

/** @type {[string, Partial<State>, (view: View) => void][]} */
const STATES = [
  ["running", { status: "running", progress: 0.4 }, () => {}],
  ["empty", { result: {}, status: "running" }, () => {}],
  ["error", { status: "error", error: "text is empty" }, ({ button }) => button("Edit").click()],
  ["everything-open", {}, openAll],
  [
    "none-predicted",
    {
      result: {
        ...goldenResult(),
        predicted: [],
        special_score: 0.3,
        prediction: Array.from({ length: 9 }, (_, i) => [`label number ${i}`, 0.4 / (i + 1)]),
      },
    },
    () => {},
  ],
  [
    "right-to-left",
    { result: resultOf("رفع البنك المركزي أسعار الفائدة مرة أخرى وانخفضت أسهم النادي".split(" ")) },
    ({ word }) => word(1).focus(),
  ],
  ["long", { result: resultOf("lorem ipsum dolor sit amet ".repeat(2000).split(" ")) }, () => {}],
];
test.each(STATES)("%s", async (name, state, act) => {
  await photograph(name, { width: 900, host: LIGHT, state }, act);
  if (name !== "long") await photograph(`${name}-dark-360`, { width: 360, host: DARK, state }, act);
});

test("with the few colours of a high-contrast system", async () => {
  await emulate({ "forced-colors": "active", "prefers-color-scheme": "dark" });
  await photograph("forced-colors", { width: 700, host: DARK }, ({ word }) => word(2).focus());
});
