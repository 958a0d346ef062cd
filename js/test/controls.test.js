import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { targetOptions } from "../controls.js";
import { readView } from "../state.js";
import { stopsWith } from "../steps.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { choose, drag, mount } from "./mount.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const fixed = { method: "riemann_left", n_steps: 50 };

test("labels stand with their probability, the predicted one first and marked", () => {
  const options = targetOptions(readView(goldenModel({ labels: ["unheard of"] }), {}, true));
  const { prediction } = goldenResult();
  expect(options.map(([label]) => label)).toEqual([...prediction.map(([l]) => l), "unheard of"]);
  expect(options[0]?.[1]).toMatch(/ % \(predicted\)$/);
  expect(options[1]?.[1]).toMatch(/ %$/);
});

test("every label that is predicted is marked, and none where none is", () => {
  /** @param {string[]} predicted */
  const marked = (...predicted) =>
    targetOptions(readView(goldenModel({ result: { ...goldenResult(), predicted } }), {}, true))
      .filter(([, name]) => name.endsWith("(predicted)"))
      .map(([label]) => label);
  expect(marked("business", "sport")).toEqual(["business", "sport"]);
  expect(marked()).toEqual([]);
});

test("before the first result the predicted label has no name yet", () => {
  const view = mount(goldenModel({ result: {} }));
  expect(view.select("Explain").selectedOptions[0]?.textContent).toBe("the predicted label");
  expect(view.number.textContent).toBe("–");
});

test("with no target the select shows the label that was explained", () => {
  const model = goldenModel();
  expect(mount(model).select("Explain").value).toBe(goldenResult().target);
});

test("choosing a label writes its name at once, the predicted one's too", () => {
  const model = goldenModel();
  const [predicted, second] = goldenResult().prediction.map(([label]) => label);
  const { select } = mount(model);
  choose(select("Explain"), String(second));
  choose(select("Explain"), String(predicted));
  expect(model.saved).toEqual([{ target: second }, { target: predicted }]);
});

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

test("the slider stands where the request says, or else where the result is", () => {
  expect(mount(goldenModel(fixed)).slider.ariaValueText).toBe("50 steps");
  const { slider, number } = mount(goldenModel());
  expect(slider.ariaValueText).toBe(`${goldenResult().n_steps} steps`);
  expect(number.textContent).toBe(String(goldenResult().n_steps));
});

test("a number of steps that is no stop becomes one", () => {
  expect(stopsWith(42).filter((n) => n > 33 && n < 65)).toEqual([40, 42, 50]);
  expect(stopsWith(1500).at(-1)).toBe(1500);
  expect(stopsWith(50)).toHaveLength(stopsWith(42).length - 1);
  expect(mount(goldenModel({ ...fixed, n_steps: 42 })).slider.ariaValueText).toBe("42 steps");
});

test("the number follows the hand, the save waits for it", () => {
  const model = goldenModel(fixed);
  const { slider, number } = mount(model);
  drag(slider, 0);
  expect(number.textContent).toBe("2");
  expect(model.saved).toEqual([]);
  drag(slider, 1);
  expect(number.textContent).toBe("3");
  vi.advanceTimersByTime(250);
  expect(model.saved).toEqual([{ n_steps: 3 }]);
});

test("letting go of the slider saves at once, and only once", () => {
  const model = goldenModel(fixed);
  const { slider } = mount(model);
  drag(slider, 2);
  slider.dispatchEvent(new Event("change"));
  vi.advanceTimersByTime(1000);
  expect(model.saved).toEqual([{ n_steps: 4 }]);
});

test("an echo of an earlier save does not move the slider under the hand", () => {
  const model = goldenModel(fixed);
  const { slider, number } = mount(model);
  drag(slider, 5);
  vi.advanceTimersByTime(250);
  drag(slider, 6);
  model.receive({ n_steps: 9 });
  expect(number.textContent).toBe("11");
  expect(slider.value).toBe("6");
});

test("a hand on the slider takes over from auto, in one save, and the select shows it", () => {
  const model = goldenModel();
  const { slider, select, find } = mount(model);
  expect(find(".flair-lig-hint").textContent).toContain("tolerance");
  drag(slider, 0);
  expect(select("Method").value).toBe("riemann_trapezoid");
  expect(find(".flair-lig-hint").textContent).toBe("");
  drag(slider, 1);
  slider.dispatchEvent(new Event("change"));
  expect(model.saved).toEqual([{ method: "riemann_trapezoid", n_steps: 3 }]);
});

test("options that stay the same keep their elements, so that an open list stays open", () => {
  const model = goldenModel();
  const { select } = mount(model);
  const before = [...select("Explain").options, ...select("Method").options];
  model.receive({ result: goldenResult(), status: "running" });
  expect([...select("Explain").options, ...select("Method").options]).toEqual(before);
  expect(select("Explain").options[0]).toBe(before[0]);
});
