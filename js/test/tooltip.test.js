import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { destination } from "../roving.js";
import { describe as lines, place } from "../tooltip.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { mount, press } from "./mount.js";
import { goldenWords, oneWord, rescored, resultOf } from "./results.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

/** @param {Element} word */
function hover(word) {
  word.dispatchEvent(new Event("pointerover", { bubbles: true }));
}

const bank = {
  text: "bank",
  score: 1.2345,
  share: 0.3204,
  rank: 3,
  subwords: [{ text: "bank", score: 1 }],
};

test("a word tells its score, share and rank", () => {
  expect(lines(bank, 41, "logit")).toEqual({
    score: "+1.2345 logit",
    share: "32.0 % of f(x) − f(x′)",
    rank: "rank 3 of 41",
    read: "",
    subwords: [],
    more: "",
  });
  expect(lines({ ...bank, share: null }, 41, "logit").share).toBe("no share: f(x) = f(x′)");
});

test("a score is told in the unit of the result, and a small one is no zero", () => {
  const { score } = lines({ ...bank, score: -0.00004 }, 41, "probability");
  expect(score).toBe("−0.00004 probability");
});

test("one subword is told if it is not the word", () => {
  const read = (/** @type {string} */ text) =>
    lines({ ...bank, text: "Playing", subwords: [{ text, score: 1 }] }, 9, "logit").read;
  expect(read("[UNK]")).toBe("read as [UNK]");
  for (const whole of ["Playing", "playing", "Ġplaying", "PLAYING</w>"]) {
    expect(read(whole)).toBe("");
  }
});

test("of several subwords each is told with its score, twelve at most", () => {
  const model = goldenModel({ result: oneWord("Playing", { play: 0.5, "##ing": -0.25 }) });
  const { find, word } = mount(model);
  const reading = find(".flair-lig-read");
  const told = () => reading.textContent?.replace(/\s+/g, " ").trim();
  hover(word(0));
  expect(told()).toBe("read as play +0.5000 ##ing −0.2500");
  const many = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`##${i}`, i]));
  model.receive({ result: oneWord("Playing", many) });
  expect(reading.querySelectorAll("bdi")).toHaveLength(12);
  expect(told()).toMatch(/##11 \+11.0000 and 3 more$/);
});

test("the next word takes the subwords away", () => {
  const result = goldenResult();
  result.layout.tokens[3] = "[UNK]";
  const { find, word } = mount(goldenModel({ result }));
  const reading = /** @type {HTMLElement} */ (find(".flair-lig-read"));
  hover(word(2));
  expect(reading.textContent?.trim()).toBe("read as [UNK]");
  hover(word(3));
  expect(reading.hidden).toBe(true);
});

test("hover opens the tooltip and describes the word by it", () => {
  const { tip, word } = mount(goldenModel());
  expect(tip.hidden).toBe(true);
  hover(word(2));
  expect(tip.hidden).toBe(false);
  expect(tip.querySelector("strong")?.textContent).toBe(goldenWords()[2]?.text);
  expect(word(2).getAttribute("aria-describedby")).toBe(tip.id);
});

test("the next word takes the tooltip over", () => {
  const { tip, word, el } = mount(goldenModel());
  hover(word(2));
  hover(word(3));
  expect(tip.textContent).toContain(goldenWords()[3]?.text);
  expect(el.querySelectorAll("[aria-describedby]")).toHaveLength(1);
});

test("crossing the space between words does not close it, staying there does", () => {
  const { tip, text, word } = mount(goldenModel());
  hover(word(2));
  hover(text);
  vi.advanceTimersByTime(50);
  expect(tip.hidden).toBe(false);
  vi.advanceTimersByTime(100);
  expect(tip.hidden).toBe(true);
});

test("focus opens it, and it is back when the pointer has left", () => {
  const { tip, text, word } = mount(goldenModel());
  word(4).focus();
  hover(word(2));
  expect(tip.textContent).toContain(goldenWords()[2]?.text);
  text.dispatchEvent(new Event("pointerleave"));
  vi.advanceTimersByTime(150);
  expect(tip.querySelector("strong")?.textContent).toBe(goldenWords()[4]?.text);
  word(4).blur();
  expect(tip.hidden).toBe(true);
});

test("Esc closes it, even if no word has the focus", () => {
  const { tip, word } = mount(goldenModel());
  hover(word(2));
  press(document.body, "Escape");
  expect(tip.hidden).toBe(true);
  expect(word(2).hasAttribute("aria-describedby")).toBe(false);
  word(3).focus();
  press(word(3), "Escape");
  expect(tip.hidden).toBe(true);
});

/** @param {HTMLElement} word */
function click(word) {
  word.dispatchEvent(new Event("click", { bubbles: true, composed: true }));
}

test("a click pins it: it stays when the pointer goes on, and goes with a second click", () => {
  const { tip, text, word } = mount(goldenModel());
  hover(word(2));
  click(word(2));
  hover(word(3));
  expect(tip.querySelector("strong")?.textContent).toBe(goldenWords()[2]?.text);
  expect(tip.classList.contains("flair-lig-pinned")).toBe(true);
  text.dispatchEvent(new Event("pointerleave"));
  vi.advanceTimersByTime(1000);
  expect(tip.hidden).toBe(false);
  click(word(2));
  expect(tip.hidden).toBe(true);
});

test("a click on another word takes the pin along, a click beside the words lets go", () => {
  const { root, tip, word } = mount(goldenModel());
  click(word(2));
  click(word(4));
  expect(tip.querySelector("strong")?.textContent).toBe(goldenWords()[4]?.text);
  click(tip); // to select a number in it
  expect(tip.hidden).toBe(false);
  click(root);
  expect(tip.hidden).toBe(true);
});

test("Enter and the space bar pin as well, Esc lets go, an arrow key leads on", () => {
  const { tip, word } = mount(goldenModel());
  word(2).focus();
  for (const key of ["Enter", " "]) {
    press(word(2), key);
    expect(tip.classList.contains("flair-lig-pinned")).toBe(true);
    press(word(2), "Escape");
    expect(tip.hidden).toBe(true);
  }
  press(word(2), "Enter");
  press(word(2), "ArrowRight");
  expect(tip.querySelector("strong")?.textContent).toBe(goldenWords()[3]?.text);
  expect(tip.classList.contains("flair-lig-pinned")).toBe(false);
});

test("a result that changes under the pointer changes the open tooltip", () => {
  const model = goldenModel();
  const { tip, word } = mount(model);
  hover(word(2));
  model.receive({ result: rescored(() => -7) });
  expect(tip.hidden).toBe(false);
  expect(tip.textContent).toContain("−7.0000 logit");
});

test("a word that is gone takes its tooltip along", () => {
  const model = goldenModel();
  const { tip, word } = mount(model);
  hover(word(2));
  model.receive({ text: "new", result: resultOf(["new"]) });
  expect(tip.hidden).toBe(true);
});

test("the text is one tab stop that the arrow keys, Home and End move", () => {
  const { words, word } = mount(goldenModel());
  const stops = () => words().flatMap(({ tabIndex }, i) => (tabIndex === 0 ? [i] : []));
  const last = words().length - 1;
  expect(stops()).toEqual([0]);
  word(0).focus();
  for (const [key, here] of /** @type {const} */ ([
    ["ArrowRight", 1],
    ["ArrowDown", 2],
    ["ArrowLeft", 1],
    ["ArrowUp", 0],
    ["ArrowUp", 0],
    ["End", last],
    ["ArrowRight", last],
    ["Home", 0],
  ])) {
    press(/** @type {Element} */ (document.activeElement), key);
    expect(document.activeElement).toBe(word(here));
    expect(stops()).toEqual([here]);
  }
});

test("in a right-to-left text the left arrow leads on", () => {
  expect(destination("ArrowLeft", 3, 9, true)).toBe(4);
  expect(destination("ArrowRight", 3, 9, true)).toBe(2);
  expect(destination("x", 3, 9, true)).toBe(-1);
});

const root = new DOMRect(100, 50, 300, 400);
const tip = { width: 120, height: 40 };

test("the tooltip stands above its word, or below where there is no room above", () => {
  const high = new DOMRect(200, 60, 50, 20);
  const low = new DOMRect(200, 200, 50, 20);
  expect(place({ first: low, last: low }, tip, root).top).toBe(200 - 40 - 6 - 50);
  expect(place({ first: high, last: high }, tip, root).top).toBe(80 + 6 - 50);
  // Scrolled: there is room in the root, but it is above the window.
  const scrolled = new DOMRect(100, -300, 300, 800);
  const top = new DOMRect(200, 30, 50, 20);
  expect(place({ first: top, last: top }, tip, scrolled).top).toBe(50 + 6 + 300);
});

test("the tooltip stays within the root's width", () => {
  const first = new DOMRect(100, 200, 10, 20);
  const last = new DOMRect(390, 200, 10, 20);
  expect(place({ first, last: first }, tip, root).left).toBe(0);
  expect(place({ first: last, last }, tip, root).left).toBe(180);
});
