import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describe as lines, place } from "../../parts/tooltip.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { mount, press } from "../support/mount.js";
import { goldenSpans, oneWord, rescored, resultOf } from "../support/results.js";

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
  word.dispatchEvent(new Event("pointermove", { bubbles: true }));
}

const bank = {
  text: "bank",
  score: 1.2345,
  share: 0.3204,
  rank: 3,
  subwords: [{ text: "bank", score: 1 }],
};

test("a word shows its score, share and rank", () => {
  expect(lines(bank, 41, "logit")).toEqual({
    score: "+1.2345 logit",
    share: "32.0 % of the total",
    rank: "rank 3 of 41",
    read: "",
    subwords: [],
    more: "",
  });
  expect(lines({ ...bank, share: null }, 41, "logit").share).toBe("no share: f(x) = f(x′)");
});

test("a score has the unit of the result, and a small one is not rounded to zero", () => {
  const { score } = lines({ ...bank, score: -0.00004 }, 41, "probability");
  expect(score).toBe("−0.00004 probability");
});

test("a single subword is shown if it differs from the word", () => {
  const read = (/** @type {string} */ text) =>
    lines({ ...bank, text: "Playing", subwords: [{ text, score: 1 }] }, 9, "logit").read;
  expect(read("[UNK]")).toBe("read as [UNK]");
  for (const whole of ["Playing", "playing", "Ġplaying", "PLAYING</w>"]) {
    expect(read(whole)).toBe("");
  }
});

test("several subwords are shown with their scores, twelve at most", () => {
  const model = goldenModel({ result: oneWord("Playing", { play: 0.5, "##ing": -0.25 }) });
  const { find, span } = mount(model);
  const reading = find(".lig-read");
  const shown = () => reading.textContent?.replace(/\s+/g, " ").trim();
  hover(span(0));
  expect(shown()).toBe("read as play +0.5000 ##ing −0.2500");
  const many = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`##${i}`, i]));
  model.receive({ result: oneWord("Playing", many) });
  expect(reading.querySelectorAll("bdi")).toHaveLength(12);
  expect(shown()).toMatch(/##11 \+11.0000 and 3 more$/);
});

test("the subwords disappear with the next word", () => {
  const result = goldenResult();
  result.layout.tokens[3] = "[UNK]";
  const { find, span } = mount(goldenModel({ result }));
  const reading = /** @type {HTMLElement} */ (find(".lig-read"));
  hover(span(2));
  expect(reading.textContent?.trim()).toBe("read as [UNK]");
  hover(span(3));
  expect(reading.hidden).toBe(true);
});

test("hover opens the tooltip, which describes the word", () => {
  const { tip, span } = mount(goldenModel());
  expect(tip.hidden).toBe(true);
  hover(span(2));
  expect(tip.hidden).toBe(false);
  expect(tip.querySelector("strong")?.textContent).toBe(goldenSpans()[2]?.text);
  expect(span(2).getAttribute("aria-describedby")).toBe(tip.id);
});

test("the tooltip moves to the next word", () => {
  const { tip, span, el } = mount(goldenModel());
  hover(span(2));
  hover(span(3));
  expect(tip.textContent).toContain(goldenSpans()[3]?.text);
  expect(el.querySelectorAll("[aria-describedby]")).toHaveLength(1);
});

test("crossing the space between words does not close it, pausing there does", () => {
  const { tip, text, span } = mount(goldenModel());
  hover(span(2));
  hover(text);
  vi.advanceTimersByTime(50);
  expect(tip.hidden).toBe(false);
  vi.advanceTimersByTime(100);
  expect(tip.hidden).toBe(true);
});

test("focus opens it, and it returns to the focus when the pointer leaves", () => {
  const { tip, text, span } = mount(goldenModel());
  span(4).focus();
  hover(span(2));
  expect(tip.textContent).toContain(goldenSpans()[2]?.text);
  text.dispatchEvent(new Event("pointerleave"));
  vi.advanceTimersByTime(150);
  expect(tip.querySelector("strong")?.textContent).toBe(goldenSpans()[4]?.text);
  span(4).blur();
  expect(tip.hidden).toBe(true);
});

test("Esc closes it, also if no word has the focus", () => {
  const { tip, span } = mount(goldenModel());
  hover(span(2));
  press(document.body, "Escape");
  expect(tip.hidden).toBe(true);
  expect(span(2).hasAttribute("aria-describedby")).toBe(false);
  span(3).focus();
  press(span(3), "Escape");
  expect(tip.hidden).toBe(true);
});

/** @param {HTMLElement} word */
function click(word) {
  word.dispatchEvent(new Event("click", { bubbles: true, composed: true }));
}

test("a click pins it while the pointer moves on, and a second click closes it", () => {
  const { tip, text, span } = mount(goldenModel());
  hover(span(2));
  click(span(2));
  hover(span(3));
  expect(tip.querySelector("strong")?.textContent).toBe(goldenSpans()[2]?.text);
  expect(tip.classList.contains("lig-pinned")).toBe(true);
  text.dispatchEvent(new Event("pointerleave"));
  vi.advanceTimersByTime(1000);
  expect(tip.hidden).toBe(false);
  click(span(2));
  expect(tip.hidden).toBe(true);
});

test("a click on another word moves the pin, a click outside the words unpins", () => {
  const { root, tip, span } = mount(goldenModel());
  click(span(2));
  click(span(4));
  expect(tip.querySelector("strong")?.textContent).toBe(goldenSpans()[4]?.text);
  click(tip); // to select a number in it
  expect(tip.hidden).toBe(false);
  click(root);
  expect(tip.hidden).toBe(true);
});

test("Enter and Space pin too, Esc unpins, and an arrow key moves on", () => {
  const { tip, span } = mount(goldenModel());
  span(2).focus();
  for (const key of ["Enter", " "]) {
    press(span(2), key);
    expect(tip.classList.contains("lig-pinned")).toBe(true);
    press(span(2), "Escape");
    expect(tip.hidden).toBe(true);
  }
  press(span(2), "Enter");
  press(span(2), "ArrowRight");
  expect(tip.querySelector("strong")?.textContent).toBe(goldenSpans()[3]?.text);
  expect(tip.classList.contains("lig-pinned")).toBe(false);
});

test("a new result updates the open tooltip", () => {
  const model = goldenModel();
  const { tip, span } = mount(model);
  hover(span(2));
  model.receive({ result: rescored(() => -7) });
  expect(tip.hidden).toBe(false);
  expect(tip.textContent).toContain("−7.0000 logit");
});

test("the tooltip of a removed word closes", () => {
  const model = goldenModel();
  const { tip, span } = mount(model);
  hover(span(2));
  model.receive({ text: "new", result: resultOf(["new"]) });
  expect(tip.hidden).toBe(true);
});

test("a pointer at rest does not take the tooltip from the word that has the focus", () => {
  const { tip, span } = mount(goldenModel());
  const shown = () => tip.querySelector("strong")?.textContent;
  hover(span(2));
  span(4).focus();
  expect(shown()).toBe(goldenSpans()[4]?.text);
  span(3).dispatchEvent(new Event("pointerover", { bubbles: true })); // the text was scrolled
  expect(shown()).toBe(goldenSpans()[4]?.text);
  hover(span(3));
  expect(shown()).toBe(goldenSpans()[3]?.text);
});

const root = new DOMRect(100, 50, 300, 400);
const tip = { width: 120, height: 40 };
const SCREEN = { top: 0, bottom: 800 };
const WORD = new DOMRect(200, 200, 50, 20);
const ABOVE = 200 - 40 - 6 - 50;
const BELOW = 220 + 6 - 50;

/**
 * @param {DOMRect} word
 * @param {{ controls?: DOMRect[], visible?: typeof SCREEN, root?: DOMRect }} [around]
 */
function placed(word, { controls = [], visible = SCREEN, root: frame = root } = {}) {
  return place({ first: word, last: word }, tip, frame, visible, controls);
}

test("the tooltip is above its word, or below if there is no room above", () => {
  expect(placed(WORD).top).toBe(ABOVE);
  const high = new DOMRect(200, 60, 50, 20);
  expect(placed(high).top).toBe(80 + 6 - 50);
  // Scrolled: the room in the root is above the window.
  const scrolled = new DOMRect(100, -300, 300, 800);
  expect(placed(new DOMRect(200, 30, 50, 20), { root: scrolled }).top).toBe(50 + 6 + 300);
});

test("the tooltip goes where it covers no control, and then where it can be seen", () => {
  const above = new DOMRect(230, 150, 40, 20);
  const below = new DOMRect(230, 240, 40, 20);
  const beside = new DOMRect(330, 150, 40, 20);
  expect(placed(WORD, { controls: [above] }).top).toBe(BELOW);
  expect(placed(WORD, { controls: [beside] }).top).toBe(ABOVE);
  expect(placed(WORD, { controls: [above, below] }).top).toBe(ABOVE);
  const visible = { top: 0, bottom: 250 };
  expect(placed(WORD, { controls: [above], visible }).top).toBe(ABOVE);
  expect(placed(WORD, { visible: { top: 170, bottom: 800 } }).top).toBe(BELOW);
});

test("the tooltip stays within the root's width", () => {
  expect(placed(new DOMRect(100, 200, 10, 20)).left).toBe(0);
  expect(placed(new DOMRect(390, 200, 10, 20)).left).toBe(180);
});
