/** The status line: accuracy, with details on demand, progress, Cancel, warnings and errors. */

import { block, button, element, inline, setText } from "../elements/dom.js";
import { amount, decimal, percent, plural } from "../elements/format.js";

/** @import { Result } from "../model" */
/** @import { View } from "../state/view.js" */

const STOPPED = "Stopped; showing an earlier result";
const ROUNDING = 1e-5; // how far two computations of a probability may differ

/**
 * Whether Flair's own prediction is explained; empty while that is unknown.
 * @param {number | null} parity
 * @param {(difference: number) => string} [format]
 */
export function agreement(parity, format = percent) {
  if (parity === null) return "";
  if (parity <= ROUNDING) return "✓ explains Flair's own prediction";
  return `Flair's own prediction differs by up to ${format(parity)}.`;
}

/**
 * The accuracy and cost of a result.
 * @param {Pick<Result, "accuracy_summary" | "seconds">} result
 */
export function facts({ accuracy_summary, seconds }) {
  if (seconds === null) return accuracy_summary;
  return `${accuracy_summary} Computed in ${decimal(seconds, 1)} s.`;
}

/**
 * The accuracy and cost of a result in a few words, after what is going on.
 * @param {string} phase empty at rest
 * @param {Pick<Result, "converged" | "method" | "n_steps" | "error_estimate" | "n_evaluations"
 *   | "seconds">} result
 * @param {Pick<View, "choices" | "computedBy">} view
 */
export function lineOf(phase, result, { choices, computedBy }) {
  const { converged, method, n_steps, error_estimate, n_evaluations, seconds } = result;
  const name = computedBy?.name ?? choices.names?.[method] ?? method;
  const rule = n_steps ? `${name}, ${plural(n_steps, computedBy?.samples || "step")}` : name;
  const rest = converged === null ? rule : converged ? "Converged" : "Not converged";
  const parts = [
    phase || rest,
    error_estimate === null ? "" : `±${percent(error_estimate)}`,
    plural(n_evaluations, computedBy ? "evaluation" : "gradient"),
    seconds === null ? "" : `${decimal(seconds, 1)} s`,
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * Problems of a result; empty if there are none.
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
  if (relative_delta === null) warnings.push("f(x) equals f(x′), so no word has a share.");
  return warnings.join(" ");
}

/**
 * The effect of a missing kernel; empty with a kernel, or if there never was one and nothing is
 * missing.
 * @param {Pick<View, "live" | "stops" | "stale">} view
 * @param {boolean} wasLive whether there was a kernel before
 */
export function connectionMessage({ live, stops, stale }, wasLive) {
  if (live) return "";
  if (stale) {
    return "The kernel disconnected before the result arrived; showing an earlier result.";
  }
  if (!wasLive) return "";
  if (stops) return "No kernel: showing precomputed results.";
  return "No kernel is connected; showing the last result.";
}

/** @param {{ signal: AbortSignal, onCancel: () => void }} options */
export function createStatus({ signal, onCancel }) {
  const line = inline();
  const parityMark = inline("parity");
  const summary = inline("summary");
  const brief = element("summary", "", [line, " ", parityMark]);
  const details = element("details", "accuracy", [brief, summary]);
  const notes = block("note");
  const kernel = block("note kernel");
  const warnings = block("warning");
  const failure = block("error");
  const bar = element("progress");
  bar.ariaLabel = "Progress";
  const cancel = button("Cancel", signal, onCancel);
  const badge = inline("badge", "Snapshot");
  const activity = inline("activity", [badge, bar, cancel]);
  activity.tabIndex = -1;
  const head = block("status-line", [details, activity]);
  const node = block("status", [head, notes, kernel, warnings, failure]);
  node.role = "status";
  node.ariaLive = "polite";
  node.ariaAtomic = "false"; // announce only what is new

  let wasLive = false;
  let wasWorking = false;
  let stopped = false;

  /** @param {View} view */
  function draw(view) {
    const { result, status, stale, progress, error, parity, live, stops } = view;
    const running = status === "running";
    const working = running || status === "checking";
    // Cancelled: it no longer runs, and the result does not match the request.
    stopped = live && status === "idle" && stale && (wasWorking || stopped);
    wasWorking = working;
    setText(summary, result ? facts(result) : "");
    const agrees = parity !== null && parity <= ROUNDING;
    setText(parityMark, result && agrees ? agreement(parity) : "");
    const format = result?.output === "value" ? amount : percent;
    const differs = result && !agrees ? agreement(parity, format) : "";
    setText(notes, result ? [differs, ...result.notes].filter(Boolean).join(" ") : "");
    setText(kernel, connectionMessage(view, wasLive));
    wasLive ||= live;
    badge.hidden = stops === null;
    const count = stops === null ? "" : plural(stops.count, "precomputed result");
    badge.title = `No kernel: the controls choose among ${count}.`;
    // Not while running: a result on its way to convergence has not failed to converge.
    setText(warnings, result && !running ? warning(result) : "");
    setText(failure, status === "error" ? error : "");
    const phase = running ? "Computing…" : working ? "Checking…" : stopped ? STOPPED : "";
    setText(line, result ? lineOf(phase, result, view) : phase);
    brief.title = brief.textContent ?? ""; // it may be cut off
    details.hidden = line.textContent === "";
    if (!working && cancel.matches(":focus")) activity.focus(); // keeps the place in the tab order
    bar.hidden = cancel.hidden = !working;
    // An attribute, not text: progress is visible but not announced.
    if (working && progress > 0) bar.value = progress;
    else bar.removeAttribute("value"); // indeterminate
  }

  return { node, draw };
}
