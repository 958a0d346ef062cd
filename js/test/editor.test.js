import { afterEach, expect, test, vi } from "vitest";
import { goldenModel, goldenResult } from "./fake-model.js";
import { mount, press, type } from "./mount.js";

afterEach(() => document.body.replaceChildren());

/** @param {ReturnType<typeof goldenModel>} model */
function editing(model) {
  const view = mount(model);
  view.button("Edit").click();
  const area = /** @type {HTMLTextAreaElement} */ (view.find(".flair-lig-area"));
  const open = () => !(/** @type {HTMLElement} */ (area.parentElement).hidden);
  return { ...view, area, open };
}

/** @param {string} text */
function answer(text) {
  const result = goldenResult();
  result.request.text = text;
  return result;
}

test("the button puts the text in an editor, and the focus with it", () => {
  const { area, open, text } = editing(goldenModel());
  expect(open()).toBe(true);
  expect(area.value).toBe(goldenResult().request.text);
  expect(document.activeElement).toBe(area);
  expect(text.hidden).toBe(true);
});

test("a double click on the text does as well", () => {
  const { text } = mount(goldenModel());
  text.firstElementChild?.dispatchEvent(new Event("dblclick", { bubbles: true }));
  expect(text.hidden).toBe(true);
});

test.each(["ctrlKey", "metaKey"])("Enter with %s explains, and the host hears nothing", (key) => {
  const model = goldenModel();
  const { area, open, text, button } = editing(model);
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard);
  type(area, "Another text.");
  press(area, "Enter", { [key]: true });
  document.body.removeEventListener("keydown", heard);
  expect(heard).not.toHaveBeenCalled();
  expect(model.saved).toEqual([{ text: "Another text." }]);
  expect(open()).toBe(true); // until the answer is there
  model.receive({ status: "running" });
  model.receive({ status: "idle", result: answer("Another text.") });
  expect(open()).toBe(false);
  expect(text.hidden).toBe(false);
  expect(document.activeElement).toBe(button("Edit"));
});

test("Enter by itself is a new line", () => {
  const model = goldenModel();
  const { area } = editing(model);
  press(area, "Enter");
  expect(model.saved).toEqual([]);
});

test("Esc gives up: nothing is saved, and the next time the old text is there again", () => {
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

test("an error keeps what was typed in the editor", () => {
  const model = goldenModel();
  const { area, open, button } = editing(model);
  type(area, "  ");
  button("Explain").click();
  model.receive({ status: "error", error: "text is empty" });
  expect(open()).toBe(true);
  expect(area.value).toBe("  ");
});

test("giving up after an error wishes for the text of the picture again", () => {
  const model = goldenModel();
  const { area, button, open, root } = editing(model);
  type(area, "  ");
  button("Explain").click();
  model.receive({ status: "error", error: "text is empty" });
  press(area, "Escape");
  expect(open()).toBe(false);
  expect(model.saved).toEqual([{ text: "  " }, { text: goldenResult().request.text }]);
  model.receive({ status: "idle", error: "" });
  expect(root.classList.contains("flair-lig-stale")).toBe(false);
});

test("a text that was not changed is there at once", () => {
  const { open, button } = editing(goldenModel());
  button("Explain").click();
  expect(open()).toBe(false);
});

test("what is drawn meanwhile does not touch what is being typed", () => {
  const model = goldenModel();
  const { area, open } = editing(model);
  type(area, "Half a sen");
  model.receive({ result: answer("from Python"), text: "from Python" });
  expect(open()).toBe(true);
  expect(area.value).toBe("Half a sen");
});

test("without a kernel there is nothing to edit for", () => {
  const parent = document.createElement("div");
  parent.className = "jupyter-widgets-disconnected";
  document.body.append(parent);
  const { text, button } = mount(goldenModel(), { parent });
  expect(button("Edit").disabled).toBe(true);
  text.dispatchEvent(new Event("dblclick"));
  expect(text.hidden).toBe(false);
});
