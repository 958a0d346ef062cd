/** The source of the answers: the kernel, by traits of the model, or else the snapshot. */

import { checkCorpus, TRAITS } from "./contract.js";
import { answers, complete } from "./query.js";
import { answersFrom } from "./snapshot.js";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Concordance, CorpusState, Found, Overview, Query, Snapshot, Words } from "./model" */
/**
 * @template T
 * @typedef {{
 *   answer: T | null,  // null before the first one
 *   stale: boolean,    // whether it answers another query
 *   saved: boolean,    // whether it is from the snapshot
 *   note: string,      // why there is no answer to the query; usually empty
 * }} Panel
 */
/**
 * @typedef {{
 *   id: string,
 *   error: string,             // why it cannot be opened
 *   reference: string | null,  // of its widget, from the kernel
 *   state: object | null,      // of its widget, from the snapshot
 * }} Open
 * @typedef {{
 *   overview: Overview,
 *   query: Query,
 *   live: boolean,  // whether a kernel answers
 *   status: CorpusState["status"],
 *   error: string,
 *   words: Panel<Words>,
 *   concordance: Panel<Concordance>,
 *   found: Panel<Found>,
 *   open: Open | null,  // the text that is open
 * }} View
 */

/**
 * @param {AnyModel<CorpusState>} model
 * @param {Partial<Query>} draft what is not saved yet
 * @param {boolean} connected
 * @returns {View}
 * @throws {Error} if there is nothing that can be drawn
 */
export function readCorpus(model, draft, connected) {
  const traits = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const state = checkCorpus(traits);
  const { overview, error } = state;
  const live = connected && state.computes;
  const query = { ...complete(state.query, overview), ...draft };
  const snapshot = live ? null : whole(state.snapshot);
  const saved = snapshot && answersFrom(snapshot, query, overview);

  /**
   * @template {Words | Concordance | Found} T
   * @param {T | Record<string, never>} trait
   * @param {T | undefined} known
   * @param {string} what
   * @returns {Panel<T>}
   */
  function panel(trait, known, what) {
    const last = whole(trait);
    // The kernel sends a part of the texts, the snapshot has all.
    const fits = last !== null && answers(last, query) && !(snapshot && "total" in last);
    const saved = (!fits && known) || null;
    const missing = !live && !fits && !saved;
    return {
      answer: saved ?? last,
      stale: last !== null && !fits && !saved,
      saved: Boolean(saved),
      note: missing ? `${what} not saved, and no kernel is connected.` : "",
    };
  }

  return {
    ...{ overview, query, live, error },
    status: live || state.status === "error" ? state.status : "idle",
    words: panel(state.words, saved?.words, "These words are"),
    concordance: panel(state.concordance, saved?.concordance, "These occurrences are"),
    found: panel(state.found, saved?.found, "These texts are"),
    open: openOf(query.open, state, snapshot),
  };
}

/**
 * What is there; null if it is not.
 * @template {object} T
 * @param {T | Record<string, never>} value
 * @returns {T | null}
 */
function whole(value) {
  return Object.keys(value).length > 0 ? /** @type {T} */ (value) : null;
}

/**
 * @param {string | null} id
 * @param {Pick<CorpusState, "opened" | "opened_widget">} state
 * @param {Snapshot | null} snapshot null with a kernel
 * @returns {Open | null}
 */
function openOf(id, { opened, opened_widget }, snapshot) {
  if (id === null) return null;
  const current = opened.id === id;
  const saved = snapshot && Object.hasOwn(snapshot.states, id);
  return {
    id,
    error: (current && opened.error) || "",
    reference: (current && opened_widget) || null,
    state: saved ? { ...snapshot.common, ...snapshot.states[id] } : null,
  };
}
