import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stopsWith } from "../slider.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { choose, drag, mount, type } from "./mount.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const fixed = { method: "riemann_left", n_steps: 50 };

test("methods have names to read and values of the wire", () => {
  const options = [...mount(goldenModel()).select("Method").options];
  expect(options.map(({ value }) => value)).toEqual(goldenModel().get("methods"));
  expect(options.map(({ text }) => text)).toEqual([
    "auto",
    "Gauss-Legendre",
    "left Riemann",
    "right Riemann",
    "midpoint",
    "trapezoid",
  ]);
});

test("a label may be called like what every object has", () => {
  const labels = ["business", "constructor", "__proto__"];
  const options = [...mount(goldenModel({ labels })).select("Instead of").options];
  expect(options.map(({ text }) => text)).toEqual(["none", "constructor", "__proto__"]);
});

test("choosing a fixed rule keeps the number of steps, none included", () => {
  const model = goldenModel();
  choose(mount(model).select("Method"), "riemann_middle");
  expect(model.saved).toEqual([{ method: "riemann_middle" }]);
  expect(model.get("n_steps")).toBe(null);
});

test("choosing auto gives the number of steps back, in one save", () => {
  const model = goldenModel(fixed);
  choose(mount(model).select("Method"), "auto");
  expect(model.saved).toEqual([{ method: "auto", n_steps: null }]);
});

test("a fixed rule has the steps, auto the tolerance in their place", () => {
  const model = goldenModel();
  const { slider, number } = mount(model);
  /** @param {HTMLElement} node */
  const shown = (node) => node.closest("[hidden]") === null;
  expect([slider("Steps"), number, slider("Tolerance")].map(shown)).toEqual([false, false, true]);
  model.receive(fixed);
  expect([slider("Steps"), number, slider("Tolerance")].map(shown)).toEqual([true, true, false]);
});

test("the slider stands where the request says, or else where the result is", () => {
  expect(mount(goldenModel(fixed)).slider("Steps").ariaValueText).toBe("50 steps");
  const { slider, number } = mount(goldenModel({ ...fixed, n_steps: null }));
  expect(slider("Steps").ariaValueText).toBe(`${goldenResult().n_steps} steps`);
  expect(number.value).toBe(String(goldenResult().n_steps));
});

test("a number of steps that is no stop becomes one", () => {
  expect(stopsWith([33, 40, 50, 65], 42)).toEqual([33, 40, 42, 50, 65]);
  expect(stopsWith([33, 40], 1500)).toEqual([33, 40, 1500]);
  expect(stopsWith([33, 40], 40)).toEqual([33, 40]);
  expect(stopsWith([0.1, 0.01], 0.03)).toEqual([0.1, 0.03, 0.01]);
  const { slider } = mount(goldenModel({ ...fixed, n_steps: 42 }));
  expect(slider("Steps").ariaValueText).toBe("42 steps");
});

test("the number follows the hand, the save waits for it", () => {
  const model = goldenModel(fixed);
  const { slider, number } = mount(model);
  drag(slider("Steps"), 0);
  expect(number.value).toBe("2");
  expect(model.saved).toEqual([]);
  drag(slider("Steps"), 1);
  expect(number.value).toBe("3");
  vi.advanceTimersByTime(250);
  expect(model.saved).toEqual([{ n_steps: 3 }]);
});

test("letting go of the slider saves at once, and only once", () => {
  const model = goldenModel(fixed);
  const { slider } = mount(model);
  drag(slider("Steps"), 2);
  slider("Steps").dispatchEvent(new Event("change"));
  vi.advanceTimersByTime(1000);
  expect(model.saved).toEqual([{ n_steps: 4 }]);
});

test("an echo of an earlier save does not move the slider under the hand", () => {
  const model = goldenModel(fixed);
  const { slider, number } = mount(model);
  drag(slider("Steps"), 5);
  vi.advanceTimersByTime(250);
  drag(slider("Steps"), 6);
  model.receive({ n_steps: 9 });
  expect(number.value).toBe("11");
  expect(slider("Steps").value).toBe("6");
});

test("a typed number is saved when the hand is still, and moves the slider", () => {
  const model = goldenModel(fixed);
  const { number, slider } = mount(model);
  type(number, "42");
  expect(slider("Steps").ariaValueText).toBe("42 steps");
  vi.advanceTimersByTime(250);
  expect(model.saved).toEqual([{ n_steps: 42 }]);
});

test.each(["", "0", "-3", "2.5"])(
  "%o is no number of steps: not saved, and taken back",
  (typed) => {
    const model = goldenModel(fixed);
    const { number } = mount(model);
    number.focus();
    type(number, typed);
    model.receive({ progress: 0.5 }); // whatever is drawn meanwhile
    expect(number.value).toBe(typed);
    number.dispatchEvent(new Event("change", { bubbles: true }));
    vi.advanceTimersByTime(1000);
    expect(number.value).toBe("50");
    expect(model.saved).toEqual([]);
  },
);

test("the tolerance goes from loose to strict and leaves the method and a cap alone", () => {
  const model = goldenModel({ n_steps: 100 });
  const { slider, select } = mount(model);
  const tolerance = slider("Tolerance");
  expect(tolerance.ariaValueText).toBe("1 %");
  expect(tolerance.closest("label")?.textContent).toBe("Tolerance, 100 steps at most");
  drag(tolerance, 0);
  expect(tolerance.ariaValueText).toBe("10 %");
  drag(tolerance, Number(tolerance.max));
  tolerance.dispatchEvent(new Event("change"));
  expect(model.saved).toEqual([{ tolerance: 0.001 }]);
  expect(tolerance.ariaValueText).toBe("0.1 %");
  expect([select("Method").value, model.get("n_steps")]).toEqual(["auto", 100]);
});

test("a contrast is none or any label but the one explained", () => {
  const model = goldenModel();
  const { select } = mount(model);
  const values = () => [...select("Instead of").options].map(({ value }) => value);
  const labels = goldenResult().prediction.map(([label]) => label);
  expect(select("Instead of").selectedOptions[0]?.text).toBe("none");
  expect(values().sort()).toEqual(["", ...labels.filter((each) => each !== "business")].sort());
  model.receive({ target: "sport" });
  expect(values()).toContain("business");
  expect(values()).not.toContain("sport");
  choose(select("Instead of"), "tech");
  choose(select("Instead of"), "");
  expect(model.saved).toEqual([{ contrast: "tech" }, { contrast: null }]);
});

test("every select writes its own trait in the words of the wire", () => {
  const model = goldenModel();
  const { select } = mount(model);
  choose(select("Colour"), "sentence");
  choose(select("Output"), "log_odds");
  choose(select("Baseline"), "mask");
  choose(select("Layer"), "embeddings");
  expect(model.saved).toEqual([
    { granularity: "sentence" },
    { output: "log_odds" },
    { baseline: "mask" },
    { layer: "embeddings" },
  ]);
});

test("a baseline that is left to the classifier is shown by the name of the one it has", () => {
  expect(mount(goldenModel()).select("Baseline").value).toBe(goldenResult().baseline);
  const early = goldenModel({ result: {}, baselines: ["zero", "mean"] });
  expect(mount(early).select("Baseline").value).toBe("zero");
});

test("where there is one layer there is nothing to choose", () => {
  const { select } = mount(goldenModel({ layers: ["word_embeddings"] }));
  expect(select("Layer").closest("label")?.hidden).toBe(true);
});

test("options that stay the same keep their elements, so that an open list stays open", () => {
  const model = goldenModel();
  const { el } = mount(model);
  const options = () => [...el.querySelectorAll("option")];
  const before = options();
  model.receive({ result: goldenResult(), status: "running" });
  expect(options().length).toBeGreaterThan(15);
  options().forEach((option, i) => {
    expect(option).toBe(before[i]);
  });
});
