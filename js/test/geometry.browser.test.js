import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { goldenResult } from "./fake-model.js";
import { press } from "./mount.js";
import { goldenWords, rescored, resultOf } from "./results.js";
import { stage } from "./stage.js";

const WIDTHS = [320, 360, 600, 1400];

/** A text with a word that is longer than a line. */
function longWord() {
  const result = goldenResult();
  const { tokens, owners, segments } = result.layout;
  const place = goldenWords().length;
  segments.word.push([" ", null], ["long".repeat(60), place]);
  for (let i = 0; i < 60; i++) {
    tokens.push("##long");
    owners.word.push(place);
    result.scores.push(0.01);
  }
  return result;
}

/** @param {ReturnType<typeof stage>} view */
function focusEveryWord({ root, tip, words }) {
  const frame = root.getBoundingClientRect();
  expect(words().length).toBeGreaterThan(10);
  for (const word of words()) {
    word.focus();
    const box = tip.getBoundingClientRect();
    expect(box.width).toBeGreaterThan(50);
    expect(box.left).toBeGreaterThanOrEqual(frame.left);
    expect(box.right).toBeLessThanOrEqual(frame.right);
    for (const line of word.getClientRects()) {
      expect(box.bottom <= line.top || box.top >= line.bottom).toBe(true);
    }
  }
}

test.each(WIDTHS)("at %i px no tooltip leaves the root's width or covers its word", (width) => {
  focusEveryWord(stage({ width, state: { result: longWord() } }));
});

test.each(WIDTHS)("nor at %i px without the room that the controls give above", (width) => {
  const view = stage({ width, state: { result: longWord() } });
  view.find(".flair-lig-controls").remove();
  focusEveryWord(view);
});

test.each([...WIDTHS, 1600])("at %i px nothing sticks out, however long the names", (width) => {
  const result = longWord();
  const name = "A label with a very long name, longer than a narrow column is wide_".repeat(2);
  Object.assign(result, { target: name, contrast: name, unit: "probability" });
  result.explained = `the probability of ${name} less that of ${name}`;
  result.prediction = [[name, 0.9]];
  result.predicted = result.notes = [name];
  const { page: column, root } = stage({
    width,
    state: { result, status: "error", error: "e".repeat(200), labels: [name] },
  });
  for (const details of root.querySelectorAll("details")) details.open = true;
  expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
  expect(column.scrollWidth).toBeLessThanOrEqual(column.clientWidth);
});

test("a pointer opens the tooltip, keeps it open and leaves it", async () => {
  const { tip, word, find } = stage();
  await userEvent.hover(word(2));
  expect(tip.checkVisibility()).toBe(true);
  expect(tip.textContent).toContain(goldenWords()[2]?.text);
  await userEvent.hover(find(".flair-lig-summary"));
  await expect.poll(() => tip.checkVisibility()).toBe(false);
});

test("the tooltip follows a result that changes under a still pointer", async () => {
  const { model, tip, word } = stage();
  await userEvent.hover(word(2));
  model.receive({ result: rescored(() => -7) });
  expect(tip.checkVisibility()).toBe(true);
  expect(tip.textContent).toContain("−7.0000 logit");
});

test("inside a shadow root the tooltip stands with its word and describes it", async () => {
  const { tip, word } = stage({ shadow: true });
  const found = page.getByRole("group", { name: "The text" });
  await found.getByText(goldenWords()[2]?.text ?? "", { exact: true }).hover();
  const home = /** @type {ShadowRoot} */ (word(2).getRootNode());
  expect(home).toBeInstanceOf(ShadowRoot);
  expect(home.getElementById(word(2).getAttribute("aria-describedby") ?? "")).toBe(tip);
  press(document.body, "Escape");
  expect(tip.checkVisibility()).toBe(false);
});

test("Tab reaches everything in its order, the text in one stop", async () => {
  const { el, button, select, slider, word } = stage();
  const [more, top] = el.querySelectorAll("summary");
  button("business").focus();
  const order = [
    ...["sport", "politics", "tech", "entertainment"].map(button),
    select("Instead of"),
    select("Method"),
    slider("Tolerance"),
    more,
    word(0),
    select("Colour"),
    slider("Intensity"),
    button("Edit"),
    top,
  ];
  for (const next of order) {
    await userEvent.keyboard("{Tab}");
    expect(document.activeElement).toBe(next);
  }
  word(0).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(document.activeElement).toBe(word(1));
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
  expect(document.activeElement).toBe(more);
  await userEvent.keyboard("{Enter}{Tab}");
  expect(document.activeElement).toBe(select("Output"));
});

test("a key on a slider commits a stop, Enter on a label explains it", async () => {
  const { model, button, slider } = stage({ state: { method: "riemann_left", n_steps: 50 } });
  slider("Steps").focus();
  await userEvent.keyboard("{ArrowRight}");
  button("sport").focus();
  await userEvent.keyboard("{Enter}");
  expect(model.saved).toEqual([{ n_steps: 65 }, { target: "sport" }]);
});

test("computing moves nothing on the page, wherever the status line breaks", () => {
  for (let width = 300; width < 640; width += 10) {
    const { model, root } = stage({ width });
    const { height } = root.getBoundingClientRect();
    model.receive({ status: "running", target: "sport" });
    expect(root.getBoundingClientRect().height, `at ${width} px`).toBe(height);
    model.receive({ progress: 0.5 });
    expect(root.getBoundingClientRect().height, `half done at ${width} px`).toBe(height);
    model.receive({ result: { ...goldenResult(), converged: false } }); // one on the way
    expect(root.getBoundingClientRect().height, `with a result at ${width} px`).toBe(height);
    model.receive({ result: goldenResult(), status: "idle" });
    expect(root.getBoundingClientRect().height, `stopped at ${width} px`).toBe(height);
  }
});

test("the bar is filled as far as the work is done, and moves to and fro before", () => {
  const { model, find } = stage({ state: { status: "running" } });
  const bar = /** @type {HTMLProgressElement} */ (find("progress"));
  expect(bar.matches(":indeterminate")).toBe(true);
  model.receive({ progress: 0.4 });
  expect(bar.position).toBeCloseTo(0.4, 10);
  expect(bar.checkVisibility()).toBe(true);
});

test.each(["logit", "probability", "log-odds"])("the legend's scale in %s is one line", (unit) => {
  const result = { ...goldenResult(), unit, contrast: "tech" };
  for (const width of WIDTHS) {
    const spans = stage({ width, state: { result } }).find(".flair-lig-scale").children;
    const [bar, ...numbers] = [...spans].map((span) => span.getBoundingClientRect());
    const tops = new Set(numbers.map(({ top }) => top));
    expect(tops.size).toBe(1);
    expect(numbers.every(({ height }) => height < 25)).toBe(true);
    const [, middle = new DOMRect()] = numbers;
    const centre = (/** @type {DOMRect} */ { left, width }) => left + width / 2;
    expect(centre(middle)).toBeCloseTo(centre(bar ?? new DOMRect()), 0);
  }
});

test("nothing is a logit that is none", () => {
  const result = { ...goldenResult(), unit: "probability", special_score: 0.5 };
  result.explained = "the probability of business";
  const { root, select, text, tip, word } = stage({ state: { result } });
  word(2).focus();
  expect(tip.textContent).toContain("+1.3100 probability");
  expect(text.ariaLabel).toContain("the probability of business");
  select("Output").remove(); // it offers the logit
  expect(root.outerHTML).not.toMatch(/logits?\b/);
});

test("the editor stands where the text stood, and moves nothing above it", () => {
  const { button, find, text } = stage({ width: 400 }); // nothing scrolls
  const { left, top, height } = text.getBoundingClientRect();
  button("Edit").click();
  const box = find(".flair-lig-area").getBoundingClientRect();
  expect([box.left, box.top]).toEqual([left, top]);
  expect(box.height).toBeGreaterThanOrEqual(height);
});

test("right-to-left text reads from the right, the sum from the left", () => {
  const result = resultOf(["رفع", "البنك"], (i) => 2 - i);
  const { word, find } = stage({ state: { result } });
  const [first, second] = [word(0), word(1)].map((each) => each.getBoundingClientRect());
  expect(first?.left).toBeGreaterThan(second?.right ?? Infinity);
  const frame = find(".flair-lig-way").getBoundingClientRect();
  expect(find(".flair-lig-piece").getBoundingClientRect().left).toBeCloseTo(frame.left, 0);
});

test("on a page that reads from right to left the numbers do not", () => {
  const result = resultOf(["رفع", "البنك"], (i) => 2 - i, { gains: goldenResult().gains });
  const { find, tip, word } = stage({ state: { result }, rightToLeft: true });
  word(1).focus();
  for (const part of [find(".flair-lig-class"), find(".flair-lig-legend"), tip]) {
    expect(getComputedStyle(part).direction).toBe("ltr");
  }
  expect(getComputedStyle(find(".flair-lig-text")).direction).toBe("rtl");
  expect(word(0).getBoundingClientRect().left).toBeGreaterThan(
    word(1).getBoundingClientRect().left,
  );
  const [begin, end] = find(".flair-lig-ends").children;
  expect(begin?.getBoundingClientRect().left).toBeLessThan(end?.getBoundingClientRect().left ?? 0);
});

test("another granularity keeps the focus in the text, and its tooltip", async () => {
  const { model, tip, word } = stage();
  word(5).focus();
  model.receive({ granularity: "sentence" });
  expect(document.activeElement).toBe(word(0));
  expect(tip.querySelector("strong")?.textContent).toMatch(/^The central bank .* 3 %\.$/s);
  model.receive({ granularity: "word" });
  expect(tip.checkVisibility()).toBe(true);
  expect(tip.querySelector("strong")?.textContent).toBe("The");
});

test("a sentence of many subwords has a tooltip that leaves the sentence alone", () => {
  for (const width of WIDTHS) {
    const { root, tip, word } = stage({ width, state: { granularity: "sentence" } });
    word(0).focus();
    const [box, frame] = [tip, root].map((each) => each.getBoundingClientRect());
    expect(box?.right).toBeLessThanOrEqual(frame?.right ?? 0);
    expect(tip.scrollWidth).toBeLessThanOrEqual(tip.clientWidth);
    for (const line of word(0).getClientRects()) {
      expect((box?.bottom ?? 0) <= line.top || (box?.top ?? 0) >= line.bottom).toBe(true);
    }
  }
});

test("the curve is as large as it says, and stays in its tooltip", () => {
  const { find, tip, word } = stage({ width: 320 });
  word(2).focus();
  const image = find(".flair-lig-curve svg").getBoundingClientRect();
  expect([image.width, image.height]).toEqual([120, 28]);
  expect(image.bottom).toBeLessThan(tip.getBoundingClientRect().bottom);
});

test("the pieces of the sum fill the bar, from f(x′) there and back to f(x)", () => {
  const { el, find } = stage();
  const frame = find(".flair-lig-way").getBoundingClientRect();
  const pieces = [...el.querySelectorAll(".flair-lig-piece")];
  const boxes = pieces.map((piece) => piece.getBoundingClientRect());
  const back = boxes.filter((_, i) => pieces[i]?.classList.contains("flair-lig-back"));
  expect(Math.max(...boxes.map(({ right }) => right))).toBeCloseTo(frame.right, 0);
  const { value, baseline_value } = goldenResult();
  const end = frame.left + (frame.width * (value - baseline_value)) / 4.63;
  expect(Math.min(...back.map(({ left }) => left))).toBeCloseTo(end, -0.5);
});

test("the text breaks where its author broke it", () => {
  const { words } = stage({ width: 1400 });
  const tops = new Set(words().map((word) => word.getBoundingClientRect().top));
  expect(tops.size).toBe(goldenResult().request.text.split("\n").length);
});
