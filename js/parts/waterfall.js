/** The waterfall: how the scores lead from f(x′) to f(x), as one bar that goes up and back. */

import { block, inline, setText } from "../elements/dom.js";
import { decimal, signed } from "../elements/format.js";
import { sumsOfTexts } from "../state/spans.js";

/** @import { Result } from "../model" */
/** @import { Span, Spans } from "../state/spans.js" */
/** @import { View } from "../state/view.js" */
/**
 * @typedef {{
 *   kind: "span" | "special" | "delta",
 *   spans: number[],  // their indices
 *   from: number,     // both ends on the axis of f, the smaller first
 *   to: number,
 *   back: boolean,    // whether it lowers f
 * }} Bar
 */

const MAX_BARS = 60; // per side; weaker spans share one bar
const SIDES = ["words for", "words against"];

/**
 * From f(x′) all gains lead right, then all losses lead back, down to f(x).
 * @param {Result} result
 * @param {Span[]} spans
 * @returns {Bar[]}
 */
export function layOut({ baseline_value, special_score, delta }, spans) {
  const size = (/** @type {number} */ i) => Math.abs(spans[i]?.score ?? 0);
  const order = spans.map((_, i) => i).sort((a, b) => size(b) - size(a));
  /** @type {Bar[]} */
  const bars = [];
  let current = baseline_value;
  for (const back of [false, true]) {
    const sign = back ? -1 : 1;
    const side = order.filter((i) => (spans[i]?.score ?? 0) * sign > 0);
    const rest = side.splice(MAX_BARS);
    /** @type {{ kind: Bar["kind"], spans: number[], length: number }[]} */
    const steps = [
      ...side.map((i) => ({ kind: /** @type {const} */ ("span"), spans: [i], length: size(i) })),
      { kind: "span", spans: rest, length: rest.reduce((sum, i) => sum + size(i), 0) },
      { kind: "special", spans: [], length: sign * special_score },
      { kind: "delta", spans: [], length: -sign * delta },
    ];
    for (const { kind, spans, length } of steps) {
      if (length <= 0) continue;
      const end = current + sign * length;
      bars.push({ kind, spans, from: Math.min(current, end), to: Math.max(current, end), back });
      current = end;
    }
  }
  return bars;
}

/**
 * The numbers below the bar, in the order of the sum.
 * @param {Result} result
 * @param {Span[]} spans
 * @param {boolean} hasDelta whether the scores are meant to sum to f(x) - f(x')
 */
export function sums(
  { value, baseline_value, special_score, delta, output, unit },
  spans,
  hasDelta = true,
) {
  let gain = 0;
  let loss = 0;
  for (const { score } of spans) {
    if (score > 0) gain += score;
    else loss += score;
  }
  const [up, down] = output === "value" ? ["raised by words", "lowered by words"] : SIDES;
  return {
    start: `baseline f(x′) ${decimal(baseline_value, 3)}`,
    gain: `${up} ${signed(gain, 3)}`,
    loss: `${down} ${signed(loss, 3)}`,
    special: special_score === 0 ? "" : `special tokens ${signed(special_score, 3)}`,
    delta: hasDelta ? `minus delta ${decimal(delta, 3)}` : `not in the scores ${signed(-delta, 3)}`,
    end: `text f(x) ${decimal(value, 3)} ${unit}`,
  };
}

export function createWaterfall() {
  const caption = block("caption");
  const track = block("track");
  track.role = "img";
  const line = block("sums");
  const ofTexts = block("sums"); // of a pair
  const node = block("waterfall", [caption, track, line, ofTexts]);
  /** @type {Spans | null} */
  let drawn = null;
  /** The bar of each span. @type {Map<number, HTMLElement>} */
  const barOf = new Map();
  /** @type {number | null} */
  let highlighted = null;

  /** @param {View} view */
  function draw({ result, spans, computedBy }) {
    node.hidden = result === null;
    if (!result || !spans || spans === drawn) return;
    drawn = spans;
    setText(caption, `Explaining ${result.explained}`);
    const parts = Object.entries(sums(result, spans.items, computedBy?.has_delta)).filter(
      ([, text]) => text,
    );
    line.replaceChildren(...parts.map(([name, text]) => inline(`sum sum-${name}`, text)));
    track.ariaLabel = `From ${parts.map(([, text]) => text).join(", ")}`;
    ofTexts.hidden = spans.n_texts === 1;
    ofTexts.replaceChildren(
      ...sumsOfTexts(spans).map((sum, i) =>
        inline(`sum sum-${sum < 0 ? "loss" : "gain"}`, `Text ${i + 1} ${signed(sum, 3)}`),
      ),
    );
    write(layOut(result, spans.items));
    highlight(highlighted);
  }

  /** @param {Bar[]} bars */
  function write(bars) {
    const low = Math.min(...bars.map(({ from }) => from));
    const scale = 100 / (Math.max(...bars.map(({ to }) => to)) - low);
    track.hidden = bars.length === 0;
    barOf.clear();
    track.replaceChildren(
      ...bars.map(({ kind, spans, from, to, back }) => {
        const name = kind === "span" ? (back ? "against" : "for") : kind;
        const bar = inline(`bar bar-${name}`);
        bar.classList.toggle("lig-back", back);
        bar.style.left = `${(from - low) * scale}%`;
        bar.style.width = `${(to - from) * scale}%`;
        for (const span of spans) barOf.set(span, bar);
        return bar;
      }),
    );
  }

  /**
   * Marks the bar of a span.
   * @param {number | null} span
   */
  function highlight(span) {
    barOf.get(highlighted ?? -1)?.classList.remove("lig-highlighted");
    highlighted = span;
    barOf.get(span ?? -1)?.classList.add("lig-highlighted");
  }

  return { node, draw, highlight };
}
