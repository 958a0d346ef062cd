/** Changed settings: drawn at once, saved when the user pauses. */

/** @import { Settings } from "../model" */

/**
 * The draft stays out of the model until it is saved. Otherwise an echo of an earlier save would
 * move the slider while the user drags it.
 * @param {(patch: Partial<Settings>) => void} save
 * @param {number} [delay] milliseconds
 */
export function createCommit(save, delay = 250) {
  /** @type {Partial<Settings>} */
  let draft = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Saves the draft, if there is one. A view calls it last, so that no change is lost. */
  function flush() {
    clearTimeout(timer);
    if (Object.keys(draft).length === 0) return;
    const patch = draft;
    draft = {};
    save(patch);
  }

  return {
    /** The settings that are not saved yet. */
    draft: () => draft,
    /** @param {Partial<Settings>} patch */
    later(patch) {
      draft = { ...draft, ...patch };
      clearTimeout(timer);
      timer = setTimeout(flush, delay);
    },
    /** @param {Partial<Settings>} patch */
    now(patch) {
      draft = { ...draft, ...patch };
      flush();
    },
    flush,
  };
}
