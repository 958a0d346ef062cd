import { expect, test } from "vitest";
import {
  axisOf,
  createChart,
  createChartLegend,
  describeCurve,
  linePath,
} from "../../parts/check-chart.js";
import { checkOf, firstCheck, newsResult } from "../support/checks.js";
import { checkOfValue, rating } from "../support/families.js";

const CURVE = { counts: [0, 1, 5, 10], probabilities: [0.985, 0.9, 0.41, 0.05] };
const BAND = { counts: [0, 5, 10], low: [0.985, 0.9, 0.05], median: [0.985, 0.95, 0.05] };
const HIGH = { high: [0.985, 0.99, 0.05] };

test("the plot goes from 0 to all words, and from probability 0 at the bottom to 1", () => {
  expect(linePath([0, 5, 10], [0, 0.5, 1], 10)).toBe("M46 138L173 73L300 8");
});

test("a probability that is rounded past 0 or 1 stays in the plot", () => {
  expect(linePath([0, 1], [-0.0009, 1.0009], 1)).toBe("M46 138L300 8");
});

test("a curve without points has no path, and no words", () => {
  expect(linePath([], [], 0)).toBe("");
  expect(describeCurve({ counts: [], probabilities: [], band: null }, 0)).toBe("");
});

test("in words a curve has the probabilities at a few shares, next to what chance gives", () => {
  expect(describeCurve({ ...CURVE, band: null }, 10)).toBe(
    "90.0 % at 1 of 10 words, 41.0 % at 5 of 10 words",
  );
  expect(describeCurve({ ...CURVE, band: { ...BAND, ...HIGH } }, 10)).toBe(
    "90.0 % at 1 of 10 words (by chance 98.5 % to 98.5 %), " +
      "41.0 % at 5 of 10 words (by chance 90.0 % to 99.0 %)",
  );
});

/** @param {ReturnType<typeof createChart>} chart */
function pathsOf({ node }) {
  const names = ["own", "band", "median"];
  return names.map((name) => node.querySelector(`.lig-chart-${name}`)?.getAttribute("d"));
}

test("the chart is drawn as its data arrive", () => {
  const chart = createChart("Without the best words", "words taken away");
  const svg = /** @type {SVGElement} */ (chart.node.querySelector("svg"));
  chart.draw("business", null, 0);
  expect(pathsOf(chart)).toEqual(["", "", ""]);
  expect(svg.ariaLabel).toBe("Without the best words, the probability of business: not known yet");
  const { without, order } = firstCheck(newsResult());
  chart.draw("business", without, order.length);
  expect(pathsOf(chart).map(Boolean)).toEqual([true, false, false]);
  const own = pathsOf(chart)[0];
  chart.draw("business", checkOf(newsResult()).without, order.length);
  expect(pathsOf(chart).map(Boolean)).toEqual([true, true, true]);
  expect(pathsOf(chart)[0]).toBe(own);
  expect(svg.role).toBe("img");
  expect(svg.ariaLabel).toContain("(by chance ");
});

test("the band goes along its upper edge and back along its lower edge", () => {
  const chart = createChart("", "");
  const band = { counts: [0, 1], low: [0, 0.5], median: [0.5, 0.5], high: [1, 1] };
  chart.draw("", { counts: [], probabilities: [], band }, 1);
  expect(pathsOf(chart)[1]).toBe("M46 8L300 8L300 73L46 138z");
});

test("an empty label has a name, and a label is isolated from the text beside it", () => {
  const chart = createChart("", "");
  chart.draw("", null, 0);
  expect(chart.node.querySelector("bdi")?.textContent).toBe("(empty)");
});

test("the axes have few ticks, with their units", () => {
  const { node } = createChart("", "words kept");
  const texts = [...node.querySelectorAll("text")].map(({ textContent }) => textContent);
  expect(texts).toEqual(["0 %", "50 %", "100 %", "0 %", "50 %", "100 %", "words kept"]);
});

test("the legend says in words what is drawn", () => {
  expect(createChartLegend().textContent).toBe(
    " best words first random orders, 5–95 % their median",
  );
});

test("the axis of a value is that of both curves, and its numbers are no percentages", () => {
  const { without, only, order } = checkOfValue();
  const axis = axisOf(rating(), [without, only]);
  const values = [without, only].flatMap(({ probabilities }) => probabilities);
  expect(axis.low).toBeLessThan(Math.min(...values));
  expect(axis.high).toBeGreaterThan(Math.max(...values));
  const { node, draw } = createChart("Without", "words taken away");
  draw("rating", without, order.length, axis);
  const rows = [...node.querySelectorAll("text[text-anchor]")].map((row) => row.textContent);
  expect(rows).toEqual([axis.low, (axis.low + axis.high) / 2, axis.high].map(axis.written));
  expect(node.querySelector(".lig-caption")?.textContent).toBe("value of rating");
  const said = node.querySelector("svg")?.ariaLabel ?? "";
  expect(said).toMatch(/^Without, the value of rating: \d\.\d\d at 1 of 13 words/);
  expect(said).not.toContain("%");
  // The end of the axis is the end of the plot.
  expect(linePath([0, 1], [axis.low, axis.high], 1, axis)).toBe("M46 138L300 8");
});

test("before the first curve a value has an axis around it", () => {
  const { low, high } = axisOf(rating(), [null, null]);
  expect(low).toBeLessThan(3.42);
  expect(high).toBeGreaterThan(3.42);
});
