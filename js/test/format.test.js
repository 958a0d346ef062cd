import { expect, test } from "vitest";
import { decimal, percent, plural, signed, spoken, tidyPercent } from "../format.js";

test("a small number is not rounded to a zero that it is not", () => {
  expect(decimal(0.00002, 3)).toBe("0.00002");
  expect(decimal(-0.00002, 3)).toBe("−0.00002");
  expect(decimal(0, 3)).toBe("0.000");
  for (let digits = 1; digits <= 6; digits++) {
    // Half a unit of the last digit is where rounding turns, and no two halves round alike.
    const half = Number(`5e-${digits + 1}`);
    for (const x of [half, half * (1 - 2 ** -52), half * (1 + 2 ** -52), half / 7, 1e-12]) {
      expect(Number(decimal(x, digits)), `${x} with ${digits} digits`).toBeGreaterThan(0);
    }
  }
});

test("a score has its sign and four digits", () => {
  expect(signed(1.2345, 4)).toBe("+1.2345");
  expect(signed(-1.2345, 4)).toBe("−1.2345");
  expect(signed(-0, 4)).toBe("0.0000");
});

test("a fraction is told in percent", () => {
  expect(percent(0.931)).toBe("93.1 %");
  expect(percent(-1.5)).toBe("−150.0 %");
});

test("one is not many", () => {
  expect(plural(1, "step")).toBe("1 step");
  expect(plural(50, "step")).toBe("50 steps");
});

test("a round fraction has no zeros that it does not need", () => {
  expect([0.1, 0.05, 0.005, 0.001, 0.0125].map(tidyPercent)).toEqual([
    "10 %",
    "5 %",
    "0.5 %",
    "0.1 %",
    "1.25 %",
  ]);
});

test("a score has words for the ear", () => {
  expect([0.694, -2, 0].map(spoken)).toEqual(["plus 0.69", "minus 2.00", "zero"]);
});
