/** The query: what is asked for, which part of it an answer depends on, and its filters in words. */

import { visible } from "../elements/format.js";

/** @import { Filter, Overview, Query } from "./model" */

/** Texts that are fetched together. */
export const WINDOW = 200;

/** The fields of the query that the list of texts depends on, whichever of them are fetched. */
const TEXTS = /** @type {const} */ ([
  "gold",
  "predicted",
  "only",
  "search",
  "word",
  "fold_case",
  "sort",
]);

/** The texts of a filter, in words. */
const ONLY = {
  wrong: "predicted wrongly",
  right: "predicted rightly",
  failed: "could not be explained",
};

/** @type {Omit<Query, "label">} */
const NOTHING = {
  ...{ gold: null, predicted: null, only: "all", search: "" },
  ...{ fold_case: false, order: "total", word: null, sort: "errors", first: 0, open: null },
};

/**
 * The whole query.
 * @param {Partial<Query>} known
 * @param {Pick<Overview, "labels">} overview
 * @returns {Query}
 */
export function complete(known, { labels }) {
  return { ...NOTHING, label: labels[0] ?? "", ...known };
}

/**
 * A changed query. Other texts are read from the first on.
 * @param {Query} query
 * @param {Partial<Query>} patch
 * @returns {Query}
 */
export function change(query, patch) {
  const next = { ...query, ...patch };
  const others = TEXTS.some((name) => next[name] !== query[name]);
  return others ? { ...next, first: 0 } : next;
}

/**
 * Whether an answer is that of the query. Compares the fields that the answer depends on, which
 * it names.
 * @param {{ query: Partial<Query> }} answer
 * @param {Query} query
 */
export function answers(answer, query) {
  const entries = /** @type {[keyof Query, unknown][]} */ (Object.entries(answer.query));
  // Which of the texts were fetched makes no other answer.
  return entries.every(([key, value]) => key === "first" || query[key] === value);
}

/**
 * A filter that is set: its name, its value, and how to clear it.
 * @typedef {{ name: string, value: string, clear: Partial<Query> }} Chosen
 */

/**
 * The filters that are set, in the words of Python.
 * @param {Pick<Query, keyof Filter | "word">} query
 * @returns {Chosen[]}
 */
export function chosen({ gold, predicted, word, search, only }) {
  /** @type {(Chosen | false)[]} */
  const all = [
    gold !== null && { name: "gold ", value: visible(gold), clear: { gold: null } },
    predicted !== null && {
      ...{ name: "predicted ", value: nameOf(predicted) },
      clear: { predicted: null },
    },
    word !== null && { name: "with the word ", value: `“${word}”`, clear: { word: null } },
    search !== "" && { name: "containing ", value: `“${search}”`, clear: { search: "" } },
    only !== "all" && { name: "", value: ONLY[only], clear: { only: "all" } },
  ];
  return all.filter((each) => each !== false);
}

/**
 * Whether it is about a part of the texts.
 * @param {Filter} query
 */
export function isFiltered(query) {
  return chosen({ ...query, word: null }).length > 0;
}

/**
 * A predicted label. Of several labels, none may be predicted.
 * @param {string} label
 */
export function nameOf(label) {
  return label || "no label";
}

/**
 * Whether the texts have values of a regressor, and no labels.
 * @param {Pick<Overview, "unit">} overview
 */
export function isValue({ unit }) {
  return unit === "units";
}
