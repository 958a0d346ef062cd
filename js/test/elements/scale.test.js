import { expect, test } from "vitest";
import { placeOn, scaleOf } from "../../elements/scale.js";

/** @type {[values: number[], low: string, middle: string, high: string][]} */
const SCALES = [
  [[2.7, 3.42], "2.65", "3.10", "3.55"],
  [[0, 5], "-0.5", "2.5", "5.5"],
  [[-0.02, 0.01], "-0.025", "-0.005", "0.015"],
  [[120, 980], "50", "550", "1050"],
  [[3], "1.5", "3.0", "4.5"],
  [[0, 0], "-1.0", "0.0", "1.0"],
];

test.each(SCALES)("around %j the ends and the middle are round", (values, low, middle, high) => {
  const scale = scaleOf(values);
  const middleOf = (scale.low + scale.high) / 2;
  const written = [scale.low, middleOf, scale.high].map((x) => scale.written(x).replace("−", "-"));
  expect(written).toEqual([low, middle, high]);
  // What is written is where the axis ends.
  for (const x of [scale.low, middleOf, scale.high]) {
    expect(Number(scale.written(x).replace("−", "-"))).toBeCloseTo(x, 9);
  }
  for (const value of values) {
    expect(placeOn(scale, value)).toBeGreaterThan(0);
    expect(placeOn(scale, value)).toBeLessThan(1);
  }
});

test("what is beyond the scale is at its end", () => {
  expect([-1, 0, 3, 4, 9].map((x) => placeOn({ low: 0, high: 4 }, x))).toEqual([0, 0, 0.75, 1, 1]);
});

test("the scale of very large and of very small values has numbers", () => {
  for (const value of [1e-12, 1e150, -1e150]) {
    const { low, high, written } = scaleOf([value, 0]);
    expect(low).toBeLessThan(Math.min(value, 0));
    expect(high).toBeGreaterThan(Math.max(value, 0));
    expect(written(low)).not.toContain("NaN");
  }
});
