import { expect, test } from "vitest";
import { agreement, summary, warning } from "../status.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { mount } from "./mount.js";
import { snapshotsOf } from "./results.js";

/** The numbers of the sentence that do not depend on the golden payload's. */
const numbers = {
  unit: "logit",
  delta: -0.0191,
  relative_delta: -0.005,
  error_estimate: 0.0081,
  n_evaluations: 17,
  rounding: null,
  special_score: 0,
  seconds: 0.42,
};

test("the summary tells the delta, the error and the cost", () => {
  expect(summary({ ...goldenResult(), ...numbers })).toBe(
    "Delta −0.019 logit (0.5 %), scores within 0.8 %, 17 evaluations, 0.4 s.",
  );
});

test("how long it took is told if it was measured, and never as nothing", () => {
  expect(summary({ ...goldenResult(), ...numbers, seconds: 0.004 })).toContain(" 0.004 s.");
  expect(summary({ ...goldenResult(), ...numbers, seconds: null })).toMatch(/17 evaluations\.$/);
});

test("that it has converged is told, but not while it runs, nor for a fixed rule", () => {
  const model = goldenModel();
  const { find } = mount(model);
  const doing = () => find(".flair-lig-activity > span").textContent;
  expect(doing()).toBe("Converged");
  model.receive({ status: "running" });
  expect(doing()).toBe("Computing…");
  for (const converged of [null, false]) {
    model.receive({ status: "idle", result: { ...goldenResult(), converged } });
    expect(doing()).toBe("");
  }
});

test("every number has the unit of what is explained, and a small one is no zero", () => {
  const result = {
    ...goldenResult(),
    ...numbers,
    unit: "probability",
    delta: -0.00021,
    special_score: 0.000004,
  };
  expect(summary(result)).toBe(
    "Delta −0.0002 probability (0.5 %), scores within 0.8 %, 17 evaluations, 0.4 s, " +
      "special tokens hold +0.000004 probability.",
  );
});

test("what bfloat16 rounds away is told, and float32 has nothing to tell", () => {
  const rounded = { precision: /** @type {const} */ ("bfloat16"), rounding: 0.0061 };
  expect(summary({ ...goldenResult(), ...numbers, ...rounded })).toContain(
    "17 evaluations, 0.4 s, bfloat16, rounding 0.6 %.",
  );
  expect(summary(goldenResult())).not.toMatch(/float|rounding/);
});

test("a fixed rule claims no accuracy that was not estimated", () => {
  const text = summary({ ...goldenResult(), error_estimate: null, converged: null });
  expect(text).not.toContain("within");
});

test("what special tokens hold is told unless it is nothing", () => {
  expect(summary({ ...goldenResult(), special_score: 0 })).not.toContain("special");
  expect(summary({ ...goldenResult(), special_score: -0.5 })).toContain(
    "special tokens hold −0.5000 logit",
  );
});

test("a converged result gives no warning, nor does a fixed rule", () => {
  expect(warning({ ...goldenResult(), converged: true })).toBe("");
  expect(warning({ ...goldenResult(), converged: null })).toBe("");
});

test("an unreached tolerance is said in words", () => {
  const result = { ...goldenResult(), converged: false, n_steps: 1000 };
  result.request.tolerance = 0.01;
  expect(warning(result)).toBe("not converged: 1000 steps did not reach the tolerance of 1.0 %.");
});

test("equal values at both ends leave no share, and it is said", () => {
  const result = { ...goldenResult(), relative_delta: null };
  expect(warning(result)).toContain("f(x) equals f(x′)");
  expect(summary(result)).not.toMatch(/NaN|null/);
});

test("Cancel is there while it runs, and tells Python to stop", () => {
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

test("after Cancel it is said that the picture is an earlier one, until there is a new wish", () => {
  const model = goldenModel();
  const { find } = mount(model);
  const doing = () => find(".flair-lig-activity > span").textContent;
  model.receive({ target: "sport" });
  expect(doing()).toBe("Converged"); // Python has not heard of it yet
  model.receive({ status: "running" });
  model.receive({ status: "idle" });
  expect(doing()).toBe("Stopped: an earlier picture");
  model.receive({ status: "running" });
  expect(doing()).toBe("Computing…");
  const result = goldenResult();
  result.request.target = "sport";
  model.receive({ status: "idle", result });
  expect(doing()).toBe("Converged");
});

test("when Cancel goes away under the hand the focus stays where it was on the page", () => {
  const model = goldenModel({ status: "running" });
  const { button, status } = mount(model);
  button("Cancel").focus();
  model.receive({ status: "idle" });
  expect(status.contains(document.activeElement)).toBe(true);
});

test("it is told whether Flair predicts the same, and by how much not", () => {
  expect(agreement(null)).toBe("");
  expect(agreement(1e-7)).toBe("✓ explains Flair's own prediction");
  expect(agreement(0.031)).toBe("Flair's own prediction differs by up to 3.1 %");
  const model = goldenModel();
  const { find } = mount(model);
  const mark = find(".flair-lig-parity");
  expect(mark.textContent).toContain("✓");
  expect(mark.classList.contains("flair-lig-agrees")).toBe(true);
  model.receive({ parity: 0.2 });
  expect(mark.textContent).toContain("differs by up to 20");
  expect(mark.classList.contains("flair-lig-agrees")).toBe(false);
});

/** @param {Parameters<typeof goldenModel>[0]} [changed] */
function losing(changed) {
  const model = goldenModel(changed);
  const { el, find, root } = mount(model);
  const told = () => find(".flair-lig-kernel").textContent;
  expect(told()).toBe("");
  /** @param {boolean} gone */
  const lose = async (gone) => {
    el.classList.toggle("jupyter-widgets-disconnected", gone);
    await new Promise((resolve) => setTimeout(resolve)); // the observer
  };
  return { find, lose, model, root, told };
}

test("a kernel that goes is missed, and when it is back nothing is said any more", async () => {
  const { lose, told } = losing();
  await lose(true);
  expect(told()).toBe("No kernel is connected: this is the last picture.");
  await lose(false);
  expect(told()).toBe("");
});

test("where there are snapshots they answer in its place", async () => {
  const { find, lose, told } = losing({ snapshots: snapshotsOf() });
  expect(find(".flair-lig-badge")).toHaveProperty("hidden", true);
  await lose(true);
  expect(told()).toBe("No kernel: snapshots answer.");
  expect(find(".flair-lig-badge")).toHaveProperty("hidden", false);
});

test("a kernel that goes before it has answered leaves an earlier picture, and it is said", async () => {
  const { find, lose, model, told } = losing();
  model.receive({ target: "sport" });
  model.receive({ status: "running" });
  await lose(true);
  expect(told()).toBe("The kernel went away before the answer came; this is an earlier picture.");
  expect(find(".flair-lig-activity").textContent).not.toMatch(/Computing|Stopped/);
  expect(find("progress")).toHaveProperty("hidden", true);
});
