import { expect, test } from "vitest";
import { compareResults, spearman } from "../../state/comparison.js";
import { goldenResult } from "../support/fake-model.js";
import { rescored, resultOf } from "../support/results.js";

/** @import { Layout, Result } from "../../model" */

test("a result compared with itself agrees perfectly", () => {
  const result = goldenResult();
  const { pairs, spearman, shared, relative_l2, sameUnit, segments } = compareResults(
    result,
    result,
  );
  expect([spearman, shared, relative_l2, sameUnit]).toEqual([1, 5, 0, true]);
  expect(pairs.every(({ first, second }) => first === second)).toBe(true);
  expect(segments.map(([text]) => text).join("")).toBe(result.request.text);
});

test("the rank correlation is that of scipy.stats.spearmanr, with ties", () => {
  expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
  // scipy.stats.spearmanr([1, 2, 2, 4, 5], [3, 1, 1, 2, 9]).statistic
  expect(spearman([1, 2, 2, 4, 5], [3, 1, 1, 2, 9])).toBeCloseTo(0.36842105263157904, 12);
  expect(spearman([1, 1, 1], [1, 2, 3])).toBe(null);
  expect(spearman([1], [2])).toBe(null);
});

test("scores that are turned around disagree, and differ by twice their norm", () => {
  const { spearman, relative_l2, shared } = compareResults(
    goldenResult(),
    rescored((score) => -score),
  );
  expect(spearman).toBeCloseTo(-1, 12);
  expect(relative_l2).toBeCloseTo(2, 12);
  expect(shared).toBe(5);
});

test("results in different units are not subtracted", () => {
  const other = { ...goldenResult(), unit: "probability" };
  expect(compareResults(goldenResult(), other)).toMatchObject({
    ...{ sameUnit: false, relative_l2: null, spearman: 1 },
  });
});

test("with five words or fewer, or equal scores, there are no strongest ones", () => {
  const few = resultOf(["a", "b", "c"]);
  expect(compareResults(few, few).shared).toBe(null);
  const equal = resultOf(
    Array.from({ length: 9 }, (_, i) => `w${i}`),
    () => 1,
  );
  expect(compareResults(equal, equal).shared).toBe(null);
});

/**
 * A result whose words are these parts of a text.
 * @param {string[]} parts
 * @param {(number | null)[]} scores null = not a word
 * @returns {Result}
 */
function splitAs(parts, scores) {
  const result = resultOf(parts.filter((_, i) => scores[i] !== null));
  let index = 0;
  /** @type {Layout["segments"]["word"]} */
  const segments = parts.map((part, i) => [part, scores[i] === null ? null : index++]);
  result.layout.segments.word = segments;
  result.scores = /** @type {number[]} */ (scores.filter((score) => score !== null));
  result.request.text = parts.join("");
  return result;
}

test("words that are split differently are joined, and their sums stay", () => {
  const one = splitAs(["ice", "-", "cream", " ", "man"], [1, 2, 4, null, 8]);
  const two = splitAs(["ice-cream", " ", "man"], [16, null, 32]);
  const { pairs, segments } = compareResults(one, two);
  expect(pairs).toEqual([
    { text: "ice-cream", first: 7, second: 16 },
    { text: "man", first: 8, second: 32 },
  ]);
  expect(segments).toEqual([
    ["ice-cream", 0],
    [" ", null],
    ["man", 1],
  ]);
});

test("words that one did not read are left out", () => {
  const one = splitAs(["a", " ", "b"], [1, null, 2]);
  const two = splitAs(["a", " ", "b"], [3, null, null]);
  const { pairs, segments } = compareResults(one, two);
  expect(pairs).toEqual([{ text: "a", first: 1, second: 3 }]);
  expect(segments).toEqual([
    ["a", 0],
    [" b", null],
  ]);
});
