import { afterEach, expect, test, vi } from "vitest";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { pair, showing } from "../support/families.js";
import { mount, press, type } from "../support/mount.js";

afterEach(() => document.body.replaceChildren());

/** @param {ReturnType<typeof goldenModel>} model */
function editing(model) {
  const view = mount(model);
  view.button("Edit").click();
  const area = /** @type {HTMLTextAreaElement} */ (view.find(".lig-area"));
  const open = () => !(/** @type {HTMLElement} */ (area.parentElement).hidden);
  return { ...view, area, open };
}

/** @param {string} text */
function resultOf(text) {
  const result = goldenResult();
  result.request.text = text;
  return result;
}

test("the button opens the text in an editor, with the focus", () => {
  const { area, open, text } = editing(goldenModel());
  expect(open()).toBe(true);
  expect(area.value).toBe(goldenResult().request.text);
  expect(document.activeElement).toBe(area);
  expect(text.hidden).toBe(true);
});

test("a double click on the text opens the editor too", () => {
  const { text } = mount(goldenModel());
  text.firstElementChild?.dispatchEvent(new Event("dblclick", { bubbles: true }));
  expect(text.hidden).toBe(true);
});

test.each(["ctrlKey", "metaKey"])(
  "Enter with %s explains, and the host does not receive the key",
  (key) => {
    const model = goldenModel();
    const { area, open, text, button } = editing(model);
    const listener = vi.fn();
    document.body.addEventListener("keydown", listener);
    type(area, "Another text.");
    press(area, "Enter", { [key]: true });
    document.body.removeEventListener("keydown", listener);
    expect(listener).not.toHaveBeenCalled();
    expect(model.saved).toEqual([{ text: "Another text." }]);
    expect(open()).toBe(true); // until the result arrives
    model.receive({ status: "running" });
    model.receive({ status: "idle", result: resultOf("Another text.") });
    expect(open()).toBe(false);
    expect(text.hidden).toBe(false);
    expect(document.activeElement).toBe(button("Edit"));
  },
);

test("Enter without a modifier does not explain", () => {
  const model = goldenModel();
  const { area } = editing(model);
  press(area, "Enter");
  expect(model.saved).toEqual([]);
});

test("Esc discards: nothing is saved, and the editor opens with the old text", () => {
  const model = goldenModel();
  const { area, open, button } = editing(model);
  type(area, "Another text.");
  press(area, "Escape");
  expect(open()).toBe(false);
  expect(model.saved).toEqual([]);
  expect(document.activeElement).toBe(button("Edit"));
  button("Edit").click();
  expect(area.value).toBe(goldenResult().request.text);
});

test("after an error the editor keeps what was typed", () => {
  const model = goldenModel();
  const { area, open, button } = editing(model);
  type(area, "  ");
  button("Explain").click();
  model.receive({ status: "error", error: "text is empty" });
  expect(open()).toBe(true);
  expect(area.value).toBe("  ");
});

test("discarding after an error restores the text of the result", () => {
  const model = goldenModel();
  const { area, button, open, root } = editing(model);
  type(area, "  ");
  button("Explain").click();
  model.receive({ status: "error", error: "text is empty" });
  press(area, "Escape");
  expect(open()).toBe(false);
  expect(model.saved).toEqual([{ text: "  " }, { text: goldenResult().request.text }]);
  model.receive({ status: "idle", error: "" });
  expect(root.classList.contains("lig-stale")).toBe(false);
});

test("explaining an unchanged text closes the editor at once", () => {
  const { open, button } = editing(goldenModel());
  button("Explain").click();
  expect(open()).toBe(false);
});

test("another draw does not change what is being typed", () => {
  const model = goldenModel();
  const { area, open } = editing(model);
  type(area, "Half a sen");
  model.receive({ result: resultOf("from Python"), text: "from Python" });
  expect(open()).toBe(true);
  expect(area.value).toBe("Half a sen");
});

test("without a kernel the text cannot be edited", () => {
  const parent = document.createElement("div");
  parent.className = "jupyter-widgets-disconnected";
  document.body.append(parent);
  const { text, button } = mount(goldenModel(), { parent });
  expect(button("Edit").disabled).toBe(true);
  text.dispatchEvent(new Event("dblclick"));
  expect(text.hidden).toBe(false);
});

/** @param {HTMLElement} el @returns {HTMLTextAreaElement[]} */
const areasOf = (el) =>
  [...el.querySelectorAll("textarea.lig-area")].map((area) => /** @type {any} */ (area));

test("each text of a pair has its field to edit, and all are explained together", () => {
  const model = goldenModel({ ...pair().request, ...showing(pair()) });
  const { el, open } = editing(model);
  const [first, second] = areasOf(el);
  expect([first?.value, second?.value]).toEqual(pair().request.text.split("\u2029"));
  expect([first?.ariaLabel, second?.ariaLabel]).toEqual([
    ...["Text 1 to explain", "Text 2 to explain"],
  ]);
  if (!second) throw new Error("there is one field");
  type(second, "Somebody sleeps.");
  press(second, "Enter", { ctrlKey: true });
  const text = `${first?.value}\u2029Somebody sleeps.`;
  expect(model.saved).toEqual([{ text }]);
  expect(open()).toBe(true);
  const result = { ...pair(), request: { ...pair().request, text } };
  model.receive({ result });
  expect(open()).toBe(false);
});

test("before the first result the texts are as many as are there", () => {
  const { el } = editing(goldenModel({ text: "One.\u2029Two.", result: {} }));
  expect(areasOf(el).map(({ value }) => value)).toEqual(["One.", "Two."]);
});

test("the text of a text classifier is one field, whatever is in it", () => {
  const result = resultOf("One.\u2029Two.");
  const { area, el, button } = editing(goldenModel({ text: "One.\u2029Two.", result }));
  expect(areasOf(el)).toEqual([area]);
  expect(area.value).toBe("One.\u2029Two.");
  expect(area.ariaLabel).toBe("Text to explain");
  button("Discard").click();
  button("Edit").click();
  expect(areasOf(el)).toEqual([area]);
});

test("Enter on a button of the editor is not taken for that of a text", () => {
  const model = goldenModel();
  const { button, open } = editing(model);
  press(button("Discard"), "Enter", { ctrlKey: true });
  expect([model.saved, open()]).toEqual([[], true]);
});
