import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { choices, goldenModel, goldenResult } from "../support/fake-model.js";
import { choose, drag, mount, type } from "../support/mount.js";
import { snapshotsOf } from "../support/results.js";
import { related, tagged, taggedSnapshots } from "../support/tagged.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const fixed = { method: "riemann_left", n_steps: 50 };

const showing = (/** @type {ReturnType<typeof tagged>} */ result) => {
  return { ...result.request, result };
};
const texts = (/** @type {HTMLSelectElement} */ { options }) =>
  [...options].map(({ text }) => text);

test("a model with several tasks has a select of them, which comes first", () => {
  const model = goldenModel({ tasks: ["sentiment", "topic"], task: "sentiment", target: "sport" });
  const { find, select } = mount(model);
  expect(find(".lig-controls label")).toBe(select("Task").closest("label"));
  expect(texts(select("Task"))).toEqual(["sentiment", "topic"]);
  expect(select("Task").value).toBe("sentiment");
  choose(select("Task"), "topic");
  expect(model.saved).toEqual([{ task: "topic" }]);
});

test("a result of another task is stale, although all other settings are the same", () => {
  const result = goldenResult();
  result.request.task = "sentiment";
  const model = goldenModel({ result, tasks: ["sentiment", "topic"], task: "sentiment" });
  const { root, select } = mount(model);
  expect(root.classList.contains("lig-stale")).toBe(false);
  choose(select("Task"), "topic");
  expect(root.classList.contains("lig-stale")).toBe(true);
});

test.each([{ tasks: undefined }, { tasks: [] }, { tasks: ["one"] }])(
  "where there is nothing to choose there is no select: %o",
  ({ tasks }) => {
    const { select } = mount(goldenModel({ tasks }));
    for (const name of /** @type {const} */ (["Task", "Explained"])) {
      expect(select(name).closest("label")?.hidden).toBe(true);
    }
  },
);

test("without a kernel no other task can be chosen", () => {
  const several = { tasks: ["sentiment", "topic"], task: "topic", computes: false };
  const saved = mount(goldenModel(several));
  expect(saved.find("fieldset")).toHaveProperty("disabled", true);
  const precomputed = mount(goldenModel({ ...several, snapshots: snapshotsOf() })).select("Task");
  expect(precomputed.disabled).toBe(true);
  expect(precomputed.closest("label")?.title).toMatch(/was not precomputed/);
});

test("what is explained is chosen by its text and its label", () => {
  const model = goldenModel({ ...showing(tagged(0)), target: "PER", contrast: "LOC" });
  const { select } = mount(model);
  expect(texts(select("Explained"))).toEqual([
    "George Washington → PER, 99.7 %",
    "Virginia → LOC, >99.9 %",
    "Washington → LOC, 98.2 %",
  ]);
  expect(select("Explained").selectedIndex).toBe(0);
  choose(select("Explained"), "2");
  expect(model.saved).toEqual([{ data_point: [[60, 70]], target: null, contrast: null }]);
  expect(select("Explained").value).toBe("2");
  const of = mount(goldenModel(showing(related()))).select("Explained");
  expect(texts(of)).toEqual([
    "Larry Page → Google: founded_by, 91.0 %",
    "Sergey Brin → Google: founded_by, 88.7 %",
  ]);
});

test("a data point may have no probability, and the requested one may not be listed", () => {
  const result = tagged();
  for (const point of result.data_points ?? []) point.probability = null;
  const { select } = mount(goldenModel({ ...showing(result), data_point: [[0, 6]] }));
  expect(texts(select("Explained"))[1]).toBe("Virginia → LOC");
  expect(select("Explained").selectedIndex).toBe(-1);
});

test("without a kernel the data points that were precomputed can be chosen", () => {
  const state = { ...showing(tagged()), snapshots: taggedSnapshots(), computes: false };
  const { find, select } = mount(goldenModel(state));
  const places = ["Virginia → LOC, >99.9 %", "Washington → LOC, 98.2 %"];
  expect(texts(select("Explained"))).toEqual(places);
  choose(select("Explained"), "1");
  expect(select("Explained").value).toBe("1");
  expect(find(".lig-headline").textContent).toMatch(/^Virginia is LOC/);
  const saved = mount(goldenModel({ ...state, snapshots: {} }));
  expect(texts(saved.select("Explained"))).toEqual(places.slice(1));
  expect(saved.find("fieldset")).toHaveProperty("disabled", true);
});

test("methods have display names, and the values of the wire", () => {
  const options = [...mount(goldenModel()).select("Method").options];
  const rules = options.slice(0, 6);
  expect(rules.map(({ value }) => value)).toEqual(goldenModel().get("methods"));
  expect(rules.map(({ text }) => text)).toEqual([
    "auto",
    "Gauss-Legendre",
    "left Riemann",
    "right Riemann",
    "midpoint",
    "trapezoid",
  ]);
});

test("other algorithms stand apart, to compare with, and replace the rule", () => {
  const model = goldenModel();
  const { select, slider } = mount(model);
  const method = select("Method");
  const group = /** @type {HTMLOptGroupElement} */ (method.querySelector("optgroup"));
  expect(group.label).toBe("to compare with");
  expect([...group.children].map(({ textContent }) => textContent)).toEqual([
    "gradient × input",
    "GradientSHAP",
    "DeepLIFT",
    "feature ablation",
    "Shapley value sampling",
  ]);
  choose(method, "gradient_shap");
  expect(model.saved.at(-1)).toEqual({ algorithm: "gradient_shap" });
  expect(method.value).toBe("gradient_shap");
  const shown = (/** @type {"Steps" | "Tolerance"} */ name) =>
    !slider(name).closest(".lig-stops")?.hasAttribute("hidden");
  expect([shown("Steps"), shown("Tolerance")]).toEqual([true, false]);
  choose(method, "deep_lift");
  expect([shown("Steps"), shown("Tolerance")]).toEqual([false, false]);
  choose(method, "riemann_middle");
  expect(model.saved.at(-1)).toEqual({
    ...{ algorithm: "integrated_gradients", method: "riemann_middle" },
  });
});

test("a saved notebook has the keys of algorithms in another order", () => {
  const algorithms = Object.fromEntries(Object.entries(choices().algorithms ?? {}).sort());
  const model = goldenModel({ choices: { ...choices(), algorithms } });
  const { select, slider } = mount(model);
  expect(select("Method").value).toBe("auto");
  expect(slider("Tolerance").closest(".lig-stops")?.hasAttribute("hidden")).toBe(false);
  choose(select("Method"), "riemann_left");
  expect(model.get("algorithm")).toBe("integrated_gradients");
  for (const name of Object.keys(algorithms)) {
    choose(select("Method"), name);
    expect(model.get("algorithm")).toBe(name);
  }
});

test("without a kernel only what was precomputed can be chosen", () => {
  const { select } = mount(goldenModel({ snapshots: snapshotsOf(), computes: false }));
  expect(select("Method").querySelector("optgroup")).toBeNull();
});

test("a label may be called like a property of every object", () => {
  const labels = ["business", "constructor", "__proto__"];
  const options = [...mount(goldenModel({ labels })).select("Contrast").options];
  expect(options.map(({ text }) => text)).toEqual(["none", "constructor", "__proto__"]);
});

test("an empty label can be the contrast, and is not the same as none", () => {
  const model = goldenModel({ labels: ["", "business", "sport"] });
  const { select } = mount(model);
  const contrast = select("Contrast");
  expect([...contrast.options].map(({ text }) => text)).toEqual(["none", "(empty)", "sport"]);
  expect(contrast.selectedIndex).toBe(0);
  contrast.selectedIndex = 1;
  contrast.dispatchEvent(new Event("change"));
  expect(model.saved).toEqual([{ contrast: "" }]);
  expect(contrast.selectedIndex).toBe(1);
  contrast.selectedIndex = 0;
  contrast.dispatchEvent(new Event("change"));
  expect(model.saved.at(-1)).toEqual({ contrast: null });
  model.receive({ target: "" });
  expect([...contrast.options].map(({ text }) => text)).toEqual(["none", "business", "sport"]);
});

test("without any baseline none is chosen", () => {
  const { select } = mount(goldenModel({ baselines: [], result: {} }));
  expect([...select("Baseline").options]).toEqual([]);
});

test("choosing a fixed rule keeps the number of steps, also if there is none", () => {
  const model = goldenModel();
  choose(mount(model).select("Method"), "riemann_middle");
  expect(model.saved).toEqual([{ method: "riemann_middle" }]);
  expect(model.get("n_steps")).toBe(null);
});

test("choosing auto clears the number of steps, in one save", () => {
  const model = goldenModel(fixed);
  choose(mount(model).select("Method"), "auto");
  expect(model.saved).toEqual([{ method: "auto", n_steps: null }]);
});

test("a fixed rule has the steps slider, auto the tolerance slider", () => {
  const model = goldenModel();
  const { slider, number } = mount(model);
  /** @param {HTMLElement} node */
  const shown = (node) => node.closest("[hidden]") === null;
  expect([slider("Steps"), number, slider("Tolerance")].map(shown)).toEqual([false, false, true]);
  model.receive(fixed);
  expect([slider("Steps"), number, slider("Tolerance")].map(shown)).toEqual([true, true, false]);
});

test("the slider shows the number of the request, or else that of the result", () => {
  expect(mount(goldenModel(fixed)).slider("Steps").ariaValueText).toBe("50 steps");
  const { slider, number } = mount(goldenModel({ ...fixed, n_steps: null }));
  expect(slider("Steps").ariaValueText).toBe(`${goldenResult().n_steps} steps`);
  expect(number.value).toBe(String(goldenResult().n_steps));
});

test("the stops and options are the choices of the wire", () => {
  const offered = {
    ...choices(),
    outputs: { logit: "Logit", probability: "Probability", log_odds: "Log-odds" },
    granularities: /** @type {const} */ (["subword", "word"]),
    n_steps: [10, 20, 50],
    tolerances: [0.5, 0.01],
  };
  const model = goldenModel(/** @type {object} */ ({ choices: offered }));
  const { select, slider } = mount(model);
  const texts = (/** @type {HTMLSelectElement} */ { options }) =>
    [...options].map(({ text }) => text);
  expect(texts(select("Output"))).toEqual(["Logit", "Probability", "Log-odds"]);
  expect(texts(select("Granularity"))).toEqual(["subwords", "words"]);
  expect([slider("Tolerance").max, slider("Tolerance").value]).toEqual(["1", "1"]);
  const steps = mount(goldenModel({ .../** @type {object} */ ({ choices: offered }), ...fixed }));
  expect([steps.slider("Steps").max, steps.slider("Steps").value]).toEqual(["2", "2"]);
});

test("a number of steps that is no stop becomes one", () => {
  const { slider } = mount(goldenModel({ ...fixed, n_steps: 42 }));
  expect(slider("Steps").ariaValueText).toBe("42 steps");
});

test("the number follows the slider, the save waits for a pause", () => {
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

test("releasing the slider saves at once, and only once", () => {
  const model = goldenModel(fixed);
  const { slider } = mount(model);
  drag(slider("Steps"), 2);
  slider("Steps").dispatchEvent(new Event("change"));
  vi.advanceTimersByTime(1000);
  expect(model.saved).toEqual([{ n_steps: 4 }]);
});

test("an echo of an earlier save does not move a slider that is being dragged", () => {
  const model = goldenModel(fixed);
  const { slider, number } = mount(model);
  drag(slider("Steps"), 5);
  vi.advanceTimersByTime(250);
  drag(slider("Steps"), 6);
  model.receive({ n_steps: 9 });
  expect(number.value).toBe("11");
  expect(slider("Steps").value).toBe("6");
});

test("a typed number is saved after a pause, and moves the slider", () => {
  const model = goldenModel(fixed);
  const { number, slider } = mount(model);
  type(number, "42");
  expect(slider("Steps").ariaValueText).toBe("42 steps");
  vi.advanceTimersByTime(250);
  expect(model.saved).toEqual([{ n_steps: 42 }]);
});

test.each(["", "0", "-3", "2.5"])(
  "%o is no number of steps: it is not saved, and is reset",
  (typed) => {
    const model = goldenModel(fixed);
    const { number } = mount(model);
    number.focus();
    type(number, typed);
    model.receive({ progress: 0.5 }); // another draw
    expect(number.value).toBe(typed);
    number.dispatchEvent(new Event("change", { bubbles: true }));
    vi.advanceTimersByTime(1000);
    expect(number.value).toBe("50");
    expect(model.saved).toEqual([]);
  },
);

test("the tolerance goes from loose to strict and keeps the method and a cap", () => {
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

test("a contrast is none or any label but the explained one", () => {
  const model = goldenModel();
  const { select } = mount(model);
  const values = () => [...select("Contrast").options].map(({ value }) => value);
  const labels = goldenResult().prediction.map(([label]) => label);
  expect(select("Contrast").selectedOptions[0]?.text).toBe("none");
  expect(values().sort()).toEqual(["", ...labels.filter((each) => each !== "business")].sort());
  model.receive({ target: "sport" });
  expect(values()).toContain("business");
  expect(values()).not.toContain("sport");
  choose(select("Contrast"), "tech");
  choose(select("Contrast"), "");
  expect(model.saved).toEqual([{ contrast: "tech" }, { contrast: null }]);
});

test("every select saves its trait with the values of the wire", () => {
  const model = goldenModel();
  const { select } = mount(model);
  choose(select("Granularity"), "sentence");
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

test("a default baseline is shown by its name", () => {
  expect(mount(goldenModel()).select("Baseline").value).toBe(goldenResult().baseline);
  const early = goldenModel({ result: {}, baselines: ["zero", "mean"] });
  expect(mount(early).select("Baseline").value).toBe("zero");
});

test("a single layer is not offered as a choice", () => {
  const { select } = mount(goldenModel({ layers: ["word_embeddings"] }));
  expect(select("Layer").closest("label")?.hidden).toBe(true);
});

test("unchanged options keep their elements, so that an open list stays open", () => {
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
