import { expect, test } from "vitest";
import { goldenResult } from "./fake-model.js";
import { press } from "./mount.js";
import { stage } from "./stage.js";

const MANY = 10_000;
// What is wanted is 200 ms for a picture and a frame for an answer, and on an idle machine that is
// met. Here other tests share it, so only a cost that grows with the square of the text shows.
const SLACK = 8;
const PICTURE = 200 * SLACK;
const FRAME = (1000 / 60) * SLACK;

/** A text of 10,000 words. */
function long() {
  const result = goldenResult();
  const words = Array.from({ length: MANY }, (_, i) => `word${i % 97}`);
  result.segments = words.flatMap((word, i) => [
    /** @type {[string, number]} */ ([word, i]),
    /** @type {[string, null]} */ ([" ", null]),
  ]);
  result.words = words.map((text, i) => {
    const score = Math.sin(i * 1.7) ** 5;
    return { text, score, share: score / 3, rank: i + 1, subwords: [text] };
  });
  return result;
}

/**
 * The least of several: what it costs by itself, whatever else the machine does.
 * @param {number} times
 * @param {(i: number) => number} measure
 */
function least(times, measure) {
  return Math.min(...Array.from({ length: times }, (_, i) => measure(i)));
}

/**
 * Milliseconds, with style and layout; what is painted after that is the compositor's.
 * @param {HTMLElement} node
 * @param {() => void} act
 */
function time(node, act) {
  const begin = performance.now();
  act();
  node.getBoundingClientRect();
  return performance.now() - begin;
}

test("10,000 words are painted and recoloured without a wait", () => {
  const state = { result: long() };
  const turned = long();
  for (const word of turned.words) word.score *= -1;
  const paint = () => {
    document.body.replaceChildren();
    return time(document.body, () => stage({ width: 900, state }));
  };
  expect(least(3, paint)).toBeLessThan(PICTURE);
  const { model, root, words } = stage({ width: 900, state });
  expect(words()).toHaveLength(MANY);
  const recolour = (/** @type {number} */ i) =>
    time(root, () => model.receive({ result: i % 2 ? state.result : turned }));
  expect(least(3, recolour)).toBeLessThan(PICTURE);
});

test("in 10,000 words hover answers at once", () => {
  const { root, tip, word } = stage({ width: 900, state: { result: long() } });
  const hover = (/** @type {number} */ i) => {
    const next = word(i * 450);
    return time(root, () => next.dispatchEvent(new Event("pointerover", { bubbles: true })));
  };
  expect(least(21, hover)).toBeLessThan(FRAME);
  expect(tip.textContent).toContain("rank 9001 of");
});

test("in 10,000 words an arrow key answers at once", () => {
  const { root, word } = stage({ width: 900, state: { result: long() } });
  word(5000).focus();
  const step = () =>
    time(root, () => press(/** @type {Element} */ (document.activeElement), "ArrowRight"));
  expect(least(11, step)).toBeLessThan(FRAME);
  expect(document.activeElement).toBe(word(5011));
});
