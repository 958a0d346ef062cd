import { expect, test } from "vitest";
import { checkState, TRAITS } from "../../state/contract.js";
import { checkedSnapshots, checkOf, goldenCheck, newsResult } from "../support/checks.js";
import { answered, goldenEdit } from "../support/edits.js";
import { goldenState } from "../support/fake-model.js";
import { pack } from "../support/results.js";

/** @import { State } from "../../model" */

/** @returns {any} a state with a result and snapshots, to be damaged */
function state() {
  const snapshots = checkedSnapshots();
  return goldenState({ snapshots, checked: checkOf(), texts: ["One.", "Two."], ...answered() });
}

test("the state of a widget is good, with or without a result and snapshots", () => {
  for (const good of [state(), goldenState(), goldenState({ result: {} })]) {
    expect(checkState(good)).toBe(good);
  }
  expect([...TRAITS].sort()).toEqual(Object.keys(goldenState()).sort());
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

test("a check as Python sends it has the fields of the contract, and no others", () => {
  const checked = goldenCheck();
  expect(checkState({ ...goldenState({ checked }) }).checked).toBe(checked);
  expect(fieldsOf(checked)).toEqual(fieldsOf(checkOf()));
});

test("an edit as Python sends it back is the one that JS wrote, with its answer", () => {
  const edited = goldenEdit();
  expect(checkState({ ...goldenState({ edited }) }).edited).toBe(edited);
  expect(JSON.stringify(answered().edited)).toBe(JSON.stringify(edited));
});

test("fields that a newer version added are ignored", () => {
  const newer = state();
  newer.result.more = newer.result.layout.more = newer.snapshots.paths[0].more = 1;
  expect(checkState(newer)).toBe(newer);
});

test("what older versions did not have may be missing", () => {
  const older = state();
  for (const name of ["checking", "erase", "checked", "edit", "edited"]) delete older[name];
  for (const name of ["task", "tasks", "data_point", "entities"]) delete older[name];
  delete older.choices.erasures;
  for (const path of older.snapshots.paths) delete path.check;
  expect(checkState(older)).toBe(older);
});

test("a setting may be impossible, because Python answers with an error that must be seen", () => {
  const impossible = { n_steps: -3, tolerance: "nan", method: "x", text: "", baseline: "y" };
  expect(() => checkState({ ...state(), ...impossible })).not.toThrow();
});

/** @type {[string, (state: any) => void][]} */
const DAMAGE = [
  ["text is missing", (s) => delete s.text],
  ["target is not text", (s) => (s.target = 3)],
  ["n_steps is not a number", (s) => (s.n_steps = "many")],
  ["granularity is not one of subword, word, sentence", (s) => (s.granularity = "letter")],
  ["status is not one of idle, running, checking, error", (s) => (s.status = null)],
  ["computes is not true or false", (s) => (s.computes = 1)],
  ["labels is not a list", (s) => (s.labels = { length: 1e9 })],
  ["texts[1] is not text", (s) => (s.texts[1] = null)],
  ["position is not a count", (s) => (s.position = -1)],
  ["progress is not a number", (s) => (s.progress = "NaN")],
  ["parity is not a number", (s) => (s.parity = "NaN")],
  ["choices.outputs is missing", (s) => (s.choices = {})],
  ["result is not an object", (s) => (s.result = null)],
  ["result.prediction is missing", (s) => (s.result = { seconds: null })],
  ["result.request.text is missing", (s) => delete s.result.request.text],
  ["result.value is not a number", (s) => (s.result.value = 1e308)],
  ["result.converged is not true or false", (s) => (s.result.converged = "yes")],
  ["result.n_steps is not a count", (s) => (s.result.n_steps = 2.5)],
  ["result.notes[0] is not text", (s) => (s.result.notes = [{}])],
  ["result.prediction[0].1 is not a number", (s) => (s.result.prediction[0][1] = "7")],
  ["result.prediction[0].1 is missing", (s) => s.result.prediction[0].pop()],
  ["result.layout.tokens is not a list", (s) => (s.result.layout.tokens = "[CLS]")],
  ["result.layout.segments.word is missing", (s) => delete s.result.layout.segments.word],
  ["result.layout.segments.word[0].1 is not a count", (s) => (layoutOf(s).word[0][1] = -1)],
  ["result.layout.segments.word does not count its spans", (s) => layoutOf(s).word.reverse()],
  [
    "result.layout.span_of_token.subword does not fit the tokens",
    (s) => s.result.layout.span_of_token.subword.pop(),
  ],
  [
    "result.layout.span_of_token.word has a span that is not in the text",
    (s) => (s.result.layout.span_of_token.word[1] = 99),
  ],
  ["result.layout.n_texts is not a count", (s) => (s.result.layout.n_texts = "2")],
  [
    "result.layout.marks.word has a span that is not in the text",
    (s) => (s.result.layout.marks = { subword: [], word: [markOf(99)], sentence: [] }),
  ],
  [
    "result.layout.marks.word has a span that is not in the text",
    (s) => {
      s.result.layout.marks = { subword: [], word: [{ ...markOf(0), spans: [] }], sentence: [] };
    },
  ],
  [
    "snapshots.others[0].paths has gaps",
    (s) => (s.snapshots.others = [{ ...s.snapshots, paths: [] }]),
  ],
  [
    "result.data_points[0].ranges[0].1 is not a count",
    (s) => (s.result.data_points = [{ ranges: [[4, null]], text: "", label: "", probability: 1 }]),
  ],
  ["result.data_point is not a count", (s) => (s.result.data_point = -1)],
  ["result.scores[1] is not a number", (s) => (s.result.scores[1] = null)],
  ["result.scores does not fit the tokens", (s) => s.result.scores.pop()],
  ["result.path_profile.packed is not text", (s) => (s.result.path_profile.packed = [])],
  ["result.path_profile does not fit the tokens", (s) => (s.result.path_profile.packed = "%")],
  ["result.path_profile does not fit the tokens", (s) => (s.result.path_profile.bins = 1e9)],
  ["snapshots.request is missing", (s) => delete s.snapshots.request],
  ["snapshots.paths has gaps", (s) => (s.snapshots.paths = [])],
  ["snapshots.paths has gaps", (s) => s.snapshots.paths.pop()],
  ["snapshots.paths has gaps", (s) => s.snapshots.paths[2].results.pop()],
  [
    "snapshots.paths has gaps",
    (s) => s.snapshots.paths.map((/** @type {any} */ p) => (p.results = [])),
  ],
  ["snapshots.paths[1].layout is not one of the layouts", (s) => (s.snapshots.paths[1].layout = 1)],
  [
    "snapshots.paths[3].path_profile does not fit the tokens",
    (s) => (s.snapshots.paths[3].path_profile = { bins: 1, peak: 1, packed: "AAAA" }),
  ],
  [
    "snapshots.paths[0].results[2].scores does not fit the tokens",
    (s) => (s.snapshots.paths[0].results[2].scores = "=?"),
  ],
  [
    "snapshots.paths[0].results[1].scores does not fit the tokens",
    (s) => {
      const numbers = new Float32Array(s.result.scores);
      numbers[3] = Number.NaN;
      s.snapshots.paths[0].results[1].scores = pack(numbers);
    },
  ],
  ["checking is not true or false", (s) => (s.checking = "yes")],
  ["erase is not text", (s) => (s.erase = 1)],
  ["choices.erasures is not a list", (s) => (s.choices.erasures = "delete")],
  ["edit is not an object", (s) => (s.edit = "delete")],
  ["edit.request.text is not text", (s) => (s.edit.request.text = null)],
  ["edit.words[0] is not a count", (s) => (s.edit.words = [-1])],
  ["edited.edit is missing", (s) => delete s.edited.edit],
  ["edited.summary is not text", (s) => (s.edited.summary = ["<b>"])],
  ["edited.prediction[1].1 is not a number", (s) => (s.edited.prediction[1][1] = null)],
  ["checked is not an object", (s) => (s.checked = null)],
  ["checked.request.baseline is not text", (s) => (s.checked.request.baseline = null)],
  ["checked.order has a word twice", (s) => (s.checked.order[1] = 0)],
  ["checked.without has more words than the text", (s) => s.checked.order.pop()],
  ["checked.without does not fit its counts", (s) => s.checked.without.probabilities.pop()],
  ["checked.without.counts is not ascending", (s) => s.checked.without.counts.reverse()],
  ["checked.only.probabilities[2] is not a number", (s) => (onlyOf(s).probabilities[2] = null)],
  ["checked.only.band does not fit its counts", (s) => onlyOf(s).band.median.pop()],
  ["checked.only has more words than the text", (s) => (onlyOf(s).counts[20] = 99)],
  ["checked.numbers is not text", (s) => (s.checked.numbers = 1)],
  ["checked.flip has a word that is not in the text", (s) => s.checked.flip.words.push(99)],
  ["checked.verdict.kind is missing", (s) => (s.checked.verdict = {})],
  ["checked.baselines[1].entropy is not a number", (s) => (s.checked.baselines[1].entropy = "")],
  [
    "snapshots.paths[1].check.order does not fit the words",
    (s) => (s.snapshots.paths[1].check = checkOf(newsResult())),
  ],
  ["snapshots.paths[0].check is not an object", (s) => (s.snapshots.paths[0].check = 3)],
  ["snapshots.paths[0].results[0].notes is not a list", (s) => (resultsOf(s)[0].notes = "note")],
];

/** @param {number} span */
const markOf = (span) => {
  return { spans: [span], label: "LOC", role: "", data_point: null, chosen: false };
};
const onlyOf = (/** @type {any} */ { checked }) => checked.only;
const layoutOf = (/** @type {any} */ { result }) => result.layout.segments;
const resultsOf = (/** @type {any} */ { snapshots }) => snapshots.paths[0].results;

test.each(DAMAGE)("%s", (where, damage) => {
  const broken = state();
  damage(broken);
  expect(() => checkState(broken)).toThrow(new Error(`its data are damaged (${where})`));
});
