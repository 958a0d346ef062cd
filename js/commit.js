/** Paint now, save soon: gathers wishes and saves them when the hand is still. */

/** @import { Wishes } from "./model" */

/**
 * The draft is kept apart from the model until it is saved: an echo of an earlier save would
 * otherwise pull the slider back under the hand.
 * @param {(patch: Partial<Wishes>) => void} save
 * @param {number} [stillness] milliseconds
 */
export function createCommit(save, stillness = 250) {
  /** @type {Partial<Wishes>} */
  let draft = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Saves what waits, if anything does; also the last act of a view, so no wish is lost. */
  function flush() {
    clearTimeout(timer);
    if (Object.keys(draft).length === 0) return;
    const patch = draft;
    draft = {};
    save(patch);
  }

  return {
    /** What is wished for and not yet saved. */
    draft: () => draft,
    /** @param {Partial<Wishes>} patch */
    later(patch) {
      draft = { ...draft, ...patch };
      clearTimeout(timer);
      timer = setTimeout(flush, stillness);
    },
    /** @param {Partial<Wishes>} patch */
    now(patch) {
      draft = { ...draft, ...patch };
      flush();
    },
    flush,
  };
}
