/** The status line: accuracy, progress, warnings and errors, and the Cancel button. */

import { button, element, setText } from "../elements/dom.js";
import { decimal, percent, plural } from "../elements/format.js";

/** @import { Result } from "../model" */
/** @import { View } from "../state/view.js" */

const ROUNDING = 1e-5; // how far two computations of a probability may differ

/**
 * Whether Flair's own prediction is explained; empty while that is unknown.
 * @param {number | null} parity
 */
export function agreement(parity) {
  if (parity === null) return "";
  if (parity <= ROUNDING) return "✓ explains Flair's own prediction";
  return `Flair's own prediction differs by up to ${percent(parity)}`;
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
  const summary = element("span", "flair-lig-summary");
  const parityMark = element("span", "flair-lig-parity");
  const notes = element("div", "flair-lig-note");
  const kernel = element("div", "flair-lig-note flair-lig-kernel");
  const warnings = element("div", "flair-lig-warning");
  const failure = element("div", "flair-lig-error");
  const phase = element("span");
  const bar = element("progress");
  bar.ariaLabel = "Progress";
  const cancel = button("Cancel", signal, onCancel);
  const badge = element("span", "flair-lig-badge", "Snapshot");
  const activity = element("span", "flair-lig-activity", [phase, badge, bar, cancel]);
  activity.tabIndex = -1;
  const parts = [activity, summary, " ", parityMark, notes, kernel, warnings, failure];
  const node = element("div", "flair-lig-status", parts);
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
    setText(parityMark, result ? agreement(parity) : "");
    parityMark.classList.toggle("flair-lig-agrees", parity !== null && parity <= ROUNDING);
    setText(notes, result ? result.notes.join(" ") : "");
    setText(kernel, connectionMessage(view, wasLive));
    wasLive ||= live;
    badge.hidden = stops === null;
    const count = stops === null ? "" : plural(stops.count, "precomputed result");
    badge.title = `No kernel: the controls choose among ${count}.`;
    // Not while running: a result on its way to convergence has not failed to converge.
    setText(warnings, result && !running ? warning(result) : "");
    setText(failure, status === "error" ? error : "");
    // All in one place with reserved room, so that nothing moves when the phase changes.
    const done = result?.converged ? "Converged" : "";
    const rest = stopped ? "Stopped; showing an earlier result" : done;
    setText(phase, running ? "Computing…" : working ? "Checking…" : rest);
    if (!working && cancel.matches(":focus")) activity.focus(); // keeps the place in the tab order
    bar.hidden = cancel.hidden = !working;
    // An attribute, not text: progress is visible but not announced.
    if (working && progress > 0) bar.value = progress;
    else bar.removeAttribute("value"); // indeterminate
  }

  return { node, draw };
}
