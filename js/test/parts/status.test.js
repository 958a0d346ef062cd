import { afterEach, expect, test } from "vitest";
import { agreement, createStatus, facts, lineOf, warning } from "../../parts/status.js";
import { readView } from "../../state/view.js";
import { goldenModel, goldenResult, goldenState } from "../support/fake-model.js";
import { mount } from "../support/mount.js";
import { snapshotsOf } from "../support/results.js";

/** @import { Result, State } from "../../model" */

afterEach(() => document.body.replaceChildren());

test("the status shows the accuracy summary and the time", () => {
  const result = { ...goldenResult(), seconds: 0.42 };
  const { find } = mount(goldenModel({ result }));
  expect(find(".lig-summary").textContent).toBe(`${result.accuracy_summary} Computed in 0.4 s.`);
});

test("the time is shown if it was measured, and never as zero", () => {
  const { accuracy_summary } = goldenResult();
  expect(facts({ accuracy_summary, seconds: 0.004 })).toMatch(/ Computed in 0\.004 s\.$/);
  expect(facts({ accuracy_summary, seconds: null })).toBe(accuracy_summary);
});

test("the line says how accurate the scores are and what they took, and no more than is known", () => {
  const { choices } = goldenState();
  const lineFor = (/** @type {string} */ phase, /** @type {Result} */ result, computedBy = null) =>
    lineOf(phase, result, { choices, computedBy });
  const known = { ...goldenResult(), converged: true, error_estimate: 0.008, n_evaluations: 21 };
  expect(lineFor("", { ...known, seconds: 0.72 })).toBe(
    "Converged · ±0.8 % · 21 gradients · 0.7 s",
  );
  expect(lineFor("", { ...known, seconds: null })).toBe("Converged · ±0.8 % · 21 gradients");
  expect(lineFor("Computing…", { ...known, seconds: null })).toBe(
    "Computing… · ±0.8 % · 21 gradients",
  );
  const unknown = { ...known, seconds: null, converged: false, error_estimate: null };
  expect(lineFor("", unknown)).toBe("Not converged · 21 gradients");
  const fixed = { ...unknown, converged: null, method: "riemann_middle", n_steps: 50 };
  expect(lineFor("", fixed)).toBe("midpoint, 50 steps · 21 gradients");
});

test("another algorithm takes samples and evaluations, not steps and gradients", () => {
  const { choices } = goldenState();
  const result = { ...goldenResult(), converged: null, error_estimate: null, seconds: null };
  const line = (/** @type {string} */ name, /** @type {number} */ n_steps) =>
    lineOf(
      "",
      { ...result, method: name, n_steps, n_evaluations: 51 },
      { choices, computedBy: choices.algorithms?.[name] ?? null },
    );
  expect(line("gradient_shap", 50)).toBe("GradientSHAP, 50 samples · 51 evaluations");
  expect(line("deep_lift", 0)).toBe("DeepLIFT · 51 evaluations");
});

test("convergence is shown, but not while running or for a fixed rule", () => {
  const model = goldenModel();
  const { find } = mount(model);
  const phase = () => find(".lig-accuracy span").textContent?.split(" · ")[0];
  expect(phase()).toBe("Converged");
  model.receive({ status: "running" });
  expect(phase()).toBe("Computing…");
  model.receive({ status: "idle", result: { ...goldenResult(), converged: false } });
  expect(phase()).toBe("Not converged");
  model.receive({ result: { ...goldenResult(), converged: null } });
  expect(phase()).toBe("auto, 17 steps");
});

test("a check is work like any other, and the warnings of its result stay", () => {
  const model = goldenModel({
    result: { ...goldenResult(), converged: false },
    status: "checking",
  });
  const { find, button, root } = mount(model);
  const phase = () => find(".lig-accuracy span").textContent?.split(" · ")[0];
  expect(phase()).toBe("Checking…");
  expect(find(".lig-warning").textContent).toContain("not converged");
  expect(root.classList.contains("lig-stale")).toBe(false);
  model.receive({ progress: 0.3 });
  expect(find("progress")).toMatchObject({ hidden: false, value: 0.3 });
  button("Cancel").click();
  expect(model.sent).toEqual([{ cancel: true }]);
  model.receive({ status: "idle", result: goldenResult() });
  expect(phase()).toBe("Converged");
  expect(find("progress")).toHaveProperty("hidden", true);
});

test("a converged result gives no warning, nor does a fixed rule", () => {
  expect(warning({ ...goldenResult(), converged: true })).toBe("");
  expect(warning({ ...goldenResult(), converged: null })).toBe("");
});

test("an unreached tolerance gives a warning", () => {
  const result = { ...goldenResult(), converged: false, n_steps: 1000 };
  result.request.tolerance = 0.01;
  expect(warning(result)).toBe("not converged: 1000 steps did not reach the tolerance of 1.0 %.");
});

test("equal values at both ends give a warning, because shares are undefined", () => {
  const result = { ...goldenResult(), relative_delta: null };
  expect(warning(result)).toContain("f(x) equals f(x′)");
  const { find } = mount(goldenModel({ result }));
  expect(find(".lig-status").textContent).not.toMatch(/NaN|null/);
});

test("Cancel is there while running, and asks Python to stop", () => {
  const model = goldenModel();
  const { button } = mount(model);
  expect(button("Cancel").hidden).toBe(true);
  model.receive({ status: "running" });
  expect(button("Cancel").hidden).toBe(false);
  button("Cancel").click();
  expect(model.sent).toEqual([{ cancel: true }]);
  expect(model.saved).toEqual([]);
  model.receive({ status: "idle" });
  expect(button("Cancel").hidden).toBe(true);
});

test("after Cancel the status says that the result is an earlier one, until the next request", () => {
  const model = goldenModel();
  const { find } = mount(model);
  const phase = () => find(".lig-accuracy span").textContent?.split(" · ")[0];
  model.receive({ target: "sport" });
  expect(phase()).toBe("Converged"); // Python has not received it yet
  model.receive({ status: "running" });
  model.receive({ status: "idle" });
  expect(phase()).toBe("Stopped; showing an earlier result");
  model.receive({ status: "running" });
  expect(phase()).toBe("Computing…");
  const result = goldenResult();
  result.request.target = "sport";
  model.receive({ status: "idle", result });
  expect(phase()).toBe("Converged");
});

test("when a focused Cancel disappears the focus stays in the status line", () => {
  const model = goldenModel({ status: "running" });
  const { button, status } = mount(model);
  button("Cancel").focus();
  model.receive({ status: "idle" });
  expect(status.contains(document.activeElement)).toBe(true);
});

test("the status says whether Flair predicts the same, and how far it differs", () => {
  expect(agreement(null)).toBe("");
  expect(agreement(1e-7)).toBe("✓ explains Flair's own prediction");
  expect(agreement(0.031)).toBe("Flair's own prediction differs by up to 3.1 %.");
  const model = goldenModel();
  const { find } = mount(model);
  const mark = find(".lig-parity");
  expect(mark.textContent).toContain("✓");
  model.receive({ parity: 0.2 });
  expect(mark.textContent).toBe("");
  expect(find("[role=status] .lig-note").textContent).toContain("differs by up to 20");
});

/** @param {Parameters<typeof goldenModel>[0]} [changes] */
function mountLive(changes) {
  const model = goldenModel(changes);
  const { el, find, root } = mount(model);
  const message = () => find(".lig-kernel").textContent;
  expect(message()).toBe("");
  /** @param {boolean} disconnected */
  const disconnect = async (disconnected) => {
    el.classList.toggle("jupyter-widgets-disconnected", disconnected);
    await new Promise((resolve) => setTimeout(resolve)); // the observer
  };
  return { find, disconnect, model, root, message };
}

test("a disconnected kernel is reported until it reconnects", async () => {
  const { disconnect, message } = mountLive();
  await disconnect(true);
  expect(message()).toBe("No kernel is connected; showing the last result.");
  await disconnect(false);
  expect(message()).toBe("");
});

test("with snapshots precomputed results replace the kernel", async () => {
  const { find, disconnect, message } = mountLive({ snapshots: snapshotsOf() });
  expect(find(".lig-badge")).toHaveProperty("hidden", true);
  await disconnect(true);
  expect(message()).toBe("No kernel: showing precomputed results.");
  expect(find(".lig-badge")).toHaveProperty("hidden", false);
});

test("a kernel that disconnects while computing leaves an earlier result, and the status says so", async () => {
  const { find, disconnect, model, message } = mountLive();
  model.receive({ target: "sport" });
  model.receive({ status: "running" });
  await disconnect(true);
  expect(message()).toBe(
    "The kernel disconnected before the result arrived; showing an earlier result.",
  );
  expect(find(".lig-accuracy").textContent).not.toMatch(/Computing|Stopped/);
  expect(find("progress")).toHaveProperty("hidden", true);
});

/**
 * @template T
 * @param {T[]} items
 * @returns {T[][]} in every order
 */
function orders(items) {
  if (items.length < 2) return [items];
  return items.flatMap((first) =>
    orders(items.filter((each) => each !== first)).map((rest) => [first, ...rest]),
  );
}

const OF_SPORT = goldenResult();
OF_SPORT.request.target = OF_SPORT.target = "sport";

/** The messages that lead to each status. @type {[State["status"], Partial<State>[]][]} */
const CHANGES = [
  ["running", [{ status: "running" }, { error: "" }]],
  ["checking", [{ status: "checking" }, { error: "" }, { result: OF_SPORT }]],
  ["error", [{ status: "error" }, { error: "no such label" }]],
  ["idle", [{ status: "idle" }, { error: "" }, { result: OF_SPORT }]],
];

test.each(CHANGES)("the messages of %s may arrive in any order", (after, messages) => {
  const { signal } = new AbortController();
  for (const [before] of CHANGES) {
    const ends = new Set();
    for (const order of orders(messages)) {
      const error = before === "error" ? "an older error" : "";
      const model = goldenModel({ target: "sport", status: before, error });
      const { node, draw } = createStatus({ signal, onCancel: () => {} });
      const failure = /** @type {Element} */ (node.querySelector(".lig-error"));
      draw(readView(model, {}, true));
      for (const message of order) {
        model.receive(message);
        draw(readView(model, {}, true));
        if (model.get("status") !== "error") expect(failure.textContent).toBe("");
      }
      expect(failure.textContent).toBe(after === "error" ? "no such label" : "");
      ends.add(node.outerHTML);
    }
    expect(ends.size, `from ${before}`).toBe(1);
  }
});

test("a setting that Python refuses leaves its error, what was typed, and the last picture", () => {
  const model = goldenModel({ method: "riemann_left", n_steps: 50 });
  const { find, number, text, button } = mount(model);
  number.value = "20000";
  number.dispatchEvent(new Event("input"));
  number.dispatchEvent(new Event("change"));
  const error = "n_steps=20,000 is too many; give at most 10,000";
  model.receive({ error });
  model.receive({ status: "error" });
  expect([find(".lig-error").textContent, number.value]).toEqual([error, "20000"]);
  expect(text.textContent).toBe(goldenResult().request.text);

  const long = "word ".repeat(30_000);
  button("Edit").click();
  const area = /** @type {HTMLTextAreaElement} */ (find(".lig-area"));
  area.value = long;
  button("Explain").click();
  expect(model.saved.at(-1)).toEqual({ text: long });
  model.receive({ error: "text has 150,000 characters; give at most 100,000" });
  expect(find(".lig-error").textContent).toContain("at most 100,000");
  expect(area.value).toBe(long);
  button("Discard").click();
  expect(text.textContent).toBe(goldenResult().request.text);
  expect(model.saved.at(-1)).toEqual({ text: goldenResult().request.text });
});
