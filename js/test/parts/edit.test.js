import { afterEach, expect, test, vi } from "vitest";
import { answered, editOf, goldenEdit } from "../support/edits.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { pair, showing } from "../support/families.js";
import { mount, press, type } from "../support/mount.js";
import { goldenSpans, oneWord, resultOf } from "../support/results.js";

/** @import { Edited } from "../../model" */

afterEach(() => document.body.replaceChildren());

/**
 * A view whose tooltip is pinned to a word.
 * @param {Parameters<typeof goldenModel>[0]} [state]
 * @param {number} [word]
 */
function pinned(state, word = 2) {
  const model = goldenModel({ ...state?.result?.request, ...state });
  const view = mount(model);
  const { span, tip } = view;
  span(word).focus();
  press(span(word), "Enter");
  expect(tip.classList.contains("lig-pinned")).toBe(true);
  const tools = /** @type {HTMLElement} */ (tip.querySelector("[role=group]"));
  const field = /** @type {HTMLInputElement} */ (tip.querySelector("input"));
  const line = /** @type {HTMLElement} */ (view.button("Undo").parentElement);
  return { ...view, model, tools, field, line };
}

/** The names of the tools that can be used. @param {ReturnType<typeof pinned>} view */
function names({ tools }) {
  if (tools.hidden) return [];
  return [...tools.querySelectorAll("button")]
    .filter(({ hidden }) => !hidden)
    .map(({ textContent }) => textContent);
}

test("only a pinned tooltip has the tools, and then it is no tooltip for screen readers", () => {
  const view = mount(goldenModel());
  const { tip, span } = view;
  const tools = /** @type {HTMLElement} */ (tip.querySelector("[role=group]"));
  span(2).focus();
  expect([tip.hidden, tools.hidden, tip.role]).toEqual([false, true, "tooltip"]);
  press(span(2), "Enter");
  expect([tools.hidden, tip.role, tools.ariaLabel]).toEqual([false, "group", "What if"]);
  press(span(2), "Enter");
  expect([tip.hidden, tools.hidden, tip.role]).toEqual([false, true, "tooltip"]);
});

test("Mask is there where the classifier has a mask token", () => {
  expect(names(pinned())).toEqual(["Remove", "Mask", "Replace…"]);
  document.body.replaceChildren();
  expect(names(pinned({ baselines: ["zero"] }))).toEqual(["Remove", "Replace…"]);
});

test("there are no tools without a classifier, or as long as the result is not final", () => {
  for (const state of [
    { computes: false },
    { status: /** @type {const} */ ("running") },
    { target: "sport" },
  ]) {
    expect(names(pinned(state))).toEqual([]);
    document.body.replaceChildren();
  }
});

test("each tool saves its edit, closes the tooltip and gives the word the focus", () => {
  for (const [name, erase] of /** @type {const} */ ([
    ["Remove", "delete"],
    ["Mask", "mask"],
  ])) {
    const { model, button, tip, span } = pinned();
    button(name).focus();
    button(name).click();
    expect(model.saved).toEqual([{ edit: editOf({ erase }) }]);
    expect(model.sent).toEqual([{ request: true }]); // the same edit may have been cancelled
    expect([tip.hidden, document.activeElement]).toEqual([true, span(2)]);
    document.body.replaceChildren();
  }
});

test("Replace… opens a field whose text Enter puts in the place of the word", () => {
  const { model, button, field, tip } = pinned();
  expect(field.hidden).toBe(true);
  button("Replace").click();
  expect([field.hidden, document.activeElement]).toEqual([false, field]);
  for (const blank of ["", " \t"]) {
    type(field, blank);
    press(field, "Enter");
  }
  type(field, "<b>Bank</b> &amp;");
  press(field, "Enter", { isComposing: true }); // the key belongs to the input method
  expect(model.saved).toEqual([]);
  press(field, "Enter");
  expect(model.saved).toEqual([{ edit: editOf({ replacement: "<b>Bank</b> &amp;" }) }]);
  expect(tip.hidden).toBe(true);
});

test("keys in the field belong to it: the focus of the text stays, and Esc closes the tooltip", () => {
  const { button, field, tip, span, model } = pinned();
  button("Replace").click();
  type(field, "x");
  for (const key of ["ArrowRight", "Home", " ", "a"]) press(field, key);
  expect([document.activeElement, span(2).tabIndex]).toEqual([field, 0]);
  press(field, "Escape", { isComposing: true });
  expect(tip.hidden).toBe(false);
  press(field, "Escape");
  expect([tip.hidden, document.activeElement, model.saved]).toEqual([true, span(2), []]);
  press(span(2), "Enter");
  expect(field.hidden).toBe(true);
  button("Replace").click();
  expect(field.value).toBe("");
});

test("a subword edits its word, a sentence all its words", () => {
  const subwords = oneWord("Playing", { play: 0.5, "##ing": -0.25 });
  subwords.layout.span_of_token.subword = [0, 1];
  subwords.layout.segments.subword = [
    ["Play", 0],
    ["ing", 1],
  ];
  const one = pinned({ result: subwords, granularity: "subword" }, 1);
  one.button("Remove").click();
  expect(one.model.saved[0]?.edit?.words).toEqual([0]);
  document.body.replaceChildren();
  const all = pinned({ granularity: "sentence" }, 0);
  all.button("Mask").click();
  expect(all.model.saved[0]?.edit?.words).toEqual(goldenSpans().map((_, i) => i));
});

test("after an edit a line has the sentence, and the labels both numbers and bars", () => {
  const { line, find, button, model } = pinned();
  expect(line.hidden).toBe(true);
  model.receive({ edit: editOf() });
  expect([line.hidden, line.querySelector("span")?.textContent]).toEqual([false, "No answer yet."]);
  expect(button("Keep").hidden).toBe(true);
  model.receive(answered());
  expect(line.querySelector("span")?.textContent).toMatch(/^Without “bank” business falls from /);
  expect(line.querySelector("span")?.ariaLive).toBe("polite");
  expect(button("business").textContent).toBe("business ✓ 93.1 → 83.1 %");
  expect(button("sport").textContent).toContain("4.1 → 14.1 %");
  expect(button("tech").textContent).toMatch(/\b0.8 %$/); // it stays
  const bars = /** @type {HTMLElement[]} */ ([...find(".lig-probability").children]);
  const widths = bars.map(({ style }) => Number.parseFloat(style.width));
  expect(bars.map(({ hidden }) => hidden)).toEqual([false, false]);
  expect(widths).toEqual([expect.closeTo(93.1, 9), expect.closeTo(83.1, 9)]);
  model.receive({ edit: null, edited: {} });
  expect(line.hidden).toBe(true);
  expect(bars.map(({ hidden }) => hidden)).toEqual([false, true]);
  expect(button("business").textContent).toBe("business ✓ 93.1 %");
});

test("an answer to another edit, or an edit of another explanation, is not shown", () => {
  const { line, button, model } = pinned();
  const shown = () => button("business").textContent?.includes("→");
  const others = [{ words: [3] }, { replacement: "x" }, { erase: /** @type {const} */ ("mask") }];
  for (const other of others) {
    model.receive({ edit: editOf(), edited: answered(editOf(other)).edited });
    expect([line.hidden, shown()]).toEqual([false, false]);
  }
  const request = { ...goldenResult().request, n_steps: 3 };
  model.receive(answered(editOf({ request })));
  expect([line.hidden, shown()]).toEqual([true, false]);
  model.receive(answered());
  expect([line.hidden, shown()]).toEqual([false, true]);
});

test("Undo takes the edit back, Keep this text explains the edited text", () => {
  const { button, model, span, tip } = pinned(answered());
  button("Undo").focus();
  button("Undo").click();
  expect(model.saved).toEqual([{ edit: null }]);
  expect([document.activeElement, tip.hidden]).toEqual([span(2), true]);
  model.receive(answered());
  button("Keep").click();
  expect(model.saved[1]).toEqual({ edit: null, text: goldenEdit().text });
});

test("a kept text keeps its data point and entities, where they are then", () => {
  /** @type {Partial<Edited>} */
  const moved = { data_point: [[4, 9]], entities: [[4, 9, "PER"]] };
  const { button, model } = pinned(answered(editOf(), moved));
  button("Keep").click();
  expect(model.saved).toEqual([{ edit: null, text: goldenEdit().text, ...moved }]);
});

test("words that are masked make no text that could be kept", () => {
  const { button, line } = pinned(answered(editOf({ erase: "mask" })));
  expect([line.hidden, button("Keep").hidden, button("Undo").hidden]).toEqual([false, true, false]);
});

test("another request takes the edit back, another way of drawing does not", () => {
  const { button, model } = pinned(answered());
  model.receive({ granularity: "sentence", checking: true });
  button("sport").click();
  expect(model.saved).toEqual([{ edit: null, target: "sport" }]);
});

test("without a kernel a saved edit is shown and can be undone, but not kept", async () => {
  const { el, line, button } = pinned(answered());
  el.classList.add("jupyter-widgets-disconnected");
  await vi.waitFor(() => expect(button("Keep").hidden).toBe(true));
  expect(line.textContent).toContain("Without “bank”");
  button("Undo").click();
  expect(line.hidden).toBe(true);
});

test("texts and labels that look like markup are text", () => {
  const evil = "<img src=x onerror='window.pwned = 1'>";
  const result = resultOf([evil, "__proto__"], () => 1, {
    prediction: [
      [evil, 0.6],
      ["__proto__", 0.4],
    ],
    ...{ target: evil, predicted: [evil] },
  });
  const edit = editOf({ words: [0], replacement: evil }, result);
  const prediction = result.prediction.map(
    ([label]) => /** @type {[string, number]} */ ([label, 0.5]),
  );
  const { el, line, button, model, tip } = pinned({ result, labels: [evil, "__proto__"] }, 0);
  model.receive(answered(edit, { summary: evil, text: evil, prediction }));
  expect(line.querySelector("span")?.textContent).toBe(evil);
  expect(button("__proto__").textContent).toContain("40.0 → 50.0 %");
  expect(tip.querySelector("strong")?.textContent).toBe(evil);
  expect(el.querySelector("img")).toBe(null);
  button("Keep").click();
  expect(model.saved.at(-1)?.text).toBe(evil);
});

test("a state of an older version has no edit", () => {
  const { line, button } = pinned(/** @type {object} */ ({ edit: undefined, edited: undefined }));
  expect(line.hidden).toBe(true);
  expect(button("business").textContent).toBe("business ✓ 93.1 %");
});

test("an edit of a sentence has the words of one text of a pair", () => {
  const { button, model } = pinned({ ...showing(pair()), granularity: "sentence" }, 1);
  button("Remove").click();
  expect(model.saved[0]?.edit?.words).toEqual([12, 13, 14, 15, 16]); // all of the second text
});
