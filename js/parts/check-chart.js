/** A chart of a check: the probability as words are taken away or kept, over what chance gives. */

import { element, setText } from "../elements/dom.js";
import { percent, visible } from "../elements/format.js";
import { shape } from "../elements/svg.js";

/** @import { CheckCurve } from "../model" */

const WIDTH = 320;
const HEIGHT = 176;
// The edges of the plot; the rest is room for the labels of the axes.
const [LEFT, RIGHT, TOP, BOTTOM] = [46, WIDTH - 20, 8, HEIGHT - 38];
const TICKS = [0, 0.5, 1];
const SHARES_IN_WORDS = [0.1, 0.2, 0.5];

/** @param {number} share */
const across = (share) => round(LEFT + share * (RIGHT - LEFT));
/** @param {number} probability */
const up = (probability) => round(BOTTOM - clamp(probability) * (BOTTOM - TOP));
/** @param {number} x */
const round = (x) => Math.round(x * 10) / 10;
/** @param {number} x */
const clamp = (x) => Math.max(0, Math.min(x, 1));

/**
 * The points of a line, as the data of an SVG path.
 * @param {number[]} counts of words
 * @param {number[]} probabilities
 * @param {number} words the number of all
 */
export function linePath(counts, probabilities, words) {
  const points = counts.map((count, i) => `${across(count / words)} ${up(probabilities[i] ?? 0)}`);
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

/**
 * A curve in words: the probability at a few shares of the words, next to what chance gives.
 * @param {CheckCurve} curve
 * @param {number} words the number of all
 */
export function describeCurve({ counts, probabilities, band }, words) {
  /** @type {(counts: number[], share: number) => number} the place of the nearest count */
  const nearest = (counts, share) => {
    const distance = (/** @type {number} */ i) => Math.abs((counts[i] ?? 0) / words - share);
    return counts.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
  };
  const places = new Set(SHARES_IN_WORDS.map((share) => nearest(counts, share)));
  const parts = [...places].map((place) => {
    const count = counts[place] ?? 0;
    const own = `${percent(probabilities[place] ?? 0)} at ${count} of ${words} words`;
    if (band === null) return own;
    const i = nearest(band.counts, count / words);
    return `${own} (by chance ${percent(band.low[i] ?? 0)} to ${percent(band.high[i] ?? 0)})`;
  });
  return counts.length === 0 ? "" : parts.join(", ");
}

/**
 * @param {string} title
 * @param {string} unit what the horizontal axis counts
 */
export function createChart(title, unit) {
  const band = shape("path", { class: "lig-chart-band" });
  const median = shape("path", { class: "lig-chart-median" });
  const own = shape("path", { class: "lig-chart-own" });
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, [
    ...createAxes(unit),
    ...[band, median, own],
  ]);
  svg.role = "img";
  const label = element("bdi");
  const caption = element("figcaption", "", [
    element("strong", "", title),
    element("div", "caption", ["probability of ", label]),
  ]);
  const node = element("figure", "chart", [caption, svg]);
  /** What is drawn. @type {unknown[]} */
  let drawn = [];

  /**
   * @param {string} target
   * @param {CheckCurve | null} curve null = not known yet
   * @param {number} words the number of all
   */
  function draw(target, curve, words) {
    if (drawn[0] === target && drawn[1] === curve) return;
    drawn = [target, curve];
    const chance = curve?.band ?? { counts: [], low: [], median: [], high: [] };
    const high = linePath(chance.counts, chance.high, words);
    const low = linePath([...chance.counts].reverse(), [...chance.low].reverse(), words);
    band.setAttribute("d", high && `${high}${low.replace("M", "L")}z`);
    median.setAttribute("d", linePath(chance.counts, chance.median, words));
    own.setAttribute("d", curve ? linePath(curve.counts, curve.probabilities, words) : "");
    setText(label, visible(target));
    const numbers = (curve && describeCurve(curve, words)) || "not known yet";
    svg.ariaLabel = `${title}, the probability of ${visible(target)}: ${numbers}`;
  }

  return { node, draw };
}

/** @param {string} unit */
function createAxes(unit) {
  const grid = TICKS.map((tick) => `M${LEFT} ${up(tick)}H${RIGHT}`).join("");
  const marks = TICKS.map((tick) => `M${across(tick)} ${BOTTOM}v4`).join("");
  const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ content) =>
    shape("text", { x, y }, [content]);
  const rows = TICKS.map((tick) => {
    const node = text(LEFT - 6, up(tick) + 4, `${tick * 100} %`);
    node.setAttribute("text-anchor", "end");
    return node;
  });
  const columns = TICKS.map((tick) => text(across(tick), BOTTOM + 17, `${tick * 100} %`));
  return [
    shape("path", { class: "lig-chart-grid", d: grid + marks }),
    ...rows,
    ...columns,
    text(across(0.5), BOTTOM + 33, unit),
  ];
}

const LEGEND = /** @type {const} */ ([
  ["own", "M0 2C8 2 10 10 24 10", "best words first"],
  ["band", "M0 1H24V11H0z", "random orders, 5–95 %"],
  ["median", "M0 6H24", "their median"],
]);

/** The legend that both charts share. */
export function createChartLegend() {
  const items = LEGEND.map(([name, d, meaning]) => {
    const swatch = shape("svg", { viewBox: "0 0 24 12", width: 24, height: 12 }, [
      shape("path", { class: `lig-chart-${name}`, d }),
    ]);
    swatch.ariaHidden = "true";
    return element("span", "", [swatch, " ", meaning]);
  });
  return element("div", "row chart-legend", items);
}
