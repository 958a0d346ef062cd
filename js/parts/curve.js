/** The path profile of a span: where between the baseline and the text it gained its score. */

import { block, inline } from "../elements/dom.js";
import { path, shape, trace } from "../elements/svg.js";

const WIDTH = 120;
const HEIGHT = 28;

/**
 * The shortest run of bins that holds at least half of all gains and losses.
 * @param {number[]} profile
 * @returns {[from: number, to: number]} the first bin and the one after the last
 */
export function densestRun(profile) {
  const sizes = profile.map(Math.abs);
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
 * The curve in words.
 * @param {number[]} profile
 */
export function describeProfile(profile) {
  const [from, to] = densestRun(profile).map((bin) => Math.round((bin / profile.length) * 100));
  const total = profile.reduce((sum, gain) => sum + gain, 0);
  const way = "of the path from the baseline to the text";
  return `${total < 0 ? "lost" : "gained"} mostly between ${from} % and ${to} % ${way}`;
}

/**
 * The bars of one side, as an SVG path.
 * @param {number[]} profile
 * @param {1 | -1} sign
 */
export function barsPath(profile, sign) {
  const { zero, scale } = axis(profile);
  const step = WIDTH / profile.length;
  const bins = profile.map((_, i) => i).filter((i) => (profile[i] ?? 0) * sign > 0);
  return bins
    .map((i) => `M${i * step} ${zero}v${-(profile[i] ?? 0) * scale}h${step - 1}V${zero}z`)
    .join("");
}

/**
 * The height of the zero line, and pixels per unit.
 * @param {number[]} profile
 */
function axis(profile) {
  const top = Math.max(0, ...profile);
  const scale = HEIGHT / (top - Math.min(0, ...profile));
  return { zero: top * scale, scale };
}

export function createCurve() {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT });
  svg.role = "img";
  const gains = path("curve-for");
  const losses = path("curve-against");
  const zeroLine = path("curve-zero");
  svg.append(gains, losses, zeroLine);
  const ends = block("curve-ends", [inline("", "baseline"), inline("", "text")]);
  ends.ariaHidden = "true"; // the label of the image has it
  const node = block("curve", [svg, ends]);

  /** @param {number[] | null} profile null = unknown */
  function draw(profile) {
    const known = profile?.some((gain) => gain !== 0) ?? false;
    node.hidden = !known;
    if (!profile || !known) return;
    svg.ariaLabel = describeProfile(profile);
    trace(gains, barsPath(profile, 1));
    trace(losses, barsPath(profile, -1));
    trace(zeroLine, `M0 ${axis(profile).zero}h${WIDTH}`);
  }

  return { node, draw };
}
