import { afterEach, expect, test } from "vitest";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { mount, press } from "../support/mount.js";
import { partsOfSpeech, related, tagged, taggedSnapshots } from "../support/tagged.js";

/** @import { Result, State } from "../../model" */

afterEach(() => document.body.replaceChildren());

/**
 * @param {Result} result
 * @param {Partial<State>} [changes]
 */
function show(result, changes) {
  const model = goldenModel({ ...result.request, result, ...changes });
  const view = mount(model);
  const chips = () =>
    /** @type {HTMLButtonElement[]} */ ([...view.el.querySelectorAll(".lig-chip")]);
  const boxes = () => [...view.el.querySelectorAll(".lig-marked")].map((box) => box.textContent);
  return { ...view, model, chips, boxes };
}

test("a mark encloses its spans and what is between them, followed by its label", () => {
  const { boxes, spans, text } = show(tagged());
  expect(boxes()).toEqual(["George WashingtonPER", "VirginiaLOC", "WashingtonLOC"]);
  expect(spans()).toHaveLength(13);
  for (const chip of text.querySelectorAll(".lig-chip")) chip.remove();
  expect(text.textContent).toBe(tagged().request.text);
});

test("a label says what choosing it explains, and whether that is explained", () => {
  const { chips } = show(tagged());
  expect(chips().map(({ ariaLabel, ariaPressed }) => [ariaLabel, ariaPressed])).toEqual([
    ["explain George Washington, PER", "false"],
    ["explain Virginia, LOC", "false"],
    ["explain Washington, LOC", "true"],
  ]);
});

test("choosing a label explains its data point with its own label", () => {
  const state = { target: "ORG", contrast: "PER" };
  const { chips, model } = show(tagged(), state);
  chips()[0]?.click();
  expect(model.saved).toEqual([{ data_point: [[0, 17]], target: null, contrast: null }]);
  expect(chips().map(({ ariaPressed }) => ariaPressed)).toEqual(["true", "false", "false"]);
});

test("another chosen data point keeps the elements and the focus", () => {
  const { chips, model, span } = show(tagged());
  const [before, first] = [span(11), chips()[0]];
  first?.focus();
  first?.click();
  const result = tagged(0);
  model.receive({ result, data_point: [[0, 17]] });
  expect(document.activeElement).toBe(first);
  expect(chips()[0]).toBe(first);
  expect(span(11)).toBe(before);
  expect(first?.ariaPressed).toBe("true");
});

test("other labels of the same text replace the marks, and a word keeps the focus", () => {
  const { boxes, chips, model, span } = show(tagged());
  span(11).focus();
  const result = tagged();
  result.layout.marks?.word.splice(0, 2);
  model.receive({ result });
  expect(boxes()).toEqual(["WashingtonLOC"]);
  expect(chips()).toHaveLength(1);
  expect(document.activeElement).toBe(span(11));
  const { marks, ...plain } = result.layout;
  model.receive({ result: { ...result, layout: plain } });
  expect(boxes()).toEqual([]);
  expect(marks?.word).toHaveLength(1);
});

test("marks on the same words share a box: of a word, and of a sentence", () => {
  const { boxes, chips, model } = show(partsOfSpeech());
  expect(boxes().at(-1)).toBe("rest.VERBPUNCT");
  expect(chips().at(-1)?.ariaLabel).toBe("explain ., PUNCT");
  model.receive({ granularity: "sentence" });
  expect(boxes()).toHaveLength(1);
  expect(chips()).toHaveLength(9);
});

test("the roles of a relation are said; an entity alone cannot be chosen", () => {
  const { chips, el } = show(related());
  expect(chips().map(({ textContent }) => textContent)).toEqual(["head PER", "PER", "tail ORG"]);
  expect(el.querySelector("button.lig-chip")).toBeNull();
  expect(chips().map((chip) => chip.classList.contains("lig-chosen"))).toEqual([true, false, true]);
});

test("arrow keys move from word to word, whatever is between them", () => {
  const { span } = show(tagged());
  span(0).focus();
  for (let i = 1; i < 13; i++) {
    press(/** @type {Element} */ (document.activeElement), "ArrowRight");
    expect(document.activeElement).toBe(span(i));
  }
});

test("two clicks on a label do not open the editor", () => {
  const { button, chips, find } = show(tagged());
  chips()[0]?.dispatchEvent(new Event("dblclick", { bubbles: true }));
  expect(find(".lig-editor")).toHaveProperty("hidden", true);
  expect(button("Edit").hidden).toBe(false);
});

test("a label that looks like markup, or is empty, is text", () => {
  const result = tagged();
  const [first, second] = result.layout.marks?.word ?? [];
  if (first) first.label = "<b>PER</b>";
  if (second) second.label = "";
  const { chips, text } = show(result);
  expect(chips()[0]?.textContent).toBe("<b>PER</b>");
  expect(chips()[1]?.ariaLabel).toBe("explain Virginia, (empty)");
  expect(text.querySelector("b")).toBeNull();
});

test("without a kernel only what was precomputed can be chosen", () => {
  const reasons = (/** @type {ReturnType<typeof show>} */ { chips }) =>
    chips().map(({ disabled, title }) => [disabled, title]);
  const none = "No kernel with a classifier is connected.";
  expect(reasons(show(tagged(), { computes: false }))).toEqual([1, 2, 3].map(() => [true, none]));
  const view = show(tagged(), { computes: false, snapshots: taggedSnapshots() });
  const missing = "No kernel is connected, and this result was not precomputed.";
  expect(reasons(view)).toEqual([
    [true, missing],
    [false, ""],
    [false, ""],
  ]);
  expect(view.find(".lig-headline").textContent).toMatch(/^Washington is LOC, 98.2 %:/);
  view.chips()[1]?.click();
  expect(view.find(".lig-headline").textContent).toMatch(/^Virginia is LOC, >99.9 %:/);
  expect(view.chips().map(({ ariaPressed }) => ariaPressed)).toEqual(["false", "true", "false"]);
  view.chips()[2]?.click();
  expect(view.find(".lig-headline").textContent).toMatch(/^Washington is LOC, 98.2 %:/);
});

test("a text classifier has no marks", () => {
  const { boxes, chips } = show(goldenResult());
  expect([boxes(), chips()]).toEqual([[], []]);
});
