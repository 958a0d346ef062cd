import { afterEach, expect, test } from "vitest";
import { wordAt } from "../heatmap.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { choose, drag, mount, press } from "./mount.js";
import { goldenWords, oneWord, rescored, resultOf } from "./results.js";

/** @import { Result } from "../model" */

afterEach(() => document.body.replaceChildren());

test("the text is whole: spaces, line ends, emoji and what looks like markup", () => {
  const { text, words } = mount(goldenModel());
  expect(text.textContent).toBe(goldenResult().request.text);
  expect(text.textContent).toContain("<b>");
  expect(text.querySelector("b")).toBe(null);
  expect(words().map(({ textContent }) => textContent)).toEqual(
    goldenWords().map((word) => word.text),
  );
});

test.each(["<img src=x onerror=alert(1)>", "</span><script>1</script>", "&lt;&amp;"])(
  "%s stays text wherever it is shown",
  (evil) => {
    const result = oneWord(evil, { [`##${evil}`]: 1, "[UNK]": 0 });
    result.layout.segments.word.push([evil, "unseen"]);
    result.target = result.contrast = result.explained = result.unit = evil;
    result.prediction = [[evil, 1]];
    result.predicted = result.notes = [evil];
    result.request.text = evil;
    const model = goldenModel({ result, status: "error", error: evil, labels: [evil] });
    const { el, word, tip } = mount(model);
    word(0).focus();
    expect(tip.textContent).toContain(evil);
    expect(el.querySelector("img, script")).toBe(null);
    expect(el.textContent?.split(evil).length).toBeGreaterThan(5);
  },
);

test("what the model never read is grey, says so and is no word", () => {
  const { find, text, tip, words, word } = mount(goldenModel());
  const unseen = /** @type {HTMLElement} */ (find(".flair-lig-unseen"));
  expect(unseen.textContent).toBe(goldenResult().layout.segments.word.at(-1)?.[0]);
  expect(unseen.title).toBe("not read by the model");
  expect(words()).toHaveLength(goldenWords().length);
  expect(unseen.hasAttribute("tabindex")).toBe(false);
  const events = ["pointerover", "focusin"].map((type) => new Event(type, { bubbles: true }));
  for (const event of events) {
    unseen.dispatchEvent(event);
    expect(wordAt(event)).toBe(null);
    expect(tip.hidden).toBe(true);
  }
  const last = word(words().length - 1);
  last.focus();
  press(last, "ArrowRight");
  expect(document.activeElement).toBe(last);
  expect(text.querySelectorAll("[tabindex='0']")).toHaveLength(1);
});

test("a text whose beginning was cut off has its tab stop at the first word", () => {
  const result = goldenResult();
  result.layout.segments.word.unshift(["Never read. ", "unseen"]);
  const { text, word } = mount(goldenModel({ result }));
  expect(text.firstElementChild?.className).toBe("flair-lig-unseen");
  expect(word(0).tabIndex).toBe(0);
});

test("the sign of a score chooses the side, its size the strength", () => {
  const { words } = mount(goldenModel());
  const most = Math.max(...goldenWords().map(({ score }) => Math.abs(score)));
  goldenWords().forEach(({ score }, i) => {
    const classes = words()[i]?.classList;
    expect(classes?.contains("flair-lig-for")).toBe(score > 0);
    expect(classes?.contains("flair-lig-against")).toBe(score < 0);
    const strength = words()[i]?.style.getPropertyValue("--flair-lig-strength");
    expect(Number(strength)).toBeCloseTo(Math.abs(score) / most, 3);
  });
});

test("a word tells its score and rank to those who do not see the colour", () => {
  const result = rescored((score, word) => (word === 0 ? 0 : word === 3 ? -0.00003 : score));
  const { word } = mount(goldenModel({ result }));
  expect([0, 2, 3, 15].map((i) => word(i).ariaLabel)).toEqual([
    "The, zero, rank 21",
    "bank, plus 1.31, rank 1",
    "raised, minus 0.00003, rank 20",
    "football, minus 0.83, rank 4",
  ]);
});

test("the intensity is one exponent of this view: proportional in the middle, never saved", () => {
  const model = goldenModel();
  const { root, slider, word } = mount(model);
  const strength = () => word(1).style.getPropertyValue("--flair-lig-strength");
  const before = strength();
  expect(slider("Intensity").ariaValueText).toBe("as the score");
  drag(slider("Intensity"), 2);
  expect(root.style.getPropertyValue("--flair-lig-gamma")).toBe("0.25");
  expect(slider("Intensity").ariaValueText).toBe("weak words stronger");
  drag(slider("Intensity"), -1);
  expect(root.style.getPropertyValue("--flair-lig-gamma")).toBe("2");
  model.receive({ result: goldenResult() });
  expect(root.style.getPropertyValue("--flair-lig-gamma")).toBe("2");
  expect(strength()).toBe(before);
  expect(model.saved).toEqual([]);
});

test("a new result for the same text keeps the words and colours them anew", () => {
  const model = goldenModel();
  const { word } = mount(model);
  const before = word(0);
  expect(before.classList.contains("flair-lig-for")).toBe(true);
  model.receive({ result: rescored((score) => -score) });
  expect(word(0)).toBe(before);
  expect(before.classList.contains("flair-lig-for")).toBe(false);
});

test("a new text is written anew, and focus stays in it", () => {
  const model = goldenModel();
  const { word, text } = mount(model);
  word(3).focus();
  model.receive({ text: "new text", result: resultOf(["new", "text"]) });
  expect(text.textContent).toBe("new text");
  expect(document.activeElement).toBe(word(0));
});

test("a word that contributes nothing has no side", () => {
  const { words, find } = mount(goldenModel({ result: rescored(() => 0) }));
  for (const word of words()) expect(word.className).toBe("flair-lig-word");
  expect(find(".flair-lig-legend")).toHaveProperty("hidden", true);
});

/** @param {Partial<Result>} changed */
function legend(changed) {
  const { find } = mount(goldenModel({ result: { ...goldenResult(), ...changed } }));
  return [...find(".flair-lig-legend").querySelectorAll("span")].map((node) => node.textContent);
}

test("the legend names both sides, the numbers of the full colours and their unit", () => {
  const most = Math.max(...goldenWords().map(({ score }) => Math.abs(score))).toFixed(3);
  expect(legend({ target: "business", unit: "log-odds" })).toEqual([
    "against business",
    `−${most}`,
    "log-odds",
    `+${most}`,
    "for business",
  ]);
});

test("with a contrast, what speaks against the one label speaks for the other", () => {
  const names = legend({ target: "business", contrast: "tech" });
  expect([names.at(0), names.at(-1)]).toEqual(["for tech", "for business"]);
});

test("a probability that hardly moves keeps its scale", () => {
  expect(legend({ ...resultOf(["The"], () => -0.00003), unit: "probability" })).toContain(
    "−0.00003",
  );
});

test("the text is named after what is explained", () => {
  const explained = "the probability of business less that of tech";
  const { text } = mount(goldenModel({ result: { ...goldenResult(), explained } }));
  expect(text.ariaLabel).toBe(`The text; the colour of a word is its part in ${explained}`);
});

test("words, subwords or sentences are coloured at once, with or without a kernel", () => {
  const { el, select, text, words, word } = mount(goldenModel());
  el.classList.add("jupyter-widgets-disconnected");
  choose(select("Colour"), "sentence");
  expect(words()).toHaveLength(1);
  expect(text.textContent).toBe(goldenResult().request.text);
  expect(word(0).ariaLabel).toMatch(/, plus 3.19, rank 1$/);
  choose(select("Colour"), "word");
  expect(words()).toHaveLength(21);
});
