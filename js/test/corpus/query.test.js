import { expect, test } from "vitest";
import { answers, change, chosen, complete } from "../../corpus/query.js";
import { goldenCorpus } from "../support/corpus.js";

const QUERY = complete({}, { labels: ["business", "sport"] });

test("a query has the fields of Python's, and begins with the first label", () => {
  // `frontend/corpus_query.py`, `Query`
  expect(QUERY).toEqual({
    ...{ gold: null, predicted: null, only: "all", search: "", label: "business" },
    ...{ fold_case: false, order: "total", word: null, sort: "errors", first: 0, open: null },
  });
  expect(complete({ label: "sport", first: 200 }, { labels: [] })).toMatchObject({
    label: "sport",
    first: 200,
  });
});

test("other texts are read from the first on, and the same texts go on", () => {
  const query = { ...QUERY, first: 400 };
  for (const patch of [{ gold: "sport" }, { word: "x" }, { search: "y" }, { fold_case: true }]) {
    expect(change(query, patch).first).toBe(0);
  }
  expect(change(query, { sort: "input" }).first).toBe(0);
  expect(change(query, { label: "sport", order: "mean", open: "a" }).first).toBe(400);
  expect(change(query, { first: 600 }).first).toBe(600);
});

test("an answer is compared by the fields that it names, whichever window it is", () => {
  expect(answers({ query: { gold: null, word: null, first: 200 } }, QUERY)).toBe(true);
  expect(answers({ query: { gold: "sport", word: null } }, QUERY)).toBe(false);
});

/** @param {Parameters<typeof chosen>[0]} query */
const inWords = (query) => chosen(query).map(({ name, value }) => name + value);

test("filters are described in the words of Python, and in its order", () => {
  // `corpus/filters.py`, `Filter.describe`
  expect(chosen(QUERY)).toEqual([]);
  const query = { ...QUERY, gold: "politics", predicted: "", word: "rate", search: "%" };
  expect(inWords({ ...query, only: "wrong" })).toEqual([
    "gold politics",
    "predicted no label",
    "with the word “rate”",
    "containing “%”",
    "predicted wrongly",
  ]);
  const failed = { ...QUERY, gold: "", only: /** @type {const} */ ("failed") };
  expect(inWords(failed)).toEqual(["gold (empty)", "could not be explained"]);
  const { found } = goldenCorpus();
  if (!("query" in found)) throw new Error("the golden payload has no texts");
  const words = inWords({ ...QUERY, ...found.query });
  expect(found.sentence).toBe(`${found.total} texts: ${words.join(", ")}`);
});

test("every filter that is set can be cleared", () => {
  const query = { ...QUERY, gold: "a", predicted: "b", word: "c", search: "d" };
  const set = chosen({ ...query, only: "right" });
  const cleared = Object.assign({}, query, ...set.map(({ clear }) => clear));
  expect([set.length, chosen(cleared)]).toEqual([5, []]);
});
