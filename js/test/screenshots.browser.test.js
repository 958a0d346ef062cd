// A screenshot of every state of the widget in tests/screenshots (git-ignored), to look at.
import { afterEach, expect, test } from "vitest";
import { page as browser, cdp, userEvent } from "vitest/browser";
import { checkOf, firstCheck, newsResult } from "./support/checks.js";
import { answered, editOf } from "./support/edits.js";
import { goldenResult } from "./support/fake-model.js";
import { fromUnk, oneWord, resultOf, snapshotsOf } from "./support/results.js";
import { HOSTS, stage } from "./support/stage.js";

/** @import { State } from "../model" */
/** @typedef {ReturnType<typeof stage>} View */

const LIGHT = HOSTS[0];
const DARK = HOSTS[1];

/** @param {Record<string, string>} features preferences of the system */
function emulate(features) {
  const wanted = Object.entries(features).map(([name, value]) => ({ name, value }));
  return cdp().send("Emulation.setEmulatedMedia", { features: wanted });
}
afterEach(() => emulate({}));

/**
 * @param {string} name
 * @param {Parameters<typeof stage>[0]} options
 * @param {(view: View) => void} [act]
 */
async function photograph(name, options, act) {
  const height = options?.state?.checking ? 2000 : 1400; // nothing below it is painted
  await browser.viewport(options?.width ?? 600, height);
  const view = stage(options);
  const { page, root } = view;
  Object.assign(document.body.style, { margin: "0" });
  Object.assign(page.style, { padding: "12px", boxSizing: "border-box", fontFamily: "sans-serif" });
  await userEvent.hover(view.find(".lig-headline")); // off the words
  act?.(view);
  for (const animation of root.getAnimations({ subtree: true })) animation.finish();
  // The tooltip is placed again in the next frame.
  await expect.poll(() => page.scrollWidth).toBeLessThanOrEqual(page.clientWidth);
  const path = `../../tests/screenshots/js-${name}.png`;
  expect(await browser.screenshot({ element: page, path })).toContain(name);
}

/** @param {View} view */
function openAll({ root }) {
  for (const details of root.querySelectorAll("details")) details.open = true;
}

const SIZES = [360, 600, 1400].flatMap((width) =>
  [LIGHT, DARK].map((host) => ({ width, host, name: host?.name ?? "" })),
);
test.each(SIZES)("idle, $name, $width px, with a tooltip", async ({ width, host, name }) => {
  await photograph(`${name}-${width}`, { width, host }, ({ span }) => span(2).focus());
});

const NEWS = { result: newsResult(), checked: checkOf(newsResult()), checking: true };
test.each(SIZES)("checked, $name, $width px", async ({ width, host, name }) => {
  await photograph(`check-${name}-${width}`, { width, host, state: NEWS });
});

/** @param {View} view */
function lightFlip({ find }) {
  /** @type {HTMLElement} */ (find(".lig-flip")).focus();
}
const CHANCE = {
  kind: "chance",
  sentence: "No better than random words: do not rely on these scores.",
};
const SHORT = { kind: "short", sentence: "This text is too short to tell from chance." };
/** @type {[string, Partial<State>, (view: View) => void][]} */
const CHECKS = [
  ["chance", { ...NEWS, checked: checkOf(newsResult(), { verdict: CHANCE }) }, () => {}],
  ["short", { ...NEWS, checked: checkOf(newsResult(), { verdict: SHORT }) }, () => {}],
  ["flip", NEWS, lightFlip],
  ["flip-of-subwords", { ...NEWS, granularity: "subword" }, lightFlip],
  ["empty", { ...NEWS, checked: {}, status: "checking", progress: 0.1 }, () => {}],
  ["first", { ...NEWS, checked: firstCheck(newsResult()), status: "checking" }, () => {}],
  [
    "of-one-word",
    { result: oneWord("Airline", { air: 1, "##line": 2 }), checking: true },
    () => {},
  ],
];
test.each(CHECKS)("a check: %s", async (name, state, act) => {
  await photograph(`check-${name}`, { width: 900, host: LIGHT, state }, act);
  await photograph(`check-${name}-dark-360`, { width: 360, host: DARK, state }, act);
});

/** @type {Partial<State>} */
const COMPARED = { result: fromUnk(), kept: goldenResult() };
test.each(SIZES)("compared, $name, $width px", async ({ width, host, name }) => {
  await photograph(`compare-${name}-${width}`, { width, host, state: COMPARED }, ({ find }) => {
    /** @type {HTMLDetailsElement} */ (find(".lig-compare")).open = true;
  });
});

test("a check without a kernel, and none", async () => {
  const saved = { host: LIGHT, kernel: false, width: 600 };
  await photograph("check-saved", { ...saved, state: NEWS });
  await photograph("check-not-saved", { ...saved, state: { ...NEWS, checked: {} } });
});

const MASKED = editOf({ words: [4, 5], erase: "mask" }, newsResult());
/** @type {[string, Partial<State>, (view: View) => void][]} */
const EDITS = [
  ["tools", { result: newsResult() }, ({ span }) => span(4).click()],
  [
    "replace",
    { result: newsResult() },
    ({ span, button }) => {
      span(4).click();
      button("Replace").click();
    },
  ],
  ["answered", answered(), () => {}],
  ["answered-mask", { result: newsResult(), ...answered(MASKED) }, ({ span }) => span(30).click()],
  ["pending", { edit: editOf(), status: "checking" }, () => {}],
  ["failed", { edit: editOf(), status: "error", error: "no word is left" }, () => {}],
];
test.each(EDITS)("an edit: %s", async (name, state, act) => {
  for (const width of [360, 600, 900]) {
    await photograph(`edit-${name}-${width}`, { width, host: LIGHT, state }, act);
  }
  await photograph(`edit-${name}-dark-360`, { width: 360, host: DARK, state }, act);
  await photograph(`edit-${name}-dark-900`, { width: 900, host: DARK, state }, act);
});

const SUBWORDS = { anti: 0.3, "##dis": -0.1, "##establish": 0.7, "##ment": 0.02, "##arian": 0.2 };
/** @type {[string, Partial<State>, (view: View) => void][]} */
const STATES = [
  ["running", { status: "running", progress: 0.4 }, () => {}],
  [
    "stopped",
    { status: "running", target: "sport" },
    ({ model }) => model.receive({ status: "idle" }),
  ],
  ["empty", { result: {}, status: "running" }, () => {}],
  ["error", { status: "error", error: "text is empty" }, ({ button }) => button("Edit").click()],
  ["everything-open", {}, openAll],
  [
    "none-predicted",
    {
      result: {
        ...goldenResult(),
        predicted: [],
        prediction_summary: "Predicted no label; label number 0 comes closest (40.0 %).",
        special_score: 0.3,
        prediction: Array.from({ length: 9 }, (_, i) => [`label number ${i}`, 0.4 / (i + 1)]),
      },
    },
    () => {},
  ],
  [
    "right-to-left",
    { result: resultOf("رفع البنك المركزي أسعار الفائدة مرة أخرى وانخفضت أسهم النادي".split(" ")) },
    ({ span }) => span(1).focus(),
  ],
  [
    "hebrew",
    { result: resultOf("הבנק המרכזי העלה את הריבית (שוב) ב-3 % ומניות Chelsea ירדו".split(" ")) },
    ({ span }) => span(9).focus(),
  ],
  ["texts", { texts: ["One.", goldenResult().request.text, "Three."], position: 1 }, () => {}],
  [
    "subwords",
    { result: oneWord("Antidisestablishmentarianism", SUBWORDS), granularity: "word" },
    ({ span }) => span(0).focus(),
  ],
  ["sentence", { granularity: "sentence" }, ({ span }) => span(0).focus()],
  ["long", { result: resultOf("lorem ipsum dolor sit amet ".repeat(2000).split(" ")) }, () => {}],
];
test.each(STATES)("%s", async (name, state, act) => {
  await photograph(name, { width: 900, host: LIGHT, state }, act);
  if (name !== "long") await photograph(`${name}-dark-360`, { width: 360, host: DARK, state }, act);
});

const SNAPSHOTS = { snapshots: snapshotsOf() };
test.each([360, 900])("without a kernel, with snapshots, %i px", async (width) => {
  const options = { width, host: LIGHT, state: SNAPSHOTS, kernel: false };
  await photograph(`snapshots-${width}`, options, openAll);
});

test("a disconnected kernel, with and without snapshots", async () => {
  for (const [name, state] of Object.entries({ snapshots: SNAPSHOTS, nothing: {} })) {
    const options = { width: 700, host: DARK, state };
    await photograph(`kernel-lost-${name}`, options, ({ el, model }) => {
      el.className = "jupyter-widgets-disconnected";
      model.receive({ progress: 0.1 }); // draws
    });
  }
});

test("on a right-to-left page", async () => {
  const result = resultOf("رفع البنك المركزي أسعار الفائدة مرة أخرى".split(" "));
  const options = { width: 700, host: LIGHT, state: { result }, rightToLeft: true };
  await photograph("right-to-left-page", options, ({ span }) => span(1).focus());
});

test("reduced motion disables transitions", async () => {
  const duration = () => {
    const { root } = stage({ state: { status: "running" } });
    return getComputedStyle(root).transitionDuration;
  };
  expect(duration()).toBe("0.2s");
  await emulate({ "prefers-reduced-motion": "reduce" });
  expect(duration()).toBe("0s");
});

test("with the forced colours of a high-contrast system", async () => {
  await emulate({ "forced-colors": "active", "prefers-color-scheme": "dark" });
  await photograph("forced-colors", { width: 700, host: DARK }, ({ span }) => span(2).focus());
  await photograph(
    "edit-forced-colors",
    { width: 700, host: DARK, state: answered() },
    ({ span }) => span(2).click(),
  );
  await photograph("check-forced-colors", { width: 700, host: DARK, state: NEWS }, lightFlip);
});
