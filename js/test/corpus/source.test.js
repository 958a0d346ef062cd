import { expect, test } from "vitest";
import { complete } from "../../corpus/query.js";
import { readCorpus } from "../../corpus/source.js";
import { concordanceFor, corpusState, savedState, textRows, wordsFor } from "../support/corpus.js";
import { createModel } from "../support/fake-model.js";

/** @import { CorpusState, Query } from "../../corpus/model" */

/**
 * @param {CorpusState} state
 * @param {Partial<Query>} [query]
 * @param {boolean} [connected]
 */
function read(state, query = {}, connected = true) {
  const model = /** @type {any} */ (createModel(/** @type {any} */ (state)));
  model.set("query", { ...state.query, ...query });
  return readCorpus(model, {}, connected);
}

test("an answer of the kernel to another query is stale, and one to this query is not", () => {
  const fresh = read(corpusState());
  expect([fresh.live, fresh.words.stale, fresh.found.stale]).toEqual([true, false, false]);
  const filtered = read(corpusState(), { gold: "sport" });
  expect([filtered.words.stale, filtered.found.stale]).toEqual([true, true]);
  expect(filtered.words.answer?.rows.length).toBeGreaterThan(0);
  const searched = read(corpusState(), { word: "bank" });
  expect([searched.words.stale, searched.found.stale]).toEqual([false, true]);
  expect(read(corpusState(), { first: 200 }).found.stale).toBe(false);
});

test("without a kernel the words come from the snapshot, in the order that is asked for", () => {
  const state = savedState();
  const sport = read(state, { label: "sport" });
  expect([sport.live, sport.words.saved, sport.words.stale]).toEqual([false, true, false]);
  expect(sport.words.answer?.sentence).toBe("84 texts explained for sport");
  const means = read(state, { order: "mean" }).words.answer?.rows ?? [];
  const sizes = means.map(({ mean_bar }) => Math.abs(mean_bar));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
});

test("what was not saved is said, and the last answer stays", () => {
  const state = savedState();
  const folded = read(state, { fold_case: true });
  expect(folded.words.answer).toBeNull();
  expect(folded.words.note).toBe("These words are not saved, and no kernel is connected.");
  expect(read(state, { word: "nowhere" }).concordance.note).toContain("occurrences are not saved");
  const live = read(corpusState(), { gold: "sport" }, false);
  expect(live.found).toMatchObject({ stale: true, saved: false });
  expect(live.found.note).toContain("texts are not saved");
});

test("the last answers of a kernel are still right without it", () => {
  const query = complete({ gold: "sport", word: "PressWire" }, corpusState().overview);
  const state = { ...savedState(), query, words: wordsFor(query) };
  const view = read({ ...state, concordance: concordanceFor(query, textRows()) });
  expect([view.words.saved, view.words.stale]).toEqual([false, false]);
  expect([view.concordance.saved, view.concordance.stale]).toEqual([false, false]);
});

/** The ids of the texts that pass. @param {Partial<Query>} query */
const ids = (query) => read(savedState(), query).found.answer?.rows.map(({ id }) => id);
/** Their places among the ten of which the sample consists. @param {Partial<Query>} query */
const places = (query) =>
  [...new Set(ids(query)?.map((id) => (Number(id.slice(5)) - 1) % 10))].sort((a, b) => a - b);

test("without a kernel the texts are filtered as Python filters them", () => {
  expect(ids({})).toHaveLength(24);
  expect(places({ gold: "politics" })).toEqual([2, 3]);
  expect(places({ gold: "politics", predicted: "business" })).toEqual([2]);
  expect(places({ only: "wrong" })).toEqual([2, 4, 9]);
  expect(ids({ only: "failed" })).toEqual(["news-24"]);
  expect(ids({ predicted: "" })).toEqual([]); // a text that failed has no prediction at all
  expect(places({ only: "right", search: "STRIKER" })).toEqual([]);
  expect(places({ search: "striker" })).toEqual([4]);
  expect(ids({ search: "NEWS-24" })).toEqual(["news-24"]);
  expect(places({ search: ".*" })).toEqual([]); // taken literally
  expect(places({ word: "budget" })).toEqual([0, 2]);
  expect(places({ word: "BUDGET" })).toEqual([]);
  expect(places({ word: "BUDGET", fold_case: true })).toEqual([0, 2]);
});

test("a sentence says how many texts pass, and whether they are only those that were saved", () => {
  const state = savedState();
  expect(read(state).found.answer?.sentence).toBe("24 texts");
  expect(read(state, { gold: "tech" }).found.answer?.sentence).toBe("6 texts");
  const part = savedState();
  part.overview.n_texts = 5000;
  expect(read(part, { gold: "tech" }).found.answer?.sentence).toBe("6 saved texts");
});

test("a long text is searched beyond what the list shows of it", () => {
  const state = savedState();
  const { snapshot } = state;
  if (!("states" in snapshot)) throw new Error("no snapshot");
  /** @type {any} */ (snapshot.states)["news-1"].text = "the very end of it";
  const found = read(state, { search: "very end" }).found.answer;
  expect(found?.rows.map(({ id }) => id)).toEqual(["news-1"]);
});

test("saved texts are in the order of Python, or sorted by probability", () => {
  const state = savedState();
  expect(read(state).found.answer?.rows[0]?.id).toBe("news-1");
  const rows = read(state, { sort: "probability" }).found.answer?.rows ?? [];
  const numbers = rows.map(({ probability }) => Number.parseFloat(probability) || 0);
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
});

test("saved values are sorted below zero, too, and a text that failed has none", () => {
  const state = savedState();
  const { snapshot } = state;
  if (!("found" in snapshot)) throw new Error("no snapshot");
  const { rows } = snapshot.found;
  for (const [index, value] of ["−0.912", "12.30", "−3.50"].entries()) {
    /** @type {any} */ (rows[index]).probability = value;
  }
  /** @type {any} */ (snapshot.found).rows = [...rows.slice(0, 3), ...rows.filter((r) => r.error)];
  const sorted = read(state, { sort: "probability" }).found.answer?.rows ?? [];
  expect(sorted.map(({ probability }) => probability)).toEqual(["12.30", "−0.912", "−3.50", ""]);
});

test("saved occurrences are filtered by their labels and by their texts", () => {
  const state = savedState();
  const lines = (/** @type {Partial<Query>} */ query) =>
    read(state, { word: "PressWire", ...query }).concordance.answer;
  expect(lines({})?.rows).toHaveLength(15);
  expect(lines({ only: "wrong" })?.rows.every(({ gold }) => gold !== "business")).toBe(true);
  expect(lines({ gold: "sport" })?.sentence).toBe("2 saved occurrences");
  expect(lines({ search: "airline" })?.rows.map(({ id }) => id)).toEqual([
    "news-1",
    "news-11",
    "news-21",
  ]);
});

test("the same query gives the same answer, so that nothing is drawn again", () => {
  const state = savedState();
  const model = /** @type {any} */ (createModel(/** @type {any} */ (state)));
  const [one, two] = [readCorpus(model, {}, false), readCorpus(model, { open: "news-1" }, false)];
  expect(two.found.answer).toBe(one.found.answer);
  expect(two.open?.state).toMatchObject({ computes: false });
});

test("an error that was saved is said, and a kernel that is gone is not running", () => {
  expect(read(corpusState({ status: "running" }), {}, false).status).toBe("idle");
  expect(read(corpusState({ status: "error", error: "no" }), {}, false).status).toBe("error");
});
