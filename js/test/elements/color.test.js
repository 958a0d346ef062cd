import { expect, test } from "vitest";
import { peak, tone } from "../../elements/color.js";
import { goldenSpans } from "../support/results.js";

const spans = goldenSpans();

test("the strongest span has the full colour, whatever its sign", () => {
  const first = spans.find(({ rank }) => rank === 1);
  expect(tone(first?.score ?? 0, peak(spans)).strength).toBe(1);
  expect(tone(-3, 3)).toEqual({ side: "against", strength: 1 });
});

test("strength is proportional to the score", () => {
  expect(tone(0.5, 2)).toEqual({ side: "for", strength: 0.25 });
});

test("zero has no colour, also if every score is zero", () => {
  expect(tone(0, 2)).toEqual({ side: "none", strength: 0 });
  expect(tone(0, 0)).toEqual({ side: "none", strength: 0 });
  expect(peak([])).toBe(0);
});
