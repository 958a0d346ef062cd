// Marks in a real layout: what is copied, and where a line ends.
import { expect, test } from "vitest";
import { showing } from "./support/families.js";
import { stage } from "./support/stage.js";
import { partsOfSpeech, tagged } from "./support/tagged.js";

test("copied text has no labels", () => {
  const { text } = stage({ state: showing(tagged()) });
  const selection = /** @type {Selection} */ (getSelection());
  selection.selectAllChildren(text);
  expect(String(selection)).toBe(tagged().request.text);
});

test.each([tagged(), partsOfSpeech()])(
  "no line ends between a short word and its label",
  (result) => {
    for (const width of [260, 300, 340, 380, 420]) {
      const { el } = stage({ state: showing(result), width });
      for (const box of el.querySelectorAll(".lig-marked")) {
        expect(box.getClientRects()).toHaveLength(1);
      }
    }
  },
);

test("a long mark may end in another line than it begins", () => {
  const state = showing(tagged(), { granularity: "sentence" });
  const { find, page } = stage({ state, width: 300 });
  expect(find(".lig-marked").getClientRects().length).toBeGreaterThan(1);
  expect(page.scrollWidth).toBeLessThanOrEqual(page.clientWidth);
});

test("marks of two lines do not touch, and the score's colour stays as large as it was", () => {
  const { el, span } = stage({ state: showing(partsOfSpeech()), width: 300 });
  const boxes = [...el.querySelectorAll(".lig-marked")].map((box) => box.getBoundingClientRect());
  const tops = [...new Set(boxes.map(({ top }) => Math.round(top)))];
  expect(tops.length).toBeGreaterThan(1);
  const [first = 0, second = 0] = tops;
  expect((boxes[0]?.height ?? 0) + 1).toBeLessThan(second - first);
  const { height } = span(0).getBoundingClientRect();
  const plain = { ...partsOfSpeech() };
  const { marks, ...layout } = plain.layout;
  expect(marks).toBeDefined();
  const before = stage({ state: showing({ ...plain, layout }), width: 300 });
  expect(height).toBe(before.span(0).getBoundingClientRect().height);
});
