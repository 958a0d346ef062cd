import { expect, test } from "vitest";
import {
  amount,
  decimal,
  inOneLine,
  percent,
  plural,
  signed,
  spoken,
  tidyPercent,
} from "../../elements/format.js";

test("a small number is not rounded to zero", () => {
  expect(decimal(0.00002, 3)).toBe("0.00002");
  expect(decimal(-0.00002, 3)).toBe("−0.00002");
  expect(decimal(0, 3)).toBe("0.000");
  for (let digits = 1; digits <= 6; digits++) {
    // Rounding turns at half a unit of the last digit, and halves do not all round the same way.
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

test("a fraction is formatted in percent", () => {
  expect(percent(0.931)).toBe("93.1 %");
  expect(percent(-1.5)).toBe("−150.0 %");
});

test("one has a singular", () => {
  expect(plural(1, "step")).toBe("1 step");
  expect(plural(50, "step")).toBe("50 steps");
});

test("a round fraction has no trailing zeros", () => {
  expect([0.1, 0.05, 0.005, 0.001, 0.0125].map(tidyPercent)).toEqual([
    "10 %",
    "5 %",
    "0.5 %",
    "0.1 %",
    "1.25 %",
  ]);
});

test("a score has words for screen readers", () => {
  expect([0.694, -2, 0].map(spoken)).toEqual(["plus 0.69", "minus 2.00", "zero"]);
});

test("a value has two digits after the point, or more for three that count, as in Python", () => {
  // `result/summary.py` writes the same of these.
  const values = [3.42, 1234.5, 0.5, 0.0213, -0.000456, 0.00000001, 0];
  expect(values.map(amount)).toEqual([
    ...["3.42", "1234.50", "0.500", "0.0213", "−0.000456", "1e-8", "0.00"],
  ]);
});

test("in one line, the texts of a pair are told apart", () => {
  expect(inOneLine("One.\u2029Two.")).toBe("One. ¶ Two.");
});
