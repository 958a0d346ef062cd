import { afterEach, expect, test } from "vitest";
import { layOut, sums } from "../../parts/waterfall.js";
import { spansOf } from "../../state/spans.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { pair, rating, showing } from "../support/families.js";
import { mount } from "../support/mount.js";
import { goldenSpans, resultOf } from "../support/results.js";

/** @import { Result } from "../../model" */

afterEach(() => document.body.replaceChildren());

/**
 * @param {number[]} scores
 * @param {Partial<Result>} [changes]
 */
function result(scores, changes) {
  const zero = { baseline_value: 1, delta: 0, special_score: 0 };
  const words = scores.map((_, i) => `word${i}`);
  return resultOf(words, (i) => scores[i] ?? 0, { ...zero, ...changes });
}

/** @param {Result} result */
function barsOf(result) {
  return layOut(result, spansOf(result, "word").items);
}

test("gains lead right from f(x′), the strongest first, then losses lead back", () => {
  expect(barsOf(result([0.5, -1, 2]))).toEqual([
    { kind: "span", spans: [2], from: 1, to: 3, back: false },
    { kind: "span", spans: [0], from: 3, to: 3.5, back: false },
    { kind: "span", spans: [1], from: 2.5, to: 3.5, back: true },
  ]);
});

test("special tokens and the delta have separate bars, on the side of their sign", () => {
  expect(barsOf(result([2], { special_score: -0.5, delta: 0.25 }))).toEqual([
    { kind: "span", spans: [0], from: 1, to: 3, back: false },
    { kind: "special", spans: [], from: 2.5, to: 3, back: true },
    { kind: "delta", spans: [], from: 2.25, to: 2.5, back: true },
  ]);
  expect(barsOf(result([], { special_score: 0.5, delta: -0.25 }))).toEqual([
    { kind: "special", spans: [], from: 1, to: 1.5, back: false },
    { kind: "delta", spans: [], from: 1.5, to: 1.75, back: false },
  ]);
});

test("the bars end at f(x), by the definition of delta", () => {
  const golden = goldenResult();
  const last = barsOf(golden).at(-1);
  expect(last?.back).toBe(true);
  expect(last?.from).toBeCloseTo(golden.value, 10);
});

test("the weak ones of very many words share a bar, and the total length is the same", () => {
  const scores = Array.from({ length: 10_000 }, (_, i) => 1 / (i + 1));
  const bars = barsOf(result(scores));
  expect(bars.length).toBeLessThan(100);
  expect(bars.at(-1)?.spans.length).toBeGreaterThan(9_000);
  expect(bars.at(-1)?.to).toBeCloseTo(1 + scores.reduce((sum, score) => sum + score), 8);
});

test("scores of zero have no bars", () => {
  expect(barsOf(result([0, 0]))).toEqual([]);
  const { find } = mount(goldenModel({ result: result([0, 0]) }));
  expect(find(".lig-track")).toHaveProperty("hidden", true);
});

test("the numbers of the sum are below it, with the unit", () => {
  expect(sums({ ...goldenResult(), unit: "log-odds" }, goldenSpans())).toEqual({
    start: "baseline f(x′) 0.764",
    gain: "words for +4.630",
    loss: "words against −1.440",
    special: "",
    delta: "minus delta 0.012",
    end: "text f(x) 3.942 log-odds",
  });
  expect(sums({ ...goldenResult(), special_score: -0.5 }, []).special).toBe(
    "special tokens −0.500",
  );
});

test("what scores that need not sum to f(x) − f(x′) leave is no error", () => {
  const result = { ...goldenResult(), algorithm: "gradient_x_input", delta: -0.25 };
  const { find, span, tip } = mount(goldenModel({ result }));
  expect(find(".lig-sum-delta").textContent).toBe("not in the scores +0.250");
  span(2).focus();
  expect(tip.textContent).not.toContain("of the total");
});

test("the waterfall says what is explained and has the sum as its label", () => {
  const { find } = mount(goldenModel());
  expect(find(".lig-waterfall").textContent).toMatch(/^Explaining the logit of business/);
  expect(find(".lig-track").role).toBe("img");
  expect(find(".lig-track").ariaLabel).toBe(
    "From baseline f(x′) 0.764, words for +4.630, words against −1.440, minus delta 0.012, text f(x) 3.942 logit",
  );
});

test("the bar of a word is highlighted as long as its tooltip is open", () => {
  const model = goldenModel();
  const { el, span } = mount(model);
  const highlighted = () => [...el.querySelectorAll(".lig-highlighted")];
  const bar = (/** @type {number} */ i) => el.querySelectorAll(".lig-bar")[i];
  span(2).focus();
  expect(highlighted()).toEqual([bar(0)]); // the strongest
  span(11).focus();
  expect(highlighted()).toEqual([bar(1)]);
  model.receive({ result: goldenResult() });
  expect(highlighted()).toEqual([bar(1)]);
  span(11).blur();
  expect(highlighted()).toEqual([]);
});

test("the sum of each text of a pair has its sign as a colour", () => {
  const { find } = mount(goldenModel(showing(pair())));
  const sums = [...find(".lig-waterfall > :last-child").children];
  expect(sums.map(({ textContent }) => textContent)).toEqual(["Text 1 +2.690", "Text 2 −0.390"]);
  expect(sums.map(({ className }) => className)).toEqual([
    ...["lig-sum lig-sum-gain", "lig-sum lig-sum-loss"],
  ]);
});

test("a single text has no sum apart from that of all words", () => {
  const { find } = mount(goldenModel());
  expect(find(".lig-waterfall > :last-child")).toHaveProperty("hidden", true);
});

test("the words of a regressor raise and lower its value", () => {
  const { gain, loss, end } = sums(rating(), spansOf(rating(), "word").items);
  expect([gain, loss]).toEqual(["raised by words +1.280", "lowered by words −0.560"]);
  expect(end).toBe("text f(x) 3.420 units");
});
