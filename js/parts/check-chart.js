/** A chart of a check: the prediction as words are taken away or kept, over what chance gives. */

import { block, element, inline, setText } from "../elements/dom.js";
import { amount, percent, visible } from "../elements/format.js";
import { placeOn, scaleOf } from "../elements/scale.js";
import { path, shape, trace } from "../elements/svg.js";

/** @import { Scale } from "../elements/scale.js" */
/** @import { CheckCurve, Result } from "../model" */
/** @typedef {Scale & { name: string, format: (x: number) => string }} Axis */

const WIDTH = 320;
const HEIGHT = 176;
// The edges of the plot; the rest is room for the labels of the axes.
const [LEFT, RIGHT, TOP, BOTTOM] = [46, WIDTH - 20, 8, HEIGHT - 38];
const TICKS = [0, 0.5, 1];
const SHARES_IN_WORDS = [0.1, 0.2, 0.5];

/** @param {number} x */
const round = (x) => Math.round(x * 10) / 10;
/** @param {number} share */
const across = (share) => round(LEFT + share * (RIGHT - LEFT));
/** @param {number} share */
const up = (share) => round(BOTTOM - share * (BOTTOM - TOP));
/** @param {number} share */
const inPercent = (share) => `${share * 100} %`;

/** @type {Axis} */
const PROBABILITY = {
  ...{ name: "probability", low: 0, high: 1 },
  ...{ written: inPercent, format: percent },
};

/**
 * The vertical axis, the same for both charts: from 0 to 100 %, or of a regressor around its values.
 * @param {Result | null} result
 * @param {(CheckCurve | null)[]} curves null = not known yet
 * @returns {Axis}
 */
export function axisOf(result, curves) {
  if (result?.output !== "value") return PROBABILITY;
  const values = curves.flatMap((curve) =>
    curve ? [...curve.probabilities, ...(curve.band?.low ?? []), ...(curve.band?.high ?? [])] : [],
  );
  return { ...scaleOf([result.value, ...values]), name: "value", format: amount };
}

/**
 * The points of a line, as the data of an SVG path.
 * @param {number[]} counts of words
 * @param {number[]} probabilities
 * @param {number} words the number of all
 * @param {Axis} [axis]
 */
export function linePath(counts, probabilities, words, axis = PROBABILITY) {
  const points = counts.map((count, i) => {
    return `${across(count / words)} ${up(placeOn(axis, probabilities[i] ?? 0))}`;
  });
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

/**
 * A curve in words: the probability at a few shares of the words, next to what chance gives.
 * @param {CheckCurve} curve
 * @param {number} words the number of all
 * @param {Axis["format"]} [format]
 */
export function describeCurve({ counts, probabilities, band }, words, format = percent) {
  /** @type {(counts: number[], share: number) => number} the place of the nearest count */
  const nearest = (counts, share) => {
    const distance = (/** @type {number} */ i) => Math.abs((counts[i] ?? 0) / words - share);
    return counts.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
  };
  const places = new Set(SHARES_IN_WORDS.map((share) => nearest(counts, share)));
  const parts = [...places].map((place) => {
    const count = counts[place] ?? 0;
    const own = `${format(probabilities[place] ?? 0)} at ${count} of ${words} words`;
    if (band === null) return own;
    const i = nearest(band.counts, count / words);
    return `${own} (by chance ${format(band.low[i] ?? 0)} to ${format(band.high[i] ?? 0)})`;
  });
  return counts.length === 0 ? "" : parts.join(", ");
}

/**
 * @param {string} title
 * @param {string} unit what the horizontal axis counts
 */
export function createChart(title, unit) {
  const band = path("chart-band");
  const median = path("chart-median");
  const own = path("chart-own");
  const rows = TICKS.map((tick) => {
    const node = label(LEFT - 6, up(tick) + 4, inPercent(tick));
    node.setAttribute("text-anchor", "end");
    return node;
  });
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, [
    ...rows,
    ...createAxes(unit),
    ...[band, median, own],
  ]);
  svg.role = "img";
  const about = inline();
  const name = element("bdi");
  const caption = element("figcaption", "", [
    element("strong", "", title),
    block("caption", [about, " of ", name]),
  ]);
  const node = element("figure", "chart", [caption, svg]);
  /** What is drawn. @type {unknown[]} */
  let drawn = [];

  /**
   * @param {string} target
   * @param {CheckCurve | null} curve null = not known yet
   * @param {number} words the number of all
   * @param {Axis} [axis]
   */
  function draw(target, curve, words, axis = PROBABILITY) {
    const next = [target, curve, axis.low, axis.high];
    if (next.every((each, i) => each === drawn[i])) return;
    drawn = next;
    /** @type {(counts: number[], numbers: number[]) => string} */
    const pathOf = (counts, numbers) => linePath(counts, numbers, words, axis);
    const chance = curve?.band ?? { counts: [], low: [], median: [], high: [] };
    const high = pathOf(chance.counts, chance.high);
    const low = pathOf([...chance.counts].reverse(), [...chance.low].reverse());
    trace(band, high && `${high}${low.replace("M", "L")}z`);
    trace(median, pathOf(chance.counts, chance.median));
    trace(own, curve ? pathOf(curve.counts, curve.probabilities) : "");
    rows.forEach((row, i) => {
      setText(row, axis.written(axis.low + (TICKS[i] ?? 0) * (axis.high - axis.low)));
    });
    setText(about, axis.name);
    setText(name, visible(target));
    const numbers = (curve && describeCurve(curve, words, axis.format)) || "not known yet";
    svg.ariaLabel = `${title}, the ${axis.name} of ${visible(target)}: ${numbers}`;
  }

  return { node, draw };
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 */
function label(x, y, content) {
  return shape("text", { x, y }, [content]);
}

/** @param {string} unit */
function createAxes(unit) {
  const grid = TICKS.map((tick) => `M${LEFT} ${up(tick)}H${RIGHT}`).join("");
  const marks = TICKS.map((tick) => `M${across(tick)} ${BOTTOM}v4`).join("");
  return [
    path("chart-grid", grid + marks),
    ...TICKS.map((tick) => label(across(tick), BOTTOM + 17, inPercent(tick))),
    label(across(0.5), BOTTOM + 33, unit),
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
      path(`chart-${name}`, d),
    ]);
    swatch.ariaHidden = "true";
    return inline("", [swatch, " ", meaning]);
  });
  return block("row chart-legend", items);
}
