import { afterEach, expect, test } from "vitest";
import { classesOf } from "../../parts/classes.js";
import { readView } from "../../state/view.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { mount } from "../support/mount.js";

afterEach(() => document.body.replaceChildren());

/** @type {[string, number][]} */
const MANY = ["a", "b", "c", "d", "e", "f", "g"].map((label, i) => [label, 0.5 / (i + 1)]);

/** @param {ReturnType<typeof mount>} view */
function buttons({ el }) {
  return /** @type {HTMLButtonElement[]} */ ([...el.querySelectorAll(".lig-class")]);
}

/**
 * Whether each is marked as predicted.
 * @param {(Element | undefined)[]} buttons
 */
function marks(...buttons) {
  return buttons.map((button) => {
    const mark = /** @type {HTMLElement} */ (button?.querySelector(".lig-mark"));
    expect(mark.ariaLabel).toBe("predicted");
    return !mark.hidden;
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
    .map((button) => button.querySelector(".lig-name")?.textContent);
}

test("labels are sorted by probability, and one without a probability is last", () => {
  const view = readView(goldenModel({ labels: ["unknown"] }), {}, true);
  const { prediction } = goldenResult();
  expect(classesOf(view)).toEqual([
    ...prediction.map(([label, probability], i) => ({ label, probability, predicted: i === 0 })),
    { label: "unknown", probability: null, predicted: false },
  ]);
});

test("each label shows its probability as number and bar, and the predicted one has a mark", () => {
  const [first, second] = buttons(mount(goldenModel()));
  expect(first?.textContent).toBe("business ✓ 93.1 %");
  expect(second?.textContent).toContain("4.1 %");
  expect(marks(first, second)).toEqual([true, false]);
  const bar = /** @type {HTMLElement} */ (second?.querySelector(".lig-probability > span"));
  expect(Number.parseFloat(bar.style.width)).toBeCloseTo(4.1, 10);
});

test("each predicted label has a mark", () => {
  const model = goldenModel();
  const view = mount(model);
  const several = { ...goldenResult(), predicted: ["business", "sport"] };
  model.receive({ result: several });
  expect(marks(...buttons(view))).toEqual([true, true, false, false, false]);
  model.receive({ result: { ...goldenResult(), predicted: [] } });
  expect(marks(...buttons(view))).not.toContain(true);
});

test("the target is pressed, or without a target the label that was explained", () => {
  const model = goldenModel();
  const view = mount(model);
  expect(explained(view)).toEqual([goldenResult().target]);
  model.receive({ target: "sport" });
  expect(explained(view)).toEqual(["sport"]);
});

test("choosing a label saves it at once, also the predicted one", () => {
  const model = goldenModel();
  const [predicted, second] = buttons(mount(model));
  second?.click();
  predicted?.click();
  expect(model.saved).toEqual([{ target: "sport" }, { target: "business" }]);
});

test("explaining the label that was the contrast removes the contrast, in the same save", () => {
  const model = goldenModel({ contrast: "sport" });
  buttons(mount(model))[1]?.click();
  expect(model.saved).toEqual([{ target: "sport", contrast: null }]);
});

test("five labels and the explained one are shown, the rest behind a button", () => {
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

test("a label keeps the focus when the order changes", () => {
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

test("an empty label can be seen, spoken and chosen", () => {
  const result = goldenResult();
  result.prediction = [
    ["", 0.6],
    ["sport", 0.4],
  ];
  const model = goldenModel({ result, labels: ["", "sport"], target: "sport" });
  const view = mount(model);
  const [empty] = buttons(view);
  expect(empty?.textContent).toContain("(empty)");
  expect(empty?.textContent).toContain("60.0 %");
  empty?.click();
  expect(model.saved).toEqual([{ target: "" }]);
  expect(explained(view)).toEqual(["(empty)"]);
});

test("the only label may be empty, and a label may hold a line break", () => {
  const model = goldenModel({ result: {}, labels: [""] });
  const view = mount(model);
  expect(buttons(view)).toHaveLength(1);
  model.receive({ labels: ["a\nb"] });
  model.receive({ labels: ["a", "b"] });
  expect(buttons(view).map((each) => each.querySelector(".lig-name")?.textContent)).toEqual([
    "a",
    "b",
  ]);
});

test("before the first result the labels have no probability", () => {
  const view = mount(goldenModel({ result: {} }));
  expect(shown(view)).toHaveLength(5);
  expect(buttons(view)[0]?.textContent).toMatch(/–$/);
  expect(explained(view)).toEqual([]);
});
