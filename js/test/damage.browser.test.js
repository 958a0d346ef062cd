// Pages and notebooks whose state was damaged: each is drawn or says why not, and none is blank.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mountAll } from "../page-mount.js";
import css from "../widget.css?inline";
import { checkedSnapshots, checkOf } from "./support/checks.js";
import { damage } from "./support/damage.js";
import { answered } from "./support/edits.js";
import { createModel, goldenState } from "./support/fake-model.js";
import { addMount, drag, mount, press } from "./support/mount.js";
import { tagged, taggedSnapshots } from "./support/tagged.js";

/** @import { State } from "../model" */

const SENTENCE = /^This explanation cannot be shown: .{5,}\.$/;
const STATES = {
  "a result": goldenState(),
  "a comparison": goldenState({ kept: goldenState().result }),
  "a check": goldenState({ checked: checkOf(), checking: true }),
  "an edit": goldenState(answered()),
  marks: goldenState({ ...tagged().request, result: tagged(), snapshots: taggedSnapshots() }),
  snapshots: goldenState({ snapshots: checkedSnapshots() }),
  "snapshots alone": goldenState({ snapshots: checkedSnapshots(), result: {} }),
};

/** Errors that nothing caught. @type {string[]} */
let uncaught = [];
const record = (/** @type {ErrorEvent} */ { message }) => uncaught.push(message);

beforeEach(() => {
  uncaught = [];
  window.addEventListener("error", record);
  vi.spyOn(console, "error").mockImplementation(() => {});
  const style = document.createElement("style");
  style.textContent = css;
  document.body.replaceChildren(style);
});
afterEach(() => {
  window.removeEventListener("error", record);
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

/** @param {string} json */
function addPage(json) {
  const page = addMount(json);
  mountAll(document);
  return page;
}

/**
 * What a reader sees.
 * @param {Element} page
 */
function look(page) {
  const seen = (/** @type {string} */ selector) =>
    [...page.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  const words = seen(".lig-span").some(({ textContent }) => textContent);
  const sentence = seen("p").some(({ textContent }) => SENTENCE.test(textContent ?? ""));
  if (words) return sentence ? "both" : "drawn";
  return sentence ? "sentence" : "blank";
}

/**
 * Uses everything that can be used in a page, apart from the editor, which hides the text.
 * @param {Element} page
 */
function use(page) {
  const word = /** @type {HTMLElement | null} */ (page.querySelector("[data-span='2']"));
  word?.focus();
  if (word) press(word, "Enter");
  for (const details of page.querySelectorAll("details")) details.open = !details.open;
  for (const slider of page.querySelectorAll("input")) {
    if (slider.type === "range") drag(slider, 0);
    slider.dispatchEvent(new Event("change"));
  }
  for (const select of page.querySelectorAll("select")) {
    select.selectedIndex = select.options.length - 1;
    select.dispatchEvent(new Event("change"));
  }
  for (const button of page.querySelectorAll("button")) {
    if (button.textContent !== "Edit text") button.click();
  }
}

test.each(Object.entries(STATES))("200 damaged pages with %s", (_, state) => {
  const count = { drawn: 0, sentence: 0 };
  /** @type {string[]} */
  const failures = [];
  for (let seed = 1; seed <= 200; seed++) {
    const page = addPage(damage(state, seed));
    const first = look(page);
    if (first === "drawn") use(page);
    const then = look(page);
    if (first === "drawn" || first === "sentence") count[first]++;
    else failures.push(`${seed} is ${first}`);
    if (then !== first) failures.push(`${seed} was ${first}, and is ${then} after use`);
    if (page.querySelector("img")) failures.push(`${seed} has markup`);
    page.remove();
  }
  expect(failures).toEqual([]);
  expect(uncaught).toEqual([]);
  expect(window).not.toHaveProperty("pwned");
  // Not all damage can be seen, but the check must not refuse everything.
  expect(count.drawn).toBeGreaterThan(20);
  expect(count.sentence).toBeGreaterThan(50);
});

test("100 damaged messages to a live widget: each good one after them is drawn", () => {
  const good = goldenState({ checked: checkOf(), checking: true });
  const nothing = Object.fromEntries(Object.keys(good).map((name) => [name, undefined]));
  const model = createModel(good);
  const { el } = mount(model);
  /** @type {string[]} */
  const failures = [];
  for (let seed = 1; seed <= 100; seed++) {
    if (seed % 25 === 0) continue; // a damaged file, not a message
    const broken = /** @type {State} */ (JSON.parse(damage(good, seed)));
    model.receive({ ...nothing, ...broken });
    const seen = look(el);
    const empty = Object.keys(broken.result ?? "-").length === 0; // before the first result
    if (seen !== "sentence" && seen !== (empty ? "blank" : "drawn"))
      failures.push(`${seed} is ${seen}`);
    if (seen === "drawn") use(el);
    model.receive(goldenState());
    if (look(el) !== "drawn") failures.push(`after ${seed} it is ${look(el)}`);
  }
  expect(failures).toEqual([]);
  expect(uncaught).toEqual([]);
});
