import { expect, test } from "vitest";
import { checkOf } from "./support/checks.js";
import { choose, drag, press } from "./support/mount.js";
import { pack, resultOf, snapshotsOf } from "./support/results.js";
import { stage } from "./support/stage.js";

const MANY = 10_000;
// The goals are 200 ms for a drawing and one frame for a reaction, which an idle machine meets. Here
// other tests run at the same time, so only costs quadratic in the length of the text show up.
const SLACK = 8;
const DRAWING = 200 * SLACK;
const FRAME = (1000 / 60) * SLACK;

/**
 * A text of 10,000 words with path profiles.
 * @param {1 | -1} [sign]
 */
function long(sign = 1) {
  const words = Array.from({ length: MANY }, (_, i) => `word${i % 97}`);
  const score = (/** @type {number} */ i) => sign * Math.sin(i * 1.7) ** 5;
  const packed = pack(new Int16Array(Array.from({ length: 16 * MANY }, (_, i) => i % 1000)));
  return resultOf(words, score, { path_profile: { bins: 16, peak: 1, packed } });
}

/**
 * The least of several measurements, to exclude what else the machine does.
 * @param {number} times
 * @param {(i: number) => number} measure
 */
function least(times, measure) {
  return Math.min(...Array.from({ length: times }, (_, i) => measure(i)));
}

/**
 * Milliseconds, with style and layout but without painting.
 * @param {HTMLElement} node
 * @param {() => void} act
 */
function time(node, act) {
  const begin = performance.now();
  act();
  node.getBoundingClientRect();
  return performance.now() - begin;
}

test("10,000 words are drawn and recoloured without delay", () => {
  const state = { result: long() };
  const turned = long(-1);
  const paint = () => {
    document.body.replaceChildren();
    return time(document.body, () => stage({ width: 900, state }));
  };
  expect(least(3, paint)).toBeLessThan(DRAWING);
  const { model, root, spans } = stage({ width: 900, state });
  expect(spans()).toHaveLength(MANY);
  const recolour = (/** @type {number} */ i) =>
    time(root, () => model.receive({ result: i % 2 ? state.result : turned }));
  expect(least(3, recolour)).toBeLessThan(DRAWING);
});

test("in 10,000 words hover reacts at once", () => {
  const { root, tip, span } = stage({ width: 900, state: { result: long() } });
  const hover = (/** @type {number} */ i) => {
    const next = span(i * 450);
    return time(root, () => next.dispatchEvent(new Event("pointerover", { bubbles: true })));
  };
  expect(least(21, hover)).toBeLessThan(FRAME);
  expect(tip.querySelector("strong")?.textContent).toBe(`word${(20 * 450) % 97}`);
});

test("in 10,000 words an arrow key reacts at once", () => {
  const { root, span } = stage({ width: 900, state: { result: long() } });
  span(5000).focus();
  const step = () =>
    time(root, () => press(/** @type {Element} */ (document.activeElement), "ArrowRight"));
  expect(least(11, step)).toBeLessThan(FRAME);
  expect(document.activeElement).toBe(span(5011));
});

test("in 10,000 words the granularity changes without delay", () => {
  const { root, select, spans } = stage({ width: 900, state: { result: long() } });
  const turn = (/** @type {number} */ i) =>
    time(root, () => choose(select("Granularity"), i % 2 ? "word" : "sentence"));
  expect(least(4, turn)).toBeLessThan(DRAWING);
  expect(spans()).toHaveLength(MANY);
});

test("with snapshots of 10,000 words the result follows the slider", () => {
  const state = { result: long(), snapshots: snapshotsOf(long()) };
  const { root, slider, span } = stage({ width: 900, state, kernel: false });
  const seen = new Set();
  const move = (/** @type {number} */ i) =>
    time(root, () => {
      drag(slider("Tolerance"), i % 2);
      seen.add(span(1).ariaLabel);
    });
  expect(least(6, move)).toBeLessThan(DRAWING);
  expect(seen.size).toBe(2);
});

test("a check of 10,000 words is drawn without delay, and so are the words of its flip", () => {
  const result = long();
  const order = Array.from({ length: MANY }, (_, i) => i);
  const flip = { words: order.slice(0, MANY / 2), sentence: "Without half of the words." };
  const small = checkOf(undefined);
  const request = { ...small.request, text: result.request.text };
  const check = () => structuredClone({ ...small, request, order, flip });
  const state = { result, checked: check(), checking: true };
  const { root, find, model } = stage({ width: 900, state });
  const draw = () => time(root, () => model.receive({ checked: check() }));
  expect(least(3, draw)).toBeLessThan(DRAWING);
  const button = /** @type {HTMLElement} */ (find(".lig-flip"));
  const light = (/** @type {number} */ i) =>
    time(root, () => (i % 2 ? button.blur() : button.focus()));
  expect(least(1, light)).toBeLessThan(DRAWING);
  expect(root.querySelectorAll(".lig-lit")).toHaveLength(MANY / 2);
});
