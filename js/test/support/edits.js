/** Edits for tests, with the answer that pytest reads too. */

import golden from "../../../tests/fixtures/edit.json";
import { goldenResult } from "./fake-model.js";

/** @import { Edit, Edited, State } from "../../model" */

/** The answer to the edit of the golden result; a fresh copy each time. */
export function goldenEdit() {
  return /** @type {Edited} */ (/** @type {unknown} */ (structuredClone(golden)));
}

/**
 * The edit of some words of a result.
 * @param {Partial<Edit>} [changes]
 * @param {ReturnType<typeof goldenResult>} [result]
 * @returns {Edit}
 */
export function editOf(changes, { request } = goldenResult()) {
  return { request, words: [2], replacement: null, erase: "delete", ...changes };
}

/**
 * The traits of an edit that was answered.
 * @param {Edit} edit
 * @param {Partial<Edited>} [changes]
 * @returns {Pick<State, "edit" | "edited">}
 */
export function answered(edit = editOf(), changes) {
  const answer = goldenEdit();
  const text = edit.erase === "delete" ? answer.text : null;
  return { edit, edited: { ...answer, edit: structuredClone(edit), text, ...changes } };
}
