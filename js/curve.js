/** The curve of a word: where on the way from the baseline to the text it gained its score. */

import { element } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 120;
const HEIGHT = 28;

/**
 * The shortest run of stretches that holds at least half of all that was gained and lost.
 * @param {number[]} gains
 * @returns {[from: number, to: number]} the first, and the one after the last
 */
export function mostly(gains) {
  const sizes = gains.map(Math.abs);
  const half = sizes.reduce((sum, size) => sum + size, 0) / 2;
  let best = /** @type {[number, number]} */ ([0, sizes.length]);
  for (let from = 0; from < sizes.length; from++) {
    let held = 0;
    for (let to = from; to < sizes.length; to++) {
      held += sizes[to] ?? 0;
      if (held < half) continue;
      if (to + 1 - from < best[1] - best[0]) best = [from, to + 1];
      break;
    }
  }
  return best;
}

/**
 * What the curve shows, in words.
 * @param {number[]} gains
 */
export function inWords(gains) {
  const [from, to] = mostly(gains).map((each) => Math.round((each / gains.length) * 100));
  const all = gains.reduce((sum, gain) => sum + gain, 0);
  const way = "of the way from the baseline to the text";
  return `${all < 0 ? "lost" : "gained"} mostly between ${from} % and ${to} % ${way}`;
}

/**
 * The bars of one side, as the path of an SVG.
 * @param {number[]} gains
 * @param {1 | -1} sign
 */
export function bars(gains, sign) {
  const [zero, scale] = axis(gains);
  const step = WIDTH / gains.length;
  const places = gains.map((_, i) => i).filter((i) => (gains[i] ?? 0) * sign > 0);
  return places
    .map((i) => `M${i * step} ${zero}v${-(gains[i] ?? 0) * scale}h${step - 1}V${zero}z`)
    .join("");
}

/**
 * Where zero stands, and how much a unit is.
 * @param {number[]} gains
 */
function axis(gains) {
  const top = Math.max(0, ...gains);
  const scale = HEIGHT / (top - Math.min(0, ...gains));
  return /** @type {const} */ ([top * scale, scale]);
}

export function createCurve() {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT });
  svg.role = "img";
  const up = shape("path", { class: "flair-lig-curve-for" });
  const down = shape("path", { class: "flair-lig-curve-against" });
  const zero = shape("path", { class: "flair-lig-curve-zero" });
  svg.append(up, down, zero);
  const ends = element("div", "flair-lig-ends", [
    element("span", "", "baseline"),
    element("span", "", "text"),
  ]);
  ends.ariaHidden = "true"; // the image tells it
  const box = element("div", "flair-lig-curve", [svg, ends]);

  /** @param {number[] | null} gains null = not known */
  function draw(gains) {
    const known = gains?.some((gain) => gain !== 0) ?? false;
    box.hidden = !known;
    if (gains === null || !known) return;
    svg.ariaLabel = inWords(gains);
    up.setAttribute("d", bars(gains, 1));
    down.setAttribute("d", bars(gains, -1));
    zero.setAttribute("d", `M0 ${axis(gains)[0]}h${WIDTH}`);
  }

  return { node: box, draw };
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 */
function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
