/** Answers from a snapshot, for a page without a kernel. */

import { isFiltered } from "./query.js";

/** @import { Concordance, Found, Occurrence, Overview, Query, Snapshot, TextRow, Words } from "./model" */

/**
 * What a snapshot answers; undefined where nothing was saved.
 * @typedef {{
 *   words: Words | undefined, concordance: Concordance | undefined, found: Found | undefined,
 * }} Answers
 */

/** The last answers. @type {WeakMap<Snapshot, { key: string, answers: Answers }>} */
const cache = new WeakMap();

/**
 * The same answers for the same query, so that callers can tell that nothing changed.
 * @param {Snapshot} snapshot
 * @param {Query} query
 * @param {Pick<Overview, "n_texts">} overview
 * @returns {Answers}
 */
export function answersFrom(snapshot, query, overview) {
  const key = JSON.stringify({ ...query, first: 0, open: null });
  const known = cache.get(snapshot);
  if (known?.key === key) return known.answers;
  const answers = {
    words: wordsFrom(snapshot, query),
    concordance: concordanceFrom(snapshot, query),
    found: foundFrom(snapshot, query, overview),
  };
  cache.set(snapshot, { key, answers });
  return answers;
}

/**
 * The words of a label. Those of a part of the texts are not saved.
 * @param {Snapshot} snapshot
 * @param {Query} query
 * @returns {Words | undefined}
 */
function wordsFrom({ words }, { label, fold_case, order }) {
  const saved = words.find(({ query }) => query.label === label && query.fold_case === fold_case);
  if (!saved || order === saved.query.order) return saved;
  const size = order === "mean" ? "mean_bar" : "bar";
  const rows = [...saved.rows].sort((a, b) => Math.abs(b[size]) - Math.abs(a[size]));
  return { ...saved, rows };
}

/**
 * @param {Snapshot} snapshot
 * @param {Query} query
 * @returns {Concordance | undefined}
 */
function concordanceFrom(snapshot, query) {
  const { concordances, found } = snapshot;
  const { word, label, fold_case } = query;
  const saved = concordances.find(
    (each) =>
      each.query.word === word && each.query.label === label && each.query.fold_case === fold_case,
  );
  if (!saved || !isFiltered(query)) return saved;
  const texts = new Map(found.rows.map((row) => [row.id, row]));
  const rows = saved.rows.filter((row) => passes(row, query, snapshot, texts.get(row.id)));
  return { ...saved, rows, sentence: counted(rows.length, "saved occurrence") };
}

/**
 * The texts, which are saved with the errors first.
 * @param {Snapshot} snapshot
 * @param {Query} query
 * @param {Pick<Overview, "n_texts">} overview
 * @returns {Found}
 */
function foundFrom(snapshot, query, { n_texts }) {
  const { found } = snapshot;
  const { word, sort, fold_case } = query;
  const fold = (/** @type {string} */ text) => (fold_case ? text.toLowerCase() : text);
  const rows = found.rows.filter(
    (row) =>
      passes(row, query, snapshot, row) &&
      (word === null || row.text.some(([part]) => fold(part) === fold(word))),
  );
  if (sort === "probability") rows.sort((a, b) => sizeOf(b) - sizeOf(a));
  const total = rows.length;
  const all = rows.length === found.rows.length;
  const count = counted(total, found.rows.length < n_texts ? "saved text" : "text");
  const sentence = all ? found.sentence : count;
  return { ...found, total, first: 0, rows, sentence };
}

/**
 * @param {number} count
 * @param {string} noun
 */
function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Whether a text passes the filter.
 * @param {Pick<Occurrence, "id" | "gold" | "predicted">} row of it
 * @param {Query} query
 * @param {Pick<Snapshot, "states">} snapshot
 * @param {TextRow | undefined} text undefined = not saved
 */
function passes({ id, gold, predicted }, query, { states }, text) {
  const { only, search } = query;
  const failed = Boolean(text?.error);
  const right = gold !== null && !failed ? predicted.includes(gold) : null;
  const labels = predicted.length > 0 || failed ? predicted : [""]; // "" = none is predicted
  const parts = text?.text.map(([part]) => part) ?? []; // a long text has not all
  const whole = `${id}\n${states[id]?.text ?? parts.join("")}`;
  return (
    (query.gold === null || gold === query.gold) &&
    (query.predicted === null || labels.includes(query.predicted)) &&
    (only === "all" || (only === "failed" ? failed : right === (only === "right"))) &&
    whole.toLowerCase().includes(search.toLowerCase())
  );
}

/** @param {TextRow} row whose probability is like ">99.9 %", or a value like "−0.912" */
function sizeOf({ probability }) {
  if (probability === "") return -Infinity; // a text that failed
  return Number(probability.replace("−", "-").replace(/[^\d.-]/g, ""));
}
