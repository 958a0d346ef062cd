import { expect, test } from "vitest";
import { spansOf, sumsOfTexts, textsOf } from "../../state/spans.js";
import { goldenResult } from "../support/fake-model.js";
import { pair, triple } from "../support/families.js";
import { oneWord, pack, resultOf } from "../support/results.js";

test("a word has the sum of its subwords, and its share of the difference", () => {
  const result = {
    ...oneWord("Playing", { play: 0.5, "##ing": -0.25 }),
    value: 3,
    baseline_value: 1,
  };
  const word = { text: "Playing", score: 0.25, share: 0.125, rank: 1 };
  const subwords = [
    { text: "play", score: 0.5 },
    { text: "##ing", score: -0.25 },
  ];
  expect(spansOf(result, "word").items).toEqual([{ ...word, subwords }]);
});

test("where f(x) = f(x′) there is no share", () => {
  const result = resultOf(["a"], () => 1, { value: 2, baseline_value: 2 });
  expect(spansOf(result, "word").items[0]?.share).toBe(null);
});

test("the strongest has rank 1, and of equals the earlier is first", () => {
  const scores = [1, -3, 2, -1, 3];
  const result = resultOf(["a", "b", "c", "d", "e"], (i) => scores[i] ?? 0);
  expect(spansOf(result, "word").items.map(({ rank }) => rank)).toEqual([4, 1, 3, 5, 2]);
});

test("special tokens belong to no span", () => {
  const result = goldenResult();
  result.scores[0] = 99;
  const { items } = spansOf(result, "sentence");
  expect(items).toHaveLength(1);
  expect(items[0]?.subwords).toHaveLength(21);
  expect(items[0]?.score).toBeCloseTo(3.19, 10);
});

test("the spans of a result are computed once for each granularity", () => {
  const result = goldenResult();
  expect(spansOf(result, "word")).toBe(spansOf(result, "word"));
  expect(spansOf(result, "word")).not.toBe(spansOf(result, "sentence"));
});

test.each([16, 4])("the profile of a span is the sum over its tokens (%i bins)", (bins) => {
  const gains = [...Array(bins).fill(32767), ...Array(bins).fill(-32767 / 7)];
  const path_profile = { bins, peak: 7, packed: pack(new Int16Array(gains)) };
  const result = { ...oneWord("Playing", { play: 1, "##ing": 1 }), path_profile };
  expect(spansOf(result, "word").profile(0)).toEqual(Array(bins).fill(6));
});

test("the profile of a span adds up to its score", () => {
  const golden = goldenResult();
  const spans = spansOf(golden, "word");
  spans.items.forEach(({ score }, i) => {
    const profile = spans.profile(i) ?? [];
    expect(profile).toHaveLength(golden.path_profile?.bins ?? 0);
    expect(profile).toHaveLength(16);
    expect(profile.reduce((sum, gain) => sum + gain)).toBeCloseTo(score, 3);
  });
});

test("without a path profile the profile of a span is unknown", () => {
  expect(spansOf(resultOf(["a"]), "word").profile(0)).toBe(null);
});

test.each(["subword", "word", "sentence"])("each text of a pair has its own sum of %ss", (name) => {
  const granularity = /** @type {"word"} */ (name);
  const sums = sumsOfTexts(spansOf(pair(), granularity));
  // Of the scores in `pair`: 0.02 + 0.31 - 0.03 - 0.12 + 0.08 + 0.94 + 1.22 + 0.27, and
  // 0.18 + 0.21 + 0.66 - 0.09 - 1.35.
  expect(sums.map((sum) => sum.toFixed(4))).toEqual(["2.6900", "-0.3900"]);
});

test("the texts of a triple are apart, without what separates them", () => {
  const texts = textsOf(spansOf(triple(), "word")).map((text) =>
    text.map(([part]) => part).join(""),
  );
  expect(texts).toEqual(triple().request.text.split("\u2029"));
  expect(texts[2]).toBe("It opened in 1883");
});

test("a paragraph separator in the text of a text classifier is a part of it", () => {
  const spans = spansOf(
    resultOf(["One\u2029two", "three"], () => 1),
    "word",
  );
  spans.segments.splice(1, 0, ["\u2029", null]);
  expect(textsOf(spans)).toHaveLength(1);
  expect(sumsOfTexts(spans)).toEqual([2]);
});
