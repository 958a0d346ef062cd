/**
 * The contract of `corpus/model.d.ts` as checks: a page or a notebook may have been damaged. What
 * is not checked here is read in the same drawing, which catches its errors.
 */

import {
  count,
  fields,
  flag,
  listOf,
  number,
  oneOf,
  orEmpty,
  orNull,
  pair,
  text,
} from "../state/checks.js";

/** @import { CorpusState, Found, Snapshot, TextRow } from "./model" */
/** @import { Check } from "../state/checks.js" */

const any = fields({});
const rows = orEmpty(fields({ query: any, rows: listOf(any) }));

/** Rows that are drawn later, when the list is scrolled. @type {Record<keyof TextRow, Check>} */
const TEXT_ROW = {
  id: text,
  gold: orNull(text),
  predicted: listOf(text),
  right: orNull(flag),
  probability: text,
  target: text,
  error: orNull(text),
  text: listOf(pair(text, number)),
};

/** @type {Record<keyof Found, Check>} */
const FOUND = {
  query: any,
  sentence: text,
  total: count,
  first: count,
  rows: listOf(fields(TEXT_ROW)),
};

/** @type {Record<keyof Snapshot, Check>} */
const SNAPSHOT = {
  words: listOf(any),
  concordances: listOf(any),
  found: fields(FOUND),
  states: any, // each is checked by the widget that it belongs to
  common: any,
};

/** @type {Record<keyof CorpusState, Check>} */
const STATE = {
  overview: fields({ sentence: text, labels: listOf(text), shortcuts: listOf(any) }),
  query: any,
  words: rows,
  concordance: rows,
  found: orEmpty(fields(FOUND)),
  opened: any,
  opened_widget: orNull(text),
  snapshot: orEmpty(fields(SNAPSHOT)),
  status: oneOf(["idle", "running", "error"]),
  error: text,
  computes: flag,
};

/** Every trait that the front end reads. */
export const TRAITS = /** @type {(keyof CorpusState)[]} */ (Object.keys(STATE));

/** What was checked before. @type {WeakSet<object>} */
const good = new WeakSet();

/**
 * @param {Record<string, unknown>} traits
 * @returns {CorpusState} the same
 * @throws {Error} if they are damaged; it says where
 */
export function checkCorpus(traits) {
  for (const name of TRAITS) {
    const value = traits[name];
    const known = typeof value === "object" && value !== null;
    if (known && good.has(value)) continue;
    const wrong = STATE[name](value);
    if (wrong) throw new Error(`its data are damaged (${name}${wrong})`);
    if (known) good.add(value);
  }
  return /** @type {CorpusState} */ (/** @type {unknown} */ (traits));
}
