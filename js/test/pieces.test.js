import { expect, test } from "vitest";
import { floats, shorts } from "../packed.js";
import { piecesOf } from "../pieces.js";
import { goldenResult } from "./fake-model.js";
import { oneWord, pack, resultOf } from "./results.js";

test("what Python packs is unpacked", () => {
  expect(shorts("AQD//wCA")).toEqual([1, -1, -32768]); // struct.pack("<3h", 1, -1, -32768)
  expect(floats("AACAPwAAIMA=")).toEqual([1, -2.5]); // struct.pack("<2f", 1, -2.5)
  expect(shorts("")).toEqual([]);
});

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
  expect(piecesOf(result, "word").words).toEqual([{ ...word, subwords }]);
});

test("where f(x) = f(x′) there is no share", () => {
  const { words } = piecesOf(
    resultOf(["a"], () => 1, { value: 2, baseline_value: 2 }),
    "word",
  );
  expect(words[0]?.share).toBe(null);
});

test("the strongest is first in rank, and of equals the earlier", () => {
  const scores = [1, -3, 2, -1, 3];
  const { words } = piecesOf(
    resultOf(["a", "b", "c", "d", "e"], (i) => scores[i] ?? 0),
    "word",
  );
  expect(words.map(({ rank }) => rank)).toEqual([4, 1, 3, 5, 2]);
});

test("special tokens belong to nothing", () => {
  const result = goldenResult();
  result.scores[0] = 99;
  const { words } = piecesOf(result, "sentence");
  expect(words).toHaveLength(1);
  expect(words[0]?.subwords).toHaveLength(21);
  expect(words[0]?.score).toBeCloseTo(3.19, 10);
});

test("the same result is cut once for each granularity", () => {
  const result = goldenResult();
  expect(piecesOf(result, "word")).toBe(piecesOf(result, "word"));
  expect(piecesOf(result, "word")).not.toBe(piecesOf(result, "sentence"));
});

test("a piece gained what its tokens gained, and all of it is its score", () => {
  const packed = pack(new Int16Array([...Array(16).fill(32767), ...Array(16).fill(-32767 / 7)]));
  const result = { ...oneWord("Playing", { play: 1, "##ing": 1 }), gains: { peak: 7, packed } };
  expect(piecesOf(result, "word").gains(0)).toEqual(Array(16).fill(6));
  const golden = piecesOf(goldenResult(), "word");
  golden.words.forEach(({ score }, i) => {
    const gains = golden.gains(i) ?? [];
    expect(gains).toHaveLength(16);
    expect(gains.reduce((sum, gain) => sum + gain)).toBeCloseTo(score, 3);
  });
});

test("where nothing is known of the way, nothing is told", () => {
  expect(piecesOf(resultOf(["a"]), "word").gains(0)).toBe(null);
});
