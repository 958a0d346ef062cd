import { expect, test } from "vitest";
import { peak, tone } from "../color.js";
import { goldenWords } from "./results.js";

const words = goldenWords();

test("the strongest word has the full colour, whatever its sign", () => {
  const first = words.find(({ rank }) => rank === 1);
  expect(tone(first?.score ?? 0, peak(words)).strength).toBe(1);
  expect(tone(-3, 3)).toEqual({ side: "against", strength: 1 });
});

test("strength is proportional to the score", () => {
  expect(tone(0.5, 2)).toEqual({ side: "for", strength: 0.25 });
});

test("a zero has no colour, not even when every score is zero", () => {
  expect(tone(0, 2)).toEqual({ side: "none", strength: 0 });
  expect(tone(0, 0)).toEqual({ side: "none", strength: 0 });
  expect(peak([])).toBe(0);
});
