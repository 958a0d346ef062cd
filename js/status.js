/** The status line: how exact the scores are, what goes on, what went wrong; and Cancel. */

import { button, element, setText } from "./dom.js";
import { decimal, percent, plural, signed } from "./format.js";

/** @import { Result } from "./model" */
/** @import { View } from "./state.js" */

const ROUNDING = 1e-5; // by so much two ways of computing a probability may differ

/**
 * Whether it is Flair's own prediction that is explained; empty while that is not known.
 * @param {number | null} parity
 */
export function agreement(parity) {
  if (parity === null) return "";
  if (parity <= ROUNDING) return "✓ explains Flair's own prediction";
  return `Flair's own prediction differs by up to ${percent(parity)}`;
}

/**
 * @param {Result} result
 * @returns {string}
 */
export function summary(result) {
  const { delta, relative_delta, unit, rounding } = result;
  const size = relative_delta === null ? "" : ` (${percent(Math.abs(relative_delta))})`;
  const within = result.error_estimate;
  const facts = [
    `Delta ${decimal(delta, 3)} ${unit}${size}`,
    within === null ? "error of the scores not known" : `scores within ${percent(within)}`,
    plural(result.n_evaluations, "evaluation"),
  ];
  if (result.seconds !== null) facts.push(`${decimal(result.seconds, 1)} s`);
  if (rounding !== null) facts.push(`${result.precision}, rounding ${percent(rounding)}`);
  if (result.special_score !== 0) {
    facts.push(`special tokens hold ${signed(result.special_score, 4)} ${unit}`);
  }
  return `${facts.join(", ")}.`;
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

/**
 * What it means that there is no kernel; empty if there is one, or if there never was and nothing
 * is missing.
 * @param {Pick<View, "live" | "stops" | "stale">} view
 * @param {boolean} lost was there one before?
 */
export function connection({ live, stops, stale }, lost) {
  if (live) return "";
  if (stale) return "The kernel went away before the answer came; this is an earlier picture.";
  if (!lost) return "";
  if (stops) return "No kernel: snapshots answer.";
  return "No kernel is connected: this is the last picture.";
}

/**
 * @param {AbortSignal} signal
 * @param {() => void} cancel
 */
export function createStatus(signal, cancel) {
  const facts = element("span", "flair-lig-summary");
  const mark = element("span", "flair-lig-parity");
  const notes = element("div", "flair-lig-note");
  const kernel = element("div", "flair-lig-note flair-lig-kernel");
  const alarm = element("div", "flair-lig-warning");
  const failure = element("div", "flair-lig-error");
  const doing = element("span");
  const bar = element("progress");
  bar.ariaLabel = "Progress";
  const stop = button("Cancel", signal, cancel);
  const badge = element("span", "flair-lig-badge", "Snapshot");
  const activity = element("span", "flair-lig-activity", [doing, badge, bar, stop]);
  activity.tabIndex = -1;
  const parts = [activity, facts, " ", mark, notes, kernel, alarm, failure];
  const status = element("div", "flair-lig-status", parts);
  status.role = "status";
  status.ariaLive = "polite";
  status.ariaAtomic = "false"; // read out what is new, not the whole line

  let lived = false;
  let ran = false;
  let stopped = false;

  /** @param {View} view */
  function draw(view) {
    const { result, status: now, stale, progress, error, parity, live, stops } = view;
    const running = now === "running";
    // Cancelled: it no longer runs, and what was wished for is not there.
    stopped = live && now === "idle" && stale && (ran || stopped);
    ran = running;
    setText(facts, result ? summary(result) : "");
    setText(mark, result ? agreement(parity) : "");
    mark.classList.toggle("flair-lig-agrees", parity !== null && parity <= ROUNDING);
    setText(notes, result ? result.notes.join(" ") : "");
    // Not while it runs: a result on the way to convergence has not failed to converge.
    setText(kernel, connection(view, lived));
    lived ||= live;
    badge.hidden = stops === null;
    const count = stops === null ? "" : plural(stops.count, "answer");
    badge.title = `No kernel: the sliders move among ${count} that were computed beforehand.`;
    setText(alarm, result && !running ? warning(result) : "");
    setText(failure, now === "error" ? error : "");
    // In one place, whose room is kept: so nothing moves when one becomes the other.
    const rest = stopped ? "Stopped: an earlier picture" : result?.converged ? "Converged" : "";
    setText(doing, running ? "Computing…" : rest);
    if (!running && stop.matches(":focus")) activity.focus(); // or Tab would begin anew
    bar.hidden = stop.hidden = !running;
    // An attribute, no text: what moves is seen, and not read out.
    if (running && progress > 0) bar.value = progress;
    else bar.removeAttribute("value"); // not known yet
  }

  return { node: status, draw };
}
