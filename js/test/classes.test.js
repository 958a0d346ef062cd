import { afterEach, expect, test } from "vitest";
import { classesOf, predictedLabels } from "../classes.js";
import { readView } from "../state.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { mount } from "./mount.js";

afterEach(() => document.body.replaceChildren());

/** @type {[string, number][]} */
const MANY = ["a", "b", "c", "d", "e", "f", "g"].map((label, i) => [label, 0.5 / (i + 1)]);

/** @param {ReturnType<typeof mount>} view */
function buttons({ el }) {
  return /** @type {HTMLButtonElement[]} */ ([...el.querySelectorAll(".flair-lig-class")]);
}

/**
 * Which of them say that they are predicted.
 * @param {(Element | undefined)[]} buttons
 */
function marks(...buttons) {
  return buttons.map((button) => {
    const mark = /** @type {HTMLElement} */ (button?.querySelector(".flair-lig-mark"));
    expect(mark.ariaLabel).toBe("predicted");
    return mark.style.visibility !== "hidden";
  });
}

/** @param {ReturnType<typeof mount>} view */
function shown(view) {
  return buttons(view).filter((button) => button.closest("[hidden]") === null);
}

/** @param {ReturnType<typeof mount>} view */
function explained(view) {
  return buttons(view)
    .filter(({ ariaPressed }) => ariaPressed === "true")
    .map((button) => button.querySelector(".flair-lig-name")?.textContent);
}

test("labels stand most probable first, and one without a probability last", () => {
  const view = readView(goldenModel({ labels: ["unheard of"] }), {}, true);
  const { prediction } = goldenResult();
  expect(classesOf(view)).toEqual([
    ...prediction.map(([label, probability], i) => ({ label, probability, predicted: i === 0 })),
    { label: "unheard of", probability: null, predicted: false },
  ]);
});

test("each label shows its probability as number and bar, the predicted one says so", () => {
  const [first, second] = buttons(mount(goldenModel()));
  expect(first?.textContent).toBe("business ✓ 93.1 %");
  expect(second?.textContent).toContain("4.1 %");
  expect(marks(first, second)).toEqual([true, false]);
  const bar = /** @type {HTMLElement} */ (second?.querySelector(".flair-lig-probability > span"));
  expect(Number.parseFloat(bar.style.width)).toBeCloseTo(4.1, 10);
});

test("the prediction is named above; all labels of several, or the closest where it is none", () => {
  const result = { ...goldenResult(), predicted: ["business", "sport"] };
  expect(predictedLabels(goldenResult())).toBe("Predicted business (93.1 %)");
  expect(predictedLabels(result)).toBe("Predicted business (93.1 %), sport (4.1 %)");
  const none = { ...result, predicted: [] };
  expect(predictedLabels(none)).toBe("Predicted no label; business comes closest (93.1 %)");
  const view = mount(goldenModel({ result: none }));
  expect(view.find(".flair-lig-caption").textContent).toBe(predictedLabels(none));
  expect(marks(...buttons(view))).not.toContain(true);
});

test("with no target the label that was explained is marked, else the one that is wished for", () => {
  const model = goldenModel();
  const view = mount(model);
  expect(explained(view)).toEqual([goldenResult().target]);
  model.receive({ target: "sport" });
  expect(explained(view)).toEqual(["sport"]);
});

test("choosing a label writes its name at once, the predicted one's too", () => {
  const model = goldenModel();
  const [predicted, second] = buttons(mount(model));
  second?.click();
  predicted?.click();
  expect(model.saved).toEqual([{ target: "sport" }, { target: "business" }]);
});

test("explaining the label that was the contrast leaves none, in the same save", () => {
  const model = goldenModel({ contrast: "sport" });
  buttons(mount(model))[1]?.click();
  expect(model.saved).toEqual([{ target: "sport", contrast: null }]);
});

test("five labels are shown, the one explained among them, the rest behind a button", () => {
  const model = goldenModel({ result: { ...goldenResult(), prediction: MANY }, labels: [] });
  const view = mount(model);
  expect(shown(view)).toHaveLength(5);
  model.receive({ target: "g" });
  expect(shown(view).at(-1)?.textContent).toContain("g");
  expect(shown(view)).toHaveLength(6);
  const more = view.button("All 7 labels");
  expect(more.ariaExpanded).toBe("false");
  more.click();
  expect(shown(view)).toHaveLength(7);
  expect([more.textContent, more.ariaExpanded]).toEqual(["Fewer labels", "true"]);
});

test("five labels need no button", () => {
  expect(mount(goldenModel()).button("All").hidden).toBe(true);
});

test("another order of the labels keeps the focus on the one that has it", () => {
  const model = goldenModel();
  const view = mount(model);
  const [first, second] = buttons(view);
  second?.focus();
  const result = goldenResult();
  result.prediction.reverse();
  model.receive({ result });
  expect(buttons(view).at(-1)).toBe(first);
  expect(document.activeElement).toBe(second);
});

test("before the first result the labels stand there without a probability", () => {
  const view = mount(goldenModel({ result: {} }));
  expect(shown(view)).toHaveLength(5);
  expect(buttons(view)[0]?.textContent).toMatch(/–$/);
  expect(explained(view)).toEqual([]);
});
