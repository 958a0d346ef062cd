import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { checkOf } from "./support/checks.js";
import { goldenResult } from "./support/fake-model.js";
import { press } from "./support/mount.js";
import { goldenSpans, profileOf, rescored, resultOf } from "./support/results.js";
import { stage } from "./support/stage.js";

const WIDTHS = [320, 360, 600, 1400];

/** A result with a word that is longer than a line. */
function longWord() {
  const result = goldenResult();
  const { tokens, span_of_token, segments } = result.layout;
  const place = goldenSpans().length;
  segments.word.push([" ", null], ["long".repeat(60), place]);
  for (let i = 0; i < 60; i++) {
    tokens.push("##long");
    span_of_token.word.push(place);
    span_of_token.subword.push(null);
    span_of_token.sentence.push(null);
    result.scores.push(0.01);
  }
  result.path_profile = profileOf(tokens.length);
  return result;
}

/** @param {ReturnType<typeof stage>} view */
function focusEveryWord({ root, tip, spans }) {
  const frame = root.getBoundingClientRect();
  expect(spans().length).toBeGreaterThan(10);
  for (const word of spans()) {
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

test.each(WIDTHS)("nor at %i px if there are no controls above", (width) => {
  const view = stage({ width, state: { result: longWord() } });
  view.find(".lig-controls").remove();
  focusEveryWord(view);
});

test.each([...WIDTHS, 1600])("at %i px nothing overflows, however long the names", (width) => {
  const result = longWord();
  const name = "A label with a very long name, longer than a narrow column is wide_".repeat(2);
  Object.assign(result, { target: name, contrast: name, unit: "probability" });
  result.explained = `the probability of ${name} minus that of ${name}`;
  result.prediction = [[name, 0.9]];
  result.predicted = result.notes = [name];
  const row = { name, comprehensiveness: -123.456, sufficiency: 123.456, entropy: 12.345 };
  const checked = checkOf(result, {
    ...{ verdict: { kind: "chance", sentence: name }, flip: { words: [0], sentence: name } },
    ...{ agreement: name, baselines: [row] },
  });
  const {
    page: column,
    root,
    find,
  } = stage({
    width,
    state: {
      ...{ result, status: "error", error: "e".repeat(200), labels: [name] },
      ...{ target: name, contrast: name, checked, checking: true },
    },
  });
  for (const details of root.querySelectorAll("details")) details.open = true;
  expect(find(".lig-baseline").textContent).toBe(name);
  expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
  expect(column.scrollWidth).toBeLessThanOrEqual(column.clientWidth);
});

test("the tooltip is open while the pointer is on a word", async () => {
  const { tip, span, find } = stage();
  await userEvent.hover(span(2));
  expect(tip.checkVisibility()).toBe(true);
  expect(tip.textContent).toContain(goldenSpans()[2]?.text);
  await userEvent.hover(find(".lig-headline"));
  await expect.poll(() => tip.checkVisibility()).toBe(false);
});

test("a new result updates the tooltip under a resting pointer", async () => {
  const { model, tip, span } = stage();
  await userEvent.hover(span(2));
  model.receive({ result: rescored(() => -7) });
  expect(tip.checkVisibility()).toBe(true);
  expect(tip.textContent).toContain("−7.0000 logit");
});

test("inside a shadow root the tooltip is in the root of its word and describes it", async () => {
  const { tip, span } = stage({ shadow: true });
  const found = page.getByRole("group", { name: "Text, coloured" });
  await found.getByText(goldenSpans()[2]?.text ?? "", { exact: true }).hover();
  const shadow = /** @type {ShadowRoot} */ (span(2).getRootNode());
  expect(shadow).toBeInstanceOf(ShadowRoot);
  expect(shadow.getElementById(span(2).getAttribute("aria-describedby") ?? "")).toBe(tip);
  press(document.body, "Escape");
  expect(tip.checkVisibility()).toBe(false);
});

test("Tab reaches everything in order, the text in one stop", async () => {
  const { el, button, select, slider, span } = stage();
  const [accuracy, more, top, check] = el.querySelectorAll("summary");
  button("business").focus();
  const order = [
    ...["sport", "politics", "tech", "entertainment"].map(button),
    span(0),
    accuracy,
    select("Method"),
    slider("Tolerance"),
    select("Contrast"),
    more,
    select("Granularity"),
    slider("Intensity"),
    button("Edit"),
    ...[top, check],
  ];
  for (const next of order) {
    await userEvent.keyboard("{Tab}");
    expect(document.activeElement).toBe(next);
  }
  span(0).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(document.activeElement).toBe(span(1));
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
  expect(document.activeElement).toBe(button("entertainment"));
  more?.focus();
  await userEvent.keyboard("{Enter}{Tab}");
  expect(document.activeElement).toBe(select("Output"));
});

test("a key on a slider saves a stop, Enter on a label explains it", async () => {
  const { model, button, slider } = stage({ state: { method: "riemann_left", n_steps: 50 } });
  slider("Steps").focus();
  await userEvent.keyboard("{ArrowRight}");
  button("sport").focus();
  await userEvent.keyboard("{Enter}");
  expect(model.saved).toEqual([{ n_steps: 65 }, { target: "sport" }]);
});

test("computing moves nothing, wherever the status line breaks", () => {
  for (let width = 300; width < 640; width += 10) {
    const { model, root } = stage({ width });
    const { height } = root.getBoundingClientRect();
    model.receive({ status: "running", target: "sport" });
    expect(root.getBoundingClientRect().height, `at ${width} px`).toBe(height);
    model.receive({ progress: 0.5 });
    expect(root.getBoundingClientRect().height, `half complete at ${width} px`).toBe(height);
    model.receive({ result: { ...goldenResult(), converged: false } }); // an incomplete one
    expect(root.getBoundingClientRect().height, `with a result at ${width} px`).toBe(height);
    model.receive({ result: goldenResult(), status: "idle" });
    expect(root.getBoundingClientRect().height, `stopped at ${width} px`).toBe(height);
  }
});

test.each([320, 600])("at %i px the longest message fits into the status line", (width) => {
  const { page: column, model, find } = stage({ width });
  column.style.fontFamily = "sans-serif"; // wider than the default
  model.receive({ target: "sport", status: "running" });
  model.receive({ status: "idle" });
  const message = "Stopped; showing an earlier result";
  const line = find(".lig-accuracy summary");
  const text = /** @type {Text} */ (find(".lig-accuracy span").firstChild);
  expect(text.data.startsWith(message)).toBe(true);
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(text, message.length);
  expect(range.getBoundingClientRect().right).toBeLessThan(line.getBoundingClientRect().right);
  expect(line.getBoundingClientRect().height).toBeLessThan(30); // one line
});

test("the progress bar is indeterminate at first, then shows the progress", () => {
  const { model, find } = stage({ state: { status: "running" } });
  const bar = /** @type {HTMLProgressElement} */ (find("progress"));
  expect(bar.matches(":indeterminate")).toBe(true);
  model.receive({ progress: 0.4 });
  expect(bar.position).toBeCloseTo(0.4, 10);
  expect(bar.checkVisibility()).toBe(true);
});

test.each(WIDTHS)("at %i px the bars of all labels have one length", (width) => {
  const { el } = stage({ width });
  const widths = [...el.querySelectorAll(".lig-probability")].map((bar) => bar.clientWidth);
  expect(widths.length).toBeGreaterThan(1);
  expect(new Set(widths).size).toBe(1);
});

test("a status line that is opened is shown whole", () => {
  const { find } = stage({ width: 360 });
  const line = find(".lig-accuracy > summary");
  expect(line.scrollWidth).toBeGreaterThan(line.clientWidth);
  /** @type {HTMLDetailsElement} */ (find(".lig-accuracy")).open = true;
  expect(line.scrollWidth).toBeLessThanOrEqual(line.clientWidth);
});

test.each(["logit", "probability", "log-odds"])("the legend's scale in %s is one line", (unit) => {
  const result = { ...goldenResult(), unit, contrast: "tech" };
  for (const width of WIDTHS) {
    const spans = stage({ width, state: { result } }).find(".lig-scale").children;
    const [bar, ...numbers] = [...spans].map((span) => span.getBoundingClientRect());
    const tops = new Set(numbers.map(({ top }) => top));
    expect(tops.size).toBe(1);
    expect(numbers.every(({ height }) => height < 25)).toBe(true);
    const [, middle = new DOMRect()] = numbers;
    const centre = (/** @type {DOMRect} */ { left, width }) => left + width / 2;
    expect(centre(middle)).toBeCloseTo(centre(bar ?? new DOMRect()), 0);
  }
});

test("with another unit nothing is called a logit", () => {
  const result = { ...goldenResult(), unit: "probability", special_score: 0.5 };
  result.explained = "the probability of business";
  result.accuracy_summary = result.accuracy_summary.replace("logit", result.unit);
  const { root, select, text, tip, span } = stage({ state: { result } });
  span(2).focus();
  expect(tip.textContent).toContain("+1.3100 probability");
  expect(text.ariaLabel).toContain("the probability of business");
  select("Output").remove(); // it has an option for the logit
  expect(root.outerHTML).not.toMatch(/logits?\b/);
});

test("the editor takes the place of the text, and moves nothing above it", () => {
  const { button, find, text } = stage({ width: 400 }); // nothing scrolls
  const { left, top, height } = text.getBoundingClientRect();
  const padding = Number.parseFloat(getComputedStyle(text).paddingLeft);
  button("Edit").click();
  const box = find(".lig-area").getBoundingClientRect();
  expect([box.left, box.top]).toEqual([left + padding, top + padding]);
  expect(box.height).toBeGreaterThanOrEqual(height);
});

test("right-to-left text starts on the right, the waterfall on the left", () => {
  const result = resultOf(["رفع", "البنك"], (i) => 2 - i);
  const { span, find } = stage({ state: { result } });
  const [first, second] = [span(0), span(1)].map((each) => each.getBoundingClientRect());
  expect(first?.left).toBeGreaterThan(second?.right ?? Infinity);
  const frame = find(".lig-track").getBoundingClientRect();
  expect(find(".lig-bar").getBoundingClientRect().left).toBeCloseTo(frame.left, 0);
});

test("on a right-to-left page the interface is left-to-right", () => {
  const result = resultOf(["رفع", "البنك"], (i) => 2 - i, {
    path_profile: profileOf(2),
  });
  const { find, tip, span } = stage({ state: { result }, rightToLeft: true });
  span(1).focus();
  for (const part of [find(".lig-class"), find(".lig-legend"), tip]) {
    expect(getComputedStyle(part).direction).toBe("ltr");
  }
  expect(getComputedStyle(find(".lig-text")).direction).toBe("rtl");
  expect(span(0).getBoundingClientRect().left).toBeGreaterThan(
    span(1).getBoundingClientRect().left,
  );
  const [begin, end] = find(".lig-curve-ends").children;
  expect(begin?.getBoundingClientRect().left).toBeLessThan(end?.getBoundingClientRect().left ?? 0);
});

test("another granularity keeps the focus in the text, and its tooltip", async () => {
  const { model, tip, span } = stage();
  span(5).focus();
  model.receive({ granularity: "sentence" });
  expect(document.activeElement).toBe(span(0));
  expect(tip.querySelector("strong")?.textContent).toMatch(/^The central bank .* 3 %\.$/s);
  model.receive({ granularity: "word" });
  expect(tip.checkVisibility()).toBe(true);
  expect(tip.querySelector("strong")?.textContent).toBe("The");
});

test("the tooltip of a sentence of many subwords does not cover it", () => {
  for (const width of WIDTHS) {
    const { root, tip, span } = stage({ width, state: { granularity: "sentence" } });
    span(0).focus();
    const [box, frame] = [tip, root].map((each) => each.getBoundingClientRect());
    expect(box?.right).toBeLessThanOrEqual(frame?.right ?? 0);
    expect(tip.scrollWidth).toBeLessThanOrEqual(tip.clientWidth);
    for (const line of span(0).getClientRects()) {
      expect((box?.bottom ?? 0) <= line.top || (box?.top ?? 0) >= line.bottom).toBe(true);
    }
  }
});

test("the curve has its fixed size, and fits into the tooltip", () => {
  const { find, tip, span } = stage({ width: 320 });
  span(2).focus();
  const image = find(".lig-curve svg").getBoundingClientRect();
  expect([image.width, image.height]).toEqual([120, 28]);
  expect(image.bottom).toBeLessThan(tip.getBoundingClientRect().bottom);
});

test("the bars fill the track, from f(x′) right and back to f(x)", () => {
  const { el, find } = stage();
  const frame = find(".lig-track").getBoundingClientRect();
  const bars = [...el.querySelectorAll(".lig-bar")];
  const boxes = bars.map((bar) => bar.getBoundingClientRect());
  const back = boxes.filter((_, i) => bars[i]?.classList.contains("lig-back"));
  expect(Math.max(...boxes.map(({ right }) => right))).toBeCloseTo(frame.right, 0);
  const { value, baseline_value } = goldenResult();
  const end = frame.left + (frame.width * (value - baseline_value)) / 4.63;
  expect(Math.min(...back.map(({ left }) => left))).toBeCloseTo(end, -0.5);
});

test("the first line of the text is close to the top", () => {
  const { root, span } = stage({ width: 900 });
  const distance = span(0).getBoundingClientRect().top - root.getBoundingClientRect().top;
  expect(distance).toBeLessThanOrEqual(110);
});

test("a text of 10,000 words scrolls in its box, and a word that is found is scrolled into view", () => {
  const result = resultOf(Array.from({ length: 10_000 }, (_, i) => `word${i}`));
  const { root, text, tip, span } = stage({ width: 900, state: { result } });
  expect(root.getBoundingClientRect().height).toBeLessThanOrEqual(900);
  span(9000).focus();
  const [word, box] = [span(9000), text].map((node) => node.getBoundingClientRect());
  expect(word?.top).toBeGreaterThanOrEqual(box?.top ?? Infinity);
  expect(word?.bottom).toBeLessThanOrEqual(box?.bottom ?? 0);
  expect(tip.checkVisibility({ visibilityProperty: true })).toBe(true);
});

test("the tooltip of a word that is scrolled away is hidden", async () => {
  const result = resultOf(Array.from({ length: 1000 }, (_, i) => `word${i}`));
  const { text, tip, span } = stage({ width: 900, state: { result } });
  const visible = () => tip.checkVisibility({ visibilityProperty: true });
  span(0).focus();
  expect(visible()).toBe(true);
  text.scrollTop = 1000;
  await expect.poll(visible).toBe(false);
  text.scrollTop = 0;
  await expect.poll(visible).toBe(true);
});

test.each([360, 600, 900, 1400])("at %i px no tooltip covers a control", async (width) => {
  await page.viewport(width, 1200);
  const words = Array.from({ length: 60 }, (_, i) => `word${i}`);
  const { root, tip, spans } = stage({ width, state: { result: resultOf(words) } });
  const controls = [...root.querySelectorAll("button, input, select, summary")]
    .map((control) => control.getBoundingClientRect())
    .filter(({ height }) => height > 0);
  expect(controls.length).toBeGreaterThan(10);
  for (const word of spans()) {
    word.focus();
    const box = tip.getBoundingClientRect();
    const covered = controls.filter(
      ({ left, right, top, bottom }) =>
        left < box.right && right > box.left && top < box.bottom && bottom > box.top,
    );
    expect(covered, `by the tooltip of ${word.textContent}`).toEqual([]);
  }
});

test("a tooltip is not put where a box around the widget hides it", async () => {
  await page.viewport(900, 1200);
  const words = Array.from({ length: 150 }, (_, i) => `word${i}`);
  const {
    page: column,
    tip,
    span,
    text,
  } = stage({ width: 600, state: { result: resultOf(words) } });
  const box = document.createElement("div"); // as a notebook that is scrolled
  Object.assign(box.style, { height: "400px", overflow: "auto", marginTop: "300px" });
  column.replaceWith(box);
  box.append(column);
  span(60).focus({ preventScroll: true });
  expect(tip.getBoundingClientRect().bottom).toBeLessThan(span(60).getBoundingClientRect().top);
  span(60).blur();
  const line = span(60).getBoundingClientRect().top - text.getBoundingClientRect().top;
  box.scrollTop += text.getBoundingClientRect().top - box.getBoundingClientRect().top + line - 20;
  span(60).focus({ preventScroll: true });
  const hidden = () => tip.getBoundingClientRect().top < box.getBoundingClientRect().top;
  await expect.poll(hidden).toBe(false);
  expect(tip.getBoundingClientRect().top).toBeGreaterThan(span(60).getBoundingClientRect().bottom);
});

test("the text keeps its line breaks", () => {
  const { spans } = stage({ width: 1400 });
  const tops = new Set(spans().map((word) => word.getBoundingClientRect().top));
  expect(tops.size).toBe(goldenResult().request.text.split("\n").length);
});
