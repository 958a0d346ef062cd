import { expect, test } from "vitest";
import { checkCorpus, TRAITS } from "../../corpus/contract.js";
import { corpusState, goldenCorpus, savedState } from "../support/corpus.js";

test("the state of a corpus is good, live or saved", () => {
  for (const state of [corpusState({ query: { word: "bank" } }), savedState()]) {
    expect(checkCorpus(/** @type {any} */ (state))).toBe(state);
  }
  expect([...TRAITS].sort()).toEqual(Object.keys(corpusState()).sort());
});

/**
 * Every field of plain data, by its path; the items of a list count as one.
 * @param {unknown} data
 * @param {string} path
 * @returns {string[]}
 */
function fieldsOf(data, path = "") {
  if (typeof data !== "object" || data === null) return [path];
  const entries = Array.isArray(data) ? data.map((item) => ["", item]) : Object.entries(data);
  return [...new Set(entries.flatMap(([name, item]) => fieldsOf(item, `${path}.${name}`)))].sort();
}

test("what Python sends has the fields of the contract, and no others", () => {
  const python = goldenCorpus();
  expect(checkCorpus(/** @type {any} */ (python))).toBe(python);
  const sample = {
    ...corpusState({ query: { word: "PressWire" } }),
    snapshot: savedState().snapshot,
  };
  for (const name of /** @type {const} */ (["query", "words", "concordance", "found"])) {
    expect(fieldsOf(python[name]), name).toEqual(fieldsOf(sample[name]));
  }
  // Nobody would call one of the golden words a shortcut.
  const overview = { ...sample.overview, shortcuts: [] };
  expect(fieldsOf(python.overview)).toEqual(fieldsOf(overview));
  for (const name of /** @type {const} */ (["words", "concordances", "found"])) {
    const [one, other] = [python.snapshot, sample.snapshot].map((each) => Reflect.get(each, name));
    expect(fieldsOf(one), name).toEqual(fieldsOf(other));
  }
});

/** @type {[string, (state: any) => void][]} */
const DAMAGE = [
  ["overview is missing", (s) => delete s.overview],
  ["overview.sentence is not text", (s) => (s.overview.sentence = 3)],
  ["overview.labels[1] is not text", (s) => (s.overview.labels[1] = null)],
  ["query is not an object", (s) => (s.query = null)],
  ["words.rows is not a list", (s) => (s.words.rows = 3)],
  ["found.rows is not a list", (s) => (s.found.rows = "x")],
  ["found.rows[2].text[0].1 is not a number", (s) => (s.found.rows[2].text[0][1] = null)],
  ["concordance.rows is missing", (s) => (s.concordance = { query: {} })],
  ["status is not one of idle, running, error", (s) => (s.status = "x")],
  [
    "snapshot.found.rows[0].predicted is not a list",
    (s) => (s.snapshot.found.rows[0].predicted = 1),
  ],
  ["snapshot.states is not an object", (s) => (s.snapshot.states = 1)],
];

test.each(DAMAGE)("damage is named: %s", (name, damage) => {
  const { snapshot } = savedState();
  const state = structuredClone({ ...savedState(), ...corpusState(), snapshot });
  damage(state);
  expect(() => checkCorpus(/** @type {any} */ (state))).toThrow(`its data are damaged (${name})`);
});
