import { afterEach, expect, test, vi } from "vitest";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { mount } from "../support/mount.js";

/** @import { State } from "../../model" */

afterEach(() => document.body.replaceChildren());

const texts = ["One.", goldenResult().request.text, "Three."];

/** @param {Partial<State>} [changes] */
function mountTexts(changes) {
  const model = goldenModel({ texts, position: 1, ...changes });
  const view = mount(model);
  const nav = /** @type {HTMLElement} */ (view.find("nav"));
  const [previous, next] = /** @type {HTMLButtonElement[]} */ ([...nav.querySelectorAll("button")]);
  if (!previous || !next) throw new Error("no buttons");
  return { ...view, model, nav, previous, next };
}

test("with fewer than two texts there is no navigation", () => {
  expect(mountTexts({ texts: [] }).nav.hidden).toBe(true);
  expect(mountTexts({ texts: ["One."], position: 0 }).nav.hidden).toBe(true);
  expect(mountTexts().nav.hidden).toBe(false);
});

test("the position is shown, and whether the text was edited", () => {
  const { model, nav, previous, next } = mountTexts();
  expect(nav.textContent).toBe("‹ Previous2 of 3Next ›");
  expect([previous.ariaLabel, next.ariaLabel]).toEqual(["Previous text", "Next text"]);
  model.receive({ text: "Another." });
  expect(nav.textContent).toContain("2 of 3 (edited)");
});

test("position and text are saved together", () => {
  const { model, previous, next } = mountTexts();
  next.click();
  previous.click();
  previous.click();
  expect(model.saved).toEqual([
    { position: 2, text: "Three." },
    { position: 1, text: texts[1] },
    { position: 0, text: "One." },
  ]);
});

test("at an end a button is disabled, and the other one gets the focus", () => {
  const { previous, next } = mountTexts();
  next.focus();
  next.click();
  expect([previous.disabled, next.disabled]).toEqual([false, true]);
  expect(document.activeElement).toBe(previous);
  previous.click();
  previous.click();
  expect([previous.disabled, next.disabled]).toEqual([true, false]);
  expect(document.activeElement).toBe(next);
});

test("without a kernel another text cannot be chosen", async () => {
  const { el, nav, next } = mountTexts();
  el.classList.add("jupyter-widgets-disconnected");
  await vi.waitFor(() => expect(next.disabled).toBe(true));
  expect(nav.title).toContain("No kernel");
});
