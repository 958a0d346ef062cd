/** Check: whether the model needs the words that the scores name, measured by taking them away. */

import { block, button, element, inline, listen, setText } from "../elements/dom.js";
import { createSelect, optionsOf } from "../elements/select.js";
import { reasonFor } from "../messages.js";
import { spansOf } from "../state/spans.js";
import { createBaselines } from "./check-baselines.js";
import { axisOf, createChart, createChartLegend } from "./check-chart.js";
import { createFlip } from "./check-flip.js";

/** @import { Check, Settings } from "../model" */
/** @import { View } from "../state/view.js" */

const FEWEST_WORDS = 2;
const STOPPED = "Stopped.";
const NO_CURVES = { without: null, only: null, order: [] };

/** The mark of each verdict, for readers who cannot see its colour. @type {Record<string, string>} */
const MARKS = { better: "✓", chance: "⚠\ufe0e" };

/**
 * Whether nothing more is to come. The baselines are compared last, unless there is one label.
 * @param {View} view
 */
function isComplete({ check, labels }) {
  if (check === null || check.verdict.kind === "pending") return false;
  return check.baselines !== null || labels.length < 2;
}

/**
 * What stands in place of the verdict as long as there is none.
 * @param {View} view
 * @param {{ stopped: boolean, wasLive: boolean }} history
 */
function placeholder({ live, result, status }, { stopped, wasLive }) {
  if (!live) {
    if (wasLive) return "Not checked, and no kernel is connected.";
    return "Not checked before this page was saved.";
  }
  if (result && spansOf(result, "word").items.length < FEWEST_WORDS) {
    return "A check takes at least two words: one to take away, and one to keep.";
  }
  if (status === "error") return "Not checked.";
  return stopped ? STOPPED : "Checking…";
}

/**
 * @param {{
 *   signal: AbortSignal,
 *   onCommit: (patch: Partial<Settings>) => void,
 *   onLight: (spans: Set<number>) => void,
 *   onShow: () => void,
 * }} options
 */
export function createCheck({ signal, onCommit, onLight, onShow }) {
  const mark = inline();
  mark.ariaHidden = "true";
  const sentence = inline();
  const verdict = element("p", "verdict", [mark, " ", sentence]);
  verdict.ariaLive = "polite";
  const again = button("Check again", signal, () => shown?.again());
  const restart = inline("", [" ", again]);
  const without = createChart("Without the best words", "words taken away");
  const only = createChart("With the best words alone", "words kept");
  const charts = block("charts", [without.node, only.node, createChartLegend()]);
  const flip = createFlip({ signal, onLight, onShow });
  const agreement = element("p");
  const numbers = element("p", "caption");
  const facts = block("facts", [flip.node, agreement, numbers]);
  const baselines = createBaselines({ signal, onCommit });
  const erase = createSelect({
    ...{ signal, name: "Take words away by" },
    onCommit: (/** @type {string} */ erase) => onCommit({ erase }),
  });
  erase.node.classList.add("lig-erase");
  const body = block("check-body", [...[verdict, charts, facts, baselines.node, erase.node]]);
  const summary = element("summary", "", "Check");
  const node = element("details", "more check", [summary, body]);

  let open = false; // in the model
  let wasLive = false;
  let wasWorking = false;
  let stopped = false;
  /** @type {Check | null} */
  let drawn = null;
  /** @type {View | null} */
  let shown = null;

  listen(node, "toggle", signal, () => {
    if (node.open !== open) onCommit({ checking: node.open });
  });

  /** @param {View} view */
  function draw(view) {
    const { check, result, live, status, stale } = view;
    shown = view;
    node.hidden = result === null;
    // Only if the model changed: a drawing in between must not undo a click.
    if (view.checking !== open) node.open = open = view.checking;
    const working = live && (status === "running" || status === "checking");
    const words = result ? spansOf(result, "word").items.length : 0;
    const wanted = live && view.checking && words >= FEWEST_WORDS;
    stopped = wanted && status === "idle" && !isComplete(view) && (wasWorking || stopped);
    wasWorking = working;
    drawVerdict(view);
    verdict.ariaBusy = String(working); // announced once, when it is final
    wasLive ||= live;

    const possible = check !== null || (live && words >= FEWEST_WORDS);
    const pending = possible && live && !stopped && status !== "error";
    charts.hidden = facts.hidden = check === null && !pending;
    drawFacts(view);
    const curves = check ?? NO_CURVES;
    const n = curves.order.length;
    const axis = axisOf(result, [curves.without, curves.only]);
    without.draw(result?.target ?? "", curves.without, n, axis);
    only.draw(result?.target ?? "", curves.only, n, axis);
    // Those of one label, such as a value, are not compared.
    const comparing = view.labels.length > 1 && possible && live;
    baselines.draw(view, comparing && (check === null || working || stale));
    erase.node.hidden = !possible;
    const used = live ? view.erase : (check?.erase ?? null);
    const offered = optionsOf(view.choices.erasures ?? [], used, view.choices.names);
    erase.draw(offered, used, reasonFor(view));
    drawn = check;
  }

  /** @param {View} view */
  function drawVerdict(view) {
    const { kind, sentence: found } = view.check?.verdict ?? { kind: "", sentence: "" };
    keepHeight(verdict, view);
    const text = stopped ? `${found} ${STOPPED}` : found;
    setText(sentence, view.check ? text : placeholder(view, { stopped, wasLive }));
    const known = Object.hasOwn(MARKS, kind);
    setText(mark, known ? (MARKS[kind] ?? "") : "");
    drawRestart();
    verdict.className = known ? `lig-verdict lig-${kind}` : "lig-verdict";
  }

  function drawRestart() {
    if (stopped === Boolean(restart.parentNode)) return;
    if (stopped) verdict.append(restart);
    else {
      if (again.matches(":focus")) summary.focus(); // keeps the place in the tab order
      restart.remove();
    }
  }

  /** @param {View} view */
  function drawFacts(view) {
    const { check } = view;
    keepHeight(facts, view);
    flip.draw(view);
    setText(agreement, check?.agreement ?? "");
    setText(numbers, check?.numbers ?? "");
  }

  /**
   * Nothing below moves while a check is replaced by the next one.
   * @param {HTMLElement} part
   * @param {View} view
   */
  function keepHeight(part, { check }) {
    if (check && !wasWorking) part.style.minHeight = "";
    else if (drawn && !part.style.minHeight) {
      part.style.minHeight = `${part.getBoundingClientRect().height}px`;
    }
  }

  return { node, draw };
}
