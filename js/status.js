/** The status line: what was predicted, how exact the scores are, what goes on, what went wrong. */

import { element, setText } from "./dom.js";
import { decimal, percent, plural, signed } from "./format.js";

/** @import { Result } from "./model" */
/** @import { View } from "./state.js" */

/**
 * @param {Result} result
 * @returns {string}
 */
export function summary(result) {
  const { value, baseline_value, delta, relative_delta, unit, rounding } = result;
  const size = relative_delta === null ? "" : ` (${percent(Math.abs(relative_delta))})`;
  const facts = [
    `f(x) ${decimal(value, 3)}`,
    `f(x′) ${decimal(baseline_value, 3)}`,
    `delta ${decimal(delta, 3)} ${unit}${size}`,
    plural(result.n_evaluations, "evaluation"),
  ];
  const within = result.error_estimate;
  facts.push(
    within === null ? "error of the scores not known" : `scores within ${percent(within)}`,
  );
  if (rounding !== null) facts.push(`${result.precision}, rounding ${percent(rounding)}`);
  if (result.special_score !== 0) {
    facts.push(`special tokens hold ${signed(result.special_score, 4)} ${unit}`);
  }
  return `${predictedLabels(result)}Explaining ${result.explained}: ${facts.join(", ")}.`;
}

/**
 * One label as a rule; a multi-label classifier may predict several, or none.
 * @param {Result} result
 */
function predictedLabels({ prediction, predicted }) {
  const chosen = prediction
    .filter(([label]) => predicted.includes(label))
    .map(([label, probability]) => `${label} (${percent(probability)})`);
  if (chosen.length > 0) return `Predicted ${chosen.join(", ")}. `;
  const [closest] = prediction;
  if (closest === undefined) return "";
  return `Predicted no label; ${closest[0]} comes closest (${percent(closest[1])}). `;
}

/**
 * What must not be overlooked; empty if there is nothing.
 * @param {Result} result
 * @returns {string}
 */
export function warning({ relative_delta, converged, n_steps, request }) {
  const warnings = [];
  if (converged === false) {
    const steps = plural(n_steps, "step");
    const goal = percent(request.tolerance);
    warnings.push(`not converged: ${steps} did not reach the tolerance of ${goal}.`);
  }
  if (relative_delta === null) warnings.push("f(x) equals f(x′), so no share exists.");
  return warnings.join(" ");
}

export function createStatus() {
  const facts = element("span", "flair-lig-summary");
  const notes = element("div", "flair-lig-note");
  const alarm = element("div", "flair-lig-warning");
  const failure = element("div", "flair-lig-error");
  const doing = element("span");
  const bar = element("progress");
  bar.ariaLabel = "Progress";
  const activity = element("span", "flair-lig-activity", [doing, bar]);
  const parts = [facts, " ", activity, notes, alarm, failure];
  const status = element("div", "flair-lig-status", parts);
  status.role = "status";
  status.ariaLive = "polite";
  status.ariaAtomic = "false"; // read out what is new, not the whole line

  /** @param {View} view */
  function draw({ result, status: now, progress, error }) {
    const running = now === "running";
    setText(facts, result ? summary(result) : "");
    setText(notes, result ? result.notes.join(" ") : "");
    // Not while it runs: a result on the way to convergence has not failed to converge.
    setText(alarm, result && !running ? warning(result) : "");
    setText(failure, now === "error" ? error : "");
    setText(doing, running ? "Computing…" : "");
    bar.hidden = !running;
    // An attribute, no text: what moves is seen, and not read out.
    if (running && progress > 0) bar.value = progress;
    else bar.removeAttribute("value"); // not known yet
  }

  return { node: status, draw };
}
