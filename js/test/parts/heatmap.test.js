import { afterEach, expect, test } from "vitest";
import { spanAt } from "../../elements/span-element.js";
import { checkOf } from "../support/checks.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { pair, showing, triple } from "../support/families.js";
import { mount, press } from "../support/mount.js";
import { goldenSpans, oneWord, rescored, resultOf } from "../support/results.js";

/** @import { Result } from "../../model" */

afterEach(() => document.body.replaceChildren());

test("the text is complete: spaces, line ends, emoji and what looks like markup", () => {
  const { text, spans } = mount(goldenModel());
  expect(text.textContent).toBe(goldenResult().request.text);
  expect(text.textContent).toContain("<b>");
  expect(text.querySelector("b")).toBe(null);
  expect(spans().map(({ textContent }) => textContent)).toEqual(
    goldenSpans().map((word) => word.text),
  );
});

test.each(["<img src=x onerror=alert(1)>", "</span><script>1</script>", "&lt;&amp;"])(
  "%s stays text wherever it is shown",
  (evil) => {
    const result = oneWord(evil, { [`##${evil}`]: 1, "[UNK]": 0 });
    result.layout.segments.word.push([evil, "truncated"]);
    result.target = result.contrast = result.explained = result.unit = evil;
    result.prediction = [[evil, 1]];
    result.predicted = result.notes = [evil];
    result.prediction_summary = result.accuracy_summary = evil;
    result.request.text = evil;
    const checked = checkOf(result, {
      ...{ verdict: { kind: evil, sentence: evil }, flip: { words: [0], sentence: evil } },
      ...{ erase: /** @type {"mask"} */ (evil), agreement: evil },
      baselines: [{ name: evil, comprehensiveness: 1, sufficiency: 1, entropy: 1 }],
    });
    const model = goldenModel({
      ...{ result, status: "error", error: evil, labels: [evil] },
      ...{ target: evil, contrast: evil, text: evil, checked, checking: true, erase: evil },
    });
    const { el, span, tip } = mount(model);
    span(0).focus();
    expect(tip.textContent).toContain(evil);
    expect(el.querySelector("img, script")).toBe(null);
    expect(el.textContent?.split(evil).length).toBeGreaterThan(5);
  },
);

test("truncated text is grey, has a title and is no span", () => {
  const { find, text, tip, spans, span } = mount(goldenModel());
  const truncated = /** @type {HTMLElement} */ (find(".lig-truncated"));
  expect(truncated.textContent).toBe(goldenResult().layout.segments.word.at(-1)?.[0]);
  expect(truncated.title).toBe("not read by the model");
  expect(spans()).toHaveLength(goldenSpans().length);
  expect(truncated.hasAttribute("tabindex")).toBe(false);
  const events = ["pointerover", "focusin"].map((type) => new Event(type, { bubbles: true }));
  for (const event of events) {
    truncated.dispatchEvent(event);
    expect(spanAt(event)).toBe(null);
    expect(tip.hidden).toBe(true);
  }
  const last = span(spans().length - 1);
  last.focus();
  press(last, "ArrowRight");
  expect(document.activeElement).toBe(last);
  expect(text.querySelectorAll("[tabindex='0']")).toHaveLength(1);
});

test("a text with a truncated beginning has its tab stop at the first word", () => {
  const result = goldenResult();
  result.layout.segments.word.unshift(["Never read. ", "truncated"]);
  const { text, span } = mount(goldenModel({ result }));
  expect(text.firstElementChild?.className).toBe("lig-truncated");
  expect(span(0).tabIndex).toBe(0);
});

test("the sign of a score determines the side, its size the strength", () => {
  const { spans } = mount(goldenModel());
  const most = Math.max(...goldenSpans().map(({ score }) => Math.abs(score)));
  goldenSpans().forEach(({ score }, i) => {
    const classes = spans()[i]?.classList;
    expect(classes?.contains("lig-for")).toBe(score > 0);
    expect(classes?.contains("lig-against")).toBe(score < 0);
    const strength = spans()[i]?.style.getPropertyValue("--lig-strength");
    expect(Number(strength)).toBeCloseTo(Math.abs(score) / most, 3);
  });
});

test("a word has its score and rank as its label", () => {
  const result = rescored((score, word) => (word === 0 ? 0 : word === 3 ? -0.00003 : score));
  const { span } = mount(goldenModel({ result }));
  expect([0, 2, 3, 15].map((i) => span(i).ariaLabel)).toEqual([
    "The, zero, rank 21",
    "bank, plus 1.31, rank 1",
    "raised, minus 0.00003, rank 20",
    "football, minus 0.83, rank 4",
  ]);
});

test("a new result for the same text keeps the elements and changes their colours", () => {
  const model = goldenModel();
  const { span } = mount(model);
  const before = span(0);
  expect(before.classList.contains("lig-for")).toBe(true);
  model.receive({ result: rescored((score) => -score) });
  expect(span(0)).toBe(before);
  expect(before.classList.contains("lig-for")).toBe(false);
});

test("a new text has new elements, and keeps the focus", () => {
  const model = goldenModel();
  const { span, text } = mount(model);
  span(3).focus();
  model.receive({ text: "new text", result: resultOf(["new", "text"]) });
  expect(text.textContent).toBe("new text");
  expect(document.activeElement).toBe(span(0));
});

test("a word with a score of zero has no side", () => {
  const { spans, find } = mount(goldenModel({ result: rescored(() => 0) }));
  for (const word of spans()) expect(word.className).toBe("lig-span");
  expect(find(".lig-legend")).toHaveProperty("hidden", true);
});

test("the label of the text says what is explained", () => {
  const explained = "the probability of business minus that of tech";
  const { text } = mount(goldenModel({ result: { ...goldenResult(), explained } }));
  expect(text.ariaLabel).toBe(`Text, coloured by contribution to ${explained}`);
});

test("each text of a pair has a block with its name, and its own direction", () => {
  const result = pair();
  const { text, spans } = mount(goldenModel(showing(result)));
  const [first, second] = result.request.text.split("\u2029");
  expect([...text.children].map(({ textContent }) => textContent)).toEqual([
    ...["Text 1", first, "Text 2", second],
  ]);
  expect([...text.querySelectorAll("[dir=auto]")].map(({ textContent }) => textContent)).toEqual([
    ...[first, second],
  ]);
  expect(text.textContent).not.toContain("\u2029");
  expect(spans()).toHaveLength(17);
});

test("a single text has no block and no name", () => {
  const { text } = mount(goldenModel());
  expect(text.querySelector("div")).toBe(null);
  expect(text.dir).toBe("auto");
});

test("the arrow keys go through all texts of a triple", () => {
  const { span, spans } = mount(goldenModel(showing(triple())));
  span(4).focus(); // the last word of the first text
  press(span(4), "ArrowRight");
  expect(document.activeElement).toBe(span(5));
  press(span(5), "End");
  expect(document.activeElement).toBe(spans().at(-1));
  expect(document.activeElement?.textContent).toBe("1883");
});
