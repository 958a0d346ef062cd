// Screenshots of every state of the widget in tests/screenshots (git-ignored), to look at: each
// state at a few of the widths and themes, and with VITE_SCREENSHOTS=all at every one.
import { afterEach, expect, test } from "vitest";
import { page as browser, cdp, userEvent } from "vitest/browser";
import { checkOf, firstCheck, newsResult } from "./support/checks.js";
import { answered, editOf } from "./support/edits.js";
import { goldenResult } from "./support/fake-model.js";
import { checkOfValue, pair, rating, showing, triple } from "./support/families.js";
import { fromUnk, oneWord, resultOf, snapshotsOf } from "./support/results.js";
import { HOSTS, stage } from "./support/stage.js";
import { partsOfSpeech, related, tagged, taggedSnapshots } from "./support/tagged.js";

/** @import { Host } from "./support/stage.js" */
/** @import { Edited, Result, State } from "../model" */
/** @typedef {ReturnType<typeof stage>} View */
/** @typedef {NonNullable<Parameters<typeof stage>[0]>} Options */
/**
 * @typedef {{
 *   host: Host,
 *   media?: Record<string, string>,  // preferences of the system
 *   kind?: string,                   // of the theme of VS Code
 *   colors?: Record<string, string>, // its variables
 * }} Theme
 */

const html = document.documentElement;
const WIDTHS = [360, 600, 900, 1400];
const HEIGHT = 2800; // nothing below it is painted
const [LIGHT, DARK] = /** @type {[Host, Host]} */ (HOSTS);
/** @type {(scheme: string) => Record<string, string>} */
const forced = (scheme) => ({ "forced-colors": "active", "prefers-color-scheme": scheme });
/** The high contrast themes of VS Code have its colours of these names. @type {Theme} */
const HIGH_LIGHT = {
  host: { name: "high-light", text: "#292929", background: "#ffffff", scheme: "light" },
  kind: "vscode-high-contrast-light",
  colors: {
    "editor-foreground": "#292929",
    "editorHoverWidget-background": "#ffffff",
    "editorHoverWidget-foreground": "#292929",
    contrastBorder: "#0f4a85",
    errorForeground: "#b5200d",
    focusBorder: "#006bbd",
  },
};
/** @type {Theme} */
const HIGH_DARK = {
  host: { name: "high-dark", text: "#ffffff", background: "#000000", scheme: "dark" },
  kind: "vscode-high-contrast",
  colors: {
    "editor-foreground": "#ffffff",
    "editorHoverWidget-background": "#0c141f",
    "editorHoverWidget-foreground": "#ffffff",
    contrastBorder: "#6fc3df",
    errorForeground: "#f48771",
    focusBorder: "#f38518",
  },
};
/** @type {Record<string, Theme>} */
const THEMES = {
  light: { host: LIGHT },
  dark: { host: DARK },
  "forced-light": { host: LIGHT, media: forced("light") },
  "forced-dark": { host: DARK, media: forced("dark") },
  "high-light": HIGH_LIGHT,
  "high-dark": HIGH_DARK,
};
const NAMES = Object.keys(THEMES);

/** @param {Record<string, string>} features preferences of the system */
function emulate(features) {
  const wanted = Object.entries(features).map(([name, value]) => ({ name, value }));
  return cdp().send("Emulation.setEmulatedMedia", { features: wanted });
}

/** @param {Theme} theme */
async function apply({ media = {}, kind = "", colors = {} }) {
  await emulate(media);
  html.dataset.vscodeThemeKind = kind;
  html.removeAttribute("style");
  for (const [name, color] of Object.entries(colors)) {
    html.style.setProperty(`--vscode-${name}`, color);
  }
}
afterEach(() => apply({ host: LIGHT }));

/**
 * @param {string} name
 * @param {Options} options
 * @param {(view: View) => void} act
 */
async function photograph(name, options, act) {
  await browser.viewport(options.width ?? 600, HEIGHT);
  // A viewport larger than the window is scaled down, and its pictures could not be read.
  window.frameElement?.parentElement?.style.setProperty("transform", "none");
  const view = stage(options);
  const { page, root } = view;
  Object.assign(document.body.style, { margin: "0" });
  Object.assign(page.style, { padding: "12px", boxSizing: "border-box", fontFamily: "sans-serif" });
  act(view);
  for (const animation of root.getAnimations({ subtree: true })) animation.finish();
  // The tooltip is placed again in the next frame.
  await expect.poll(() => page.scrollWidth).toBeLessThanOrEqual(page.clientWidth);
  const path = `../../tests/screenshots/js-${name}.png`;
  expect(await browser.screenshot({ element: page, path })).toContain(name);
}

/** @type {(i: number) => (view: View) => void} */
const focus = (i) => (view) => view.span(i).focus();
/** @type {(i: number) => (view: View) => void} */
const click = (i) => (view) => view.span(i).click();
/** @type {(name: string) => (view: View) => void} */
const push = (name) => (view) => view.button(name).click();
/** @param {View} view */
function openAll({ root }) {
  for (const details of root.querySelectorAll("details")) details.open = true;
}
/** @param {View} view */
function lightFlip({ find }) {
  /** @type {HTMLElement} */ (find(".lig-flip")).focus();
}
/** @param {View} view */
function openCompare({ find }) {
  /** @type {HTMLDetailsElement} */ (find(".lig-compare")).open = true;
}
/** @param {View} view */
function disconnect({ el, model }) {
  el.className = "jupyter-widgets-disconnected";
  model.receive({ progress: 0.1 }); // draws
}

const golden = goldenResult();
const news = newsResult();
const NEWS = { result: news, checked: checkOf(news), checking: true };
const SAVED = { kernel: false };
const CHANCE = {
  kind: "chance",
  sentence: "No better than random words: do not rely on these scores.",
};
const SHORT = { kind: "short", sentence: "This text is too short to tell from chance." };
const MASKED = editOf({ words: [4, 5], erase: "mask" }, news);
const SUBWORDS = { anti: 0.3, "##dis": -0.1, "##establish": 0.7, "##ment": 0.02, "##arian": 0.2 };
const ONE_WORD = oneWord("Antidisestablishmentarianism", SUBWORDS);
/** @type {Result} */
const NONE_PREDICTED = {
  ...golden,
  predicted: [],
  prediction_summary: "Predicted no label; label number 0 comes closest (40.0 %).",
  special_score: 0.3,
  prediction: Array.from({ length: 9 }, (_, i) => [`label number ${i}`, 0.4 / (i + 1)]),
};
const NOT_CONVERGED = {
  ...golden,
  ...{ converged: false, relative_delta: null, error_estimate: 0.2 },
  notes: ["The text was cut off after 512 tokens."],
};
const ARABIC = resultOf("رفع البنك المركزي أسعار الفائدة مرة أخرى وانخفضت أسهم النادي".split(" "));
const HEBREW = resultOf("הבנק המרכזי העלה את הריבית (שוב) ב-3 % ומניות Chelsea ירדו".split(" "));
const LONG = resultOf("lorem ipsum dolor sit amet ".repeat(400).split(" "));
/** @type {(settings: Partial<Pick<Result, "contrast" | "method" | "n_steps">>) => Result} */
const requesting = (settings) => {
  return { ...golden, ...settings, request: { ...golden.request, ...settings } };
};

const OTHER_PAIR = { ...pair(), scores: pair().scores.map((score, i) => score + (i % 3) / 10) };
const LOWERED = rating({
  ...{ value: 0.00213, baseline_value: 0.00488, prediction: [["rating", 0.00213]] },
  scores: rating().scores.map((score) => -0.00382 * score),
});
const WITHOUT_GREAT = editOf({ words: [1] }, rating());
/** @type {Partial<Edited>} */
const REMOVED = {
  ...{ prediction: [["rating", 2.87]], predicted: [] },
  summary: "Without great the value falls from 3.42 to 2.87; the scores promised 2.80.",
};

const still = () => {};
/** What is drawn, what is done then, and options of the stage. */
/** @type {[name: string, state: Partial<State>, act: (view: View) => void, Options?][]} */
const STATES = [
  ["result", {}, still],
  ["tooltip", {}, focus(2)],
  ["tooltip-pinned", { result: news }, click(4)],
  ["everything-open", {}, openAll],
  ["long", { result: LONG }, still],
  ["one-word", { result: ONE_WORD, granularity: "word" }, focus(0)],
  ["subwords", { granularity: "subword" }, focus(2)],
  ["sentence", { granularity: "sentence" }, focus(0)],
  ["contrast", { result: requesting({ contrast: "sport" }) }, still],
  ["fixed-steps", { result: requesting({ method: "riemann_middle", n_steps: 50 }) }, openAll],
  ["running", { status: "running", progress: 0.4 }, still],
  [
    "stopped",
    { status: "running", target: "sport" },
    ({ model }) => model.receive({ status: "idle" }),
  ],
  ["error", { status: "error", error: "text is empty" }, push("Edit")],
  ["not-converged", { result: NOT_CONVERGED, parity: 0.02 }, still],
  ["empty", { result: {}, status: "running" }, still],
  ["cannot-be-shown", { result: { ...golden, scores: [] } }, still],
  ["texts", { texts: ["One.", golden.request.text, "Three."], position: 1 }, still],
  ["none-predicted", { result: NONE_PREDICTED }, still],
  ["many-labels", { result: NONE_PREDICTED }, push("All")],
  ["right-to-left", { result: ARABIC }, focus(1)],
  ["hebrew", { result: HEBREW }, focus(9)],
  ["right-to-left-page", { result: ARABIC }, focus(1), { rightToLeft: true }],
  ["snapshots", { snapshots: snapshotsOf() }, openAll, SAVED],
  ["saved", {}, openAll, SAVED],
  ["kernel-lost", {}, disconnect],
  ["kernel-lost-snapshots", { snapshots: snapshotsOf() }, disconnect],
  ["check", NEWS, still],
  ["check-chance", { ...NEWS, checked: checkOf(news, { verdict: CHANCE }) }, still],
  ["check-short", { ...NEWS, checked: checkOf(news, { verdict: SHORT }) }, still],
  ["check-flip", NEWS, lightFlip],
  ["check-flip-of-subwords", { ...NEWS, granularity: "subword" }, lightFlip],
  ["check-empty", { ...NEWS, checked: {}, status: "checking", progress: 0.1 }, still],
  ["check-first", { ...NEWS, checked: firstCheck(news), status: "checking" }, still],
  [
    "check-stopped",
    { ...NEWS, checked: firstCheck(news), status: "checking" },
    ({ model }) => model.receive({ status: "idle" }),
  ],
  ["check-of-one-word", { result: ONE_WORD, checking: true }, still],
  ["check-saved", NEWS, still, SAVED],
  ["check-not-saved", { ...NEWS, checked: {} }, still, SAVED],
  ["compare", { result: fromUnk(), kept: golden }, openCompare],
  ["compare-nothing", {}, openCompare],
  ["compare-other-text", { kept: news }, openCompare],
  ["edit-replace", { result: news }, (view) => [click(4), push("Replace")].map((act) => act(view))],
  ["edit-answered", answered(), still],
  ["edit-answered-mask", { result: news, ...answered(MASKED) }, click(30)],
  ["edit-pending", { edit: editOf(), status: "checking" }, still],
  ["pair", showing(pair()), focus(16)],
  ["pair-sentences", showing(pair(), { granularity: "sentence" }), focus(1)],
  ["pair-editor", showing(pair()), push("Edit")],
  ["pair-compare", showing(pair(), { kept: OTHER_PAIR }), openCompare],
  ["triple", showing(triple()), openAll],
  ["value", showing(rating()), openAll],
  ["value-lowered", showing(LOWERED), focus(12)],
  ["value-checked", showing(rating(), { checked: checkOfValue(), checking: true }), still],
  ["value-edited", showing(rating(), answered(WITHOUT_GREAT, REMOVED)), still],
  ["tagged", showing(tagged()), focus(11)],
  ["tagged-sentence", showing(tagged(), { granularity: "sentence" }), still],
  ["tagged-saved", showing(tagged(), { snapshots: taggedSnapshots() }), still, SAVED],
  ["relation", showing(related()), still],
  ["parts-of-speech", showing(partsOfSpeech()), still],
  ["tasks", { tasks: ["sentiment", "topic"], task: "topic" }, still],
  ["edit-failed", { edit: editOf(), status: "error", error: "no word is left" }, still],
];

/**
 * One narrow picture, in light and dark by turns, and a wide one, in every theme and width by turns.
 * @param {number} turn
 * @returns {[theme: string, width: number][]}
 */
function selection(turn) {
  if (import.meta.env.VITE_SCREENSHOTS === "all") {
    return NAMES.flatMap((theme) => WIDTHS.map((width) => [theme, width]));
  }
  return [
    [NAMES[turn % 2] ?? "", 360],
    [NAMES[Math.floor(turn / 3) % NAMES.length] ?? "", WIDTHS[1 + (turn % 3)] ?? 0],
  ];
}

test.each(STATES)("%s", async (name, state, act, options) => {
  await userEvent.hover(document.body, { position: { x: 1, y: 1 } }); // off the words
  const turn = STATES.findIndex(([each]) => each === name);
  for (const [theme, width] of selection(turn)) {
    const chosen = THEMES[theme] ?? HIGH_DARK;
    await apply(chosen);
    const all = { ...options, state, width, host: chosen.host };
    await photograph(`${name}-${theme}-${width}`, all, act);
  }
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
