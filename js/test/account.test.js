import { afterEach, expect, test } from "vitest";
import { layOut, sums } from "../account.js";
import { piecesOf } from "../pieces.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { mount } from "./mount.js";
import { goldenWords, resultOf } from "./results.js";

/** @import { Result } from "../model" */

afterEach(() => document.body.replaceChildren());

/**
 * @param {number[]} scores
 * @param {Partial<Result>} [changed]
 */
function result(scores, changed) {
  const zero = { baseline_value: 1, delta: 0, special_score: 0 };
  const texts = scores.map((_, i) => `word${i}`);
  return resultOf(texts, (i) => scores[i] ?? 0, { ...zero, ...changed });
}

/** @param {Result} result */
function laidOut(result) {
  return layOut(result, piecesOf(result, "word").words);
}

test("all that adds leads right from f(x′), the strongest first, all that takes leads back", () => {
  const pieces = laidOut(result([0.5, -1, 2]));
  expect(pieces).toEqual([
    { kind: "word", words: [2], from: 1, to: 3, back: false },
    { kind: "word", words: [0], from: 3, to: 3.5, back: false },
    { kind: "word", words: [1], from: 2.5, to: 3.5, back: true },
  ]);
});

test("special tokens and the delta are pieces of their own, on the side of their sign", () => {
  expect(laidOut(result([2], { special_score: -0.5, delta: 0.25 }))).toEqual([
    { kind: "word", words: [0], from: 1, to: 3, back: false },
    { kind: "special", words: [], from: 2.5, to: 3, back: true },
    { kind: "delta", words: [], from: 2.25, to: 2.5, back: true },
  ]);
  expect(laidOut(result([], { special_score: 0.5, delta: -0.25 }))).toEqual([
    { kind: "special", words: [], from: 1, to: 1.5, back: false },
    { kind: "delta", words: [], from: 1.5, to: 1.75, back: false },
  ]);
});

test("the way ends at f(x), by the definition of delta", () => {
  const golden = goldenResult();
  const last = laidOut(golden).at(-1);
  expect(last?.back).toBe(true);
  expect(last?.from).toBeCloseTo(golden.value, 10);
});

test("of very many words the weak ones share a piece, and the way is as long", () => {
  const scores = Array.from({ length: 10_000 }, (_, i) => 1 / (i + 1));
  const pieces = laidOut(result(scores));
  expect(pieces.length).toBeLessThan(100);
  expect(pieces.at(-1)?.words.length).toBeGreaterThan(9_000);
  expect(pieces.at(-1)?.to).toBeCloseTo(1 + scores.reduce((sum, score) => sum + score), 8);
});

test("nothing at all is no way", () => {
  expect(laidOut(result([0, 0]))).toEqual([]);
  const { find } = mount(goldenModel({ result: result([0, 0]) }));
  expect(find(".flair-lig-way")).toHaveProperty("hidden", true);
});

test("the numbers of the sum stand below it, with the unit", () => {
  expect(sums({ ...goldenResult(), unit: "log-odds" }, goldenWords())).toEqual({
    start: "f(x′) 0.764",
    gain: "words for +4.630",
    loss: "words against −1.440",
    special: "",
    delta: "less delta 0.012",
    end: "f(x) 3.942 log-odds",
  });
  expect(sums({ ...goldenResult(), special_score: -0.5 }, []).special).toBe(
    "special tokens −0.500",
  );
});

test("it says what is explained, and tells the sum to those who do not see it", () => {
  const { find } = mount(goldenModel());
  expect(find(".flair-lig-account").textContent).toMatch(/^Explaining the logit of business/);
  expect(find(".flair-lig-way").role).toBe("img");
  expect(find(".flair-lig-way").ariaLabel).toBe(
    "From f(x′) 0.764, words for +4.630, words against −1.440, less delta 0.012, f(x) 3.942 logit",
  );
});

test("the word that is looked at lights its piece, and only as long", () => {
  const model = goldenModel();
  const { el, word } = mount(model);
  const lit = () => [...el.querySelectorAll(".flair-lig-lit")];
  word(2).focus();
  expect(lit()).toEqual([el.querySelector(".flair-lig-piece")]); // the strongest
  word(11).focus();
  expect(lit()).toEqual([el.querySelectorAll(".flair-lig-piece")[1]]);
  model.receive({ result: goldenResult() });
  expect(lit()).toEqual([el.querySelectorAll(".flair-lig-piece")[1]]);
  word(11).blur();
  expect(lit()).toEqual([]);
});
