import axe from "axe-core";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { checkedSnapshots, checkOf, firstCheck } from "./support/checks.js";
import { answered, editOf } from "./support/edits.js";
import { goldenResult } from "./support/fake-model.js";
import { checkOfValue, pair, rating, showing } from "./support/families.js";
import { drag } from "./support/mount.js";
import { fromUnk, goldenSpans, rescored } from "./support/results.js";
import { stageRows } from "./support/rows.js";
import { HOSTS, stage } from "./support/stage.js";
import { partsOfSpeech, related, tagged, taggedSnapshots } from "./support/tagged.js";

/** @import { State } from "../model" */
/** @typedef {[number, number, number]} Rgb */

/**
 * @param {string} color as returned by getComputedStyle
 * @param {Rgb} under
 * @returns {Rgb}
 */
function over(color, under) {
  const [r = 0, g = 0, b = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
  const own = alpha * (color.startsWith("color(srgb") ? 255 : 1); // a mix ranges from 0 to 1
  const [x, y, z] = under;
  return [r * own + x * (1 - alpha), g * own + y * (1 - alpha), b * own + z * (1 - alpha)];
}

/**
 * WCAG 2.2, "relative luminance".
 * @param {Rgb} rgb
 */
function luminance(rgb) {
  const [r, g, b] = /** @type {Rgb} */ (
    rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * WCAG 2.2, "contrast ratio".
 * @param {Rgb} one
 * @param {Rgb} two
 */
function contrast(one, two) {
  const [low = 0, high = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test("the contrast function reproduces the numbers of WCAG", () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2); // #777 on white
});

test.each(HOSTS)("in $name the text on the full colours is readable", (host) => {
  const result = rescored((_, word) => (word % 2 ? 1 : -1));
  const { page, spans } = stage({ host, state: { result } });
  const background = over(getComputedStyle(page).backgroundColor, [255, 255, 255]);
  const seen = new Set();
  for (const word of spans()) {
    const { color, backgroundColor } = getComputedStyle(word);
    const heat = over(backgroundColor, background);
    seen.add(backgroundColor);
    expect(contrast(over(color, heat), heat)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(heat, background)).toBeGreaterThan(1.25); // and the colour is visible
  }
  expect(seen.size).toBe(2);
});

test.each(HOSTS)("in $name the text of rows is readable on every colour", (host) => {
  const { page, words } = stageRows({ host });
  const background = over(getComputedStyle(page).backgroundColor, [255, 255, 255]);
  const seen = new Set();
  for (const word of words()) {
    const { color, backgroundColor } = getComputedStyle(word);
    const heat = over(backgroundColor, background);
    seen.add(backgroundColor);
    expect(contrast(over(color, heat), heat)).toBeGreaterThanOrEqual(4.5);
    const full = word.style.getPropertyValue("--lig-strength") === "1.000";
    if (full) expect(contrast(heat, background)).toBeGreaterThan(1.25); // the colour is visible
  }
  expect(seen.size).toBe(4);
});

test.each(HOSTS)("in $name truncated text is greyer than the text, and readable", (host) => {
  for (const status of /** @type {const} */ (["idle", "running"])) {
    const { page, root, find, text } = stage({ host, state: { status } });
    for (const animation of root.getAnimations({ subtree: true })) animation.finish();
    const background = over(getComputedStyle(page).backgroundColor, [255, 255, 255]);
    const [grey, full] = [find(".lig-truncated"), text].map((node) =>
      contrast(over(getComputedStyle(node).color, background), background),
    );
    expect(grey).toBeGreaterThanOrEqual(4.5);
    expect(grey).toBeLessThan(full ?? 0);
  }
});

test("negative words have a dotted line, positive words a solid one, as strong as the score", () => {
  const { span } = stage();
  goldenSpans().forEach(({ score, rank }, i) => {
    const { textDecorationStyle, textDecorationColor } = getComputedStyle(span(i));
    expect(textDecorationStyle).toBe(score > 0 ? "solid" : "dotted");
    const alpha = Number(textDecorationColor.match(/[\d.]+(?=\)$)/)?.[0]);
    if (rank === 1) expect(alpha).toBeCloseTo(0.7, 2);
    else expect(alpha).toBeLessThan(0.7);
  });
});

test.each(HOSTS)("in $name weak words are readable at every intensity", (host) => {
  const result = goldenResult();
  for (const place of [-2, 0, 2]) {
    const { page, slider, spans } = stage({ host, state: { result } });
    drag(slider("Intensity"), place);
    const background = over(getComputedStyle(page).backgroundColor, [255, 255, 255]);
    for (const word of spans()) {
      const { color, backgroundColor } = getComputedStyle(word);
      const heat = over(backgroundColor, background);
      expect(contrast(over(color, heat), heat)).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test("the intensity makes weak words stronger or fainter, and does not change the strongest", () => {
  const { slider, span } = stage();
  const alpha = (/** @type {number} */ i) =>
    Number(getComputedStyle(span(i)).backgroundColor.match(/[\d.]+(?=\)$)/)?.[0]);
  const seen = [-2, 0, 2].map((place) => {
    drag(slider("Intensity"), place);
    return [alpha(2), alpha(1)];
  });
  for (const [strongest] of seen) expect(strongest).toBeCloseTo(0.6, 2);
  const weak = 0.62 / 1.31;
  seen.forEach(([, each], i) => {
    expect(each).toBeCloseTo(0.6 * weak ** (4 / 4 ** i), 2);
  });
});

const CHECKED = { checked: checkOf(), checking: true };

/** WCAG 2.2, "non-text contrast", for information in shapes. */
test.each(HOSTS)("in $name bars stand out from the page", (host) => {
  const special = { ...goldenResult(), special_score: 0.5 };
  const { page, el } = stage({ host, state: { result: special } });
  const background = over(getComputedStyle(page).backgroundColor, [255, 255, 255]);
  const shapes = [".lig-probability > span", ".lig-bar-special"];
  for (const shape of shapes.flatMap((each) => [...el.querySelectorAll(each)])) {
    const { backgroundColor } = getComputedStyle(shape);
    expect(contrast(over(backgroundColor, background), background)).toBeGreaterThanOrEqual(3);
  }
  for (const bar of el.querySelectorAll(".lig-bar:not(.lig-bar-delta)")) {
    const { backgroundColor } = getComputedStyle(bar);
    expect(contrast(over(backgroundColor, background), background)).toBeGreaterThan(1.25);
  }
});

test.each(HOSTS)("in $name marks stand out from the page, the chosen one most", (host) => {
  const { page, el } = stage({ host, state: showing(tagged()) });
  const background = over(getComputedStyle(page).backgroundColor, [255, 255, 255]);
  const boxes = [...el.querySelectorAll(".lig-marked")].map((box) => getComputedStyle(box));
  for (const { borderBottomColor } of boxes) {
    expect(contrast(over(borderBottomColor, background), background)).toBeGreaterThanOrEqual(3);
  }
  expect(boxes.map(({ outlineStyle }) => outlineStyle)).toEqual(["none", "none", "solid"]);
});

test.each(HOSTS)("in $name the lines of the charts stand out from the page", (host) => {
  const { page, find } = stage({ host, state: CHECKED });
  const background = over(getComputedStyle(page).backgroundColor, [255, 255, 255]);
  const band = getComputedStyle(find(".lig-chart-band"));
  const filled = over(band.fill, background);
  expect(contrast(over(band.stroke, background), background)).toBeGreaterThanOrEqual(3);
  for (const name of ["own", "median"]) {
    const { stroke } = getComputedStyle(find(`.lig-chart-${name}`));
    expect(contrast(over(stroke, background), background)).toBeGreaterThanOrEqual(3);
    expect(contrast(over(stroke, filled), filled), name).toBeGreaterThanOrEqual(2.4);
  }
});

test.each(HOSTS)("in $name the text of a check is readable", (host) => {
  const verdict = { kind: "chance", sentence: "No better than random words." };
  const { page, find } = stage({
    host,
    state: { ...CHECKED, checked: checkOf(goldenResult(), { verdict }) },
  });
  const background = over(getComputedStyle(page).backgroundColor, [255, 255, 255]);
  const warning = getComputedStyle(find(".lig-verdict"));
  const behind = over(warning.backgroundColor, background);
  expect(contrast(over(warning.color, behind), behind)).toBeGreaterThanOrEqual(4.5);
  const { fill } = getComputedStyle(find(".lig-chart text"));
  expect(contrast(over(fill, background), background)).toBeGreaterThanOrEqual(4.5);
});

/** @type {[string, Partial<State>][]} */
const STATES = [
  ["idle", {}],
  ["running", { status: "running" }],
  ["half complete", { status: "running", progress: 0.5 }],
  ["in error", { status: "error", error: "no such label", target: "nonsense" }],
  ["empty", { result: {} }],
  ["by a fixed rule", { method: "riemann_left", n_steps: 50 }],
  ["checked", CHECKED],
  ["being checked", { ...CHECKED, checked: {}, status: "checking", progress: 0.1 }],
  ["checked in part", { ...CHECKED, checked: firstCheck(), status: "checking" }],
  ["compared", { kept: fromUnk() }],
  ["edited", answered()],
  ["being edited", { edit: editOf(), status: "checking" }],
  ["of a pair", showing(pair())],
  ["of a value", showing(rating(), { checked: checkOfValue(), checking: true })],
  ["of a tagger", { ...showing(tagged()), tasks: ["names", "topic"], task: "names" }],
  ["of a relation", showing(related())],
  ["of parts of speech", showing(partsOfSpeech())],
  ["one of several texts", { texts: ["One.", "Two.", "Three."], position: 1 }],
];

for (const host of HOSTS) {
  test(`axe finds nothing in the ${host.name} widget in the editor or without a kernel`, async () => {
    const { page, el, button, find } = stage({ host });
    await userEvent.click(button("Edit"));
    const { violations } = await axe.run(page);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    el.classList.add("jupyter-widgets-disconnected");
    await expect.poll(() => find("fieldset").matches(":disabled")).toBe(true);
    expect((await axe.run(page)).violations).toEqual([]);
  });

  test(`axe finds nothing in ${host.name} rows, closed or open`, async () => {
    const { page, open } = stageRows({ host });
    for (const act of [() => {}, open]) {
      await act();
      const { violations, passes } = await axe.run(page);
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(passes.map(({ id }) => id)).toEqual(
        expect.arrayContaining(["color-contrast", "summary-name"]),
      );
    }
  });

  test(`axe finds nothing in the ${host.name} widget with the tools of a word`, async () => {
    const { page, button, span, tip } = stage({ host, state: answered() });
    await userEvent.click(span(2));
    await userEvent.click(button("Replace"));
    expect(tip.checkVisibility()).toBe(true);
    const { violations } = await axe.run(page);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  test(`axe finds nothing in the ${host.name} widget with snapshots and no kernel`, async () => {
    const { page, root, span } = stage({
      ...{ host, kernel: false },
      state: { snapshots: checkedSnapshots(), texts: ["One.", "Two."] },
    });
    for (const details of root.querySelectorAll("details")) details.open = true;
    span(2).focus();
    const { violations } = await axe.run(page);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  test(`axe finds nothing in the ${host.name} widget of a tagger without a kernel`, async () => {
    const { page } = stage({
      ...{ host, kernel: false },
      state: showing(tagged(), { snapshots: taggedSnapshots() }),
    });
    const { violations } = await axe.run(page);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  test.each(STATES)(
    `axe finds nothing in the ${host.name} widget when it is %s`,
    async (_, state) => {
      const { page, root, spans, span } = stage({ host, state });
      for (const details of root.querySelectorAll("details")) details.open = true;
      if (spans().length > 0) span(5).focus();
      // Dimming is gradual; check its end.
      for (const animation of root.getAnimations({ subtree: true })) animation.finish();
      const { violations, passes } = await axe.run(page, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
      });
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      // A rule that did not apply would find nothing either.
      expect(passes.map(({ id }) => id)).toEqual(
        expect.arrayContaining(["color-contrast", "select-name", "label"]),
      );
    },
  );
}
