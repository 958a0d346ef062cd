/** Compare: a result that was kept, the one that is shown, and the difference of their scores. */

import { peak } from "../elements/color.js";
import { block, button, element, inline, listen, panel, setText } from "../elements/dom.js";
import { decimal, percent, plural, signed } from "../elements/format.js";
import { indexOf, spanAt } from "../elements/span-element.js";
import { NOT_PRECOMPUTED } from "../messages.js";
import { compareResults, TOP } from "../state/comparison.js";
import { leadOf } from "./headline.js";
import { createHeatmap } from "./heatmap.js";

/** @import { Result, Settings } from "../model" */
/** @import { Comparison } from "../state/comparison.js" */
/** @import { View } from "../state/view.js" */

const HINT = "Keeps this result as A. What is set afterwards is compared with it.";
const OTHER_TEXT = "A is of another text.";
const SETTINGS = /** @type {const} */ (["output", "baseline", "layer", "method", "n_steps"]);

/**
 * The agreement in words, those of Python.
 * @param {Comparison} comparison
 */
export function agreementOf({ pairs, spearman, shared, relative_l2, sameUnit }) {
  const n = plural(pairs.length, "word");
  if (pairs.length === 0) return "There are no words that both models read.";
  if (relative_l2 === 0) return `The scores are the same in ${n}.`;
  const strength = ["disagree", "hardly agree", "partly agree", "agree"];
  const level = [-0.3, 0.3, 0.7].filter((least, i) =>
    i === 0 ? (spearman ?? 0) > least : (spearman ?? 0) >= least,
  ).length;
  const order =
    spearman === null
      ? `The orders of ${n} cannot be compared, because all scores of one are the same`
      : `The orders of ${n} ${strength[level]} (Spearman ${decimal(spearman, 2)})`;
  const parts = [
    order,
    shared === null ? "" : `of the ${TOP} strongest words they share ${shared}`,
    relative_l2 === null ? "" : `the scores differ by ${percent(relative_l2)} (relative L2)`,
    sameUnit ? "" : "their units differ",
  ];
  return `${parts.filter(Boolean).join("; ")}.`;
}

/**
 * What a result is of, and the settings in which it differs from another one.
 * @param {Result} result
 * @param {Result} other
 */
export function settingsOf(result, other) {
  const own = SETTINGS.filter((name) => result[name] !== other[name]);
  return [leadOf(result), ...own.map((name) => `${name} ${result[name]}`)].join("; ");
}

/** @param {{ signal: AbortSignal, onCommit: (patch: Partial<Settings>) => void }} options */
export function createCompare({ signal, onCommit }) {
  const keep = button("Keep as A", signal, () => {
    if (drawn?.result) onCommit({ kept: { ...drawn.result, seconds: null } });
  });
  const hint = inline("hint");
  const swap = button("Swap", signal, () => {
    const { result, reference } = drawn ?? {};
    if (!result || !reference) return;
    const { text, ...settings } = reference.request;
    onCommit({ ...settings, target: reference.target, kept: result });
  });
  const close = button("Close", signal, () => {
    onCommit({ kept: {} });
    keep.focus();
  });
  const sentence = element("p");
  sentence.ariaLive = "polite";
  const texts = block();
  const readout = element("p", "caption");
  const found = block("compare-found", [sentence, texts, readout]);
  /** Made when they are first needed. @type {ReturnType<typeof createRow>[]} */
  let rows = [];
  const buttons = block("row", [keep, swap, close, hint]);
  const node = panel("compare", "Compare", [buttons, found]);
  /** @type {View | null} */ let drawn = null;
  /** @type {Comparison | null} */ let comparison = null;

  const read = (/** @type {Event} */ event) => {
    const span = spanAt(event);
    const pair = span && comparison?.pairs[indexOf(span)];
    if (pair) setText(readout, readoutOf(pair));
  };
  listen(found, "pointerover", signal, read);
  listen(found, "focusin", signal, read);
  listen(node, "toggle", signal, () => drawn && draw(drawn));

  /** @param {View} view */
  function draw(view) {
    const { result, reference, compares, live } = view;
    const changed = drawn?.result !== result || drawn.reference !== reference;
    drawn = view;
    node.hidden = result === null;
    const fits = reference?.request.text === result?.request.text;
    keep.hidden = compares;
    swap.hidden = compares || !reference || !fits;
    close.hidden = compares || !reference;
    const missing = compares ? (live ? "Computing A…" : NOT_PRECOMPUTED) : HINT;
    setText(hint, reference ? (fits ? "" : OTHER_TEXT) : missing);
    found.hidden = !reference || !fits;
    if (!node.open || !result || !reference || !fits) return;
    if (!changed && comparison) return;
    if (rows.length === 0) {
      rows = ["A", "B", "A − B"].map((name) => createRow(name, signal));
      texts.append(...rows.map(({ node }) => node));
    }
    comparison = compareResults(reference, result);
    const { pairs, segments, n_texts, sameUnit } = comparison;
    setText(sentence, agreementOf(comparison));
    setText(readout, "");
    const scores = [
      pairs.map(({ first }) => first),
      pairs.map(({ second }) => second),
      pairs.map(({ first, second }) => first - second),
    ];
    const most = sameUnit ? peak(scores.flat().map((score) => ({ score }))) : undefined;
    const about = [settingsOf(reference, result), settingsOf(result, reference), result.unit];
    rows.forEach((row, i) => {
      row.node.hidden = i === 2 && !sameUnit;
      const items = pairs.map(({ text }, j) => {
        return { text, score: scores[i]?.[j] ?? 0, share: null, rank: 0, subwords: [] };
      });
      row.draw(about[i] ?? "", { items, segments, n_texts, profile: () => null }, most);
    });
  }

  return { node, draw };
}

/** @param {Comparison["pairs"][number]} pair */
function readoutOf({ text, first, second }) {
  const numbers = [first, second, first - second].map((number) => signed(number, 4));
  return `${text}: A ${numbers[0]}, B ${numbers[1]}, A − B ${numbers[2]}`;
}

/**
 * @param {string} name
 * @param {AbortSignal} signal
 */
function createRow(name, signal) {
  const about = inline();
  const heatmap = createHeatmap({ signal, name });
  const caption = block("caption", [element("strong", "", name), " ", about]);
  const node = block("", [caption, heatmap.node]);

  /**
   * @param {string} text
   * @param {NonNullable<View["spans"]>} spans
   * @param {number | undefined} most the score of the full colour
   */
  function draw(text, spans, most) {
    setText(about, text);
    heatmap.color(spans, most ?? peak(spans.items));
  }

  return { node, draw };
}
