import { afterEach, expect, test, vi } from "vitest";
import { goldenModel, goldenResult } from "./fake-model.js";
import { mount } from "./mount.js";

/** @import { State } from "../model" */

afterEach(() => document.body.replaceChildren());

const texts = ["One.", goldenResult().request.text, "Three."];

/** @param {Partial<State>} [changed] */
function leafing(changed) {
  const model = goldenModel({ texts, position: 1, ...changed });
  const view = mount(model);
  const nav = /** @type {HTMLElement} */ (view.find("nav"));
  const [previous, next] = /** @type {HTMLButtonElement[]} */ ([...nav.querySelectorAll("button")]);
  if (!previous || !next) throw new Error("no buttons");
  return { ...view, model, nav, previous, next };
}

test("one text, or none, is nothing to leaf through", () => {
  expect(leafing({ texts: [] }).nav.hidden).toBe(true);
  expect(leafing({ texts: ["One."], position: 0 }).nav.hidden).toBe(true);
  expect(leafing().nav.hidden).toBe(false);
});

test("it says which text it is, and whether it was edited", () => {
  const { model, nav, previous, next } = leafing();
  expect(nav.textContent).toBe("‹ Previous2 of 3Next ›");
  expect([previous.ariaLabel, next.ariaLabel]).toEqual(["Previous text", "Next text"]);
  model.receive({ text: "Another." });
  expect(nav.textContent).toContain("2 of 3 (edited)");
});

test("place and text are saved together", () => {
  const { model, previous, next } = leafing();
  next.click();
  previous.click();
  previous.click();
  expect(model.saved).toEqual([
    { position: 2, text: "Three." },
    { position: 1, text: texts[1] },
    { position: 0, text: "One." },
  ]);
});

test("at an end there is no way on, and the focus turns round", () => {
  const { previous, next } = leafing();
  next.focus();
  next.click();
  expect([previous.disabled, next.disabled]).toEqual([false, true]);
  expect(document.activeElement).toBe(previous);
  previous.click();
  previous.click();
  expect([previous.disabled, next.disabled]).toEqual([true, false]);
  expect(document.activeElement).toBe(next);
});

test("without a kernel nobody would explain another text", async () => {
  const { el, nav, next } = leafing();
  el.classList.add("jupyter-widgets-disconnected");
  await vi.waitFor(() => expect(next.disabled).toBe(true));
  expect(nav.title).toContain("No kernel");
});
