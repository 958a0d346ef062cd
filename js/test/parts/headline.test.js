import { afterEach, expect, test } from "vitest";
import { leadOf, named } from "../../parts/headline.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { rating, showing } from "../support/families.js";
import { mount } from "../support/mount.js";
import { resultOf } from "../support/results.js";
import { related, tagged } from "../support/tagged.js";

afterEach(() => document.body.replaceChildren());

test("one sentence says the label, its probability and its strongest words", () => {
  const model = goldenModel();
  const headline = mount(model).find(".lig-headline");
  expect(headline.textContent).toBe(
    "business, 93.1 %: bank, shares, rates for it; football, club against it",
  );
  model.receive({ granularity: "sentence" });
  expect(headline.textContent).toContain("bank, shares, rates for it");
  const contrast = { ...goldenResult(), contrast: "sport" };
  model.receive({ result: contrast });
  expect(headline.textContent).toBe(
    "business, 93.1 % rather than sport: bank, shares, rates for it; football, club for sport",
  );
});

test("what was predicted is said where it is not what is explained", () => {
  const result = goldenResult();
  expect(leadOf(result)).toBe("business, 93.1 %");
  expect(leadOf({ ...result, target: "sport" })).toBe(
    "Predicted business (93.1 %). Explained: sport, 4.1 %",
  );
  const none = { ...result, predicted: [], prediction_summary: "Predicted no label." };
  expect(leadOf(none)).toBe("Predicted no label. Explained: business, 93.1 %");
  expect(leadOf({ ...result, target: "" })).toMatch(/Explained: \(empty\)$/);
});

test("of a part of the text, the sentence begins with that part", () => {
  const headline = mount(goldenModel({ ...tagged().request, result: tagged() })).find(
    ".lig-headline",
  );
  expect(headline.textContent).toBe(
    "Washington is LOC, 98.2 %: Washington, to, name for it; Washington, George against it",
  );
  expect(leadOf(related())).toBe("Larry Page → Google is founded_by, 91.0 %");
  expect(leadOf({ ...tagged(), target: "O" })).toBe(
    "Washington: Predicted LOC (98.2 %). Explained: O, 1.3 %",
  );
  expect(leadOf({ ...tagged(), data_point: null })).toBe("LOC, 98.2 %");
});

test("weak words are not named, and no word twice", () => {
  const word = (
    /** @type {string} */ text,
    /** @type {number} */ score,
    /** @type {number} */ rank,
  ) => ({
    ...{ text, score, rank, share: null, subwords: [] },
  });
  const words = [word("a", 1, 1), word("b", 0.1, 4), word("a", 0.9, 2), word("c", -0.19, 3)];
  expect(named(words, 1, 3)).toEqual(["a"]);
  expect(named(words, -1, 3)).toEqual([]);
});

test("without a word that counts, the sentence ends after the probability", () => {
  const result = resultOf(["one", "two"], () => 0);
  const headline = mount(goldenModel({ result })).find(".lig-headline");
  expect(headline.textContent).toBe(leadOf(result));
});

test("words are isolated, because their direction must not change the sentence", () => {
  const result = resultOf(["<b>bank</b>", "שלום"], (i) => 2 - i);
  const headline = mount(goldenModel({ result })).find(".lig-headline");
  expect([...headline.querySelectorAll("bdi")].map((word) => word.textContent)).toEqual([
    "<b>bank</b>",
    "שלום",
  ]);
  expect(headline.querySelector("b")).toBeNull();
});

test("of a regressor it says the value, and which words raise and lower it", () => {
  const model = goldenModel(showing(rating()));
  const headline = mount(model).find(".lig-headline");
  expect(headline.textContent).toBe("rating 3.42: great, love raise it; boring lowers it");
  model.receive({ result: { ...rating(), scores: rating().scores.map((score) => -score) } });
  expect(headline.textContent).toBe("rating 3.42: boring raises it; great, love lower it");
  expect(leadOf({ ...rating(), prediction: [["rating", -0.00213]] })).toBe("rating −0.00213");
});
